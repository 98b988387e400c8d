import { PageQuery, page } from '@purser/api/native/common';
import { ProjectResource } from '@purser/api/native/ledger/capacity';
import { MemberQuery, Membership } from '@purser/api/native/projects/membership';
import { Project, ProjectEvent, ProjectPath, ProjectQuery } from '@purser/api/native/projects/project';
import { type Static, Type } from 'typebox';
import { withinReach } from '../../../directory/tokens/reach.ts';
import type { Domain } from '../../../domain.ts';
import type { ProjectQuota } from '../../../ledger/quotas.ts';
import { PurserError } from '../../../lib/errors.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import type { ProjectQuery as DomainQuery } from '../../../projects/projects.ts';
import { MEMBERSHIP_STATES, PROJECT_STATES, PROJECT_STATUSES } from '../../../projects/vocabulary.ts';
import { actorOf, callerOf } from '../frame/access.ts';
import { filterUser } from '../frame/named-user.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { pageFrom } from '../frame/paging.ts';
import { timeOrDay } from '../frame/times.ts';
import { visibleUnits } from '../frame/units.ts';
import { wordsOf } from '../frame/words.ts';
import { projectFor, projectsFor } from './project-lookup.ts';
import { presentEvent, presentMembership, presentResources } from './project-presenters.ts';

const tag = 'Projects';

const list = operation(
  {
    id: 'listProjects',
    tag,
    access: 'project',
    summary: 'List projects',
    description:
      'Users get the projects they own or are members of, and active projects that are not private.',
    problems: [403, 404],
    answers: { 200: page(named(Project), 'projects') },
  },
  { querystring: ProjectQuery },
);

const show = operation(
  {
    id: 'getProject',
    tag,
    access: 'project',
    summary: 'Show a project',
    problems: [403, 404],
    answers: { 200: named(Project) },
  },
  { params: ProjectPath },
);

const resources = operation(
  {
    id: 'listProjectResources',
    tag,
    access: 'project',
    summary: 'List the limits and the usage of a project',
    description: 'Allowed for its members, its managers, and operators.',
    problems: [403, 404],
    answers: {
      200: Type.Object(
        { items: Type.Array(named(ProjectResource)) },
        { description: 'All resources, not paginated.' },
      ),
    },
  },
  { params: ProjectPath },
);

const members = operation(
  {
    id: 'listProjectMembers',
    tag,
    access: 'project',
    summary: 'List the memberships of a project',
    description:
      'Managers get all memberships, including requests and former members; members get their own.',
    problems: [403, 404],
    answers: { 200: page(named(Membership), 'memberships') },
  },
  { params: ProjectPath, querystring: MemberQuery },
);

const history = operation(
  {
    id: 'getProjectHistory',
    tag,
    access: 'project',
    summary: 'List the history of a project',
    description: 'The newest entries first. Allowed for managers of the project.',
    problems: [403, 404],
    answers: { 200: page(named(ProjectEvent), 'events') },
  },
  { params: ProjectPath, querystring: PageQuery },
);

/** Reading projects. */
export function projectRoutes(app: NativeApp, domain: Domain): void {
  const { projects, memberships } = domain;

  app.get('/projects', list, async (request) => {
    const { limit, after, ...filters } = request.query;
    const query = await queryOf(domain, filters);
    const read = async (window: { limit: number; after?: number }) => {
      const views = await projects.list(actorOf(request), { ...query, ...window });
      return views.map((view) => ({ id: view.project.id, view }));
    };
    const found = await pageFrom({ limit, after }, read, ({ view }) => view);
    return { ...found, items: await projectsFor(request, domain, found.items) };
  });

  app.get('/projects/:project', show, async (request) =>
    projectFor(request, domain, await projects.view(actorOf(request), request.params.project)),
  );

  app.get('/projects/:project/resources', resources, async (request) => {
    const { project, full, resources } = await projects.view(actorOf(request), request.params.project);
    const caller = callerOf(request);
    const sources = full ? [] : withinReach(caller, await projects.quotaSourcesOf(caller.account.uuid));
    if (!full && !sources.includes(project.uuid)) throw new PurserError('forbidden');
    const used: ProjectQuota[] = [];
    for await (const chunk of domain.ledger.projectQuotas({ projects: [project.uuid] })) used.push(...chunk);
    return { items: presentResources(resources, used, await visibleUnits(request, domain)) };
  });

  app.get('/projects/:project/members', members, async (request) => {
    const { project } = await projects.view(actorOf(request), request.params.project);
    const { state, ...window } = request.query;
    const filters = omitUndefined({ states: wordsOf('state', state, MEMBERSHIP_STATES) });
    const read = async (part: { limit: number; after?: number }) => {
      const views = await memberships.list(actorOf(request), { ...filters, ...part, project: project.uuid });
      return views.map((view) => ({ id: view.membership.id, view }));
    };
    return pageFrom(window, read, ({ view }) => presentMembership(view));
  });

  app.get('/projects/:project/history', history, async (request) => {
    const { project } = request.params;
    const units = await visibleUnits(request, domain);
    const read = (part: { limit: number; after?: number }) =>
      projects.history(actorOf(request), project, part);
    return pageFrom(request.query, read, (event) => presentEvent(event, units));
  });
}

type Filters = Omit<Static<typeof ProjectQuery>, 'limit' | 'after'>;

async function queryOf(
  domain: Domain,
  { name, owner, member, state, status, ends_before, ...filters }: Filters,
): Promise<Omit<DomainQuery, 'limit' | 'after'>> {
  const ownedBy = await filterUser(domain, owner);
  return omitUndefined({
    ...filters,
    names: name === undefined ? undefined : [name],
    owners: ownedBy === undefined ? undefined : [ownedBy],
    member: await filterUser(domain, member),
    states: wordsOf('state', state, PROJECT_STATES),
    statuses: wordsOf('status', status, PROJECT_STATUSES),
    endsBefore: ends_before === undefined ? undefined : timeOrDay('ends_before', ends_before),
  });
}
