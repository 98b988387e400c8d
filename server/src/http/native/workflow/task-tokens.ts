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
    summary: 'List tokens that tasks wait for',
    description: 'The newest first. Their secrets went out by mail and are not kept.',
    answers: { 200: page(named(TaskToken), 'tokens') },
  },
  { querystring: TaskTokenQuery },
);

const clear = operation(
  {
    id: 'deleteExpiredTaskTokens',
    tag,
    access: 'operator',
    summary: 'Delete tokens that have run out',
    answers: { 200: named(TaskTokensDeleted) },
  },
  { querystring: TaskTokenDeletion },
);

const describe = operation(
  {
    id: 'describeTaskToken',
    tag,
    access: 'public',
    summary: 'Show what a token is for and what has to be sent with it',
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
    summary: 'Submit a token: the task that waits for it is done',
    description: 'Where the token requires it, an API token has to be sent along.',
    problems: [404, 409],
    answers: { 200: named(TaskTokenSubmitted) },
  },
  { params: TaskTokenPath, body: TaskTokenSubmission },
);

/** The links that people get by mail. */
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
