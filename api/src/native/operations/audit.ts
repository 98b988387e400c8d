import { type Static, Type } from 'typebox';
import { nullable, PageQuery, Time } from '../common.ts';

export const AuditEntry = Type.Object(
  {
    id: Type.Integer(),
    at: Time,
    actor: nullable(Type.String({ description: 'Uuid of the actor; null if the actor was no account.' })),
    actor_name: Type.String({ description: 'The name of the actor at that time.' }),
    address: nullable(Type.String({ description: 'IP address of the client.' })),
    action: Type.String({ description: 'The action, as `thing.verb`.' }),
    subject: Type.String({ description: 'The object of the action: an id or a name.' }),
    before: Type.Unknown({ description: 'The relevant state before the action, or null.' }),
    after: Type.Unknown({ description: 'The relevant state after the action, or null.' }),
    reason: nullable(Type.String({ description: 'The reason that the actor gave.' })),
  },
  {
    $id: 'AuditEntry',
    description: 'An audit entry: the record of one change. Entries are immutable.',
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
      Type.String({
        minLength: 1,
        description: 'Only actions of this user: uuid, number or e-mail address.',
      }),
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
      Type.String({ minLength: 1, maxLength: 512, description: 'Only actions on this object.' }),
    ),
    since: Type.Optional(
      Type.String({ ...time, description: 'Only entries from this time or day (UTC) on.' }),
    ),
    until: Type.Optional(
      Type.String({ ...time, description: 'Only entries before this time or day (UTC).' }),
    ),
  },
  { additionalProperties: false },
);
