import { type Static, Type } from 'typebox';
import { Limit, LimitInput, nullable } from '../common.ts';

/** What a project may use of each resource, by the name of the resource. */
export const Capacities = Type.Record(
  Type.String(),
  Type.Object({
    unit: nullable(Type.String({ description: '`bytes`, or null for a plain count.' })),
    project_capacity: Type.Unsafe<number | bigint>({
      ...Limit,
      description: 'What the project may use as a whole.',
    }),
    member_capacity: Type.Unsafe<number | bigint>({ ...Limit, description: 'What each member may use.' }),
  }),
  { description: 'What may be used of each resource, by its name.' },
);
export type Capacities = Static<typeof Capacities>;

/** The same as it may be written. */
export const CapacitiesInput = Type.Record(
  Type.String(),
  Type.Object({ project_capacity: LimitInput, member_capacity: LimitInput }, { additionalProperties: false }),
  {
    description:
      'Limits of resources, by name: of the project as a whole, and of each member, which is at most as much. ' +
      'Resources that are not named stay as they are, or as their defaults say.',
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
      description: 'What all members use together, and what is reserved.',
    }),
    pending: Type.Unsafe<number | bigint>({
      ...Limit,
      description: 'How much of the usage waits for a commission to be resolved.',
    }),
  },
  {
    $id: 'ProjectResource',
    description: 'What a project may use of a resource, and does use.',
    examples: [
      { resource: 'cyclades.vm', unit: null, project_capacity: 10, member_capacity: 2, usage: 4, pending: 0 },
    ],
  },
);
export type ProjectResource = Static<typeof ProjectResource>;
