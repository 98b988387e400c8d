import { Type } from 'typebox';
import { Limit, nullable } from '../common.ts';

const Capacity = { project_capacity: Limit, member_capacity: Limit };

/** Limits before and after. */
export const OutlookLimits = Type.Array(
  Type.Object({
    project: Type.String({ description: 'Uuid of the project.' }),
    resource: Type.String(),
    unit: nullable(Type.String({ description: '`bytes`, or null for a plain count.' })),
    before: nullable(Type.Object(Capacity, { description: 'What holds; null where there is no limit yet.' })),
    after: Type.Object(Capacity, { description: 'What would hold.' }),
  }),
  { description: 'Limits that it would set.' },
);

/** The effects that an approval would have, as far as they are known. */
export const Outlook = Type.Object(
  {
    projects: Type.Array(Type.String(), { description: 'Names of projects that it would make.' }),
    users: Type.Array(
      Type.Object({
        name: Type.String({ description: 'E-mail address of who would be let in or changed, or the uuid.' }),
        gains: Type.Array(Type.String(), { description: 'Roles that they would get.' }),
        loses: Type.Array(Type.String(), { description: 'Roles that they would lose.' }),
      }),
    ),
    limits: OutlookLimits,
  },
  { description: 'The effects that an approval would have, as far as they are known.' },
);
