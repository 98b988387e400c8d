import type { Updateable } from 'kysely';
import { type JsonObject, stringifyExact } from '../../lib/text/json.ts';
import type { TasksTable } from '../../storage/schema.ts';
import type { KnownTaskType } from '../features/task-config.ts';
import type { StageMails } from '../mails/stage-mails.ts';
import { sendMails } from '../mails/workflow-mails.ts';
import type { Notification } from '../notifications/notification-handler.ts';
import { actionColumns } from '../store/task-rows.ts';
import type { EngineParts } from './engine-parts.ts';
import type { Stage, StoredAction, Task } from './task.ts';
import type { TaskLease } from './task-leases.ts';
import { withNewNotes } from './task-notes.ts';
import { recordTask, type TaskRecord } from './task-record.ts';

/** What is written when a stage has ended, in one transaction. */
export interface StageEnd {
  readonly changes?: Updateable<TasksTable>;
  /** The same changes as properties of the task. */
  readonly known?: Partial<
    Pick<Task, 'approved' | 'approvedBy' | 'approvedOn' | 'completed' | 'completedOn'>
  >;
  /** New notes of the task. */
  readonly notes?: readonly string[];
  readonly mails?: StageMails;
  /** The text of a standard notification. */
  readonly notification?: string | undefined;
  /** The text of an error notification. */
  readonly error?: string;
  /** The secret of a token that replaces those of the task. */
  readonly newToken?: string;
  readonly record?: Omit<TaskRecord, 'uuid'>;
  /** The stage that runs next under the same lease; null releases the task. */
  readonly next: Stage | null;
}

/**
 * A task while one node runs stages of it. Every write goes through the lease: if the node has lost it, the write
 * throws `task_busy` and nothing is stored.
 */
export class RunningTask {
  readonly #parts: EngineParts;
  readonly #lease: TaskLease;
  #task: Task;
  readonly type: KnownTaskType;
  /** Client address of the request that runs the task. */
  readonly address: string | null;
  /** Values that actions hand to later actions and to the mails; kept until the run ends. */
  readonly taskCache: JsonObject = {};
  /** Rejects with `task_busy` when the lease is lost. */
  readonly lost: Promise<never>;

  constructor(
    parts: EngineParts,
    of: {
      readonly lease: TaskLease;
      readonly lost: Promise<never>;
      readonly type: KnownTaskType;
      readonly task: Task;
      readonly address: string | null;
    },
  ) {
    this.#parts = parts;
    this.#lease = of.lease;
    this.address = of.address;
    this.#task = of.task;
    this.type = of.type;
    this.lost = of.lost;
  }

  /** The task as it was last stored. */
  get task(): Task {
    return this.#task;
  }

  /**
   * Stores an action in the middle or at the end of its stage.
   * @param index position of the action in the task
   * @param notes new notes of the action
   * @param position the action that runs next, as lists show it
   */
  async storeAction(
    index: number,
    action: StoredAction,
    notes: readonly string[],
    position: number,
  ): Promise<void> {
    const { storage, clock, leases } = this.#parts;
    const task = this.#task;
    const known = Object.hasOwn(task.actionNotes, action.name) ? (task.actionNotes[action.name] ?? []) : [];
    const actionNotes = { ...task.actionNotes, [action.name]: withNewNotes(known, notes, clock.now()) };
    await storage.transaction(async (tx) => {
      await leases.write(tx, this.#lease, {
        running_action: Math.min(position, task.actions.length - 1),
        ...(notes.length > 0 && { action_notes: stringifyExact(actionNotes) }),
      });
      await tx.db
        .updateTable('actions')
        .set(actionColumns(action))
        .where('task_id', '=', this.#lease.taskId)
        .where('position', '=', index)
        .execute();
    });
    this.#task = { ...task, actionNotes, actions: task.actions.with(index, action) };
  }

  /** Writes the end of a stage, then passes its notifications to their handlers. Errors: `task_busy`. */
  async endStage(end: StageEnd): Promise<void> {
    const { storage, clock, audit, outbox, leases, tokens, notifications } = this.#parts;
    const { notes = [], mails, newToken, record, next } = end;
    const now_ms = clock.now();
    const row = { id: this.#lease.taskId, uuid: this.#lease.uuid };
    const task = this.#task;
    const taskNotes = withNewNotes(task.taskNotes, notes, now_ms);
    const changes = {
      ...end.changes,
      ...(notes.length > 0 && { task_notes: stringifyExact(taskNotes) }),
      ...(next !== null && { running_stage: next, running_action: 0, running_since: now_ms }),
    };
    const stored = await storage.transaction(async (tx) => {
      await (next === null
        ? leases.release(tx, this.#lease, changes)
        : leases.write(tx, this.#lease, changes));
      if (newToken !== undefined) await tokens.replace(tx, row.id, newToken, this.type.tokenExpiry_s);
      if (end.known?.completed) await tokens.end(tx, row.id, 'used');
      if (record) await recordTask(audit, tx, { ...record, uuid: row.uuid });
      await sendMails(outbox, tx, mails?.mails ?? []);
      const added: Notification[] = [];
      for (const errors of mails?.troubles ?? []) {
        added.push(await notifications.insert(tx, row, { errors }, { error: true }));
      }
      if (end.error !== undefined) {
        added.push(await notifications.insert(tx, row, { errors: [end.error] }, { error: true }));
      }
      if (end.notification !== undefined) {
        added.push(await notifications.insert(tx, row, { notes: [end.notification] }));
      }
      return added;
    });
    this.#task = { ...task, ...end.known, taskNotes };
    for (const notification of stored) await notifications.hand(notification);
  }
}
