import { type Static, Type } from 'typebox';
import { Limit, LimitInput } from '../common.ts';

export const Service = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String(),
    type: Type.String({ description: 'Type of the service in the catalog.' }),
    component: Type.String({ description: 'Name of its component.' }),
    endpoints: Type.Array(Type.Record(Type.String(), Type.String()), {
      description: 'Groups of keys and values, as registered.',
    }),
  },
  {
    $id: 'Service',
    description: 'A service of the catalog.',
    examples: [
      {
        id: 5,
        name: 'cyclades_compute',
        type: 'compute',
        component: 'compute',
        endpoints: [{ versionId: 'v2.0', publicURL: 'https://compute.example.org/compute/v2.0' }],
      },
    ],
  },
);
export type Service = Static<typeof Service>;

const ResourceDefinition = Type.Object(
  {
    name: Type.String(),
    desc: Type.Optional(Type.String()),
    unit: Type.Optional(Type.String()),
    service_type: Type.String(),
    service_origin: Type.String({ description: 'Must be the name of the service.' }),
    ui_visible: Type.Optional(Type.Boolean()),
    api_visible: Type.Optional(Type.Boolean()),
    system_default: Type.Optional({
      ...LimitInput,
      description: 'The limit of each user for a new resource. Default: unlimited.',
    }),
    project_default: Type.Optional({
      ...LimitInput,
      description:
        'The limit of each other project for a new resource. Default: 0, or unlimited if the resource is hidden.',
    }),
  },
  { additionalProperties: true },
);

/**
 * The registration document. The schema describes it; the catalog itself validates it and words the errors, since
 * the same document also arrives by other interfaces.
 */
export const ServiceDocument = Type.Record(
  Type.String(),
  Type.Object(
    {
      component: Type.String({ description: 'Name of a registered component.' }),
      type: Type.String(),
      endpoints: Type.Array(Type.Record(Type.String(), Type.Unknown())),
      resources: Type.Optional(Type.Record(Type.String(), ResourceDefinition)),
    },
    { additionalProperties: true },
  ),
  {
    description: 'Services by name, each with its endpoints and the resources it counts.',
    examples: [
      {
        cyclades_compute: {
          component: 'compute',
          type: 'compute',
          endpoints: [{ versionId: 'v2.0', publicURL: 'https://compute.example.org/compute/v2.0' }],
          resources: {
            vm: {
              name: 'cyclades.vm',
              desc: 'Virtual machines',
              service_type: 'compute',
              service_origin: 'cyclades_compute',
              system_default: 2,
              project_default: 0,
            },
          },
        },
      },
    ],
  },
);

export const ServiceImported = Type.Object(
  {
    messages: Type.Array(Type.String(), { description: 'Messages about what was added and updated.' }),
    warnings: Type.Array(Type.String(), { description: 'Accepted values that are probably mistakes.' }),
    resources: Type.Array(
      Type.Object({
        resource: Type.String(),
        system_default: { ...Limit, description: 'The limit of each present and future user.' },
        project_default: { ...Limit, description: 'The limit of each other project, present and future.' },
        users: Type.Integer({ description: 'Number of users that received this limit.' }),
        projects: Type.Integer({ description: 'Number of other projects that received this limit.' }),
      }),
      { description: 'New resources and their initial limits.' },
    ),
    replaced: Type.Array(
      Type.Object({
        kind: Type.Enum(['service', 'resource'], { type: 'string' }),
        name: Type.String(),
        field: Type.String({
          description: 'Name of the value, for example `endpoints`, `type` or `description`.',
        }),
        old_value: Type.Unknown(),
        new_value: Type.Unknown(),
      }),
      { description: 'Registered values that this document replaced.' },
    ),
  },
  {
    $id: 'ServiceImported',
    description: 'The result of an import.',
    examples: [
      {
        messages: [
          'Added service cyclades_compute.',
          "Resource 'cyclades.vm' created in database with a quota of 2 per user.",
          "Limits of 'cyclades.vm': 2 for each of 40 users, 0 for each of 3 projects, and for new ones.",
        ],
        warnings: [],
        resources: [
          { resource: 'cyclades.vm', system_default: 2, project_default: 0, users: 40, projects: 3 },
        ],
        replaced: [],
      },
    ],
  },
);
export type ServiceImported = Static<typeof ServiceImported>;

export const ServicePath = Type.Object({
  service: Type.String({
    minLength: 1,
    description: 'A service: name or id.',
    examples: ['cyclades_compute'],
  }),
});
