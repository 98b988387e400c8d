import type { JsonObject } from '../../lib/text/json.ts';
import type { Caller } from './caller.ts';

export const STAGES = ['prepare', 'approve', 'submit'] as const;
export type Stage = (typeof STAGES)[number];

export const TASK_STATES = ['awaiting', 'approved', 'completed', 'cancelled'] as const;
/** A task waits for approval, or is approved and waits for its token; completed and cancelled are final. */
export type TaskState = (typeof TASK_STATES)[number];

/** One action of a task, as it is stored (workflow-v1 §3.1). */
export interface StoredAction {
  /** The class name by which its definition is registered. */
  readonly name: string;
  /** Validated input. */
  readonly data: JsonObject;
  readonly cache: JsonObject;
  readonly state: string;
  readonly valid: boolean;
  readonly needToken: boolean;
  /** Fields that are submitted with the token. */
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
  /** The running stage; null if none runs. */
  readonly running: { readonly stage: Stage; readonly action: number; readonly since: number } | null;
}

export function stateOf({ cancelled, completed, approved }: Task): TaskState {
  if (cancelled) return 'cancelled';
  if (completed) return 'completed';
  return approved ? 'approved' : 'awaiting';
}

/** The notes of the actions that are not valid, without their times. */
export function reasonsAgainst({ actions, actionNotes }: Task): string[] {
  const invalid = actions.filter(({ valid }) => !valid);
  return invalid.flatMap(({ name }) => (actionNotes[name] ?? []).map((note) => note.replace(TIME, '')));
}

/** The time at the end of a note. */
const TIME = / - \([^()]*\)$/;
