import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { nullable, PageQuery, Time } from '../common.ts';

const MailState = Type.Enum(['waiting', 'failed', 'sent'], {
  description:
    '`waiting`: it will be sent, or is being sent; `failed`: no further attempt follows; `sent`: the mail server accepted it.',
});

export const MailEntry = Type.Object(
  {
    id: Type.Integer(),
    kind: Type.String({ description: 'The kind of mail: the name of its template.' }),
    to: Type.Array(Type.String()),
    subject: Type.String(),
    state: MailState,
    created_at: Time,
    attempts: Type.Integer({
      description: 'Number of attempts since the last request to retry it.',
    }),
    next_at: nullable(Type.String({ format: 'date-time', description: 'Time of the next attempt.' })),
    sent_at: nullable(Time),
    failed_at: nullable(
      Type.String({ format: 'date-time', description: 'When delivery was abandoned; null if it was not.' }),
    ),
    error: nullable(Type.String({ description: 'The error of the last attempt.' })),
  },
  {
    $id: 'MailEntry',
    description: 'A mail of the service to one recipient, without its body.',
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
        description: 'Ids of the mails to retry.',
      }),
    ),
    all: Type.Optional(Type.Literal(true, { description: 'Retry all waiting and failed mails.' })),
  },
  { additionalProperties: false, examples: [{ ids: [12] }, { all: true }] },
);
export type MailRetry = Static<typeof MailRetry>;

export const MailRetried = Type.Object(
  { due: Type.Integer({ description: 'Number of mails that are attempted now.' }) },
  { $id: 'MailRetried', description: 'The result of a request to retry mails.', examples: [{ due: 1 }] },
);
export type MailRetried = Static<typeof MailRetried>;
