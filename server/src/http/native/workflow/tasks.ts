import { page } from '@purser/api/native/common';
import {
  Task,
  TaskAct,
  TaskDetails,
  TaskPath,
  TaskQuery,
  TaskUpdate,
} from '@purser/api/native/workflow/task';
import type { FastifyRequest } from 'fastify';
import { isOperator } from '../../../directory/tokens/reach.ts';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import type { JsonObject } from '../../../lib/text/json.ts';
import { type Task as StoredTask, TASK_STATES } from '../../../workflow/engine/task.ts';
import { callerOf } from '../frame/access.ts';
import { entryPage } from '../frame/entry-paging.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { timeOrDay } from '../frame/times.ts';
import { visibleUnits } from '../frame/units.ts';
import { wordsOf } from '../frame/words.ts';
import { presentTask, presentTaskDetails } from './task-presenters.ts';
import { keptProjects, taskCallerOf, taskFor } from './workflow-access.ts';

const tag = 'Tasks';
const KEEPERS =
  'Operators see all tasks. Administrators and moderators of a project see its tasks, except those about the e-mail ' +
  'address or the password of another user.';

const list = operation(
  {
    id: 'listTasks',
    tag,
    access: 'project',
    summary: 'List tasks',
    description: `The newest first. ${KEEPERS}`,
    problems: [403],
    answers: { 200: page(named(Task), 'tasks') },
  },
  { querystring: TaskQuery },
);

const show = operation(
  {
    id: 'getTask',
    tag,
    access: 'project',
    summary: 'Show a task with its actions, notes and effects',
    description: KEEPERS,
    problems: [403, 404],
    answers: { 200: named(TaskDetails) },
  },
  { params: TaskPath },
);

const update = operation(
  {
    id: 'updateTask',
    tag,
    access: 'whole_operator',
    summary: 'Change the input of a task and run its checks again',
    description: 'Allowed until the task is approved. The task keeps its requester.',
    problems: [404, 409],
    answers: { 200: named(TaskDetails) },
  },
  { params: TaskPath, body: TaskUpdate },
);

const act = operation(
  {
    id: 'actOnTask',
    tag,
    access: 'project',
    summary: 'Approve or cancel a task, or reissue its token',
    description: `${KEEPERS} Only operators can approve.`,
    problems: [403, 404, 409],
    answers: { 200: named(TaskDetails) },
  },
  { params: TaskPath, body: TaskAct },
);

/** Workflow tasks. */
export function taskRoutes(app: NativeApp, domain: Domain): void {
  const { tasks, taskReads, registry } = domain.workflow;

  const detailed = async (request: FastifyRequest, task: StoredTask) => {
    const [outlook] = await domain.workflow.effectsOf([task]);
    const nothing = { projects: [], users: [], limits: [] };
    return presentTaskDetails(task, outlook ?? nothing, await visibleUnits(request, domain));
  };

  app.get('/tasks', list, async (request) => {
    const { state, type, project, since, until, valid, ...window } = request.query;
    const kept = keptProjects(request);
    const query = omitUndefined({
      project,
      projects: kept,
      seenBy: kept && callerOf(request).account.uuid,
      states: wordsOf('state', state, TASK_STATES),
      // Task types have older names too.
      taskType: type === undefined ? undefined : (registry.taskType(type)?.name ?? type),
      since: since === undefined ? undefined : timeOrDay('since', since),
      until: until === undefined ? undefined : timeOrDay('until', until),
      valid,
    });
    const read = (at: Parameters<typeof taskReads.list>[0]['at']) => taskReads.list({ ...query, at });
    return entryPage(window, read, ({ uuid }) => uuid, presentTask);
  });

  app.get('/tasks/:task', show, async (request) =>
    detailed(request, await taskFor(request, domain, request.params.task)),
  );

  app.patch('/tasks/:task', update, async (request) => {
    const { uuid } = await taskFor(request, domain, request.params.task);
    const caller = await taskCallerOf(request, domain);
    const input = request.body as JsonObject;
    return detailed(request, await tasks.update(caller, uuid, input, { address: request.ip }));
  });

  app.post('/tasks/:task/action', act, async (request) => {
    const { action, reason } = request.body;
    const { uuid } = await taskFor(request, domain, request.params.task);
    if (action === 'approve' && !isOperator(callerOf(request))) throw new PurserError('forbidden');
    const caller = await taskCallerOf(request, domain);
    const decision = { address: request.ip, reason };
    if (action === 'approve') return detailed(request, await tasks.approve(caller, uuid, decision));
    if (action === 'cancel') return detailed(request, await tasks.cancel(caller, uuid, decision));
    if (reason !== undefined) {
      throw new PurserError('invalid_field', {
        field: 'reason',
        reason: 'cannot be combined with `reissue_token`',
      });
    }
    if (!(await tasks.reissueToken(caller, uuid, { address: request.ip }))) {
      throw new PurserError('task_needs_no_token', { task: uuid });
    }
    return detailed(request, await taskReads.get(uuid));
  });
}
