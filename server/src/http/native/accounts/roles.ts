import {
  Role,
  RoleCreation,
  RoleGrant,
  RoleGrantPath,
  RoleGrantQuery,
} from '@purser/api/native/accounts/role';
import { UserPath } from '@purser/api/native/accounts/user';
import { PageQuery, page } from '@purser/api/native/common';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import { actorOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { pageOfAll } from '../frame/paging.ts';
import { presentRole, presentRoleGrant } from '../frame/presenters.ts';

const tag = 'Roles';

const list = operation(
  {
    id: 'listRoles',
    tag,
    access: 'operator',
    summary: 'List roles',
    answers: { 200: page(named(Role), 'roles') },
  },
  { querystring: PageQuery },
);

const create = operation(
  {
    id: 'createRole',
    tag,
    access: 'operator',
    summary: 'Create a role',
    problems: [409],
    answers: { 201: named(Role) },
  },
  { body: RoleCreation },
);

const grants = operation(
  {
    id: 'listUserRoles',
    tag,
    access: 'self',
    summary: "List a user's roles",
    problems: [404],
    answers: { 200: page(named(RoleGrant), 'roles') },
  },
  { params: UserPath },
);

const show = operation(
  {
    id: 'getUserRole',
    tag,
    access: 'self',
    summary: 'Check whether a user has a role',
    problems: [404],
    answers: { 200: named(RoleGrant) },
  },
  { params: RoleGrantPath, querystring: RoleGrantQuery },
);

const grant = operation(
  {
    id: 'grantRole',
    tag,
    access: 'whole_operator',
    rehearsable: true,
    summary: 'Grant a role to a user',
    description: 'Idempotent.',
    problems: [404, 409],
    answers: { 204: null },
  },
  { params: RoleGrantPath, querystring: RoleGrantQuery },
);

const revoke = operation(
  {
    id: 'revokeRole',
    tag,
    access: 'whole_operator',
    rehearsable: true,
    summary: 'Revoke a role from a user',
    problems: [404, 409],
    answers: { 204: null },
  },
  { params: RoleGrantPath, querystring: RoleGrantQuery },
);

/** Roles and their assignment to users. */
export function roleRoutes(app: NativeApp, { accounts, roles }: Domain): void {
  app.get('/roles', list, async ({ query }) => pageOfAll(await roles.list(), query, presentRole));

  app.post('/roles', create, async ({ body: { name, description = '' } }, reply) => {
    reply.code(201);
    return presentRole(await roles.create(name, description));
  });

  app.get('/users/:user/roles', grants, async ({ params }) => {
    const { uuid } = await accounts.find(params.user);
    return { items: (await roles.grantsOf(uuid)).map(presentRoleGrant), next: null };
  });

  app.get('/users/:user/roles/:role', show, async ({ params: { user, role }, query: { project = null } }) => {
    const { uuid } = await accounts.find(user);
    const grants = (await roles.grantsOf(uuid)).map(presentRoleGrant);
    const found = grants.find((one) => one.role === role && one.project === project);
    if (!found) throw new PurserError('role_not_found', { role });
    return found;
  });

  app.put('/users/:user/roles/:role', grant, async (request, reply) => {
    const { params, query } = request;
    const { uuid } = await accounts.find(params.user);
    await roles.grant(uuid, params.role, query.project, undefined, actorOf(request));
    reply.code(204);
  });

  app.delete('/users/:user/roles/:role', revoke, async (request, reply) => {
    const { params, query } = request;
    const { uuid } = await accounts.find(params.user);
    await roles.revoke(uuid, params.role, query.project, actorOf(request));
    reply.code(204);
  });
}
