import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { Name, nullable, Time, WebUrl } from '../common.ts';

const properties = {
  id: Type.Integer(),
  name: Type.String(),
  base_url: nullable(Type.String({ description: 'Where its services are.' })),
  ui_url: nullable(Type.String({ description: 'Where its user interface is.' })),
  token_created_at: Time,
  token_expires_at: nullable(Time),
  commission_expiry: nullable(
    Type.Integer({
      description:
        'Seconds after which its commissions are rejected if they are still pending, unless it says otherwise ' +
        'for one of them; null: never.',
    }),
  ),
  created_at: Time,
};

const CommissionExpiry = nullable(
  Type.Integer({
    minimum: 1,
    maximum: BOUNDS.commission_expiry_s_max,
    description: 'Seconds that its commissions may stay pending if it does not say; null: for ever.',
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
  description: 'A system that registers services and keeps account of what they use.',
  examples: [example],
});
export type Component = Static<typeof Component>;

export const ComponentWithToken = Type.Object(
  {
    ...properties,
    token: Type.Optional(
      Type.String({ description: 'The secret of the component, if it is new. It is shown this once.' }),
    ),
  },
  {
    $id: 'ComponentWithToken',
    description: 'A component, with its secret if that has just been made.',
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
        description: 'A secret to use from now on, such as that of an older installation.',
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
        description: 'What to do with commissions of the component that are pending.',
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
    description: 'What became of the pending commissions of a component that was removed.',
    examples: [{ accepted: 0, rejected: 3 }],
  },
);
export type ComponentRemoved = Static<typeof ComponentRemoved>;

export const ComponentPath = Type.Object({
  component: Type.String({ minLength: 1, description: 'A component: name or id.', examples: ['compute'] }),
});
