import type { Domain } from '../../domain.ts';
import { isObject, type Json } from '../../lib/text/json.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { type Answer, noted, STILL_RUNNING } from './answer.ts';
import { jsonBody, objectBody } from './body.ts';
import { type Call, call } from './call.ts';
import { fieldRefusal, orNoTask, Refusal } from './faults.ts';
import { filtersOf, listBody, positionOf } from './list-query.ts';
import { presentTask } from './presenters.ts';

const NO_TASK = 'No task with this id.';
/** Approving and updating have a different text (workflow-v1 §1.4). */
const noTaskOf = (uuid: string) => `Task not found with uuid of: '${uuid}'`;

/** Tasks (workflow-v1 §1.6). */
export function taskRoutes(domain: Domain): RouteTable {
  const { tasks, taskReads } = domain.workflow;
  const list = call(domain, 'operator', async (asked) => ({
    status: 200,
    body: listBody(
      'tasks',
      await taskReads.list({ filters: filtersOf(asked), at: positionOf(asked, 'tasks_per_page') }),
      presentTask,
    ),
  }));
  const show = call(domain, 'moderator', async ({ param, scope }) => ({
    status: 200,
    body: presentTask(await orNoTask(NO_TASK, taskReads.get(param('uuid'), scope))),
  }));
  // A corrected task still acts for its requester, so only operators may change its input; and it can concern an
  // account.
  const update = call(
    domain,
    'whole_operator',
    async ({ request, caller, param, scope }): Promise<Answer> => {
      const uuid = param('uuid');
      const input = objectBody(request);
      const task = await orNoTask(noTaskOf(uuid), tasks.update(caller, uuid, input, scope));
      return task.running ? STILL_RUNNING : noted('Task successfully updated.');
    },
  );
  const approve = call(domain, 'operator', async (asked): Promise<Answer> => {
    requireApproval(asked);
    const uuid = asked.param('uuid');
    const task = await orNoTask(noTaskOf(uuid), tasks.approve(asked.caller, uuid, asked.scope));
    if (task.completed) return noted('Task completed successfully.');
    return task.running ? STILL_RUNNING : noted('created token', 202);
  });
  const cancel = call(domain, 'moderator', async ({ caller, param, scope }) => {
    await orNoTask(NO_TASK, tasks.cancel(caller, param('uuid'), scope));
    return noted('Task cancelled successfully.');
  });
  return [
    { path: '/tasks', methods: { GET: list, HEAD: list } },
    {
      path: '/tasks/:uuid(^\\w+$)',
      methods: { GET: show, HEAD: show, PUT: update, POST: approve, DELETE: cancel },
    },
  ];
}

/** Throws unless the body has `approved: true`, also if the body is not JSON (workflow-v1 §1.4). */
function requireApproval({ request }: Call): void {
  let body: Json = null;
  try {
    body = jsonBody(request);
  } catch (error) {
    if (!(error instanceof Refusal && error.status === 400)) throw error;
  }
  if (isObject(body) && body['approved'] === true) return;
  throw fieldRefusal({ approved: ['this is a required boolean field.'] });
}
