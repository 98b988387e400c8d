import type { Selectable } from 'kysely';
import { PurserError } from '../../lib/errors.ts';
import { inTime } from '../../lib/flow/in-time.ts';
import { LIMITS } from '../../lib/limits.ts';
import { type JsonObject, parseExact, stringifyExact } from '../../lib/text/json.ts';
import type { GivenUpMail } from '../../mail/outbox.ts';
import { oneOf } from '../../storage/one-of.ts';
import type { NotificationsTable } from '../../storage/schema.ts';
import type { Transaction } from '../../storage/storage.ts';
import type { Task } from '../engine/task.ts';
import { NOTIFICATION_FIELDS } from '../filters/filter-fields.ts';
import { filterConditions } from '../filters/filters.ts';
import { mailTrouble, reasonOf } from '../mails/stage-mails.ts';
import {
  ADDITIONAL_MAIL,
  NOTIFICATION_MAIL,
  type ReadyMail,
  STAGE_MAIL,
  sendMails,
  writeMail,
} from '../mails/workflow-mails.ts';
import { newHexId } from '../store/hex-id.ts';
import { readListPage } from '../store/list-pages.ts';
import type { FilterInput, ListPage, ListPosition } from '../store/task-query.ts';
import { findTask, flag } from '../store/task-rows.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import type { Notification } from './notification-handler.ts';

export interface NotificationQuery {
  readonly filters?: FilterInput;
  readonly acknowledged?: boolean;
  readonly error?: boolean;
  /** Uuid of a task. */
  readonly task?: string;
  readonly at: ListPosition;
}

/** The name of a refused mail in the older service's configuration. */
const SMTP_FAILURE = 'SMTPException';

/** Messages to operators that stay until they are acknowledged (workflow-v1 §6). */
export class Notifications {
  readonly #parts: WorkflowParts;
  /** Handlers that run in the background. */
  readonly #handling = new Set<Promise<void>>();

