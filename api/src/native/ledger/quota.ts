import { type Static, Type } from 'typebox';
import { Limit, nullable, PageQuery } from '../common.ts';

const Amount = Type.Unsafe<number | bigint>({
  ...Limit,
  description: 'Exact to the last digit.',
});

export const Quota = Type.Object(
  {
    user: Type.String({ description: 'Uuid of the user.' }),
    project: Type.String({ description: 'Uuid of the project.' }),
    resource: Type.String(),
    unit: nullable(Type.String({ description: '`bytes`, or null for a plain count.' })),
    limit: Limit,
    usage: Amount,
    pending: Type.Unsafe<number | bigint>({
      ...Limit,
      description: 'The part of the usage that belongs to pending commissions.',
    }),
    project_limit: Limit,
    project_usage: Amount,
    project_pending: Amount,
    effective_limit: Type.Unsafe<number | bigint>({
      ...Limit,
      description:
        'The usage that the user can reach now: the limit, or less if other members have used up the project.',
    }),
  },
  {
    $id: 'Quota',
    description: 'Limit and usage of a resource for a user in a project, and for the project.',
    examples: [
      {
        user: '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
        project: '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
        resource: 'cyclades.vm',
        unit: null,
        limit: 2,
        usage: 1,
        pending: 0,
        project_limit: 2,
        project_usage: 1,
        project_pending: 0,
        effective_limit: 2,
      },
    ],
  },
);
export type Quota = Static<typeof Quota>;

export const QuotaQuery = Type.Object(
  {
    ...PageQuery.properties,
    user: Type.Optional(
      Type.String({ minLength: 1, description: 'Only this user: uuid, number or e-mail address.' }),
    ),
    project: Type.Optional(Type.String({ minLength: 1, description: 'Only this project: uuid.' })),
    resource: Type.Optional(Type.String({ minLength: 1, description: 'Only this resource: its name.' })),
    over_limit: Type.Optional(
      Type.Boolean({
        description: 'Only quotas where the usage of the user or the project exceeds the limit.',
      }),
    ),
  },
  { additionalProperties: false },
);
