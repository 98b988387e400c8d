import type { JsonObject } from '../../lib/text/json.ts';
import type { Caller } from './caller.ts';

export const STAGES = ['prepare', 'approve', 'submit'] as const;
export type Stage = (typeof STAGES)[number];

export const TASK_STATES = ['awaiting', 'approved', 'completed', 'cancelled'] as const;
/** Where a task stands: it waits to be approved, or for its token; the other two are for good. */
export type TaskState = (typeof TASK_STATES)[number];

/** One step of a task, as it is stored (workflow-v1 §3.1). */
export interface StoredAction {
  /** The class name by which its definition is registered. */
  readonly name: string;
  /** Validated input. */
  readonly data: JsonObject;
  readonly cache: JsonObject;
  readonly state: string;
  readonly valid: boolean;
  readonly needToken: boolean;
  /** Fields that whoever submits the token has to send. */
  readonly tokenFields: readonly string[];
  readonly autoApprove: boolean | null;
}

/** One run of an admin workflow (workflow-v1 §2.1). Times are milliseconds since the epoch. */
export interface Task {
  /** 32 hexadecimal digits. */
  readonly uuid: string;
  readonly taskType: string;
  readonly caller: Caller;
  readonly projectId: string | null;
  readonly approvedBy: Caller | 'system';
  readonly actions: readonly StoredAction[];
  readonly taskNotes: readonly string[];
  readonly actionNotes: Readonly<Record<string, readonly string[]>>;
  readonly cancelled: boolean;
  readonly approved: boolean;
  readonly completed: boolean;
  readonly createdOn: number;
  readonly approvedOn: number | null;
  readonly completedOn: number | null;
  /** The stage that is running now; null if none is. */
  readonly running: { readonly stage: Stage; readonly action: number; readonly since: number } | null;
}

export function stateOf({ cancelled, completed, approved }: Task): TaskState {
  if (cancelled) return 'cancelled';
  if (completed) return 'completed';
  return approved ? 'approved' : 'awaiting';
}

/** What the actions that are not valid have noted, without the times; nothing where all are valid. */
export function reasonsAgainst({ actions, actionNotes }: Task): string[] {
  const invalid = actions.filter(({ valid }) => !valid);
  return invalid.flatMap(({ name }) => (actionNotes[name] ?? []).map((note) => note.replace(TIME, '')));
}

/** What the engine puts behind a note. */
const TIME = / - \([^()]*\)$/;
