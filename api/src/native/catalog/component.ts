import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { Name, nullable, Time, WebUrl } from '../common.ts';

const properties = {
  id: Type.Integer(),
  name: Type.String(),
  base_url: nullable(Type.String({ description: 'Base URL of its services.' })),
  ui_url: nullable(Type.String({ description: 'URL of its user interface.' })),
  token_created_at: Time,
  token_expires_at: nullable(Time),
  commission_expiry: nullable(
    Type.Integer({
      description:
        'Seconds after which its pending commissions are rejected, unless a commission has a time of its own; ' +
        'null: never.',
    }),
  ),
  created_at: Time,
};

const CommissionExpiry = nullable(
  Type.Integer({
    minimum: 1,
    maximum: BOUNDS.commission_expiry_s_max,
    description: 'Default time, in seconds, that its commissions may stay pending; null: no limit.',
  }),
);

const example = {
  id: 2,
  name: 'compute',
  base_url: 'https://compute.example.org',
  ui_url: null,
  token_created_at: '2031-05-30T10:03:37.000Z',
  token_expires_at: null,
  commission_expiry: null,
  created_at: '2031-05-30T10:03:37.000Z',
};

export const Component = Type.Object(properties, {
  $id: 'Component',
  description: 'A system that registers services and charges their usage.',
  examples: [example],
});
export type Component = Static<typeof Component>;

export const ComponentWithToken = Type.Object(
  {
    ...properties,
    token: Type.Optional(
      Type.String({
        description: 'The secret of the component, if this request made it. No later response contains it.',
      }),
    ),
  },
  {
    $id: 'ComponentWithToken',
    description: 'A component, with its secret if this request made it.',
    examples: [{ ...example, token: 'n8Vd2WqYc5Lr0JtZb7KxMf4HgUa9EoPi3SsTwRvQzXk' }],
  },
);
export type ComponentWithToken = Static<typeof ComponentWithToken>;

export const ComponentCreation = Type.Object(
  {
    name: Name,
    base_url: Type.Optional(nullable(WebUrl)),
    ui_url: Type.Optional(nullable(WebUrl)),
    commission_expiry: Type.Optional(CommissionExpiry),
  },
  {
    additionalProperties: false,
    examples: [{ name: 'compute', base_url: 'https://compute.example.org' }],
  },
);
export type ComponentCreation = Static<typeof ComponentCreation>;

export const ComponentChanges = Type.Object(
  {
    base_url: Type.Optional(nullable(WebUrl)),
    ui_url: Type.Optional(nullable(WebUrl)),
    renew_token: Type.Optional(
      Type.Boolean({ description: 'Replace the secret; the old one stops working.' }),
    ),
    token: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: BOUNDS.name_length,
        description: 'Secret to set, for example that of an older installation.',
      }),
    ),
    purge_services: Type.Optional(Type.Boolean({ description: 'Remove all services of the component.' })),
    commission_expiry: Type.Optional(CommissionExpiry),
  },
  { additionalProperties: false, minProperties: 1, examples: [{ renew_token: true }] },
);
export type ComponentChanges = Static<typeof ComponentChanges>;

export const ComponentRemovalQuery = Type.Object(
  {
    resolve: Type.Optional(
      Type.Enum(['accept', 'reject'], {
        type: 'string',
        description: 'What to do with pending commissions of the component.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type ComponentRemovalQuery = Static<typeof ComponentRemovalQuery>;

export const ComponentRemoved = Type.Object(
  {
    accepted: Type.Integer({ description: 'Pending commissions that were accepted.' }),
    rejected: Type.Integer({ description: 'Pending commissions that were rejected.' }),
  },
  {
    $id: 'ComponentRemoved',
    description: 'How the pending commissions of a removed component were resolved.',
    examples: [{ accepted: 0, rejected: 3 }],
  },
);
export type ComponentRemoved = Static<typeof ComponentRemoved>;

export const ComponentPath = Type.Object({
  component: Type.String({ minLength: 1, description: 'A component: name or id.', examples: ['compute'] }),
});
