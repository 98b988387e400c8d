import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { Limit, LimitInput, nullable } from '../common.ts';

export const Resource = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String(),
    description: nullable(Type.String()),
    unit: nullable(Type.String({ description: '`bytes`, or null for a plain count.' })),
    service_type: Type.String(),
    service_origin: Type.String({ description: 'Name of the service that registered it.' }),
    component: Type.String({ description: 'Name of the component that charges it.' }),
    system_default: Limit,
    project_default: Limit,
    api_visible: Type.Boolean({ description: 'Whether the APIs show it to users.' }),
    ui_visible: Type.Boolean({ description: 'Whether user interfaces show it.' }),
  },
  {
    $id: 'Resource',
    description:
      'A countable quantity with a limit. `system_default` is the limit in new system projects, ' +
      '`project_default` in other new projects.',
    examples: [
      {
        id: 3,
        name: 'cyclades.ram',
        description: 'Memory of running virtual machines',
        unit: 'bytes',
        service_type: 'compute',
        service_origin: 'cyclades_compute',
        component: 'compute',
        system_default: 8589934592,
        project_default: 0,
        api_visible: true,
        ui_visible: true,
      },
    ],
  },
);
export type Resource = Static<typeof Resource>;

export const ResourceAddition = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: BOUNDS.name_length }),
    service: Type.String({ minLength: 1, description: 'The service that counts the resource: name or id.' }),
    description: Type.Optional(Type.String({ maxLength: BOUNDS.reason_length })),
    unit: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: BOUNDS.name_length,
        description: '`bytes`; omit it for a plain count.',
      }),
    ),
    system_default: Type.Optional({
      ...LimitInput,
      description: 'The limit of each present and future user; default 0.',
    }),
    project_default: Type.Optional({
      ...LimitInput,
      description: 'The limit of each other project, present and future; default 0.',
    }),
    api_visible: Type.Optional(Type.Boolean({ description: 'Default true.' })),
    ui_visible: Type.Optional(Type.Boolean({ description: 'Default: the value of `api_visible`.' })),
  },
  {
    additionalProperties: false,
    description: 'A new resource of a registered service.',
    examples: [{ name: 'cyclades.gpu', service: 'cyclades_compute', system_default: 0, project_default: 2 }],
  },
);
export type ResourceAddition = Static<typeof ResourceAddition>;

export const ResourceAdded = Type.Object(
  {
    ...Resource.properties,
    users: Type.Integer({ description: 'Number of users that have `system_default` as their limit.' }),
    projects: Type.Integer({
      description: 'Number of other projects that have `project_default` as their limit.',
    }),
  },
  {
    $id: 'ResourceAdded',
    description:
      'A new resource, and the numbers of users and projects that received its defaults as limits.',
    examples: [
      {
        id: 9,
        name: 'cyclades.gpu',
        description: null,
        unit: null,
        service_type: 'compute',
        service_origin: 'cyclades_compute',
        component: 'compute',
        system_default: 0,
        project_default: 2,
        api_visible: true,
        ui_visible: true,
        users: 40,
        projects: 3,
      },
    ],
  },
);
export type ResourceAdded = Static<typeof ResourceAdded>;

export const ResourceChanges = Type.Object(
  {
    system_default: Type.Optional(LimitInput),
    project_default: Type.Optional(LimitInput),
    api_visible: Type.Optional(Type.Boolean({ description: 'False also sets `ui_visible` to false.' })),
    ui_visible: Type.Optional(Type.Boolean({ description: 'True also sets `api_visible` to true.' })),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    description: 'Changed defaults apply to new projects only.',
    examples: [{ system_default: '8GiB', project_default: 0 }],
  },
);
export type ResourceChanges = Static<typeof ResourceChanges>;

export const ResourcePath = Type.Object({
  resource: Type.String({ minLength: 1, description: 'Name of a resource.', examples: ['cyclades.ram'] }),
});
