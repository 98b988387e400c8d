import { type Static, Type } from 'typebox';
import { nullable, PageQuery, Time } from '../common.ts';

export const AuditEntry = Type.Object(
  {
    id: Type.Integer(),
    at: Time,
    actor: nullable(Type.String({ description: 'Uuid of the account; null if it was none.' })),
    actor_name: Type.String({ description: 'What it was called then.' }),
    address: nullable(Type.String({ description: 'Where the request came from.' })),
    action: Type.String({ description: 'What was done, as `thing.verb`.' }),
    subject: Type.String({ description: 'What it was done to.' }),
    before: Type.Unknown({ description: 'The state before, as far as it matters, or null.' }),
    after: Type.Unknown({ description: 'The state after, as far as it matters, or null.' }),
    reason: nullable(Type.String({ description: 'The reason that the actor gave.' })),
  },
  {
    $id: 'AuditEntry',
    description: 'A recorded change. Entries are never changed.',
    examples: [
      {
        id: 12,
        at: '2031-05-30T10:03:37.000Z',
        actor: '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
        actor_name: 'ada@example.org',
        address: '192.0.2.7',
        action: 'commission.reject',
        subject: '57',
        before: { state: 'pending' },
        after: { state: 'rejected' },
        reason: 'The server was never made.',
      },
    ],
  },
);
export type AuditEntry = Static<typeof AuditEntry>;

const time = { minLength: 1, maxLength: 64 };

export const AuditQuery = Type.Object(
  {
    ...PageQuery.properties,
    actor: Type.Optional(
      Type.String({ minLength: 1, description: 'Only what this user did: uuid, number or e-mail address.' }),
    ),
    action: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 512,
        description: 'Only this action.',
        examples: ['quota.fix'],
      }),
    ),
    subject: Type.Optional(
      Type.String({ minLength: 1, maxLength: 512, description: 'Only what was done to this.' }),
    ),
    since: Type.Optional(Type.String({ ...time, description: 'Only from this time or day (UTC) on.' })),
    until: Type.Optional(Type.String({ ...time, description: 'Only before this time or day (UTC).' })),
  },
  { additionalProperties: false },
);
