import type { Task, TaskState } from '../engine/task.ts';

/**
 * Filters of a list: a JSON object of fields, each an object of operations and values (workflow-v1 §7), all of which
 * have to hold.
 */
export type FilterInput = unknown;

/** Which part of a list to read: a page by its number, a number of entries after a known one, or all. */
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
  /** Only tasks of one of these projects. */
  readonly projects?: readonly string[] | undefined;
  /** Uuid of a user: tasks about the accounts of other users are left out. */
  readonly seenBy?: string | undefined;
  readonly states?: readonly TaskState[] | undefined;
  readonly taskType?: string | undefined;
  /** Created from then on, and before then: milliseconds since the epoch. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** Whether all of its actions are valid. */
  readonly valid?: boolean | undefined;
}

/** A part of a list. `pages` is known only for a page by its number. */
export interface ListPage<T> {
  readonly items: readonly T[];
  readonly pages: number | null;
  readonly hasMore: boolean;
  readonly hasPrevious: boolean;
}

/** The status of the workflow (workflow-v1 §1.6). */
export interface WorkflowStatus {
  readonly lastCreated: Task | undefined;
  readonly lastCompleted: Task | undefined;
}
