import type { FastifyRequest } from 'fastify';
import type { Domain } from '../../domain.ts';
import type { DelegateApi, DelegateMethod } from '../../workflow/delegates/delegate-api.ts';
import { requirementOfMethod } from '../../workflow/engine/gate-requirements.ts';
import { lastValue } from '../kernel/bearer.ts';
import type { Endpoint, RouteEntry, RouteTable } from '../kernel/routes.ts';
import { objectBody } from './body.ts';
import { call } from './call.ts';

/** The enabled delegate APIs, each at its address and its older addresses (workflow-v1 §5). */
export function delegateRoutes(domain: Domain): RouteTable {
  return domain.workflow.registry.delegateApis.flatMap(({ api }) => {
    const methods = methodsOf(domain, api);
    return [api.path, ...(api.aliases ?? [])].map((path) => ({ path: `/${path}`, methods }));
  });
}

function methodsOf(domain: Domain, api: DelegateApi): RouteEntry['methods'] {
  const methods: Record<string, Endpoint> = {};
  for (const [name, method] of Object.entries(api.methods)) {
    methods[name] = endpointOf(domain, api, name, method);
  }
  return { ...methods, ...(methods['GET'] && { HEAD: methods['GET'] }) };
}

function endpointOf(domain: Domain, api: DelegateApi, name: string, method: DelegateMethod): Endpoint {
  return call(domain, requirementOfMethod(api, name, method), ({ request, caller }) => {
    const context = domain.workflow.delegateContexts.for(api.name, { caller, address: request.ip });
    const asked = {
      caller,
      params: request.params as Record<string, string>,
      query: queryOf(request),
      body: name === 'GET' ? {} : objectBody(request),
      address: request.ip,
    };
    return method.handle(asked, context);
  });
}

function queryOf(request: FastifyRequest): Record<string, string | undefined> {
  const query = request.query as Record<string, unknown>;
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, lastValue(value)]));
}
