import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import type { RoleGrant } from './role.ts';
import type { Token } from './token.ts';
import { type User, UserChanges } from './user.ts';

export const Me = Type.Object(
  {
    user: Type.Ref('User'),
    token: Type.Ref('Token'),
    methods: Type.Array(Type.String(), {
      description:
        'How the user proved who they are when the token or session began; empty if it did not begin so.',
    }),
    roles: Type.Array(Type.Ref('RoleGrant')),
    operator: Type.Boolean({ description: 'Whether this token has the rights of an operator.' }),
    projects: Type.Array(Type.String({ format: 'uuid' }), {
      description: 'Uuids of the projects that this token can draw from.',
    }),
  },
  { $id: 'Me', description: 'The caller and the token of the request.' },
);
export interface Me {
  user: User;
  token: Token;
  methods: string[];
  roles: RoleGrant[];
  operator: boolean;
  projects: string[];
}

const { first_name, last_name, username, affiliation, language } = UserChanges.properties;
export const MeChanges = Type.Object(
  { first_name, last_name, username, affiliation, language },
  { additionalProperties: false, minProperties: 1, examples: [{ last_name: 'King', language: 'el' }] },
);
export type MeChanges = Static<typeof MeChanges>;

const Current = Type.Optional(
  Type.String({ description: 'The present password; required if the account has one.' }),
);
const Email = Type.String({ minLength: 1, maxLength: BOUNDS.email_length, examples: ['ada@example.org'] });

export const OwnPassword = Type.Object(
  { current: Current, new: Type.String({ description: 'The new password.' }) },
  {
    additionalProperties: false,
    examples: [{ current: 'correct horse battery', new: 'staple of another kind' }],
  },
);
export type OwnPassword = Static<typeof OwnPassword>;

/** What ended with the old password. */
export const PasswordChanged = Type.Object(
  {
    tokens: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String() }), {
      description: 'API tokens that came of the old password and have ended.',
    }),
    application_credentials: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), {
      description: 'Application credentials that came of the old password and have ended.',
    }),
    sessions: Type.Integer({ description: 'Number of other sessions that have ended.' }),
  },
  {
    $id: 'PasswordChanged',
    description: 'What ended with the old password.',
    examples: [{ tokens: [{ id: 12, name: 'desk' }], application_credentials: [], sessions: 1 }],
  },
);
export type PasswordChanged = Static<typeof PasswordChanged>;

export const OwnEmail = Type.Object(
  { email: Email, current: Current },
  {
    additionalProperties: false,
    examples: [{ email: 'ada@example.com', current: 'correct horse battery' }],
  },
);
export type OwnEmail = Static<typeof OwnEmail>;

export const MailRequested = Type.Object(
  { status: Type.Literal('requested') },
  {
    $id: 'MailRequested',
    description: 'The request was accepted; a mail has the next step.',
    examples: [{ status: 'requested' }],
  },
);
export type MailRequested = Static<typeof MailRequested>;

export const OwnTerms = Type.Object(
  { id: Type.Integer({ minimum: 1, description: 'Number of the terms of service that the user accepts.' }) },
  { additionalProperties: false, examples: [{ id: 3 }] },
);
export type OwnTerms = Static<typeof OwnTerms>;

export const PasswordReset = Type.Object(
  { email: Email },
  { additionalProperties: false, examples: [{ email: 'ada@example.org' }] },
);
export type PasswordReset = Static<typeof PasswordReset>;
