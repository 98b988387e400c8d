import type { Domain } from '../../domain.ts';
import { asInteger, type Json } from '../../lib/text/json.ts';
import { sendEmpty } from '../cloudfault/answer.ts';
import { userOf } from '../cloudfault/callers.ts';
import { setDefaultProject } from '../cloudfault/default-project.ts';
import { badRequest, Refusal } from '../cloudfault/fault.ts';
import { jsonObjectBody } from '../cloudfault/json-body.ts';
import { requesterOf } from '../kernel/requester.ts';
import type { RouteTable } from '../kernel/routes.ts';

/** The project that a user's tokens act on unless they name one (projects §8). */
export function defaultProjectRoutes(domain: Domain): RouteTable {
  return [
    {
      path: '/myaccount/default_project',
      methods: {
        POST: {
          requires: 'account',
          // The call checks the state of the account itself and has its own error texts (projects §8).
          leniency: { inactive: true },
          handler: async (request, reply) => {
            const project = projectNamed(jsonObjectBody(request)['project_id']);
            const user = userOf(request);
            await setDefaultProject(domain, user.account.uuid, project, requesterOf(user, request));
            return sendEmpty(request, reply);
          },
        },
      },
    },
  ];
}

function projectNamed(value: Json | undefined): string {
  if (value === undefined || value === null) throw new Refusal('forbidden', 'Project id not specified');
  const text = typeof value === 'string' ? value : asInteger(value)?.toString();
  if (text === undefined) throw badRequest('project_id should be the id of a project.');
  return text;
}
