import { type Static, Type } from 'typebox';
import { Limit, LimitInput, nullable } from '../common.ts';

/** The limits of a project, by resource name. */
export const Capacities = Type.Record(
  Type.String(),
  Type.Object({
    unit: nullable(Type.String({ description: '`bytes`, or null for a plain count.' })),
    project_capacity: Type.Unsafe<number | bigint>({
      ...Limit,
      description: 'The limit of the project as a whole.',
    }),
    member_capacity: Type.Unsafe<number | bigint>({ ...Limit, description: 'The limit of each member.' }),
  }),
  { description: 'Limits by resource name.' },
);
export type Capacities = Static<typeof Capacities>;

/** The same limits in a request. */
export const CapacitiesInput = Type.Record(
  Type.String(),
  Type.Object({ project_capacity: LimitInput, member_capacity: LimitInput }, { additionalProperties: false }),
  {
    description:
      'Limits by resource name: of the project as a whole, and of each member, which must not be larger. ' +
      'Resources that are not named keep their limits, or receive their defaults in a new project.',
    examples: [
      {
        'cyclades.vm': { project_capacity: 10, member_capacity: 2 },
        'cyclades.ram': { project_capacity: '64GiB', member_capacity: '4GiB' },
      },
    ],
  },
);
export type CapacitiesInput = Static<typeof CapacitiesInput>;

export const ProjectResource = Type.Object(
  {
    resource: Type.String(),
    unit: nullable(Type.String({ description: '`bytes`, or null for a plain count.' })),
    project_capacity: Limit,
    member_capacity: Limit,
    usage: Type.Unsafe<number | bigint>({
      ...Limit,
      description: 'The total usage of all members, including reserved quantities.',
    }),
    pending: Type.Unsafe<number | bigint>({
      ...Limit,
      description: 'The part of the usage that belongs to pending commissions.',
    }),
  },
  {
    $id: 'ProjectResource',
    description: 'Limits and usage of a resource in a project.',
    examples: [
      { resource: 'cyclades.vm', unit: null, project_capacity: 10, member_capacity: 2, usage: 4, pending: 0 },
    ],
  },
);
export type ProjectResource = Static<typeof ProjectResource>;
