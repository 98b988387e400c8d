import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';

const Email = Type.String({ minLength: 1, maxLength: BOUNDS.email_length, examples: ['ada@example.org'] });

export const SignUp = Type.Object(
  {
    email: Email,
    username: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: BOUNDS.name_length,
        description: 'User name, if user names need not be e-mail addresses; default: the address.',
      }),
    ),
    first_name: Type.String({ minLength: 1, maxLength: BOUNDS.person_name_length }),
    last_name: Type.String({ maxLength: BOUNDS.person_name_length }),
    password: Type.String({ description: 'The password for the account.' }),
    terms: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          'Number of the terms of service in force, which the user accepts; required if there are any.',
      }),
    ),
    language: Type.Optional(
      Type.Enum(['en', 'el'], { type: 'string', description: 'Language of mails; default English.' }),
    ),
  },
  {
    additionalProperties: false,
    examples: [
      {
        email: 'ada@example.org',
        first_name: 'Ada',
        last_name: 'Lovelace',
        password: 'correct horse battery',
        terms: 3,
      },
    ],
  },
);
export type SignUp = Static<typeof SignUp>;

export const SignUpAccepted = Type.Object(
  {
    status: Type.Literal('mail_sent', { description: 'The same whether or not the address has an account.' }),
  },
  {
    $id: 'SignUpAccepted',
    description: 'A mail with the next step was sent to the address.',
    examples: [{ status: 'mail_sent' }],
  },
);
export type SignUpAccepted = Static<typeof SignUpAccepted>;

export const SignUpCode = Type.Object(
  { code: Type.String({ minLength: 1, maxLength: 256, description: 'The code from the link in the mail.' }) },
  { additionalProperties: false, examples: [{ code: 'Zr3qOaB0xT6m1cVtJb8yQwUeLk5nHd2sPg7fXiMoRvE' }] },
);
export type SignUpCode = Static<typeof SignUpCode>;

export const SignUpVerified = Type.Object(
  {
    state: Type.Enum(['active', 'waiting_for_moderation'], {
      type: 'string',
      description: 'Whether the account can be used, or waits for an operator.',
    }),
  },
  {
    $id: 'SignUpVerified',
    description: 'The state of an account whose address is confirmed.',
    examples: [{ state: 'active' }],
  },
);
export type SignUpVerified = Static<typeof SignUpVerified>;

export const SignUpAddress = Type.Object(
  { email: Email },
  { additionalProperties: false, examples: [{ email: 'ada@example.org' }] },
);
export type SignUpAddress = Static<typeof SignUpAddress>;
