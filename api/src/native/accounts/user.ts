import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { nullable, PageQuery, Time } from '../common.ts';

export const UserState = Type.Enum(
  ['pending_verification', 'pending_moderation', 'rejected', 'active', 'inactive', 'deleted'],
  { type: 'string', description: 'Where the account stands in its life.' },
);

const PersonName = Type.String({ minLength: 1, maxLength: BOUNDS.person_name_length });
const Email = Type.String({ minLength: 1, maxLength: BOUNDS.email_length, examples: ['ada@example.org'] });
const Username = Type.String({ minLength: 1, maxLength: BOUNDS.name_length, examples: ['backup'] });
const Affiliation = Type.String({ maxLength: BOUNDS.name_length });
const Password = Type.String({
  minLength: BOUNDS.password_length_min,
  maxLength: BOUNDS.password_length_max,
});

const properties = {
  id: Type.String({ format: 'uuid', description: 'Never changes.' }),
  number: Type.Integer({ description: 'A short number, usable wherever a user is named in a path.' }),
  email: nullable(Type.String({ description: 'As the user wrote it; a service account has none.' })),
  username: Type.String({
    description: 'The display name: the e-mail address in lower case, unless another one was given.',
  }),
  service: Type.Boolean({
    description: 'Whether this is the account of a program, without an address and a project of its own.',
  }),
  first_name: Type.String(),
  last_name: Type.String(),
  full_name: Type.String(),
  affiliation: nullable(Type.String()),
  state: UserState,
  active: Type.Boolean({ description: 'May log in and use tokens.' }),
  email_verified: Type.Boolean(),
  moderated: Type.Boolean({ description: 'Accepted or rejected.' }),
  rejected: Type.Boolean(),
  rejected_reason: nullable(Type.String()),
  accepted_policy: nullable(Type.String({ description: 'By which rule the account was accepted.' })),
  deactivated_reason: nullable(Type.String()),
  ended_by: Type.Unsafe<'owner' | 'delegate' | 'operator' | null>({
    type: ['string', 'null'],
    enum: ['owner', 'delegate', 'operator', null],
    description:
      'Who rejected, deactivated or deleted the account: its owner, a delegate (a task, or a program that manages ' +
      'users), or an operator. Delegates bring back only what delegates ended.',
  }),
  password_set: Type.Boolean(),
  password_once: Type.Boolean({
    description: 'The password was generated and must be replaced at first login.',
  }),
  terms_signed: nullable(Type.Integer({ description: 'Id of the terms of service the user accepted last.' })),
  terms_signed_at: nullable(Time),
  default_project: nullable(
    Type.String({
      format: 'uuid',
      description: 'The project that is charged unless one is named; a service account has none at first.',
    }),
  ),
  created_at: Time,
  updated_at: Time,
  verified_at: nullable(Time),
  moderated_at: nullable(Time),
  deactivated_at: nullable(Time),
  last_login_at: nullable(Time),
};

const example = {
  id: '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
  number: 17,
  email: 'Ada@example.org',
  username: 'ada@example.org',
  service: false,
  first_name: 'Ada',
  last_name: 'Lovelace',
  full_name: 'Ada Lovelace',
  affiliation: null,
  state: 'active',
  active: true,
  email_verified: true,
  moderated: true,
  rejected: false,
  rejected_reason: null,
  accepted_policy: 'manual',
  deactivated_reason: null,
  ended_by: null,
  password_set: false,
  password_once: false,
  terms_signed: null,
  terms_signed_at: null,
  default_project: '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
  created_at: '2031-05-30T10:03:37.000Z',
  updated_at: '2031-05-30T10:03:37.000Z',
  verified_at: '2031-05-30T10:03:37.000Z',
  moderated_at: '2031-05-30T10:03:37.000Z',
  deactivated_at: null,
  last_login_at: null,
};

export const User = Type.Object(properties, {
  $id: 'User',
  description: 'A user account.',
  examples: [example],
});
export type User = Static<typeof User>;

/** The answer to creating a user; what is secret in it is shown this once. */
export const UserCreated = Type.Object(
  {
    ...properties,
    token: Type.String({ description: 'An API token of the new user. It is shown this once.' }),
    password: Type.Optional(
      Type.String({ description: 'The generated password, if one was asked for. It is shown this once.' }),
    ),
  },
  {
    $id: 'UserCreated',
    description: 'The new account and its first API token.',
    examples: [{ ...example, token: 'Zr3qOaB0xT6m1cVtJb8yQwUeLk5nHd2sPg7fXiMoRvE' }],
  },
);
export type UserCreated = Static<typeof UserCreated>;

