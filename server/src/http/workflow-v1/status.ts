import type { Domain } from '../../domain.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { call } from './call.ts';
import { presentNotification, presentTask } from './presenters.ts';

/** The overview for operators (workflow-v1 §1.6). */
export function statusRoutes(domain: Domain): RouteTable {
  const { taskReads, notifications } = domain.workflow;
  const status = call(domain, 'operator', async () => {
    const [{ lastCreated, lastCompleted }, errors] = await Promise.all([
      taskReads.status(),
      notifications.list({ error: true, acknowledged: false, at: 'all' }),
    ]);
    return {
      status: 200,
      body: {
        error_notifications: errors.items.map(presentNotification),
        last_created_task: lastCreated ? presentTask(lastCreated) : null,
        last_completed_task: lastCompleted ? presentTask(lastCompleted) : null,
      },
    };
  });
  return [{ path: '/status', methods: { GET: status, HEAD: status } }];
}
