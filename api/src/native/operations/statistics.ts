import { type Static, Type } from 'typebox';
import { nullable } from '../common.ts';

const Count = Type.Integer({ minimum: 0 });
const Sum = Type.Unsafe<number | bigint>({ type: 'integer', format: 'int64' });

export const ResourceStatistics = Type.Object(
  {
    resource: Type.String(),
    unit: nullable(Type.String()),
    usage: { ...Sum, description: 'What all projects use together; all digits count.' },
    allocated: { ...Sum, description: 'What they may use, of those whose use is limited.' },
    unlimited: Type.Integer({ minimum: 0, description: 'How many projects may use it without limit.' }),
  },
  { $id: 'ResourceStatistics', description: 'How much of a resource is used and given out.' },
);
export type ResourceStatistics = Static<typeof ResourceStatistics>;

export const Statistics = Type.Object(
  {
    users: Type.Object({
      total: Count,
      pending_verification: Count,
      pending_moderation: Count,
      rejected: Count,
      active: Count,
      inactive: Count,
    }),
    projects: Type.Object(
      {
        total: Count,
        uninitialized: Count,
        active: Count,
        suspended: Count,
        terminated: Count,
        deleted: Count,
      },
      { description: "Without users' own projects." },
    ),
    resources: Type.Array(Type.Ref('ResourceStatistics')),
  },
  {
    $id: 'Statistics',
    description: 'The cloud in numbers.',
    examples: [
      {
        users: {
          total: 2,
          pending_verification: 0,
          pending_moderation: 0,
          rejected: 0,
          active: 2,
          inactive: 0,
        },
        projects: { total: 1, uninitialized: 0, active: 1, suspended: 0, terminated: 0, deleted: 0 },
        resources: [{ resource: 'cyclades.vm', unit: null, usage: 2, allocated: 20, unlimited: 0 }],
      },
    ],
  },
);
export interface Statistics extends Omit<Static<typeof Statistics>, 'resources'> {
  resources: ResourceStatistics[];
}
