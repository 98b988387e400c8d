import type { JsonObject } from '../../lib/text/json.ts';
import type { Caller } from '../engine/caller.ts';
import type { Task } from '../engine/task.ts';
import type { Backends } from '../features/backends.ts';

/** Which tasks a delegate API looks for. */
export interface OpenTaskQuery {
  readonly taskTypes: readonly string[];
  readonly projectId: string;
  readonly completed?: boolean;
  readonly cancelled?: boolean;
  /** How many at most, the newest first. */
  readonly limit?: number;
}

/** The functions and data of one request to a delegate API. */
export interface DelegateContext {
  readonly backends: Backends;
  /** The settings of this API. */
  readonly config: JsonObject;
  readonly now_ms: number;
  manageableRoles(roles?: readonly string[]): string[];
  readonly quotaSizes: Readonly<Record<string, JsonObject>>;
  readonly quotaSizeOrder: readonly string[];
  /**
   * Creates a task and prepares it. Errors: `task_input` with the messages by field, `task_duplicate`,
   * `task_actions_invalid`, `task_failed`.
   */
  createTask(taskType: string, caller: Caller, input: JsonObject): Promise<Task>;
  findTasks(query: OpenTaskQuery): Promise<readonly Task[]>;
  /** Whether a token of the task has expired, and whether the task has an error notification. */
  troubleOf(task: Task): Promise<{ readonly expired: boolean; readonly failed: boolean }>;
  cancelTask(uuid: string): Promise<Task>;
  /** Waits until that many milliseconds have passed since the request began, so that the time reveals nothing. */
  takeAtLeast(ms: number): Promise<void>;
}
