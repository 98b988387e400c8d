import { Endpoint, EndpointQuery } from '@purser/api/native/catalog/endpoint';
import { Type } from 'typebox';
import type { Domain } from '../../../domain.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';

const list = operation(
  {
    id: 'listEndpoints',
    tag: 'Services',
    access: 'any',
    summary: 'List the endpoints of all services',
    answers: {
      200: Type.Object(
        { items: Type.Array(named(Endpoint)) },
        { description: 'All endpoints, not paginated.' },
      ),
    },
  },
  { querystring: EndpointQuery },
);

/** The service catalog as users see it. */
export function endpointRoutes(app: NativeApp, { serviceCatalog }: Domain): void {
  app.get('/endpoints', list, async ({ query }) => {
    const shown = (await serviceCatalog.entries()).filter(
      ({ name, type }) =>
        (query.service === undefined || query.service === name) &&
        (query.type === undefined || query.type.toLowerCase() === type.toLowerCase()),
    );
    return {
      items: shown.flatMap(({ name: service, type, endpoints }) =>
        endpoints.map((endpoint) => ({
          service,
          type,
          version: endpoint['versionId'] ?? null,
          region: endpoint['region'] ?? null,
          url: endpoint['publicURL'] ?? null,
          ui_url: endpoint['SNF:uiURL'] ?? null,
        })),
      ),
    };
  });
}
