import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { nullable, PageQuery, Time, WebUrl } from '../common.ts';

const properties = {
  id: Type.Integer(),
  url: Type.String(),
  description: Type.String(),
  events: Type.Array(Type.String(), { description: 'Types of events that it receives.' }),
  created_at: Time,
  created_by: nullable(Type.String({ description: 'Uuid of the operator who added it.' })),
};

const example = {
  id: 3,
  url: 'https://chat.example.org/hooks/cloud',
  description: 'The chat of the operators',
  events: ['task.created', 'task.failed', 'application.*'],
  created_at: '2031-05-30T10:03:37.000Z',
  created_by: '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
};

export const Webhook = Type.Object(properties, {
  $id: 'Webhook',
  description: 'An address that receives events, without its secret.',
  examples: [example],
});
export type Webhook = Static<typeof Webhook>;

export const WebhookCreated = Type.Object(
  {
    ...properties,
    secret: Type.String({ description: 'The key that signs events. No later response contains it.' }),
  },
  {
    $id: 'WebhookCreated',
    description: 'A new webhook with its secret.',
    examples: [{ ...example, secret: 'whsec_UQ1xWfXg8bmVbT8j6mSP3pWfCbYqz0m4s0p1v7rT2kE=' }],
  },
);
export type WebhookCreated = Static<typeof WebhookCreated>;

export const WebhookCreation = Type.Object(
  {
    url: WebUrl,
    events: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
      minItems: 1,
      maxItems: BOUNDS.webhook_events,
      description:
        'Types of events: `task.created`, `task.approved`, `task.completed`, `task.cancelled`, `task.failed`, and ' +
        'the actions `project.…`, `application.…` and `membership.…` of the audit record; `project.*` means all of ' +
        'projects, `*` all events.',
    }),
    description: Type.Optional(Type.String({ maxLength: BOUNDS.name_length })),
  },
  { additionalProperties: false, examples: [{ url: example.url, events: example.events }] },
);
export type WebhookCreation = Static<typeof WebhookCreation>;

export const WebhookPath = Type.Object({
  webhook: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Id of a webhook.' }),
});

const DeliveryState = Type.Enum(['waiting', 'delivered', 'failed'], {
  type: 'string',
  description: '`waiting`: it will be sent, or is being sent; `failed`: no further attempt follows.',
});

export const WebhookDelivery = Type.Object(
  {
    id: Type.Integer(),
    message: Type.String({ description: 'The header `webhook-id` of every attempt.' }),
    event: Type.String(),
    state: DeliveryState,
    created_at: Time,
    attempts: Type.Integer(),
    next_at: nullable(Type.String({ format: 'date-time', description: 'Time of the next attempt.' })),
    delivered_at: nullable(Time),
    failed_at: nullable(
      Type.String({ format: 'date-time', description: 'When delivery was abandoned; null if it was not.' }),
    ),
    status: nullable(
      Type.Integer({ description: 'HTTP status of the last response; null if there was none.' }),
    ),
    error: nullable(Type.String({ description: 'The error of the last attempt.' })),
  },
  {
    $id: 'WebhookDelivery',
    description: 'The delivery of an event to a webhook, and its state.',
    examples: [
      {
        id: 12,
        message: 'msg_6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11',
        event: 'task.created',
        state: 'waiting',
        created_at: '2031-05-30T10:03:37.000Z',
        attempts: 1,
        next_at: '2031-05-30T10:03:52.000Z',
        delivered_at: null,
        failed_at: null,
        status: 503,
        error: 'answered with status 503',
      },
    ],
  },
);
export type WebhookDelivery = Static<typeof WebhookDelivery>;

export const WebhookDeliveryQuery = Type.Object(
  { ...PageQuery.properties, state: Type.Optional(DeliveryState) },
  { additionalProperties: false },
);
