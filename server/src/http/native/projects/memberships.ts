import { page } from '@purser/api/native/common';
import {
  MemberRolePath,
  Membership,
  MembershipAction,
  MembershipCreation,
  MembershipPath,
  MembershipQuery,
} from '@purser/api/native/projects/membership';
import { ProjectPath } from '@purser/api/native/projects/project';
import type { FastifyRequest } from 'fastify';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import { publicPath } from '../../../lib/text/public-address.ts';
import { MEMBERSHIP_STATES } from '../../../projects/vocabulary.ts';
import { actorOf } from '../frame/access.ts';
import { filterUser, personNamed } from '../frame/named-user.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { pageFrom } from '../frame/paging.ts';
import { wordsOf } from '../frame/words.ts';
import { presentMembership } from './project-presenters.ts';

const tag = 'Memberships';

const list = operation(
  {
    id: 'listMemberships',
    tag,
    access: 'project',
    summary: 'List memberships',
    description: 'Users get their own and those of projects that they manage; operators all.',
    problems: [403, 404],
    answers: { 200: page(named(Membership), 'memberships') },
  },
  { querystring: MembershipQuery },
);

const show = operation(
  {
    id: 'getMembership',
    tag,
    access: 'project',
    summary: 'Show a membership',
    problems: [403, 404],
    answers: { 200: named(Membership) },
  },
  { params: MembershipPath },
);

const create = operation(
  {
    id: 'createMembership',
    tag,
    access: 'project',
    summary: 'Join a project, or enrol a user',
    description:
      'Without `user`, the caller asks to join, and becomes a member immediately if the join policy is `auto`. With ' +
      '`user`, a manager of the project adds that user.',
    problems: [403, 404, 409],
    answers: { 201: named(Membership) },
  },
  { params: ProjectPath, body: MembershipCreation },
);

const act = operation(
  {
    id: 'actOnMembership',
    tag,
    access: 'project',
    rehearsable: true,
    summary: 'Accept, reject, cancel, leave or remove a membership',
    description: '`allowed_actions` of a membership lists the possible actions.',
    problems: [403, 404, 409],
    answers: { 200: named(Membership) },
  },
  { params: MembershipPath, body: MembershipAction },
);

const grant = operation(
  {
    id: 'grantProjectRole',
    tag,
    access: 'project',
    rehearsable: true,
    summary: 'Grant a project role to a member',
    description: 'Idempotent. Allowed for managers of the project.',
    problems: [403, 404, 409],
    answers: { 204: null },
  },
  { params: MemberRolePath },
);

const revoke = operation(
  {
    id: 'revokeProjectRole',
    tag,
    access: 'project',
    rehearsable: true,
    summary: 'Revoke a project role from a member',
    description: 'Allowed for managers of the project.',
    problems: [403, 404, 409],
    answers: { 204: null },
  },
  { params: MemberRolePath },
);

/** Memberships of projects. */
export function membershipRoutes(app: NativeApp, domain: Domain): void {
  const { memberships, projects, accounts } = domain;

  app.get('/memberships', list, async (request) => {
    const { state, project, user, ...window } = request.query;
    const filters = omitUndefined({
      states: wordsOf('state', state, MEMBERSHIP_STATES),
      project,
      user: await filterUser(domain, user),
    });
    const read = async (part: { limit: number; after?: number }) => {
      const views = await memberships.list(actorOf(request), { ...filters, ...part });
      return views.map((view) => ({ id: view.membership.id, view }));
    };
    return pageFrom(window, read, ({ view }) => presentMembership(view));
  });

  app.get('/memberships/:membership', show, async (request) =>
    presentMembership(await memberships.view(actorOf(request), request.params.membership)),
  );

  app.post('/projects/:project/memberships', create, async (request, reply) => {
    const { user, roles } = request.body;
    const { project } = request.params;
    if (user === undefined && roles !== undefined) {
      throw new PurserError('invalid_field', { field: 'roles', reason: 'requires `user`' });
    }
    const { id } =
      user === undefined
        ? await memberships.join(actorOf(request), project)
        : await memberships.enroll(actorOf(request), project, await personNamed(domain, user), roles);
    reply
      .code(201)
      .header('location', publicPath(domain.settings.baseUrl, `${app.prefix}/memberships/${id}`));
    return presentMembership(await memberships.view(actorOf(request), id));
  });

  app.post('/memberships/:membership/action', act, async (request) => {
    const { action, reason = null } = request.body;
    const { id } = await memberships.act(actorOf(request), request.params.membership, action, reason);
    return presentMembership(await memberships.view(actorOf(request), id));
  });

  /** The project and the member of the path. A caller who does not manage the project cannot find out which users exist. */
  const memberOf = async (request: FastifyRequest, path: { project: string; user: string }) => {
    const { project, full } = await projects.view(actorOf(request), path.project);
    if (!full) throw new PurserError('forbidden');
    return { project: project.uuid, user: (await accounts.find(path.user)).uuid };
  };

  app.put('/projects/:project/members/:user/roles/:role', grant, async (request, reply) => {
    const { project, user } = await memberOf(request, request.params);
    await memberships.grantRole(actorOf(request), project, user, request.params.role);
    reply.code(204);
  });

  app.delete('/projects/:project/members/:user/roles/:role', revoke, async (request, reply) => {
    const { project, user } = await memberOf(request, request.params);
    await memberships.revokeRole(actorOf(request), project, user, request.params.role);
    reply.code(204);
  });
}
