import { page } from '@purser/api/native/common';
import {
  NotificationAcknowledgement,
  NotificationPath,
  NotificationQuery,
  NotificationsAcknowledged,
  Notification as WireNotification,
} from '@purser/api/native/workflow/notification';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import type { Notification } from '../../../workflow/notifications/notification-handler.ts';
import { entryPage } from '../frame/entry-paging.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { time } from '../frame/presenters.ts';

const tag = 'Notifications';

const list = operation(
  {
    id: 'listNotifications',
    tag,
    access: 'operator',
    summary: 'List notifications',
    description: 'The newest first.',
    answers: { 200: page(named(WireNotification), 'notifications') },
  },
  { querystring: NotificationQuery },
);

const show = operation(
  {
    id: 'getNotification',
    tag,
    access: 'operator',
    summary: 'Show a notification',
    problems: [404],
    answers: { 200: named(WireNotification) },
  },
  { params: NotificationPath },
);

const acknowledge = operation(
  {
    id: 'acknowledgeNotifications',
    tag,
    access: 'operator',
    summary: 'Acknowledge notifications, by `ids` or `all`',
    answers: { 200: named(NotificationsAcknowledged) },
  },
  { body: NotificationAcknowledgement },
);

/** Notifications for operators about tasks. */
export function notificationRoutes(app: NativeApp, { workflow: { notifications } }: Domain): void {
  app.get('/notifications', list, async ({ query: { acknowledged, error, task, ...window } }) => {
    const filters = omitUndefined({ acknowledged, error, task });
    return entryPage(
      window,
      (at) => notifications.list({ ...filters, at }),
      ({ uuid }) => uuid,
      presentNotification,
    );
  });

  app.get('/notifications/:notification', show, async ({ params }) =>
    presentNotification(await notifications.get(params.notification)),
  );

  app.post('/notifications/acknowledge', acknowledge, async ({ body: { ids, all } }) => {
    if ((ids === undefined) === (all === undefined)) {
      throw new PurserError('invalid_field', {
        field: 'ids',
        reason: 'requires a list of ids, or `"all": true`',
      });
    }
    return { acknowledged: await notifications.acknowledgeAll(ids ?? 'all') };
  });
}

/** A notification on the wire. */
export function presentNotification({
  uuid,
  task,
  error,
  acknowledged,
  notes,
  createdOn,
}: Notification): WireNotification {
  return { id: uuid, task, error, acknowledged, notes, created_at: time(createdOn) };
}
