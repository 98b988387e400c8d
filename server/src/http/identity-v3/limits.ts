import type { Resource } from '../../catalog/resources.ts';
import type { Domain } from '../../domain.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Project, ProjectResource } from '../../projects/project.ts';
import { ALIVE } from '../../projects/vocabulary.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { type Call, route, serve } from './call.ts';
import type { CatalogV3 } from './catalog.ts';
import { badRequest, notFound } from './faults.ts';
import { passes, wholeList } from './pages.ts';
import type { Presenters } from './presenters.ts';
import { projectAfter } from './projects.ts';

/** Projects per page without a `limit`: each has one limit per resource. */
const PROJECTS_PER_PAGE = 100;

/**
 * Unified limits, read-only: the limits of a new project per resource, and the limits of each project. Operators and
 * project applications change them through the native API.
 */
export function limitRoutes(
  domain: Domain,
  base: string,
  present: Presenters,
  catalog: () => Promise<CatalogV3>,
): RouteTable {
  const { projects, resources } = domain;

  const visible = async ({ by, query }: Call): Promise<ServedResource[]> => {
    const { services } = await catalog();
    const ids = new Map(services.map(({ id, name }) => [name, String(id)]));
    const all = await resources.all();
    return all
      .filter(({ apiVisible }) => apiVisible || by.operator)
      .map((resource) => ({ resource, service_id: ids.get(resource.serviceOrigin) ?? null }))
      .filter(
        ({ resource, service_id }) =>
          passes(query['service_id'], service_id) && passes(query['resource_name'], resource.name),
      );
  };
  const registered = ({ resource, service_id }: ServedResource) => ({
    id: String(resource.id),
    service_id,
    region_id: null,
    resource_name: resource.name,
    default_limit: resource.projectDefault,
    description: resource.description,
    links: present.links('registered_limits', String(resource.id)),
  });
  const limitsOf = (
    project: Project,
    pools: readonly ProjectResource[],
    served: readonly ServedResource[],
  ): LimitV3[] => {
    const capacities = new Map(pools.map(({ resource, capacity }) => [resource, capacity]));
    return served.flatMap(({ resource, service_id }) => {
      const resource_limit = capacities.get(resource.name);
      if (resource_limit === undefined) return [];
      const id = `${project.uuid}.${resource.id}`;
      const place = { project_id: project.uuid, domain_id: null, service_id, region_id: null };
      const { name: resource_name, description } = resource;
      return [
        { id, ...place, resource_name, resource_limit, description, links: present.links('limits', id) },
      ];
    });
  };
  const ofOne = async (call: Call, uuid: string): Promise<LimitV3[] | undefined> => {
    const view = await projects.view(call.by, uuid);
    const { project, resources: pools } = view;
    if (project.uuid !== uuid || !ALIVE.includes(project.state)) return undefined;
    return limitsOf(project, pools, await visible(call));
  };
  const nothing = ({ query }: Call) => !passes(query['region_id'], null) || !passes(query['domain_id'], null);

  return [
    route('/registered_limits', {
      GET: serve('any', async (call) => {
        const shown = nothing(call) ? [] : await visible(call);
        return wholeList(call, base, 'registered_limits', shown.map(registered));
      }),
    }),
    route('/registered_limits/:limit', {
      GET: serve('any', async (call) => {
        const { limit: id } = call.params;
        const found = (await visible(call)).find(({ resource }) => String(resource.id) === id);
        if (!found) throw notFound(`There is no registered limit ${id}.`);
        return { body: { registered_limit: registered(found) } };
      }),
    }),
    route('/limits', {
      GET: serve('project', async (call) => {
        if (nothing(call)) return wholeList(call, base, 'limits', []);
        const project = call.query['project_id'] ?? call.caller.token.project ?? undefined;
        if (project !== undefined) {
          return wholeList(call, base, 'limits', (await ofOne(call, project)) ?? []);
        }
        // A page is a number of projects, with all limits of each.
        const after = await projectAfter(domain, call);
        const limit = Math.min(projectsPerPage(call.query['limit']), LIMITS.page_max - 1);
        const views = await projects.list(call.by, {
          limit: limit + 1,
          after,
          mode: 'related',
          states: ALIVE,
        });
        const served = await visible(call);
        const page = views.slice(0, limit);
        const limits = page.flatMap((view) => limitsOf(view.project, view.resources, served));
        const { body } = wholeList(call, base, 'limits', limits);
        const last = views.length > limit ? page.at(-1) : undefined;
        return last ? { body: { ...body, links: leadOn(body.links, last.project.uuid) } } : { body };
      }),
    }),
    route('/limits/model', {
      GET: serve('any', async () => ({
        body: { model: { name: 'flat', description: 'Each project has its own limits.' } },
      })),
    }),
    route('/limits/:limit', {
      GET: serve('project', async (call) => {
        const { limit: id = '' } = call.params;
        const [uuid = ''] = id.split('.', 1);
        const found = (await ofOne(call, uuid))?.find((limit) => limit.id === id);
        if (!found) throw notFound(`There is no limit ${id}.`);
        return { body: { limit: found } };
      }),
    }),
  ];
}

/** A resource, and the id of the service that registered it, if that still exists. */
interface ServedResource {
  readonly resource: Resource;
  readonly service_id: string | null;
}

interface LimitV3 {
  readonly id: string;
  readonly project_id: string;
  readonly resource_name: string;
  readonly resource_limit: bigint;
}

function projectsPerPage(limit: string | undefined): number {
  if (limit === undefined) return PROJECTS_PER_PAGE;
  if (!/^[1-9]\d{0,14}$/.test(limit)) throw badRequest('limit: must be a positive integer');
  return Number(limit);
}

function leadOn(links: { self: string }, marker: string): object {
  const next = new URL(links.self);
  next.searchParams.set('marker', marker);
  return { ...links, next: next.href };
}
