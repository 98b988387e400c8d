import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { TokenCreation } from './token.ts';

export const Login = Type.Object(
  {
    email: Type.String({
      minLength: 1,
      maxLength: BOUNDS.name_length,
      description: 'User name, e-mail address or uuid of the user.',
    }),
    password: Type.String({ description: "The user's password." }),
    name: Type.Optional({
      ...TokenCreation.properties.name,
      description: 'Name of the token; default `login`.',
    }),
    expires_at: TokenCreation.properties.expires_at,
  },
  {
    additionalProperties: false,
    examples: [{ email: 'ada@example.org', password: 'correct horse battery', name: 'purser on laptop' }],
  },
);
export type Login = Static<typeof Login>;
