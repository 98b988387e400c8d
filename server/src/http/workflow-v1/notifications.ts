import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { isObject } from '../../lib/text/json.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { noted } from './answer.ts';
import { jsonBody } from './body.ts';
import { call } from './call.ts';
import { Refusal, refusal } from './faults.ts';
import { filtersOf, listBody, positionOf } from './list-query.ts';
import { presentNotification } from './presenters.ts';

/** Notifications (workflow-v1 §1.6), also at the singular address of the documentation. */
export function notificationRoutes(domain: Domain): RouteTable {
  const { notifications } = domain.workflow;
  const list = call(domain, 'operator', async (asked) => {
    const filters = filtersOf(asked);
    const at = positionOf(asked, 'notifications_per_page');
    const found = await notifications.list({ filters, at });
    return { status: 200, body: listBody('notifications', found, presentNotification) };
  });
  const acknowledgeAll = call(domain, 'operator', async ({ request }) => {
    const body = jsonBody(request);
    const uuids = isObject(body) ? body['notifications'] : undefined;
    if (!Array.isArray(uuids) || uuids.length === 0) {
      throw new Refusal(400, { notifications: ['this field is required and needs to be a list.'] });
    }
    await notifications.acknowledgeAll(uuids.filter((uuid) => typeof uuid === 'string'));
    return noted('Notifications acknowledged.');
  });
  const show = call(domain, 'operator', async ({ param }) => ({
    status: 200,
    body: presentNotification(await orNone(notifications.get(param('uuid')))),
  }));
  const acknowledge = call(domain, 'operator', async ({ request, param }) => {
    const uuid = param('uuid');
    const already = noted('Notification already acknowledged.');
    if ((await orNone(notifications.get(uuid))).acknowledged) return already;
    const body = jsonBody(request);
    if (!isObject(body) || body['acknowledged'] !== true) {
      throw new Refusal(400, { acknowledged: ['this field is required.'] });
    }
    const first = await orNone(notifications.acknowledge(uuid));
    return first ? noted('Notification acknowledged.') : already;
  });
  return ['/notifications', '/notification'].flatMap((path) => [
    { path, methods: { GET: list, HEAD: list, POST: acknowledgeAll } },
    { path: `${path}/:uuid(^\\w+$)`, methods: { GET: show, HEAD: show, POST: acknowledge } },
  ]);
}

async function orNone<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const none = error instanceof PurserError && error.code === 'notification_not_found';
    throw none ? refusal(404, 'No notification with this id.') : error;
  }
}
