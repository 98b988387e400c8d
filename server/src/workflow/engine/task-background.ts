import { inTime } from '../../lib/flow/in-time.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Submission } from '../features/action.ts';
import type { KnownTaskType } from '../features/task-config.ts';
import type { EngineParts } from './engine-parts.ts';
import { RunningTask } from './running-task.ts';
import type { Stage, Task } from './task.ts';
import type { TaskLease } from './task-leases.ts';
import type { TaskReads } from './task-reads.ts';
import { runTask } from './task-runner.ts';

/** Which stages of a task to run. */
export interface TaskRun {
  readonly lease: TaskLease;
  readonly type: KnownTaskType;
  /** Client address of the request. */
  readonly address: string | null;
  readonly stage: Stage;
  /** Left out: no data, submitted by the creator of the task. */
  readonly submission?: Submission;
}

/** Runs of tasks that this node has begun; a run goes on when its request no longer waits for it. */
export class TaskBackground {
  readonly #parts: EngineParts;
  readonly #reads: TaskReads;
  readonly #running = new Set<Promise<Task>>();

  constructor(parts: EngineParts, reads: TaskReads) {
    this.#parts = parts;
    this.#reads = reads;
  }

  /**
   * Runs stages of a task. Answers the task when they have ended, or after `backgroundAfter_ms` as it is then, with
   * `running` set; a failure after that is reported by `onError` and an error notification.
   * Errors: those of `runTask`.
   */
  async run(wanted: TaskRun): Promise<Task> {
    const { settings, onError } = this.#parts;
    const { uuid } = wanted.lease;
    const outcome = this.#underLease(wanted);
    this.#running.add(outcome);
    const done = () => this.#running.delete(outcome);
    outcome.then(done, done);
    const wait_ms = settings.workflow.backgroundAfter_ms;
    if (wait_ms === undefined) return outcome;
    const settled = Promise.allSettled([outcome]);
    const ended = await inTime(settled, wait_ms, `Task ${uuid}`).catch(() => undefined);
    if (ended) return outcome;
    outcome.catch((error) => onError(error, `task ${uuid} failed in the background`));
    return this.#reads.get(uuid);
  }

  /**
   * Waits for runs, `LIMITS.task_stop_ms` at most. A task whose stage has not ended by then is free again when its
   * lease expires.
   */
  async close(): Promise<void> {
    const all = Promise.allSettled(this.#running);
    await inTime(all, LIMITS.task_stop_ms, 'The running tasks').catch(() => undefined);
  }

  async #underLease({ lease, type, address, stage, submission }: TaskRun): Promise<Task> {
    const { lost, stop } = this.#parts.leases.keep(lease);
    try {
      const task = await this.#reads.get(lease.uuid);
      const running = new RunningTask(this.#parts, { lease, lost, type, task, address });
      await runTask(this.#parts, running, stage, submission ?? { data: {}, submitter: task.caller });
    } finally {
      stop();
    }
    return this.#reads.get(lease.uuid);
  }
}
