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
    component: Type.String({ description: 'Name of the component that accounts for it.' }),
    system_default: Limit,
    project_default: Limit,
    api_visible: Type.Boolean({ description: 'Shown to users by the APIs.' }),
    ui_visible: Type.Boolean({ description: 'Shown in user interfaces.' }),
  },
  {
    $id: 'Resource',
    description:
      'Something countable with a limit. `system_default` is the limit in new personal projects, ' +
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
    service: Type.String({ minLength: 1, description: 'The service that counts it: name or id.' }),
    description: Type.Optional(Type.String({ maxLength: BOUNDS.reason_length })),
    unit: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: BOUNDS.name_length,
        description: '`bytes`; left out for a plain count.',
      }),
    ),
    system_default: Type.Optional({
      ...LimitInput,
      description: 'The limit of every user, and of new ones; 0 if left out.',
    }),
    project_default: Type.Optional({
      ...LimitInput,
      description: 'The limit of every other project, and of new ones; 0 if left out.',
    }),
    api_visible: Type.Optional(Type.Boolean({ description: 'True if left out.' })),
    ui_visible: Type.Optional(Type.Boolean({ description: 'As `api_visible` if left out.' })),
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
    users: Type.Integer({ description: 'How many users have the limit `system_default`.' }),
    projects: Type.Integer({ description: 'How many other projects have the limit `project_default`.' }),
  },
  {
    $id: 'ResourceAdded',
    description: 'A new resource, and how many users and projects have its defaults as their limits.',
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
    api_visible: Type.Optional(
      Type.Boolean({ description: 'Switching it off also switches off `ui_visible`.' }),
    ),
    ui_visible: Type.Optional(
      Type.Boolean({ description: 'Switching it on also switches on `api_visible`.' }),
    ),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    description: 'Defaults apply to projects made from now on.',
    examples: [{ system_default: '8GiB', project_default: 0 }],
  },
);
export type ResourceChanges = Static<typeof ResourceChanges>;

export const ResourcePath = Type.Object({
  resource: Type.String({ minLength: 1, description: 'Name of a resource.', examples: ['cyclades.ram'] }),
});
