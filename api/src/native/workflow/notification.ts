import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { PageQuery, Time } from '../common.ts';

const Id = Type.String({ pattern: '^[0-9a-f]{32}$' });

export const Notification = Type.Object(
  {
    id: Id,
    task: Type.String({ description: 'Id of the task that it is about.' }),
    error: Type.Boolean({ description: 'Whether something went wrong.' }),
    acknowledged: Type.Boolean(),
    notes: Type.Record(Type.String(), Type.Unknown(), { description: 'What it says.' }),
    created_at: Time,
  },
  {
    $id: 'Notification',
    description: 'A message to operators, kept until one of them acknowledges it.',
    examples: [
      {
        id: '7b943f2a7c1e58d44b0e9a560c8f1d2e',
        task: 'e8b3f57f5da64bf3a6bf4f9bbd3a40b5',
        error: false,
        acknowledged: false,
        notes: { notes: ["'update_quota' task needs approval."] },
        created_at: '2031-05-30T10:03:37.000Z',
      },
    ],
  },
);
export type Notification = Static<typeof Notification>;

export const NotificationQuery = Type.Object(
  {
    ...PageQuery.properties,
    acknowledged: Type.Optional(Type.Boolean({ description: 'Only those that are, or that are not.' })),
    error: Type.Optional(Type.Boolean({ description: 'Only errors, or only others.' })),
    task: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'Only those about this task.' }),
    ),
  },
  { additionalProperties: false },
);

export const NotificationPath = Type.Object({
  notification: { ...Id, description: 'Id of a notification.' },
});

export const NotificationAcknowledgement = Type.Object(
  {
    ids: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
        minItems: 1,
        maxItems: BOUNDS.notifications_at_once,
        description: 'These; those that do not exist are passed over.',
      }),
    ),
    all: Type.Optional(
      Type.Literal(true, { description: 'All notifications that are not acknowledged yet.' }),
    ),
  },
  { additionalProperties: false, examples: [{ ids: ['7b943f2a7c1e58d44b0e9a560c8f1d2e'] }, { all: true }] },
);

export const NotificationsAcknowledged = Type.Object(
  { acknowledged: Type.Integer({ description: 'How many were not acknowledged before.' }) },
  { $id: 'NotificationsAcknowledged', description: 'What came of it.', examples: [{ acknowledged: 1 }] },
);
export type NotificationsAcknowledged = Static<typeof NotificationsAcknowledged>;
