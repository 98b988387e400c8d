import { type Static, Type } from 'typebox';
import { nullable } from '../common.ts';

export const QuotaReconciliationRequest = Type.Object(
  {
    user: Type.Optional(
      Type.String({ minLength: 1, description: 'Only this user: uuid, number or e-mail address.' }),
    ),
    fix: Type.Optional(
      Type.Boolean({
        description: 'Charge the difference, or give it back, by a commission that is accepted.',
      }),
    ),
    force: Type.Optional(Type.Boolean({ description: 'Charge it even above the limit.' })),
  },
  { additionalProperties: false, examples: [{ fix: true }] },
);

const Amount = Type.Integer({ description: 'Pending applications.' });
export const ApplicationsDifference = Type.Object(
  {
    user: Type.String({ format: 'uuid' }),
    applications: { ...Amount, description: 'How many applications of the user wait for a decision.' },
    charged_user: { ...Amount, description: 'How many the user is charged for.' },
    charged_project: { ...Amount, description: "How many the user's own project is charged for." },
    fixed: Type.Boolean(),
    problem: nullable(Type.String({ description: 'Why it was left as it is.' })),
  },
  {
    $id: 'ApplicationsDifference',
    description: 'A user who is charged for another number than their pending applications.',
    examples: [
      {
        user: '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
        applications: 1,
        charged_user: 2,
        charged_project: 2,
        fixed: false,
        problem: null,
      },
    ],
  },
);
export type ApplicationsDifference = Static<typeof ApplicationsDifference>;
