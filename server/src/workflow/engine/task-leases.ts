import type { Updateable } from 'kysely';
import type { Clock } from '../../lib/clock.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Secrets } from '../../lib/secrets.ts';
import type { TasksTable } from '../../storage/schema.ts';
import type { Storage, Transaction } from '../../storage/storage.ts';
import type { TaskRow } from '../store/task-rows.ts';
import { checkFree } from './guards.ts';
import type { Stage } from './task.ts';

/** What a node holds while it runs stages of a task. */
export interface TaskLease {
  readonly taskId: number;
  readonly uuid: string;
  /** Of this run alone: a node that comes back too late is not the one that has followed it. */
  readonly holder: string;
}

const NOBODY = {
  lease_holder: null,
  lease_until: null,
  running_stage: null,
  running_action: null,
  running_since: null,
} as const;

/**
 * Sees to it that one node at a time runs a stage of a task, without a transaction for as long (decision task-leases). The row
 * says who runs it and until when that counts; it is renewed meanwhile. If the node crashes the lease runs out, and
 * the stage can be run again. Whatever a stage has done is written only where its lease still holds.
 */
export class TaskLeases {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #secrets: Secrets;

  constructor({ storage, clock, secrets }: { storage: Storage; clock: Clock; secrets: Secrets }) {
    this.#storage = storage;
    this.#clock = clock;
    this.#secrets = secrets;
  }

  /** A holder that nobody has been before. */
  newHolder(): string {
    return this.#secrets.uuid();
  }

  /** What a row says while somebody runs a stage. */
  columns(holder: string, stage: Stage) {
    const now_ms = this.#clock.now();
    return {
      lease_holder: holder,
      lease_until: now_ms + LIMITS.task_lease_ms,
      running_stage: stage,
      running_action: 0,
      running_since: now_ms,
    };
  }

  /** Takes a locked row. Errors: `task_busy`. */
  async take(
    tx: Transaction,
    row: TaskRow,
    stage: Stage,
    changes: Updateable<TasksTable> = {},
  ): Promise<TaskLease> {
    checkFree(row, this.#clock.now());
    const holder = this.newHolder();
    await tx.db
      .updateTable('tasks')
      .set({ ...changes, ...this.columns(holder, stage) })
      .where('id', '=', row.id)
      .execute();
    return { taskId: row.id, uuid: row.uuid, holder };
  }

  /** Changes the row of a task whose lease is held, and renews the lease. Throws `task_busy` if it is lost. */
  async write(tx: Transaction, lease: TaskLease, changes: Updateable<TasksTable>): Promise<void> {
    const lease_until = this.#clock.now() + LIMITS.task_lease_ms;
    const { numUpdatedRows } = await tx.db
      .updateTable('tasks')
      .set({ lease_until, ...changes })
      .where('id', '=', lease.taskId)
      .where('lease_holder', '=', lease.holder)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) throw new PurserError('task_busy', { task: lease.uuid });
  }

  /** The same for the last time: nobody runs a stage any more. */
  release(tx: Transaction, lease: TaskLease, changes: Updateable<TasksTable> = {}): Promise<void> {
    return this.write(tx, lease, { ...changes, ...NOBODY });
  }

  /**
   * Renews a lease from time to time until it is told to stop.
   * @param lost is called when somebody else has the task
   */
  keep(lease: TaskLease, lost: () => void): () => void {
    const renew = async (): Promise<void> => {
      try {
        await this.#storage.transaction((tx) => this.write(tx, lease, {}));
      } catch (error) {
        // A database that does not answer may answer in time at the next renewal.
        if (error instanceof PurserError && error.code === 'task_busy') lost();
      }
    };
    const timer = setInterval(() => void renew(), LIMITS.task_lease_ms / 3);
    timer.unref();
    return () => clearInterval(timer);
  }
}
