import type { JsonObject } from '../../lib/text/json.ts';
import type { KnownTaskType } from '../features/task-config.ts';
import type { Task } from './task.ts';
import type { TaskLease } from './task-leases.ts';

/** A task while a node runs stages of it. */
export interface RunningTask {
  readonly lease: TaskLease;
  readonly type: KnownTaskType;
  /** Hands things on between actions, and to the mails at the end. */
  readonly taskCache: JsonObject;
  readonly address: string | null;
  /** The task as it was last stored. */
  task: Task;
  /** Rejects when the lease is lost. */
  readonly lost: Promise<never>;
}
