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
      description: 'Path below `/api`, with the query string if there is one.',
      examples: ['/users/ada@example.org/action'],
    }),
    body: Type.Optional(Type.Unknown({ description: 'The body of the request.' })),
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
    action: Type.String({ description: 'The action, as `thing.verb`.' }),
    subject: Type.String({ description: 'The object of the action: an id or a name.' }),
    before: Type.Unknown({ description: 'The relevant state before the action, or null.' }),
    after: Type.Unknown({ description: 'The relevant state after the action, or null.' }),
    reason: nullable(Type.String({ maxLength: BOUNDS.reason_length })),
  },
  { $id: 'PreviewedChange', description: 'The audit entry that a change would have.' },
);
export type PreviewedChange = Static<typeof PreviewedChange>;

export const Preview = Type.Object(
  {
    changes: Type.Array(Type.Ref('PreviewedChange'), {
      description: 'The changes, in their order.',
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
