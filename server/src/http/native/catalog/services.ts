import { Service, ServiceDocument, ServiceImported, ServicePath } from '@purser/api/native/catalog/service';
import { PageQuery, page } from '@purser/api/native/common';
import type { Domain } from '../../../domain.ts';
import { actorOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { pageFrom } from '../frame/paging.ts';
import { presentService } from '../frame/presenters.ts';
import { anyObject } from '../frame/validation.ts';

const tag = 'Services';

const list = operation(
  {
    id: 'listServices',
    tag,
    access: 'operator',
    summary: 'List services',
    answers: { 200: page(named(Service), 'services') },
  },
  { querystring: PageQuery },
);

const show = operation(
  {
    id: 'getService',
    tag,
    access: 'operator',
    summary: 'Show a service',
    problems: [404],
    answers: { 200: named(Service) },
  },
  { params: ServicePath },
);

const load = operation(
  {
    id: 'importServices',
    tag,
    access: 'operator',
    rehearsable: true,
    summary: 'Register services and their resources',
    description:
      'All of the document is imported, or nothing. Importing it again updates what is there, and the ' +
      'answer names the values that were replaced; the defaults of resources that are registered already stay. A new resource whose definition states no `system_default` is ' +
      'unlimited for all users, which is a warning.',
    problems: [409],
    answers: { 200: named(ServiceImported) },
  },
  { body: ServiceDocument },
);

/** The services of the catalog. */
export function serviceRoutes(app: NativeApp, { services }: Domain): void {
  app.get('/services', list, ({ query }) =>
    pageFrom(query, (window) => services.list(window), presentService),
  );

  app.get('/services/:service', show, async ({ params }) =>
    presentService(await services.get(params.service)),
  );

  // The catalog judges what is in the document, in the same words wherever it comes from.
  app.post('/services/import', { ...load, validatorCompiler: anyObject }, async (request) => {
    const { messages, warnings, resources, replaced } = await services.import(request.body, actorOf(request));
    return {
      messages,
      warnings,
      resources: resources.map(({ resource, systemDefault, projectDefault, users, projects }) => ({
        resource,
        system_default: systemDefault,
        project_default: projectDefault,
        users,
        projects,
      })),
      replaced: replaced.map(({ before, after, ...where }) => ({
        ...where,
        old_value: before,
        new_value: after,
      })),
    };
  });
}
