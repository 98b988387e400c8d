import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { nullable, PageQuery, Time } from '../common.ts';

const MailState = Type.Enum(['waiting', 'failed', 'sent'], {
  description:
    '`waiting`: it will be tried, or is being sent; `failed`: it was given up; `sent`: it was taken.',
});

export const MailEntry = Type.Object(
  {
    id: Type.Integer(),
    kind: Type.String({ description: 'Which mail it is: the name of its template.' }),
    to: Type.Array(Type.String()),
    subject: Type.String(),
    state: MailState,
    created_at: Time,
    attempts: Type.Integer({
      description: 'Number of attempts since the last request to retry it.',
    }),
    next_at: nullable(Type.String({ format: 'date-time', description: 'When it is tried next.' })),
    sent_at: nullable(Time),
    failed_at: nullable(Type.String({ format: 'date-time', description: 'When it was given up.' })),
    error: nullable(Type.String({ description: 'Why the last attempt failed.' })),
  },
  {
    $id: 'MailEntry',
    description: 'A mail of the service to one recipient. What it says is not shown.',
    examples: [
      {
        id: 12,
        kind: 'membership-accepted',
        to: ['ada@example.org'],
        subject: '[Example Cloud] You are a member of project Analytical Engine',
        state: 'waiting',
        created_at: '2031-05-30T10:03:37.000Z',
        attempts: 2,
        next_at: '2031-05-30T10:06:44.000Z',
        sent_at: null,
        failed_at: null,
        error: 'connect ECONNREFUSED 192.0.2.25:25',
      },
    ],
  },
);
export type MailEntry = Static<typeof MailEntry>;

export const MailQuery = Type.Object(
  { ...PageQuery.properties, state: Type.Optional(MailState) },
  { additionalProperties: false },
);

export const MailRetry = Type.Object(
  {
    ids: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), {
        minItems: 1,
        maxItems: BOUNDS.mails_per_retry,
        description: 'These mails.',
      }),
    ),
    all: Type.Optional(Type.Literal(true, { description: 'All mails that wait or were given up.' })),
  },
  { additionalProperties: false, examples: [{ ids: [12] }, { all: true }] },
);
export type MailRetry = Static<typeof MailRetry>;

export const MailRetried = Type.Object(
  { due: Type.Integer({ description: 'How many mails are tried now.' }) },
  { $id: 'MailRetried', description: 'What came of a wish to try mails again.', examples: [{ due: 1 }] },
);
export type MailRetried = Static<typeof MailRetried>;
