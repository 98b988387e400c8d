import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { nullable } from '../common.ts';

/** A request to try out. */
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

export const ForetoldChange = Type.Object(
  {
    action: Type.String({ description: 'What would be done, as `thing.verb`.' }),
    subject: Type.String({ description: 'What it would be done to: an id or a name.' }),
    before: Type.Unknown({ description: 'The state before, as far as it matters, or null.' }),
    after: Type.Unknown({ description: 'The state after, as far as it matters, or null.' }),
    reason: nullable(Type.String({ maxLength: BOUNDS.reason_length })),
  },
  { $id: 'ForetoldChange', description: 'What the audit record would say of one change.' },
);
export type ForetoldChange = Static<typeof ForetoldChange>;

export const Foretold = Type.Object(
  {
    changes: Type.Array(Type.Ref('ForetoldChange'), {
      description: 'In the order in which they would be made.',
    }),
    mails: Type.Array(Type.Object({ to: Type.Array(Type.String()), subject: Type.String() }), {
      description: 'Who would be told by mail.',
    }),
  },
  {
    $id: 'Foretold',
    description: 'What a request would bring about.',
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
export interface Foretold {
  changes: ForetoldChange[];
  mails: { to: string[]; subject: string }[];
}
