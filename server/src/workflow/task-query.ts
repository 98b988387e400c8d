import type { Task } from './task.ts';

/**
 * Which tasks, tokens or notifications to list: a JSON object of fields, each an object of operations and values
 * (spec workflow 7), all of which have to hold.
 */
export type FilterInput = unknown;

/** Where in a list to read, the newest first: a page of so many, or so many after a known entry, or all. */
export type ListPosition =
  | { readonly page: number; readonly size: number }
  | { readonly after?: string | undefined; readonly limit: number }
  | 'all';

export interface ListQuery {
  readonly filters?: FilterInput;
  readonly at: ListPosition;
}

export interface TaskQuery extends ListQuery {
  /** Only tasks of this project. */
  readonly project?: string | undefined;
}

/** A part of a list. How many pages there are is known only where pages were asked for. */
export interface ListPage<T> {
  readonly items: readonly T[];
  readonly pages: number | null;
  readonly hasMore: boolean;
  readonly hasPrevious: boolean;
}

/** What operators look at first (spec workflow E1). */
export interface WorkflowStatus {
  readonly lastCreated: Task | undefined;
  readonly lastCompleted: Task | undefined;
}
