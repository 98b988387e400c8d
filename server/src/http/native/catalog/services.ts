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
      'Imports the whole document or nothing. Importing it again updates the registered services, and the response ' +
      'lists the replaced values; the defaults of resources that are already registered are kept. A new resource ' +
      'without `system_default` is unlimited for all users; the response then contains a warning.',
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

  // The catalog validates the document, so that an import by a file and one by a request get the same errors.
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
