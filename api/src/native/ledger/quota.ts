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
      description: 'How much of the usage waits for a commission to be resolved.',
    }),
    project_limit: Limit,
    project_usage: Amount,
    project_pending: Amount,
    effective_limit: Type.Unsafe<number | bigint>({
      ...Limit,
      description:
        'What the user can reach as things are: the limit, or less where others have used up the project.',
    }),
  },
  {
    $id: 'Quota',
    description:
      'What a user may use of a resource from a project, and does use; and the same of the project.',
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
      Type.Boolean({ description: 'Only where the user or the project uses more than the limit.' }),
    ),
  },
  { additionalProperties: false },
);
