import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { asInteger, type Json } from '../../lib/json.ts';
import { sendEmpty } from '../cloudfault/answer.ts';
import { asUserOfAnyState, userOf } from '../cloudfault/callers.ts';
import { badRequest, Refusal } from '../cloudfault/fault.ts';
import { jsonObjectBody } from '../cloudfault/json-body.ts';
import type { RouteTable } from '../kernel/routes.ts';

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

/** That the account is not active is a state like others here, and no lack of authentication. */
async function choose({ projects }: Domain, account: string, project: string): Promise<void> {
  try {
    await projects.setDefault(account, project);
  } catch (error) {
    if (!(error instanceof PurserError && error.code === 'account_inactive')) throw error;
    throw new Refusal('not_allowed', 'User account is not active.');
  }
}

function projectNamed(value: Json | undefined): string {
  if (value === undefined || value === null) throw new Refusal('forbidden', 'Project id not specified');
  const text = typeof value === 'string' ? value : asInteger(value)?.toString();
  if (text === undefined) throw badRequest('project_id should be the id of a project.');
  return text;
}
