import { type Static, Type } from 'typebox';
import { Limit, LimitInput, nullable } from './common.ts';

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