export const UserCreation = Type.Object(
  {
    email: Type.Optional(Email),
    username: Type.Optional(Username),
    service: Type.Optional(
      Type.Boolean({
        description:
          'Whether this is the account of a program: it has a `username` and no `email`. A person has an `email`, ' +
          'a `first_name` and a `last_name`.',
      }),
    ),
    first_name: Type.Optional(PersonName),
    last_name: Type.Optional(PersonName),
    password: Type.Optional(Password),
    generate_password: Type.Optional(
      Type.Boolean({ description: 'Make up a password, which the user replaces at first login.' }),
    ),
    affiliation: Type.Optional(Affiliation),
  },
  {
    additionalProperties: false,
    examples: [
      { email: 'Ada@example.org', first_name: 'Ada', last_name: 'Lovelace' },
      { username: 'backup', service: true },
    ],
  },
);
export type UserCreation = Static<typeof UserCreation>;

/** The answer to changing a user; a generated password is shown this once. */
export const UserChanged = Type.Object(
  {
    ...properties,
    password: Type.Optional(
      Type.String({ description: 'The generated password, if one was asked for. It is shown this once.' }),
    ),
  },
  { $id: 'UserChanged', description: 'The account as it is now.', examples: [example] },
);
export type UserChanged = Static<typeof UserChanged>;

export const UserChanges = Type.Object(
  {
    email: Type.Optional(Email),
    username: Type.Optional(Username),
    first_name: Type.Optional(PersonName),
    last_name: Type.Optional(PersonName),
    password: Type.Optional(Password),
    generate_password: Type.Optional(
      Type.Boolean({ description: 'Make up a password, which the user replaces at next login.' }),
    ),
    end_all: Type.Optional(
      Type.Boolean({
        description:
          'End all tokens and application credentials of the user. A new password alone ends those that came of ' +
          'logins with the old one, directly or through other tokens, and links that were mailed to change the account.',
      }),
    ),
    affiliation: Type.Optional(Affiliation),
  },
  { additionalProperties: false, minProperties: 1, examples: [{ last_name: 'King' }] },
);
export type UserChanges = Static<typeof UserChanges>;

export const UserAction = Type.Object(
  {
    action: Type.Enum(['verify', 'accept', 'reject', 'activate', 'deactivate', 'delete', 'sign_terms'], {
      type: 'string',
      description:
        'The transition to make. `deactivate` and `delete` end all tokens and application credentials for good; a ' +
        'deleted account is sent no mails about its password and no invitations. `activate` brings back either.',
    }),
    reason: Type.Optional(
      Type.String({
        maxLength: BOUNDS.reason_length,
        description: 'Why, for `reject`, `deactivate` and `delete`; it is kept with the account.',
      }),
    ),
  },
  { additionalProperties: false, examples: [{ action: 'deactivate', reason: 'Left the institute.' }] },
);
export type UserAction = Static<typeof UserAction>;

export const UserQuery = Type.Object(
  {
    ...PageQuery.properties,
    state: Type.Optional(UserState),
    active: Type.Optional(Type.Boolean({ description: 'Only accounts that may, or may not, log in.' })),
    role: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: BOUNDS.name_length,
        description: 'Only those who have this role on the whole cloud.',
      }),
    ),
    search: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: BOUNDS.name_length,
        description: 'Part of a user name, an e-mail address or a name, in any case.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Users by what is known of them: uuids or user names, or both. */
export const UserLookup = Type.Object(
  {
    ids: Type.Optional(Type.Array(Type.String(), { maxItems: BOUNDS.page_max })),
    usernames: Type.Optional(Type.Array(Type.String(), { maxItems: BOUNDS.page_max })),
  },
  { additionalProperties: false, examples: [{ usernames: ['ada@example.org'] }] },
);
export const UserName = Type.Object(
  { id: Type.String({ format: 'uuid' }), username: Type.String() },
  {
    $id: 'UserName',
    description: 'Who is who.',
    examples: [{ id: example.id, username: example.username }],
  },
);
export type UserName = Static<typeof UserName>;

export const UsersFound = Type.Object(
  {
    items: Type.Array(Type.Ref('UserName'), { description: 'Those that exist.' }),
    missing: Type.Array(Type.String(), { description: 'What was asked for and does not exist.' }),
  },
  { description: 'Who is who.' },
);

export const UserPath = Type.Object({
  user: Type.String({
    minLength: 1,
    description: 'A user: uuid, number, user name or e-mail address.',
    examples: ['ada@example.org'],
  }),
});
