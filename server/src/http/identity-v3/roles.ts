import type { Role } from '../../directory/roles/roles.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { route, serve } from './call.ts';
import { bodyOf } from './fields.ts';
import { pageOf, passes, wholeList } from './pages.ts';
import type { Presenters } from './presenters.ts';

/** Roles, which belong to no domain. */
export function roleRoutes(domain: Domain, base: string, present: Presenters): RouteTable {
  const { roles } = domain;
  return [
    route('/roles', {
      GET: serve('any', async (call) => {
        const { name, domain_id, marker } = call.query;
        if (!passes(domain_id, null)) return wholeList(call, base, 'roles', []);
        if (name !== undefined) {
          const role = await roles.named(name);
          return wholeList(call, base, 'roles', role ? [present.role(role)] : []);
        }
        const after = marker === undefined ? 0 : (await roleNumbered(roles, marker)).id;
        return pageOf(
          call,
          base,
          'roles',
          (limit) => roles.list({ after, limit }),
          (role) => present.role(role),
          ({ id }) => String(id),
        );
      }),
      POST: serve('operator', async ({ request }) => {
        const wanted = bodyOf(request, 'role');
        wanted.refuse('domain_id', 'roles of a domain are not supported');
        const role = await roles.create(wanted.required('name'), wanted.text('description') ?? '');
        return { status: 201, body: { role: present.role(role) } };
      }),
    }),
    route('/roles/:role', {
      GET: serve('any', async ({ params: { role = '' } }) => ({
        body: { role: present.role(await roleNumbered(roles, role)) },
      })),
    }),
  ];
}

/** The role with an id of this dialect. `role_not_found` */
export async function roleNumbered(roles: Domain['roles'], id: string): Promise<Role> {
  const number = /^[1-9]\d{0,14}$/.test(id) ? Number(id) : 0;
  const [role] = number === 0 ? [] : await roles.list({ after: number - 1, limit: 1 });
  if (role?.id !== number) throw new PurserError('role_not_found', { role: id });
  return role;
}

/** All roles; their number is small. */
export function allRoles(roles: Domain['roles']): Promise<Role[]> {
  return roles.list({ limit: LIMITS.page_max });
}
