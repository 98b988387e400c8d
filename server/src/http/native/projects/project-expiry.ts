import { PageQuery, page } from '@purser/api/native/common';
import {
  Project,
  Termination,
  type Termination as WireTermination,
} from '@purser/api/native/projects/project';
import { Type } from 'typebox';
import type { Domain } from '../../../domain.ts';
import type { Termination as DomainTermination } from '../../../projects/control/expiry.ts';
import { ALIVE } from '../../../projects/vocabulary.ts';
import { actorOf } from '../frame/access.ts';
import { JsonList } from '../frame/json-list.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { pageFrom } from '../frame/paging.ts';
import { time } from '../frame/presenters.ts';
import { keptAlive, stream } from '../frame/streaming.ts';
import { projectsFor } from './project-lookup.ts';

const tag = 'Projects';

const list = operation(
  {
    id: 'listExpiredProjects',
    tag,
    access: 'operator',
    summary: 'List expired projects that have not been terminated',
    answers: { 200: page(named(Project), 'projects') },
  },
  { querystring: PageQuery },
);

const terminate = operation(
  {
    id: 'terminateExpiredProjects',
    tag,
    access: 'operator',
    rehearsable: true,
    summary: 'Terminate expired projects',
    description: 'Each project is terminated independently and has its own result. The response is streamed.',
    answers: {
      200: Type.Object({ items: Type.Array(named(Termination)) }, { description: 'One result per project.' }),
    },
  },
  { body: Type.Object({}, { additionalProperties: false }) },
);

/** Projects past their end date. */
export function projectExpiryRoutes(app: NativeApp, domain: Domain): void {
  const { projects, projectExpiry, clock } = domain;

  app.get('/projects/expired', list, async (request) => {
    const over = { states: ALIVE, system: false, endsBefore: clock.now() + 1 };
    const read = async (window: { limit: number; after?: number }) => {
      const views = await projects.list(actorOf(request), { ...over, ...window });
      return views.map((view) => ({ id: view.project.id, view }));
    };
    const found = await pageFrom(request.query, read, ({ view }) => view);
    return { ...found, items: await projectsFor(request, domain, found.items) };
  });

  app.post('/projects/expired/termination', terminate, (request, reply) => {
    const verdicts = projectExpiry.terminateExpired(actorOf(request));
    return stream(reply, 'application/json; charset=utf-8', keptAlive(jsonOf(verdicts)));
  });
}

async function* jsonOf(verdicts: AsyncGenerator<DomainTermination>): AsyncGenerator<string> {
  const list = new JsonList();
  yield '';
  yield '{"items":[';
  for await (const verdict of verdicts) yield list.add([presentTermination(verdict)]);
  yield ']}';
}

function presentTermination({ project, error }: DomainTermination): WireTermination {
  return {
    project: project.uuid,
    name: project.name,
    end_date: time(project.endDate),
    terminated: error === undefined,
    error: error?.message ?? null,
  };
}