  constructor(parts: WorkflowParts) {
    this.#parts = parts;
    parts.outbox.onGivenUp((tx, mail) => this.#mailGivenUp(tx, mail));
  }

  /** Stores a notification, then calls the handlers that the settings of its task name. Errors: `task_not_found`. */
  async create(
    task: string,
    notes: JsonObject,
    { error = false }: { readonly error?: boolean } = {},
  ): Promise<Notification> {
    const { storage, clock } = this.#parts;
    const found = await findTask(storage, task, clock.now());
    if (!found) throw new PurserError('task_not_found', { uuid: task });
    const stored = await storage.transaction((tx) => this.insert(tx, found.row, notes, { error }));
    await this.hand(stored);
    return this.get(stored.uuid);
  }

  /** Stores a notification in the transaction of its cause. The caller calls `hand` after the commit. */
  async insert(
    tx: Transaction,
    task: { readonly id: number; readonly uuid: string },
    notes: JsonObject,
    {
      error = false,
      acknowledged = false,
    }: { readonly error?: boolean; readonly acknowledged?: boolean } = {},
  ): Promise<Notification> {
    const uuid = newHexId(this.#parts.secrets);
    const createdOn = this.#parts.clock.now();
    await tx.db
      .insertInto('notifications')
      .values({
        uuid,
        task_id: task.id,
        notes: stringifyExact(notes),
        error: flag(error),
        acknowledged: flag(acknowledged),
        created_on: createdOn,
      })
      .execute();
    return { uuid, task: task.uuid, notes, error, acknowledged, createdOn };
  }

  /**
   * Passes a notification to its handlers; if one of them delivers it, it counts as acknowledged. A handler that fails
   * causes an error notification and does not affect the others.
   */
  async hand(notification: Notification): Promise<void> {
    const { storage, clock, registry } = this.#parts;
    const found = await findTask(storage, notification.task, clock.now());
    if (!found) return;
    const config = registry.taskType(found.task.taskType)?.notifications ?? registry.defaultNotifications;
    for (const name of notification.error ? config.errorHandlers : config.standardHandlers) {
      try {
        await this.#handTo(name, notification, found.task);
      } catch (error) {
        await this.#handlerFailed(found.row, error);
      }
    }
  }

  /** Newest first. Errors: those of `TaskReads.list`. */
  async list({ filters, acknowledged, error, task, at }: NotificationQuery): Promise<ListPage<Notification>> {
    const { storage } = this.#parts;
    let query = storage.db
      .selectFrom('notifications')
      .innerJoin('tasks', 'tasks.id', 'notifications.task_id')
      .selectAll('notifications')
      .select('tasks.uuid as task_uuid');
    if (acknowledged !== undefined) query = query.where('acknowledged', '=', flag(acknowledged));
    if (error !== undefined) query = query.where('error', '=', flag(error));
    if (task !== undefined) query = query.where(oneOf(storage, 'tasks.uuid', [task]));
    for (const condition of filterConditions(storage.native.engine, NOTIFICATION_FIELDS, filters)) {
      query = query.where(condition);
    }
    const page = await readListPage(query, 'notifications', at);
    return { ...page, items: page.items.map((row) => toNotification(row, row.task_uuid)) };
  }

  /** Errors: `notification_not_found`. */
  async get(uuid: string): Promise<Notification> {
    const row = /^[0-9a-f]{32}$/.test(uuid)
      ? await this.#parts.storage.db
          .selectFrom('notifications')
          .innerJoin('tasks', 'tasks.id', 'notifications.task_id')
          .selectAll('notifications')
          .select('tasks.uuid as task_uuid')
          .where('notifications.uuid', '=', uuid)
          .executeTakeFirst()
      : undefined;
    if (!row) throw new PurserError('notification_not_found', { uuid });
    return toNotification(row, row.task_uuid);
  }

  /** Acknowledges one. Errors: `notification_not_found`. @returns whether it was not acknowledged before */
  async acknowledge(uuid: string): Promise<boolean> {
    await this.get(uuid);
    return (await this.acknowledgeAll([uuid])) === 1;
  }

  /** Acknowledges several; unknown ones are ignored. @returns how many were not acknowledged before */
  async acknowledgeAll(uuids: readonly string[] | 'all'): Promise<number> {
    if (uuids !== 'all' && uuids.length > LIMITS.notifications_at_once) {
      const reason = `At most ${LIMITS.notifications_at_once} notifications can be acknowledged at once.`;
      throw new PurserError('invalid_request', { reason });
    }
    const { storage } = this.#parts;
    const { numUpdatedRows } = await storage.transaction(({ db }) => {
      const open = db.updateTable('notifications').set({ acknowledged: 1 }).where('acknowledged', '=', 0);
      const update = uuids === 'all' ? open : open.where(oneOf(storage, 'uuid', uuids));
      return update.executeTakeFirstOrThrow();
    });
    return Number(numUpdatedRows);
  }

  /** Waits for handlers that run in the background. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#handling);
  }

  async #handTo(name: string, notification: Notification, task: Task): Promise<void> {
    const { registry, storage, outbox, settings, onError } = this.#parts;
    const handler = registry.handler(name);
    if (!handler) throw new Error(`There is no notification handler '${name}'.`);
    const type = registry.taskType(task.taskType);
    const mails: ReadyMail[] = [];
    // Only a console that the operator has configured has such pages.
    const { horizonUrl } = settings.workflow;
    const pageOf = (what: string, uuid: string): string | null =>
      horizonUrl === undefined ? null : `${horizonUrl}/management/${what}/${uuid}`;
    const data = {
      task,
      notification,
      taskUrl: pageOf('tasks', task.uuid),
      notificationUrl: pageOf('notifications', notification.uuid),
    };
    const handing = handler.notify(notification, task, {
      config: registry.handlerConfig(name, type, notification.error),
      mail: async (message) => {
        const mail = writeMail(this.#parts, task.uuid, message, data, {
          template: 'notification.txt',
          trouble: (error) => onError(error, `the template of a notification of task ${task.uuid} failed`),
        });
        mails.push({ kind: NOTIFICATION_MAIL, reference: notification.uuid, mail });
      },
    });
    const reached = await inTime(handing, LIMITS.action_ms, `Notification handler ${name}`);
    if (!reached && mails.length === 0) return;
    await storage.transaction(async (tx) => {
      await sendMails(outbox, tx, mails);
      if (!reached) return;
      await tx.db
        .updateTable('notifications')
        .set({ acknowledged: 1 })
        .where('uuid', '=', notification.uuid)
        .execute();
    });
  }

  async #handlerFailed(task: { id: number; uuid: string }, error: unknown): Promise<void> {
    const { storage, onError } = this.#parts;
    onError(error, 'a notification could not be handed on');
    await storage.transaction((tx) => this.insert(tx, task, handlerTrouble(error), { error: true }));
  }

  /**
   * A mail that was given up causes an error notification, which is acknowledged if the task's settings call the failure
   * safe. If the mail was a notification, that notification is no longer acknowledged.
   */
  async #mailGivenUp(tx: Transaction, { kind, reference, reason }: GivenUpMail): Promise<void> {
    if (reference === null) return;
    if (kind === NOTIFICATION_MAIL) {
      const row = await tx.db
        .updateTable('notifications')
        .set({ acknowledged: 0 })
        .where('uuid', '=', reference)
        .returning('task_id')
        .executeTakeFirst();
      if (row) await this.insert(tx, { id: row.task_id, uuid: '' }, handlerTrouble(reason), { error: true });
      return;
    }
    if (kind !== STAGE_MAIL && kind !== ADDITIONAL_MAIL) return;
    const task = await tx.db
      .selectFrom('tasks')
      .select(['id', 'uuid', 'task_type'])
      .where('uuid', '=', reference)
      .executeTakeFirst();
    if (!task) return;
    const { registry } = this.#parts;
    const config = registry.taskType(task.task_type)?.notifications ?? registry.defaultNotifications;
    const safe = config.safeErrors.includes(SMTP_FAILURE);
    const errors =
      kind === STAGE_MAIL
        ? mailTrouble(reason, task.uuid)
        : `Error: '${reasonOf(reason)}' while sending additional email for task: ${task.uuid}`;
    const stored = await this.insert(tx, task, { errors }, { error: true, acknowledged: safe });
    if (!safe) tx.afterCommit(() => this.#handAlone(stored));
  }

  #handAlone(notification: Notification): void {
    const handing = this.hand(notification)
      .catch((error) => this.#parts.onError(error, 'a notification could not be handed on'))
      .finally(() => this.#handling.delete(handing));
    this.#handling.add(handing);
  }
}

function handlerTrouble(error: unknown): JsonObject {
  return { errors: [`Error: '${reasonOf(error)}' while sending email notification`] };
}

function toNotification(row: Selectable<NotificationsTable>, task: string): Notification {
  return {
    uuid: row.uuid,
    task,
    notes: parseExact(row.notes) as JsonObject,
    error: row.error === 1,
    acknowledged: row.acknowledged === 1,
    createdOn: row.created_on,
  };
}
