import { type Static, Type } from 'typebox';
import { nullable } from '../common.ts';

export const QuotaReconciliationRequest = Type.Object(
  {
    user: Type.Optional(
      Type.String({ minLength: 1, description: 'Only this user: uuid, number or e-mail address.' }),
    ),
    fix: Type.Optional(
      Type.Boolean({
        description: 'Charge or release the difference by an accepted commission.',
      }),
    ),
    force: Type.Optional(
      Type.Boolean({ description: 'Charge the difference even if that exceeds the limit.' }),
    ),
  },
  { additionalProperties: false, examples: [{ fix: true }] },
);

const Amount = Type.Integer({ description: 'Pending applications.' });
export const ApplicationsDifference = Type.Object(
  {
    user: Type.String({ format: 'uuid' }),
    applications: { ...Amount, description: 'Number of pending applications of the user.' },
    charged_user: { ...Amount, description: 'Number of applications charged to the user.' },
    charged_project: {
      ...Amount,
      description: "Number of applications charged to the user's system project.",
    },
    fixed: Type.Boolean(),
    problem: nullable(Type.String({ description: 'Why the difference was not corrected.' })),
  },
  {
    $id: 'ApplicationsDifference',
    description: 'A user whose charged number of applications differs from their pending applications.',
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
