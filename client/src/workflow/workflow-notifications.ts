import type { CallOptions } from '../http/call.ts';
import { path } from '../http/path.ts';
import type { NotificationFilters } from './filters.ts';
import { one, type Send } from './workflow-caller.ts';
import { WorkflowPages } from './workflow-pages.ts';
import type { Noted, WorkflowNotification, WorkflowNotificationPage } from './workflow-schemas.ts';

/** Notifications: messages to operators that stay until one of them acknowledges them. */
export class WorkflowNotifications extends WorkflowPages<
  WorkflowNotification,
  WorkflowNotificationPage,
  NotificationFilters
> {
  constructor(send: Send) {
    super(send, 'notifications');
  }

  /**
   * Acknowledges one or several notifications; of several, unknown ones are ignored. Sends
   * `POST /v1/notifications/<uuid>`, or `POST /v1/notifications` for many.
   * @throws BadRequest if the list is empty, Unauthorized, Forbidden, NotFound
   */
  acknowledge(uuids: string | readonly string[], options?: CallOptions): Promise<Noted> {
    const what =
      typeof uuids === 'string'
        ? { path: one('notifications', uuids), json: { acknowledged: true } }
        : { path: path`/notifications`, json: { notifications: uuids } };
    return this.send({ method: 'POST', ...what, repeatable: true }, options);
  }
}
