import { page } from '@purser/api/native/common';
import {
  TaskToken,
  TaskTokenDeletion,
  TaskTokenDescription,
  TaskTokenPath,
  TaskTokenQuery,
  TaskTokenSubmission,
  TaskTokenSubmitted,
  TaskTokensDeleted,
} from '@purser/api/native/workflow/task-token';
import type { Domain } from '../../../domain.ts';
import type { JsonObject } from '../../../lib/text/json.ts';
import { stateOf } from '../../../workflow/engine/task.ts';
import type { WorkflowToken } from '../../../workflow/tokens/workflow-token.ts';
import { entryPage } from '../frame/entry-paging.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { time } from '../frame/presenters.ts';
import { submitterOf } from './workflow-access.ts';

const tag = 'Task tokens';

const list = operation(
  {
    id: 'listTaskTokens',
    tag,
    access: 'operator',
    summary: 'List task tokens',
    description: 'The newest first. Their secrets are sent by mail and not stored.',
    answers: { 200: page(named(TaskToken), 'tokens') },
  },
  { querystring: TaskTokenQuery },
);

const clear = operation(
  {
    id: 'deleteExpiredTaskTokens',
    tag,
    access: 'operator',
    summary: 'Delete expired task tokens',
    answers: { 200: named(TaskTokensDeleted) },
  },
  { querystring: TaskTokenDeletion },
);

const describe = operation(
  {
    id: 'describeTaskToken',
    tag,
    access: 'public',
    summary: 'Show a task token and the fields it requires',
    problems: [404],
    answers: { 200: named(TaskTokenDescription) },
  },
  { params: TaskTokenPath },
);

const submit = operation(
  {
    id: 'submitTaskToken',
    tag,
    access: 'public',
    summary: 'Submit a task token to complete its task',
    description: 'If the token requires it, an API token must be sent too.',
    problems: [404, 409],
    answers: { 200: named(TaskTokenSubmitted) },
  },
  { params: TaskTokenPath, body: TaskTokenSubmission },
);

/** Tokens of tasks, sent as links by mail. */
export function taskTokenRoutes(app: NativeApp, domain: Domain): void {
  const { tasks, taskReads } = domain.workflow;

  app.get('/task-tokens', list, async ({ query: { expired = false, ...window } }) =>
    entryPage(
      window,
      (at) => taskReads.tokenPage({ expired, at }),
      ({ handle }) => handle,
      presentToken,
    ),
  );

  app.delete('/task-tokens', clear, async () => ({ deleted: await tasks.deleteExpiredTokens() }));

  app.get('/task-tokens/:secret', describe, async ({ params }) => {
    const found = await taskReads.describeToken(params.secret);
    return {
      task_type: found.taskType,
      actions: [...found.actions],
      required_fields: [...found.requiredFields],
      requires_authentication: found.requiresAuthentication,
    };
  });

  app.post('/task-tokens/:secret', submit, async (request) => {
    const submitter = await submitterOf(request, domain);
    const data = request.body as JsonObject;
    const task = await tasks.submitToken(request.params.secret, data, submitter, { address: request.ip });
    return { task: task.uuid, state: stateOf(task), running: task.running !== null };
  });
}

function presentToken({ handle, task, taskType, createdOn, expires }: WorkflowToken): TaskToken {
  return {
    id: handle,
    task,
    task_type: taskType,
    created_at: time(createdOn),
    expires_at: time(expires),
  };
}
