import { type Static, Type } from 'typebox';
import { nullable } from '../common.ts';

const Count = Type.Integer({ minimum: 0 });
const Sum = Type.Unsafe<number | bigint>({ type: 'integer', format: 'int64' });

export const ResourceStatistics = Type.Object(
  {
    resource: Type.String(),
    unit: nullable(Type.String()),
    usage: { ...Sum, description: 'Total usage of all projects; exact to the last digit.' },
    allocated: { ...Sum, description: 'Sum of the limits of projects that have a limit.' },
    unlimited: Type.Integer({ minimum: 0, description: 'Number of projects without a limit.' }),
  },
  { $id: 'ResourceStatistics', description: 'Total usage and total limits of a resource.' },
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
      { description: 'Projects by state, without system projects.' },
    ),
    resources: Type.Array(Type.Ref('ResourceStatistics')),
  },
  {
    $id: 'Statistics',
    description: 'Statistics of the cloud.',
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
