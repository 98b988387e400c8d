import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { isObject, type JsonObject } from '../../lib/text/json.ts';
import { isKnown } from '../../workflow/engine/caller.ts';
import { isTruthy } from '../../workflow/filters/python-text.ts';
import type { RouteEntry, RouteTable } from '../kernel/routes.ts';
import { type Answer, noted, STILL_RUNNING } from './answer.ts';
import { jsonBody, objectBody } from './body.ts';
import { type Call, call } from './call.ts';
import { fieldRefusal, orNoTask, Refusal, refusal } from './faults.ts';
import { filtersOf } from './list-query.ts';
import { presentToken } from './presenters.ts';

/** Tokens (workflow-v1 §1.6), also at the singular address of the documentation. */
export function tokenRoutes(domain: Domain): RouteTable {
  const { tasks, taskReads } = domain.workflow;
  const list = call(domain, 'operator', async (asked) => {
    const expired = asked.query('expired')?.toLowerCase() === 'true';
    const tokens = await taskReads.listTokens({ expired, filters: filtersOf(asked) });
    return { status: 200, body: { tokens: tokens.map(presentToken) } };
  });
  const reissue = call(domain, 'moderator', async ({ request, caller, scope }) => {
    const { task = null } = objectBody(request);
    if (task === null) throw fieldRefusal({ task: ['This field is required.'] });
    const uuid = typeof task === 'string' ? task : '';
    await orNoTask('No task with this id.', tasks.reissueToken(caller, uuid, scope));
    return noted('Token reissued.');
  });
  const deleteExpired = call(domain, 'operator', async () => {
    await tasks.deleteExpiredTokens();
    return noted('Deleted all expired tokens.');
  });
  const describe = call(domain, 'public', async (asked) => {
    const found = await taskReads.describeToken(secretOf(asked));
    return {
      status: 200,
      body: {
        actions: found.actions,
        required_fields: found.requiredFields,
        task_type: found.taskType,
        requires_authentication: found.requiresAuthentication,
      },
    };
  });
  const submit = call(domain, 'public', async (asked): Promise<Answer> => {
    const secret = secretOf(asked);
    const data = submissionOf(asked);
    if (data instanceof Refusal) {
      // Whether the token is valid for the caller is checked first.
      const { requiresAuthentication } = await taskReads.describeToken(secret);
      if (requiresAuthentication && !isKnown(asked.caller)) {
        throw new PurserError('workflow_token_authentication');
      }
      throw data;
    }
    const task = await tasks.submitToken(secret, data, asked.caller, { address: asked.request.ip });
    return task.completed ? noted('Token submitted successfully.') : STILL_RUNNING;
  });
  const all: RouteEntry['methods'] = { GET: list, HEAD: list, POST: reissue, DELETE: deleteExpired };
  const one: RouteEntry['methods'] = { GET: describe, HEAD: describe, POST: submit };
  return ['/tokens', '/token'].flatMap((path) => [
    { path, methods: all },
    { path: `${path}/*`, methods: one },
  ]);
}

/** Any text may follow the address, and belongs to the token (workflow-v1 §1.1). */
function secretOf({ param }: Call): string {
  const secret = /^\w+/.exec(param('*'))?.[0];
  if (secret === undefined) throw refusal(404, 'Not found.');
  return secret;
}

/** The input sent with a token, or its refusal. An empty value of any type is an empty object. */
function submissionOf({ request }: Call): JsonObject | Refusal {
  try {
    const body = jsonBody(request);
    if (isObject(body)) return body;
    return isTruthy(body) ? refusal(400, 'Improperly formated json. Should be a key-value object.') : {};
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
