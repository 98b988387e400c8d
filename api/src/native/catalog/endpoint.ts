import { type Static, Type } from 'typebox';
import { nullable } from '../common.ts';

/** Where a service of the cloud is, for its users. */
export const Endpoint = Type.Object(
  {
    service: Type.String({ description: 'Name of the service.' }),
    type: Type.String({ description: 'What kind of service it is.' }),
    version: nullable(Type.String()),
    region: nullable(Type.String()),
    url: nullable(Type.String({ description: 'Where it is.' })),
    ui_url: nullable(Type.String({ description: 'Where its user interface is.' })),
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
    service: Type.Optional(Type.String({ minLength: 1, description: 'Only those of this service.' })),
    type: Type.Optional(Type.String({ minLength: 1, description: 'Only those of services of this type.' })),
  },
  { additionalProperties: false },
);
