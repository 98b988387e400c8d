import { cloudRolesOf } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { route, serve, withinOf } from './call.ts';
import type { CatalogV3 } from './catalog.ts';
import { pageOf, wholeList } from './pages.ts';
import type { Presenters } from './presenters.ts';
import { projectAfter } from './projects.ts';

/** The scopes that the caller can get a token for: `auth/projects`, `auth/domains`, `auth/system`, `auth/catalog`. */
export function authListingRoutes(
  domain: Domain,
  base: string,
  present: Presenters,
  catalog: () => Promise<CatalogV3>,
): RouteTable {
  const { roleAssignments } = domain;
  return [
    route('/auth/projects', {
      GET: serve('any', async (call) => {
        const after = await projectAfter(domain, call);
        return pageOf(
          call,
          base,
          'projects',
          (limit) =>
            roleAssignments.projectsOf(call.caller.account.uuid, { after, limit, within: withinOf(call) }),
          (project) => present.project(project),
          ({ uuid }) => uuid,
        );
      }),
    }),
    route('/auth/domains', {
      GET: serve('any', async (call) => {
        const roles = cloudRolesOf(call.caller, { scoped: true });
        return wholeList(call, base, 'domains', roles.length > 0 ? [present.domain()] : []);
      }),
    }),
    route('/auth/system', {
      GET: serve('any', async (call) => {
        const roles = cloudRolesOf(call.caller, { scoped: true });
        return wholeList(call, base, 'system', roles.length > 0 ? [{ all: true }] : []);
      }),
    }),
    route('/auth/catalog', {
      GET: serve('any', async (call) => wholeList(call, base, 'catalog', (await catalog()).entries)),
    }),
  ];
}
