import { Type } from 'typebox';
import { Limit, nullable } from '../common.ts';

const Capacity = { project_capacity: Limit, member_capacity: Limit };

/** Limits before and after. */
export const OutlookLimits = Type.Array(
  Type.Object({
    project: Type.String({ description: 'Uuid of the project.' }),
    resource: Type.String(),
    unit: nullable(Type.String({ description: '`bytes`, or null for a plain count.' })),
    before: nullable(Type.Object(Capacity, { description: 'The present limit; null if there is none.' })),
    after: Type.Object(Capacity, { description: 'The limit after the approval.' }),
  }),
  { description: 'Limits that the approval would set.' },
);

/** The known effects of an approval. */
export const Outlook = Type.Object(
  {
    projects: Type.Array(Type.String(), { description: 'Names of projects that it would create.' }),
    users: Type.Array(
      Type.Object({
        name: Type.String({ description: 'E-mail address or uuid of the user whose roles would change.' }),
        gains: Type.Array(Type.String(), { description: 'Roles that the user would receive.' }),
        loses: Type.Array(Type.String(), { description: 'Roles that the user would lose.' }),
      }),
    ),
    limits: OutlookLimits,
  },
  { description: 'The known effects of an approval.' },
);
