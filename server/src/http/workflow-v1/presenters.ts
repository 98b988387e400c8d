import { isoUtcDate } from '../../lib/text/wire-date.ts';
import type { Task } from '../../workflow/engine/task.ts';
import type { Notification } from '../../workflow/notifications/notification-handler.ts';
import type { WorkflowToken } from '../../workflow/tokens/workflow-token.ts';

const dateOrNull = (at_ms: number | null) => (at_ms === null ? null : isoUtcDate(at_ms));

/** A task in the form of the wire (workflow-v1 §1.7). While a stage runs, it has an additional key. */
export function presentTask(task: Task): object {
  const { running } = task;
  return {
    uuid: task.uuid,
    keystone_user: task.caller,
    approved_by: task.approvedBy,
    project_id: task.projectId,
    actions: task.actions.map(({ name, data, valid }) => ({ action_name: name, data, valid })),
    task_type: task.taskType,
    task_notes: task.taskNotes,
    action_notes: task.actionNotes,
    cancelled: task.cancelled,
    approved: task.approved,
    completed: task.completed,
    created_on: isoUtcDate(task.createdOn),
    approved_on: dateOrNull(task.approvedOn),
    completed_on: dateOrNull(task.completedOn),
    ...(running && {
      running: {
        stage: running.stage,
        action: running.action,
        actions: task.actions.length,
        since: isoUtcDate(running.since),
      },
    }),
  };
}

export function presentToken({ task, taskType, handle, createdOn, expires }: WorkflowToken): object {
  return {
    task,
    task_type: taskType,
    token: handle,
    created_on: isoUtcDate(createdOn),
    expires: isoUtcDate(expires),
  };
}

export function presentNotification(notification: Notification): object {
  const { uuid, notes, task, error, acknowledged, createdOn } = notification;
  return { uuid, notes, task, error, acknowledged, created_on: isoUtcDate(createdOn) };
}
