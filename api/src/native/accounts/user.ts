import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { nullable, PageQuery, Time } from '../common.ts';

export const UserState = Type.Enum(
  ['pending_verification', 'pending_moderation', 'rejected', 'active', 'inactive', 'deleted'],
  { type: 'string', description: 'State of the account.' },
);

const PersonName = Type.String({ minLength: 1, maxLength: BOUNDS.person_name_length });
const Email = Type.String({ minLength: 1, maxLength: BOUNDS.email_length, examples: ['ada@example.org'] });
const Username = Type.String({ minLength: 1, maxLength: BOUNDS.name_length, examples: ['backup'] });
/** Languages of mails and pages. */
const Language = Type.Enum(['en', 'el'], { type: 'string', description: 'Language of mails and pages.' });
const Affiliation = Type.String({ maxLength: BOUNDS.name_length });
const Password = Type.String({
  minLength: BOUNDS.password_length_min,
  maxLength: BOUNDS.password_length_max,
});

const properties = {
  id: Type.String({ format: 'uuid', description: 'Never changes.' }),
  number: Type.Integer({ description: 'A short number, accepted in paths in place of the uuid.' }),
  email: nullable(
    Type.String({ description: 'E-mail address in the spelling of the user; null for a service account.' }),
  ),
  username: Type.String({
    description: 'The display name: by default, the e-mail address in lower case.',
  }),
  service: Type.Boolean({
    description: 'Whether this is the account of a program. It has no e-mail address and no system project.',
  }),
  first_name: Type.String(),
  last_name: Type.String(),
  full_name: Type.String(),
  affiliation: nullable(Type.String()),
  language: Type.Unsafe<'en' | 'el' | null>({
    type: ['string', 'null'],
    enum: ['en', 'el', null],
    description: 'Language of mails and pages; null for the default.',
  }),
  state: UserState,
  active: Type.Boolean({ description: 'Whether the user may log in and use tokens.' }),
  email_verified: Type.Boolean(),
  moderated: Type.Boolean({ description: 'Whether the account has been accepted or rejected.' }),
  rejected: Type.Boolean(),
  rejected_reason: nullable(Type.String()),
  accepted_policy: nullable(
    Type.String({ description: 'Name of the rule by which the account was accepted.' }),
  ),
  deactivated_reason: nullable(Type.String()),
  ended_by: Type.Unsafe<'owner' | 'delegate' | 'operator' | null>({
    type: ['string', 'null'],
    enum: ['owner', 'delegate', 'operator', null],
    description:
      'Who rejected, deactivated or deleted the account: its owner, a delegate (a task, or a program that manages ' +
      'users), or an operator. A delegate can reactivate only accounts that a delegate ended.',
  }),
  password_set: Type.Boolean(),
  password_once: Type.Boolean({
    description: 'The password was generated and must be replaced at first login.',
  }),
  terms_signed: nullable(
    Type.Integer({ description: 'Id of the terms of service that the user accepted last.' }),
  ),
  terms_signed_at: nullable(Time),
  default_project: nullable(
    Type.String({
      format: 'uuid',
      description:
        'Uuid of the project that is charged if a request names none; initially null for a service account.',
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
  language: null,
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

/** The response to creating a user. No later response contains its secrets. */
export const UserCreated = Type.Object(
  {
    ...properties,
    token: Type.String({ description: 'An API token of the new user. No later response contains it.' }),
    password: Type.Optional(
      Type.String({ description: 'The generated password, if requested. No later response contains it.' }),
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
      Type.Boolean({ description: 'Generate a password, which the user must replace at first login.' }),
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

/** The response to changing a user. No later response contains a generated password. */
export const UserChanged = Type.Object(
  {
    ...properties,
    password: Type.Optional(
      Type.String({ description: 'The generated password, if requested. No later response contains it.' }),
    ),
  },
  { $id: 'UserChanged', description: 'The account after the change.', examples: [example] },
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
      Type.Boolean({ description: 'Generate a password, which the user must replace at the next login.' }),
    ),
    end_all: Type.Optional(
      Type.Boolean({
        description:
          'End all tokens and application credentials of the user. Without it, a new password ends those made by ' +
          'logins with the old password, directly or through other tokens, and mailed links that change the account.',
      }),
    ),
    affiliation: Type.Optional(Affiliation),
    language: Type.Optional(Language),
  },
  { additionalProperties: false, minProperties: 1, examples: [{ last_name: 'King' }] },
);
export type UserChanges = Static<typeof UserChanges>;

export const UserAction = Type.Object(
  {
    action: Type.Enum(['verify', 'accept', 'reject', 'activate', 'deactivate', 'delete', 'sign_terms'], {
      type: 'string',
      description:
        'The transition. `deactivate` and `delete` permanently end all tokens and application credentials; a ' +
        'deleted account receives no password mails and no invitations. `activate` reverses either.',
    }),
    reason: Type.Optional(
      Type.String({
        maxLength: BOUNDS.reason_length,
        description: 'Reason for `reject`, `deactivate` or `delete`; stored with the account.',
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
    active: Type.Optional(
      Type.Boolean({ description: 'True: only accounts that may log in; false: only others.' }),
    ),
    role: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: BOUNDS.name_length,
        description: 'Only users with this role on the whole cloud.',
      }),
    ),
    search: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: BOUNDS.name_length,
        description:
          'Part of a user name, e-mail address, first or last name; upper and lower case are equal.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Users to look up: by uuid, by user name, or both. */
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
    description: 'Uuids and names of users.',
    examples: [{ id: example.id, username: example.username }],
  },
);
export type UserName = Static<typeof UserName>;

export const UsersFound = Type.Object(
  {
    items: Type.Array(Type.Ref('UserName'), { description: 'The users that exist.' }),
    missing: Type.Array(Type.String(), {
      description: 'Uuids and names of the request that belong to no user.',
    }),
  },
  { description: 'Uuids and names of users.' },
);

export const UserPath = Type.Object({
  user: Type.String({
    minLength: 1,
    description: 'A user: uuid, number, user name or e-mail address.',
    examples: ['ada@example.org'],
  }),
});
