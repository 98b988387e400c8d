import type { Domain } from '../../domain.ts';
import { asInteger, type Json } from '../../lib/json.ts';
import { sendEmpty } from '../cloudfault/answer.ts';
import { asUserOfAnyState, userOf } from '../cloudfault/callers.ts';
import { badRequest, Refusal } from '../cloudfault/fault.ts';
import { jsonObjectBody } from '../cloudfault/json-body.ts';
import { requesterOf } from '../kernel/requester.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { projectReference, uuidOf } from './project-reference.ts';

/** The project that a user's tokens act on if they name none (spec identity 1.8). */
export function defaultProjectRoutes(domain: Domain): RouteTable {
  return [
    {
      path: '/myaccount/default_project',
      methods: {
        POST: {
          before: [asUserOfAnyState(domain)],
          handler: async (request, reply) => {
            const by = requesterOf(userOf(request), request);
            const named = projectNamed(jsonObjectBody(request)['project_id']);
            const project = (await uuidOf(domain, by, projectReference(named))) ?? named;
            await domain.projects.setDefaultProject(userOf(request).account.uuid, project);
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
