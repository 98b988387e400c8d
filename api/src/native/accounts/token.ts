import { type Static, Type } from 'typebox';
import { Name, nullable, Time, Uuid } from '../common.ts';
import { UserPath } from './user.ts';

const properties = {
  id: Type.Integer(),
  name: Type.String(),
  created_at: Time,
  expires_at: nullable(Type.String({ format: 'date-time', description: 'Null if it never expires.' })),
  project: nullable(
    Type.String({
      format: 'uuid',
      description: 'Uuid of the project that the token is bound to; null if it is not bound.',
    }),
  ),
  roles: Type.Unsafe<string[] | null>({
    type: ['array', 'null'],
    items: { type: 'string' },
    description: 'The roles that the token is narrowed to; null means all roles of the user.',
  }),
  scope: nullable(Type.String()),
};

const example = {
  id: 4,
  name: 'laptop',
  created_at: '2031-05-30T10:03:37.000Z',
  expires_at: '2031-06-29T10:03:37.000Z',
  project: null,
  roles: null,
  scope: null,
};

export const Token = Type.Object(properties, {
  $id: 'Token',
  description: 'An API token of a user, without its secret.',
  examples: [example],
});
export type Token = Static<typeof Token>;

export const TokenCreated = Type.Object(
  {
    ...properties,
    token: Type.String({ description: 'The token itself. No later response contains it.' }),
    replaced: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String() }), {
      description: 'Tokens that were revoked by this request because it had `replace`.',
    }),
    replaced_application_credentials: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), {
      description: 'Application credentials that ended because they had been created with these tokens.',
    }),
  },
  {
    $id: 'TokenCreated',
    description: 'A new API token with its secret.',
    examples: [
      {
        ...example,
        token: 'Zr3qOaB0xT6m1cVtJb8yQwUeLk5nHd2sPg7fXiMoRvE',
        replaced: [],
        replaced_application_credentials: [],
      },
    ],
  },
);
export type TokenCreated = Static<typeof TokenCreated>;

export const TokenCreation = Type.Object(
  {
    name: Name,
    expires_at: Type.Optional(
      nullable(
        Type.String({
          format: 'date-time',
          description: 'When the token expires; null: never. Default: the configured lifetime of tokens.',
        }),
      ),
    ),
    project: Type.Optional(Uuid),
    roles: Type.Optional(Type.Array(Name, { maxItems: 100 })),
    scope: Type.Optional(Name),
    replace: Type.Optional(
      Type.Boolean({
        description:
          'Also revoke all other tokens of the user and what was created with them; the response lists both.',
      }),
    ),
  },
  { additionalProperties: false, examples: [{ name: 'laptop', expires_at: '2031-06-29T10:03:37.000Z' }] },
);
export type TokenCreation = Static<typeof TokenCreation>;

export const TokenPath = Type.Object({
  ...UserPath.properties,
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Id of a token.' }),
});
