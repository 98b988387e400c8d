import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { nullable } from '../common.ts';

/** A request to preview. */
export const RehearsalRequest = Type.Object(
  {
    method: Type.Enum(['POST', 'PUT', 'PATCH', 'DELETE'], { type: 'string' }),
    path: Type.String({
      pattern: '^/[^\\s#]*$',
      maxLength: 4096,
      description: 'Below `/api`, with the query if there is one.',
      examples: ['/users/ada@example.org/action'],
    }),
    body: Type.Optional(Type.Unknown({ description: 'The body that the request would have.' })),
  },
  {
    additionalProperties: false,
    examples: [
      {
        method: 'POST',
        path: '/users/ada@example.org/action',
        body: { action: 'deactivate', reason: 'Left.' },
      },
    ],
  },
);
export type RehearsalRequest = Static<typeof RehearsalRequest>;

export const PreviewedChange = Type.Object(
  {
    action: Type.String({ description: 'What would be done, as `thing.verb`.' }),
    subject: Type.String({ description: 'What it would be done to: an id or a name.' }),
    before: Type.Unknown({ description: 'The state before, as far as it matters, or null.' }),
    after: Type.Unknown({ description: 'The state after, as far as it matters, or null.' }),
    reason: nullable(Type.String({ maxLength: BOUNDS.reason_length })),
  },
  { $id: 'PreviewedChange', description: 'The audit entry that a change would have.' },
);
export type PreviewedChange = Static<typeof PreviewedChange>;

export const Preview = Type.Object(
  {
    changes: Type.Array(Type.Ref('PreviewedChange'), {
      description: 'In the order in which they would be made.',
    }),
    mails: Type.Array(Type.Object({ to: Type.Array(Type.String()), subject: Type.String() }), {
      description: 'The mails that would be sent.',
    }),
  },
  {
    $id: 'Preview',
    description: 'The changes and mails that a request would cause.',
    examples: [
      {
        changes: [
          {
            action: 'account.deactivate',
            subject: '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
            before: { state: 'active' },
            after: { state: 'inactive' },
            reason: 'Left.',
          },
        ],
        mails: [],
      },
    ],
  },
);
export interface Preview {
  changes: PreviewedChange[];
  mails: { to: string[]; subject: string }[];
}
