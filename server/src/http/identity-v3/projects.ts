import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { isStorable } from '../../lib/text/text.ts';
import type { Project } from '../../projects/project.ts';
import { ALIVE } from '../../projects/vocabulary.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { type Call, route, serve } from './call.ts';
import { refuseOtherDomains } from './domains.ts';
import { badRequest } from './faults.ts';
import { bodyOf, type Fields } from './fields.ts';
import { flagOf, pageOf, passes, wholeList } from './pages.ts';
import { DOMAIN, type Presenters } from './presenters.ts';

/** The lifetime of a project created through this dialect, which has no end dates. */
const LIFETIME_YEARS = 10;

/** Projects that are alive, all in the one domain; deleting a project terminates it. */
export function projectRoutes(domain: Domain, base: string, present: Presenters): RouteTable {
  const { projects, projectControl, clock } = domain;
  const showing = (project: Project) => ({ body: { project: present.project(project) } });
  return [
    route('/projects', {
      GET: serve('project', async (call) => {
        const { query, by } = call;
        const { name, domain_id, parent_id } = query;
        const enabled = flagOf('enabled', query['enabled']);
        const isDomain = flagOf('is_domain', query['is_domain']) ?? false;
        if (isDomain || !passes(domain_id, DOMAIN.id) || !passes(parent_id, DOMAIN.id)) {
          return wholeList(call, base, 'projects', []);
        }
        const after = await projectAfter(domain, call);
        return pageOf(
          call,
          base,
          'projects',
          (limit) =>
            projects.list(by, {
              limit,
              after,
              mode: 'related',
              states: enabled === undefined ? ALIVE : [enabled ? 'active' : 'suspended'],
              ...(name !== undefined && { names: [name] }),
            }),
          ({ project }) => present.project(project),
          ({ project }) => project.uuid,
        );
      }),
      POST: serve('operator', async ({ request, by }) => {
        const wanted = bodyOf(request, 'project');
        refuseWhatIsNotHere(wanted);
        const end = new Date(clock.now());
        end.setUTCFullYear(end.getUTCFullYear() + LIFETIME_YEARS);
        const project = await projectControl.create(
          by,
          {
            name: wanted.required('name'),
            description: wanted.text('description') ?? '',
            endDate: end.getTime(),
            private: true,
          },
          { suspended: wanted.flag('enabled') === false },
        );
        return { status: 201, ...showing(project) };
      }),
    }),
    route('/projects/:project', {
      GET: serve('project', async (call) => showing(await projectOf(domain, call))),
      PATCH: serve('operator', async (call) => {
        const { request, by } = call;
        const project = await projectOf(domain, call);
        const wanted = bodyOf(request, 'project');
        refuseWhatIsNotHere(wanted);
        const [name, description] = [wanted.text('name'), wanted.text('description')];
        const changes = {
          ...(name !== undefined && { name }),
          ...(description !== undefined && { description }),
        };
        const active = wanted.flag('enabled');
        return showing(await projectControl.revise(by, project.uuid, { ...changes, active }));
      }),
      DELETE: serve('operator', async (call) => {
        const { uuid } = await projectOf(domain, call);
        await projectControl.act(call.by, uuid, 'terminate', null);
        return undefined;
      }),
    }),
  ];
}

/** The project that the path names, if the caller may see it. `project_not_found`, `forbidden` */
export async function projectOf({ projects }: Domain, { by, params }: Call): Promise<Project> {
  const { project: uuid = '' } = params;
  const { project } = await projects.view(by, uuid);
  // Numbers are ids of other dialects; a project that has ended is reported as missing.
  if (project.uuid !== uuid || !ALIVE.includes(project.state)) {
    throw new PurserError('project_not_found', { project: uuid });
  }
  return project;
}

/** Where the page after a marker begins; undefined for the first page. */
export async function projectAfter({ projects }: Domain, { query }: Call): Promise<number | undefined> {
  const { marker } = query;
  if (marker === undefined) return undefined;
  const project = isStorable(marker) ? await projects.get(marker).catch(unlessUnknown) : undefined;
  if (project?.uuid !== marker) throw badRequest('marker: is not valid');
  return project.id;
}

function unlessUnknown(error: unknown): undefined {
  if (!(error instanceof PurserError && error.kind === 'not_found')) throw error;
}

function refuseWhatIsNotHere(wanted: Fields): void {
  refuseOtherDomains(wanted);
  wanted.refuse('is_domain', 'there is only one domain');
  wanted.refuse('tags', 'tags are not supported');
  const parent = wanted.text('parent_id');
  if (parent !== undefined && parent !== DOMAIN.id)
    throw badRequest('parent_id: nested projects are not supported');
}
