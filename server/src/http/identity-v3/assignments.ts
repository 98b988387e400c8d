import { type Required, reachOf, withinReach } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { powersOf } from '../../projects/requester.ts';
import type {
  AssignmentPosition,
  AssignmentQuery,
  RoleAssignment,
} from '../../projects/roles/role-assignments.ts';
import type { Endpoint, RouteEntry, RouteTable } from '../kernel/routes.ts';
import { type Call, route, serve } from './call.ts';
import { badRequest, DialectRefusal, notFound } from './faults.ts';
import { flagOf, pageOf, passes, wholeList } from './pages.ts';
import { DOMAIN, type Presenters } from './presenters.ts';
import { projectOf } from './projects.ts';
import { allRoles, roleNumbered } from './roles.ts';

/**
 * Role assignments. Roles on the whole cloud are shown on the system, and on request on the domain: there is one
 * domain, which is the whole cloud.
 */
export function assignmentRoutes(domain: Domain, base: string, present: Presenters): RouteTable {
  const { roleAssignments, accounts, roles, appointments } = domain;
  const onCloud = async () => null;
  const onDomain = async ({ params: { domain: id } }: Call) => {
    if (id !== DOMAIN.id) throw notFound(`There is no domain ${id}.`);
    return null;
  };
  const onProject = async (call: Call) => {
    const { uuid } = await projectOf(domain, call);
    refuseBeyond(call, uuid);
    return uuid;
  };
  return [
    route('/role_assignments', {
      GET: serve('project', async (call) => {
        const filters = filtersOf(call);
        if (!filters) return wholeList(call, base, 'role_assignments', []);
        const { asDomain, after, role: roleId, ...places } = filters;
        await refuseUnlessConcerned(call, places);
        const role = roleId === undefined ? undefined : await roleNumbered(roles, roleId).catch(unknown);
        if (role === null) return wholeList(call, base, 'role_assignments', []);
        const names = flagOf('include_names', call.query['include_names']) ?? false;
        return pageOf(
          call,
          base,
          'role_assignments',
          (limit) => roleAssignments.list({ ...places, limit, after, role: role?.id }),
          (assignment) => presentAssignment(assignment, names, asDomain),
          ({ position }) => position.join(':'),
        );
      }),
    }),
    ...grants('/projects/:project/users/:user/roles', 'profile', onProject),
    ...grants('/domains/:domain/users/:user/roles', 'self', onDomain),
    ...grants('/system/users/:user/roles', 'self', onCloud),
  ];

  /** Lists, checks, grants and revokes roles of a user in one kind of place. */
  function grants(
    path: string,
    reading: Required,
    placeOf: (call: Call) => Promise<string | null>,
  ): RouteEntry[] {
    const granted = async (call: Call) => {
      const { user = '' } = call.params;
      const place = await placeOf(call);
      const { uuid } = await accounts.get(user);
      return { uuid, place, held: await roleAssignments.on(uuid, place) };
    };
    const list = serve(reading, async (call) => {
      const { held } = await granted(call);
      const all = await allRoles(roles);
      const shown = all.filter(({ id }) => held.some((role) => role.id === id));
      return wholeList(
        call,
        base,
        'roles',
        shown.map((role) => present.role(role)),
      );
    });
    const check = serve(reading, async (call) => {
      const { held } = await granted(call);
      const role = await roleNumbered(roles, call.params['role'] ?? '');
      if (held.some(({ id }) => id === role.id)) return undefined;
      throw new PurserError('role_not_found', { role: role.name });
    });
    const change = (verb: 'grant' | 'revoke'): Endpoint =>
      serve('whole_operator', async (call) => {
        const { uuid, place, held } = await granted(call);
        const { id, name } = await roleNumbered(roles, call.params['role'] ?? '');
        if (verb === 'revoke' && !held.some((role) => role.id === id)) {
          throw new PurserError('role_not_found', { role: name });
        }
        if (verb === 'grant' && held.some((role) => role.id === id)) return undefined;
        if (place === null && verb === 'grant') await roles.grant(uuid, name, undefined, undefined, call.by);
        else if (place === null) await roles.revoke(uuid, name, undefined, call.by);
        else if (verb === 'grant') await appointments.appoint(call.by, place, uuid, name);
        else await discharge(call, place, uuid, name);
        return undefined;
      });
    return [
      route(path, { GET: list }),
      route(`${path}/:role`, { GET: check, PUT: change('grant'), DELETE: change('revoke') }),
    ];
  }

  async function discharge(call: Call, project: string, user: string, role: string): Promise<void> {
    await appointments.discharge(call.by, project, user, role);
    const left = await roleAssignments.on(user, project);
    if (left.some(({ name }) => name === role)) {
      throw new DialectRefusal('conflict', 'The owner of a project stays its administrator.');
    }
  }

  /** Users see their own assignments, administrators of a project those of the project. */
  async function refuseUnlessConcerned(call: Call, { user, project }: AssignmentPlaces): Promise<void> {
    const { caller, by } = call;
    if (by.operator) return;
    refuseBeyond(call, project);
    if (user === caller.account.uuid) return;
    if (typeof project !== 'string') throw new PurserError('forbidden');
    const held = (await roleAssignments.on(caller.account.uuid, project)).map(({ name }) => name);
    if (!powersOf(by, { uuid: project, owner: null }, held).owns) throw new PurserError('forbidden');
  }

  function presentAssignment({ role, user, project }: RoleAssignment, names: boolean, asDomain: boolean) {
    const place = project ? ['projects', project.uuid] : asDomain ? ['domains', DOMAIN.id] : ['system'];
    const named = <T extends object>(id: string, more: T) => (names ? { id, ...more } : { id });
    return {
      role: named(String(role.id), { name: role.name }),
      user: named(user.uuid, { name: user.username, domain: DOMAIN }),
      scope: project
        ? { project: named(project.uuid, { name: project.name, domain: DOMAIN }) }
        : asDomain
          ? { domain: named(DOMAIN.id, { name: DOMAIN.name }) }
          : { system: { all: true } },
      links: { assignment: present.links(...place, 'users', user.uuid, 'roles', String(role.id)).self },
    };
  }
}

