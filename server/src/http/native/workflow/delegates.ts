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
import type { JsonObject } from '../../../lib/text/json.ts';
import { ANONYMOUS, type Caller } from '../../../workflow/engine/caller.ts';
import { requirementOfMethod } from '../../../workflow/engine/gate-requirements.ts';
import { askDelegate } from '../../kernel/ask-delegate.ts';
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
    summary: 'List the delegate APIs',
    answers: {
      200: Type.Object(
        { items: Type.Array(named(DelegateApi)) },
        { description: 'All delegate APIs, not paginated.' },
      ),
    },
  },
  {},
);

const ask = operation(
  {
    id: 'askDelegate',
    tag,
    access: 'public',
    summary: 'Call a delegate API',
    description:
      'Creates a task or returns its options: sign-up, invitations, roles, password reset, quotas, and the APIs of ' +
      'feature sets. Some require a token, and a role on the project concerned. If the request replaces an open task, ' +
      'the response names that task.',
    problems: [403, 404, 409],
    answers: { 200: named(DelegateAnswer) },
  },
  { params: DelegatePath, body: DelegateQuestion },
);

/** The delegate APIs of the workflow. */
export function delegateRoutes(app: NativeApp, domain: Domain): void {
  const { registry } = domain.workflow;
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
    const requirement = requirementOfMethod(api, name, method);
    const caller = await askingOf(request, requirement, project);
    const replaced: string[] = [];
    const { status, body } = await askDelegate(domain, {
      name: api.name,
      method: name,
      caller,
      address: request.ip,
      params,
      query,
      input: input as JsonObject,
      // Without authentication, that there was a task would reveal that there is an account.
      onReplaced: requirement.public ? undefined : (uuid) => void replaced.push(uuid),
    });
    return { accepted: status === 202, answer: body, replaced };
  });

  /**
   * The caller in the named project, or else in the project that the token acts on, checked as at the address of the
   * API in the older dialect. Its roles are those on that project and on the whole cloud.
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
    // A token that is bound to another project has no grants on this one.
    const known = project === undefined || isOperator(principal) || hasGrantOn(principal, project);
    if (!known) throw new PurserError('forbidden');
    return workflowCaller(domain, principal, project === undefined ? {} : { project });
  }
}

const hasGrantOn = ({ grants }: Principal, project: string): boolean =>
  grants.some((grant) => grant.project === project);
