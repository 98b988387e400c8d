import type { Updateable } from 'kysely';
import type { Clock } from '../../lib/clock.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Secrets } from '../../lib/secrets.ts';
import type { TasksTable } from '../../storage/schema.ts';
import type { Storage, Transaction } from '../../storage/storage.ts';
import { isBusy, type TaskRow } from '../store/task-rows.ts';
import type { Stage } from './task.ts';

/** What a node holds while it runs stages of a task. */
export interface TaskLease {
  readonly taskId: number;
  readonly uuid: string;
  /** Unique to this run, so that a node whose lease has expired cannot write on behalf of its successor. */
  readonly holder: string;
}

/** A lease that is renewed in the background. */
export interface KeptLease {
  /** Rejects with `task_busy` when another run holds the task. */
  readonly lost: Promise<never>;
  /** Ends the renewals. */
  stop(): void;
}

/** The columns of a task without a running stage. */
export const RELEASED = {
  lease_holder: null,
  lease_until: null,
  running_stage: null,
  running_action: null,
  running_since: null,
} as const;

/**
 * One stage of a task runs at a time, on one node, without a transaction that stays open meanwhile (decision task-leases). The
 * row of the task names the holder of the lease and its end; the holder renews it. If the node crashes the lease
 * expires, and the stage can be run again. A stage writes only while its lease holds.
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

  /** A new, unique name of a holder. */
  newHolder(): string {
    return this.#secrets.uuid();
  }

  /** The columns of a task whose stage is running. */
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

  /** Throws `task_busy` while a stage of the task runs. */
  checkFree(row: TaskRow): void {
    if (isBusy(row, this.#clock.now())) throw new PurserError('task_busy', { task: row.uuid });
  }

  /** Takes the lease of a locked row. Errors: `task_busy`. */
  async take(
    tx: Transaction,
    row: TaskRow,
    stage: Stage,
    changes: Updateable<TasksTable> = {},
  ): Promise<TaskLease> {
    this.checkFree(row);
    const holder = this.newHolder();
    await tx.db
      .updateTable('tasks')
      .set({ ...changes, ...this.columns(holder, stage) })
      .where('id', '=', row.id)
      .execute();
    return { taskId: row.id, uuid: row.uuid, holder };
  }

  /** Changes the row of a task and renews its lease. Throws `task_busy` if the lease is lost. */
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

  /** Changes the row of a task and gives up its lease. Throws `task_busy` if the lease is lost. */
  release(tx: Transaction, lease: TaskLease, changes: Updateable<TasksTable> = {}): Promise<void> {
    return this.write(tx, lease, { ...changes, ...RELEASED });
  }

  /** Renews a lease every third of its duration, until it is stopped. */
  keep(lease: TaskLease): KeptLease {
    const { promise: lost, reject } = Promise.withResolvers<never>();
    lost.catch(() => undefined);
    const renew = async (): Promise<void> => {
      try {
        await this.#storage.transaction((tx) => this.write(tx, lease, {}));
      } catch (error) {
        // A database that does not answer may answer in time at the next renewal.
        if (error instanceof PurserError && error.code === 'task_busy') reject(error);
      }
    };
    const timer = setInterval(() => void renew(), LIMITS.task_lease_ms / 3);
    timer.unref();
    return { lost, stop: () => clearInterval(timer) };
  }
}
