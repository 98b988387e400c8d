import { type Static, Type } from 'typebox';
import { nullable } from '../common.ts';

/** An endpoint of a service of the cloud, as users see it. */
export const Endpoint = Type.Object(
  {
    service: Type.String({ description: 'Name of the service.' }),
    type: Type.String({ description: 'Type of the service.' }),
    version: nullable(Type.String()),
    region: nullable(Type.String()),
    url: nullable(Type.String({ description: 'URL of the service.' })),
    ui_url: nullable(Type.String({ description: 'URL of its user interface.' })),
  },
  {
    $id: 'Endpoint',
    description: 'An endpoint of the service catalog.',
    examples: [
      {
        service: 'cyclades_compute',
        type: 'compute',
        version: 'v2.0',
        region: 'default',
        url: 'https://compute.example.org/compute/v2.0',
        ui_url: null,
      },
    ],
  },
);
export type Endpoint = Static<typeof Endpoint>;

export const EndpointQuery = Type.Object(
  {
    service: Type.Optional(Type.String({ minLength: 1, description: 'Only endpoints of this service.' })),
    type: Type.Optional(
      Type.String({ minLength: 1, description: 'Only endpoints of services of this type.' }),
    ),
  },
  { additionalProperties: false },
);
