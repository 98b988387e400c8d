import type { Webhook, WebhookCreated, WebhookDelivery } from '@purser/api/native/operations/webhook';
import type { Approval } from '@purser/api/native/workflow/approval';
import type { DelegateApi } from '@purser/api/native/workflow/delegate';
import type { Notification } from '@purser/api/native/workflow/notification';
import type { Task, TaskDetails } from '@purser/api/native/workflow/task';
import type { TaskToken, TaskTokenDescription } from '@purser/api/native/workflow/task-token';
import type { WorkflowOverview } from '@purser/api/native/workflow/workflow-overview';
import { ageText } from '../input/durations.ts';
import type { View } from './printing.ts';
import { changedFields, replacedText } from './project-views.ts';
import { limitText } from './quantities.ts';

const taskFields = [
  ...(['id', 'type', 'state', 'valid', 'asked_by', 'asked_by_name', 'project'] as const),
  ...(['approved_by', 'approved_by_name', 'created_at', 'approved_at', 'completed_at', 'running'] as const),
];
const running = (at: Task['running']): string =>
  at === null ? '-' : `${at.stage}, action ${at.action + 1} of ${at.actions}, since ${at.since}`;
const lines = (texts: readonly string[]): string => texts.join('\n') || '-';

export const taskView: View<Task> = {
  fields: taskFields,
  columns: ['id', 'type', 'state', 'valid', 'asked_by_name', 'project', 'created_at'],
  texts: { running },
};

export const taskDetailsView: View<TaskDetails> = {
  fields: [...taskFields, 'reasons', 'outlook', 'actions', 'notes'],
  columns: [],
  texts: { running, reasons: lines, notes: lines, outlook: outlookText, actions: actionsText },
};

/** Each action with what it was asked for, and below it what it has noted. */
function actionsText(actions: TaskDetails['actions']): string {
  return lines(
    actions.flatMap(({ name, valid, data, notes }) => [
      `${name} (${valid ? 'valid' : 'not valid'}) ${JSON.stringify(data)}`,
      ...notes.map((note) => `  ${note}`),
    ]),
  );
}

/** The effects of an approval, one on each line. */
export function outlookText(outlook: Approval['outlook']): string {
  return lines(effectsOf(outlook));
}

function effectsOf({ projects, users, limits }: Approval['outlook']): string[] {
  const roles = (verb: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${verb} ${names.join(', ')}`];
  return [
    ...projects.map((name) => `new project ${name}`),
    ...users.map(({ name, gains, loses }) =>
      ['user', name, ...roles('gets', gains), ...roles('loses', loses)].join(' '),
    ),
    ...limits.map(({ resource, unit, before, after }) => {
      const text = (limit: typeof before): string =>
        limit === null
          ? 'nothing'
          : `${limitText(limit.project_capacity, unit)} (each member ${limitText(limit.member_capacity, unit)})`;
      return `${resource} ${text(before)} → ${text(after)}`;
    }),
  ];
}

/** The effects of an approval, after the pending application that this one replaced. */
function approvalOutlook(outlook: Approval['outlook'], { replaced }: Approval): string {
  if (replaced === null) return outlookText(outlook);
  const dropped = changedFields(replaced.dropped);
  const without = dropped.length === 0 ? '' : ` and drops its ${dropped.join(', ')}`;
  return lines([`replaces application ${replaced.application}${without}`, ...effectsOf(outlook)]);
}

export const approvalView: View<Approval> = {
  fields: [
    ...(['kind', 'id', 'about', 'asked_by', 'asked_by_name', 'since', 'age_s'] as const),
    ...([
      'project',
      'project_name',
      'comments',
      'replaced',
      'outlook',
      'valid',
      'reasons',
      'running',
    ] as const),
  ],
  columns: ['kind', 'id', 'about', 'asked_by_name', 'project_name', 'age_s', 'valid', 'outlook', 'reasons'],
  texts: { age_s: ageText, replaced: replacedText, outlook: approvalOutlook, reasons: lines },
};

const tokenFields = ['id', 'task', 'task_type', 'created_at', 'expires_at'] as const;
export const taskTokenView: View<TaskToken> = { fields: tokenFields, columns: tokenFields };
export const taskTokenDescriptionView: View<TaskTokenDescription> = {
  fields: ['task_type', 'actions', 'required_fields', 'requires_authentication'],
  columns: [],
};

const notificationFields = ['id', 'task', 'error', 'acknowledged', 'created_at', 'notes'] as const;
export const notificationView: View<Notification> = {
  fields: notificationFields,
  columns: notificationFields,
  texts: { notes: (notes) => lines(Object.values(notes).flat().map(String)) },
};

const webhookFields = ['id', 'url', 'description', 'events', 'created_at', 'created_by'] as const;
export const webhookView: View<Webhook> = {
  fields: webhookFields,
  columns: ['id', 'url', 'events', 'description', 'created_at'],
};
/** The secret first: it is what the reader came for. */
export const webhookCreatedView: View<WebhookCreated> = { fields: ['secret', ...webhookFields], columns: [] };

export const webhookDeliveryView: View<WebhookDelivery> = {
  fields: [
    ...(['id', 'message', 'event', 'state', 'created_at', 'attempts'] as const),
    ...(['next_at', 'delivered_at', 'failed_at', 'status', 'error'] as const),
  ],
  columns: ['id', 'event', 'state', 'created_at', 'attempts', 'next_at', 'status', 'error'],
};

const statusTask = (task: Task | null): string =>
  task === null ? '-' : `${task.id} ${task.type}, ${task.state}`;
export const workflowOverviewView: View<WorkflowOverview> = {
  fields: ['error_notifications', 'last_created_task', 'last_completed_task'],
  columns: [],
  texts: {
    error_notifications: (errors) => lines(errors.map(({ id, task }) => `${id} of task ${task}`)),
    last_created_task: statusTask,
    last_completed_task: statusTask,
  },
};

export const delegateView: View<DelegateApi> = {
  fields: ['name', 'path', 'methods'],
  columns: ['name', 'methods', 'path'],
};
