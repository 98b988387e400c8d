import { type Static, Type } from 'typebox';
import type { Notification } from './notification.ts';
import type { Task } from './task.ts';

const orNull = (name: string) => Type.Union([Type.Ref(name), Type.Null()]);

export const WorkflowOverview = Type.Object(
  {
    error_notifications: Type.Array(Type.Ref('Notification'), {
      description: 'Unacknowledged notifications of errors.',
    }),
    last_created_task: orNull('Task'),
    last_completed_task: orNull('Task'),
  },
  {
    $id: 'WorkflowOverview',
    description: 'Overview of the workflow for operators.',
    examples: [{ error_notifications: [], last_created_task: null, last_completed_task: null }],
  },
);
export interface WorkflowOverview
  extends Omit<
    Static<typeof WorkflowOverview>,
    'error_notifications' | 'last_created_task' | 'last_completed_task'
  > {
  error_notifications: Notification[];
  last_created_task: Task | null;
  last_completed_task: Task | null;
}
