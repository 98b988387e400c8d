import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { PageQuery, Time } from '../common.ts';

const Id = Type.String({ pattern: '^[0-9a-f]{32}$' });

export const Notification = Type.Object(
  {
    id: Id,
    task: Type.String({ description: 'Id of the task that it concerns.' }),
    error: Type.Boolean({ description: 'Whether it reports an error.' }),
    acknowledged: Type.Boolean(),
    notes: Type.Record(Type.String(), Type.Unknown(), { description: 'The text of the notification.' }),
    created_at: Time,
  },
  {
    $id: 'Notification',
    description: 'A message to operators, shown until one of them acknowledges it.',
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
    acknowledged: Type.Optional(
      Type.Boolean({ description: 'True: only acknowledged notifications; false: only others.' }),
    ),
    error: Type.Optional(Type.Boolean({ description: 'True: only errors; false: only others.' })),
    task: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'Only notifications about this task.' }),
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
        description: 'Ids of the notifications; unknown ids are ignored.',
      }),
    ),
    all: Type.Optional(
      Type.Literal(true, { description: 'Acknowledge all notifications that are not acknowledged yet.' }),
    ),
  },
  { additionalProperties: false, examples: [{ ids: ['7b943f2a7c1e58d44b0e9a560c8f1d2e'] }, { all: true }] },
);

export const NotificationsAcknowledged = Type.Object(
  { acknowledged: Type.Integer({ description: 'Number of notifications that this request acknowledged.' }) },
  {
    $id: 'NotificationsAcknowledged',
    description: 'The result of acknowledging notifications.',
    examples: [{ acknowledged: 1 }],
  },
);
export type NotificationsAcknowledged = Static<typeof NotificationsAcknowledged>;
