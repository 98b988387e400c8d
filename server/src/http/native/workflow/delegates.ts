import {
  DelegateAnswer,
  DelegateApi,
  DelegatePath,
  DelegateQuestion,
  type DelegateApi as WireDelegate,
} from '@purser/api/native/workflow/delegate';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Principal } from '../../../directory/tokens/principal.ts';
import { isOperator, type Requirement } from '../../../directory/tokens/reach.ts';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import { isObject, type JsonObject } from '../../../lib/text/json.ts';
import { ANONYMOUS, type Caller } from '../../../workflow/engine/caller.ts';
import { requirementOfMethod } from '../../../workflow/engine/gate-requirements.ts';
import { workflowCaller } from '../../kernel/workflow-caller.ts';
import { gatekeeperOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';

const tag = 'Tasks';

const list = operation(
  {
    id: 'listDelegates',
    tag,
    access: 'public',
    summary: 'List the APIs by which people ask for tasks',
    answers: {
      200: Type.Object({ items: Type.Array(named(DelegateApi)) }, { description: 'All, without pages.' }),
    },
  },
  {},
);

const ask = operation(
  {
    id: 'askDelegate',
    tag,
    access: 'public',
    summary: 'Ask for a task, or for what could be asked for',
    description:
      'Sign-up, invitations, roles, forgotten passwords, quotas, and what feature sets add. Some need a token, and a ' +
      'role on the project that they are about.',
    problems: [403, 404, 409],
    answers: { 200: named(DelegateAnswer) },
  },
  { params: DelegatePath, body: DelegateQuestion },
);

/** The delegate APIs of the workflow. */
export function delegateRoutes(app: NativeApp, domain: Domain): void {
  const { registry, delegateContexts } = domain.workflow;
  const gatekeeper = gatekeeperOf(domain);

  app.get('/delegates', list, async () => ({
    items: registry.delegateApis.map(
      ({ api: { name, path, methods } }): WireDelegate => ({ name, path, methods: Object.keys(methods) }),
    ),
  }));

  app.post('/delegates/:delegate', ask, async (request) => {
    const { method: name, params = {}, query = {}, input = {}, project } = request.body;
    const api = registry.delegateApis.find(({ api: one }) => one.name === request.params.delegate)?.api;
    const method = api?.methods[name];
    if (!api || !method) throw new PurserError('delegate_not_found', { delegate: request.params.delegate });
    const caller = await askingOf(request, requirementOfMethod(api, name, method), project);
    const address = request.ip;
    const asked = { caller, params, query, body: input as JsonObject, address };
    const { status, body } = await method.handle(asked, delegateContexts.for(api.name, { caller, address }));
    if (status >= 400) {
      throw new PurserError(status === 404 ? 'delegate_found_nothing' : 'invalid_request', {
        reason: reasonOf(body),
      });
    }
    return { accepted: status === 202, answer: body };
  });

  /**
   * Who asks, in the project that is named or else the one that the token acts on; judged as at the address that the
   * API has in the older dialect. Roles are those that the caller has there and on the whole cloud.
   */
  async function askingOf(
    request: FastifyRequest,
    requirement: Requirement,
    project: string | undefined,
  ): Promise<Caller> {
    if (requirement.public) {
      const asking = await gatekeeper.optionalCaller(request);
      return asking ? workflowCaller(domain, asking) : ANONYMOUS;
    }
    const { principal } = await gatekeeper.admit(request, requirement, { within: project });
    if (!principal) throw new PurserError('token_missing');
    // Of a token that is bound to another project there are no grants on this one.
    const known = project === undefined || isOperator(principal) || hasGrantOn(principal, project);
    if (!known) throw new PurserError('forbidden');
    return workflowCaller(domain, principal, project === undefined ? {} : { project });
  }
}

const hasGrantOn = ({ grants }: Principal, project: string): boolean =>
  grants.some((grant) => grant.project === project);

/** The sentence in a refusal, whichever of its shapes it has (workflow-v1 §1.4). */
function reasonOf(body: unknown): string {
  if (typeof body === 'string') return body;
  if (Array.isArray(body)) return body.map(reasonOf).join(' ');
  if (isObject(body)) {
    const inner = body['errors'] ?? body['ERROR'] ?? body['error'];
    if (inner !== undefined) return reasonOf(inner);
    return Object.entries(body)
      .map(([field, messages]) => `${field}: ${reasonOf(messages)}`)
      .join('; ');
  }
  return String(body);
}
