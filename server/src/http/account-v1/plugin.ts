import type { FastifyPluginAsync } from 'fastify';
import type { Domain } from '../../domain.ts';
import { cloudfaultEnvelope, serving, unknownPathsAreBadRequests } from '../cloudfault/envelope.ts';
import { mount, type RouteTable } from '../kernel/routes.ts';
import { applicationRoutes } from './applications.ts';
import { authenticateRoutes } from './authenticate.ts';
import { commissionRoutes } from './commissions.ts';
import { defaultProjectRoutes } from './default-project.ts';
import { discoveryRoutes } from './discovery.ts';
import { feedbackRoutes } from './feedback.ts';
import { membershipRoutes } from './memberships.ts';
import { projectRoutes } from './projects.ts';
import { quotaRoutes } from './quotas.ts';
import { userCatalogRoutes } from './user-catalogs.ts';

/** The calls for one concept of the dialect, with paths below `/account/v1.0`. */
export type RouteModule = (domain: Domain) => RouteTable;

const MODULES: readonly RouteModule[] = [
  discoveryRoutes,
  authenticateRoutes,
  feedbackRoutes,
  userCatalogRoutes,
  quotaRoutes,
  commissionRoutes,
  projectRoutes,
  applicationRoutes,
  membershipRoutes,
  defaultProjectRoutes,
];

/** Older addresses, by the call that they serve (account-v1 §1.2). */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  '/authenticate': ['/im/authenticate', '/ui/authenticate'],
  '/feedback': ['/feedback'],
  '/user_catalogs': ['/user_catalogs'],
  '/service/user_catalogs': ['/service/api/user_catalogs'],
};

/** The account dialect, v1.0: everything under `/account` and its older addresses. Mounted without a prefix. */
export function accountV1(domain: Domain): FastifyPluginAsync {
  return async (app) => {
    const table = MODULES.flatMap((routes) => routes(domain));
    await app.register(
      async (account) => {
        cloudfaultEnvelope(account, domain.clock);
        unknownPathsAreBadRequests(account);
        await account.register(async (v1) => mount(v1, table, serving(domain)), {
          prefix: '/v1.0',
        });
      },
      { prefix: '/account' },
    );
    await app.register(async (root) => {
      cloudfaultEnvelope(root, domain.clock);
      mount(root, aliasesOf(table), serving(domain));
    });
  };
}

function aliasesOf(table: RouteTable): RouteTable {
  return table.flatMap(({ path, methods }) =>
    (ALIASES[path] ?? []).map((alias) => ({ path: alias, methods })),
  );
}
