import type { CallOptions } from '../http/caller.ts';
import { path } from '../http/path.ts';
import type { ListOptions } from '../native/lists.ts';
import type { NotificationFilters } from './filters.ts';
import { eachOf, filtered, one, type Send } from './workflow-caller.ts';
import type { Noted, WorkflowNotification, WorkflowNotificationPage } from './workflow-schemas.ts';

/** Notifications: messages to operators that stay until somebody acknowledges them. */
export class WorkflowNotifications {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /**
   * Notifications, the newest first, acknowledged or not: all of them, or one page if it is said how many make one.
   * Sends `GET /v1/notifications`.
   * @throws BadRequest if there is no such page or field, Unauthorized, Forbidden
   */
  list(
    {
      filters,
      page,
      notificationsPerPage: notifications_per_page,
    }: {
      readonly filters?: NotificationFilters | undefined;
      /** From 1, which it is unless said. */
      readonly page?: number | undefined;
      readonly notificationsPerPage?: number | undefined;
    } = {},
    options?: CallOptions,
  ): Promise<WorkflowNotificationPage> {
    const query = { ...filtered(filters), page, notifications_per_page };
    return this.#send({ method: 'GET', path: path`/notifications`, query }, options);
  }

  /**
   * Goes through all notifications, the newest first. A page is asked for when those before it have been taken; what
   * comes meanwhile moves the others, so one can be met twice. Sends `GET /v1/notifications` for each page.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  all(
    { filters }: { readonly filters?: NotificationFilters | undefined } = {},
    options: ListOptions = {},
  ): AsyncGenerator<WorkflowNotification, void, undefined> {
    return eachOf(this.#send, 'notifications', filters, options);
  }

  /** One notification. Sends `GET /v1/notifications/<uuid>`. @throws Unauthorized, Forbidden, NotFound */
  get(uuid: string, options?: CallOptions): Promise<WorkflowNotification> {
    return this.#send({ method: 'GET', path: one('notifications', uuid) }, options);
  }

  /**
   * Acknowledges one notification, or many; of many, those that do not exist are passed over. Sends
   * `POST /v1/notifications/<uuid>`, or `POST /v1/notifications` for many.
   * @throws BadRequest if the list is empty, Unauthorized, Forbidden, NotFound
   */
  acknowledge(uuids: string | readonly string[], options?: CallOptions): Promise<Noted> {
    const what =
      typeof uuids === 'string'
        ? { path: one('notifications', uuids), json: { acknowledged: true } }
        : { path: path`/notifications`, json: { notifications: uuids } };
    return this.#send({ method: 'POST', ...what, repeatable: true }, options);
  }
}