/** A narrowed token sees only roles on its own project. */
function refuseBeyond({ by, caller }: Call, project: string | null | undefined): void {
  if (by.operator || reachOf(caller.token) === 'whole') return;
  const known = typeof project === 'string' && withinReach(caller, [project]).length > 0;
  if (!known) throw new PurserError('forbidden');
}

type AssignmentPlaces = Pick<AssignmentQuery, 'user' | 'project'>;

interface Filters extends AssignmentPlaces {
  readonly role: string | undefined;
  readonly after: AssignmentPosition | undefined;
  readonly asDomain: boolean;
}

/** The filters of a list; undefined if nothing can match. */
function filtersOf({ query }: Call): Filters | undefined {
  // Groups and inherited roles are not supported.
  if (query['group.id'] !== undefined || query['scope.OS-INHERIT:inherited_to'] !== undefined)
    return undefined;
  const system = query['scope.system'] !== undefined;
  const inDomain = query['scope.domain.id'];
  if (!passes(inDomain, DOMAIN.id)) return undefined;
  const asDomain = inDomain !== undefined;
  const project = query['scope.project.id'];
  const places = [system, asDomain, project !== undefined].filter((asked) => asked).length;
  if (places > 1) throw badRequest('scope: only one scope can be given');
  return {
    user: query['user.id'],
    project: system || asDomain ? null : project,
    role: query['role.id'],
    after: query['marker'] === undefined ? undefined : positionOf(query['marker']),
    asDomain,
  };
}

function positionOf(marker: string): AssignmentPosition {
  const [, account, role, project = ''] = /^(\d{1,15}):(\d{1,15}):([\w-]{0,64})$/.exec(marker) ?? [];
  if (account === undefined) throw badRequest('marker: is not valid');
  return [Number(account), Number(role), project];
}

/** No user has an unknown role. */
function unknown(error: unknown): null {
  if (error instanceof PurserError && error.code === 'role_not_found') return null;
  throw error;
}
