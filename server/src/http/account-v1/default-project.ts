import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { asInteger, type Json } from '../../lib/json.ts';
import { sendEmpty } from '../cloudfault/answer.ts';
import { asUserOfAnyState, userOf } from '../cloudfault/callers.ts';
import { badRequest, Refusal } from '../cloudfault/fault.ts';
import { jsonObjectBody } from '../cloudfault/json-body.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { projectReference } from './project-reference.ts';

/** The project that a user's tokens act on if they name none (spec identity 1.8). */
export function defaultProjectRoutes(domain: Domain): RouteTable {
  return [
    {
      path: '/myaccount/default_project',
      methods: {
        POST: {
          before: [asUserOfAnyState(domain)],
          handler: async (request, reply) => {
            const project = projectNamed(jsonObjectBody(request)['project_id']);
            await choose(domain, userOf(request).account.uuid, project);
            return sendEmpty(request, reply);
          },
        },
      },
    },
  ];
}

async function choose({ projects }: Domain, account: string, project: string): Promise<void> {
  try {
    await projects.setDefault(account, project);
  } catch (error) {
    throw inWordsOfTheCall(error, project);
  }
}

/** The call has words of its own for some refusals (spec identity B). */
function inWordsOfTheCall(error: unknown, project: string): unknown {
  if (!(error instanceof PurserError)) return error;
  switch (error.code) {
    case 'account_inactive':
      // A state like others here, and no lack of authentication.
      return new Refusal('not_allowed', 'User account is not active.');
    case 'membership_not_found':
      // To strangers the number of a project names none.
      return typeof projectReference(project) === 'number'
        ? new PurserError('project_not_found', { project })
        : new Refusal('not_found', 'This is not a valid membership request.');
    case 'forbidden':
      return new Refusal('forbidden', 'You do not have the permissions to perform this action.');
    default:
      return error;
  }
}

function projectNamed(value: Json | undefined): string {
  if (value === undefined || value === null) throw new Refusal('forbidden', 'Project id not specified');
  const text = typeof value === 'string' ? value : asInteger(value)?.toString();
  if (text === undefined) throw badRequest('project_id should be the id of a project.');
  return text;
}
