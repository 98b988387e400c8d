import { WorkflowOverview } from '@purser/api/native/workflow/workflow-overview';
import type { Domain } from '../../../domain.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { presentNotification } from './notifications.ts';
import { presentTask } from './task-presenters.ts';

const show = operation(
  {
    id: 'getWorkflowOverview',
    tag: 'Tasks',
    access: 'operator',
    summary: 'Show recent errors and tasks',
    answers: { 200: named(WorkflowOverview) },
  },
  {},
);

/** The start page for operators. */
export function workflowOverviewRoutes(
  app: NativeApp,
  { workflow: { taskReads, notifications } }: Domain,
): void {
  app.get('/workflow/overview', show, async () => {
    const [{ lastCreated, lastCompleted }, errors] = await Promise.all([
      taskReads.status(),
      notifications.list({ error: true, acknowledged: false, at: 'all' }),
    ]);
    return {
      error_notifications: errors.items.map(presentNotification),
      last_created_task: lastCreated ? presentTask(lastCreated) : null,
      last_completed_task: lastCompleted ? presentTask(lastCompleted) : null,
    };
  });
}
