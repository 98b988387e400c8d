import type { Authority } from '../accounts/account-authority.ts';

/** The state of an account in its life cycle (account-v1 §6.2). */
export type AccountState =
  | 'pending_verification'
  | 'pending_moderation'
  | 'rejected'
  | 'active'
  | 'inactive'
  | 'deleted';

/** A language in which mails and pages are written. */
export type Language = 'en' | 'el';

/** What the rest of the service knows of an account. Times are milliseconds since the epoch. */
export interface Account {
  readonly id: number;
  /** Never changes; also names the account's system project. */
  readonly uuid: string;
  /** As it was typed; null for accounts without an address. */
  readonly email: string | null;
  /** The display name on every wire: the lower-cased e-mail address unless another name was given. */
  readonly username: string;
  /** Whether it is a service account: without an address and a project of its own. */
  readonly service: boolean;
  readonly firstName: string;
  readonly lastName: string;
  /** First name, one space, last name. */
  readonly fullName: string;
  readonly affiliation: string | null;
  readonly state: AccountState;
  readonly active: boolean;
  readonly emailVerified: boolean;
  readonly moderated: boolean;
  readonly rejected: boolean;
  readonly rejectedReason: string | null;
  readonly acceptedPolicy: string | null;
  readonly deactivatedReason: string | null;
  /** Who rejected, deactivated or deleted it; null where it is not ended. */
  readonly endedBy: Authority | null;
  readonly passwordSet: boolean;
  /** The password was generated and must be replaced at the first web login. */
  readonly passwordOnce: boolean;
  /** Id of the terms that were signed last. */
  readonly termsSigned: number | null;
  readonly termsSignedAt: number | null;
  /** Uuid of the project that an unscoped token acts on; null stands for the system project. */
  readonly defaultProject: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly verifiedAt: number | null;
  readonly moderatedAt: number | null;
  readonly deactivatedAt: number | null;
  /** Null where it was never changed. */
  readonly passwordChangedAt: number | null;
  readonly lastLoginAt: number | null;
  /** The language of mails and pages; null for the default. */
  readonly language: Language | null;
}

/** The login that a token came from. */
export interface TokenOrigin {
  /** The methods by which its bearer authenticated. */
  readonly methods: readonly LoginMethod[];
  /** The requested scope of a token without a project: the domain or the system; null if none was requested. */
  readonly breadth: 'domain' | 'system' | null;
  /** The audit id of the first token in a chain of exchanges; null for the first itself. */
  readonly ancestor: string | null;
  /** Whether the login has access to the whole account, so that its bearer can create credentials that outlive it. */
  readonly whole: boolean;
  /** The application credential that logged in; null for other logins. */
  readonly credential: {
    readonly id: string;
    readonly name: string;
    readonly unrestricted: boolean;
  } | null;
}

/** What an API client shows to get a token. */
export type TokenLoginMethod = 'password' | 'token' | 'application_credential';

/** How a person or a program proved who they are. */
export type LoginMethod =
  | TokenLoginMethod
  | 'totp'
  | 'recovery_code'
  | 'passkey'
  | 'provider'
  | 'mailed_link';

/** An API token without its secret, which is shown once. */
export interface Token {
  readonly id: number;
  readonly accountId: number;
  readonly name: string;
  readonly createdAt: number;
  /** Null: never. */
  readonly expiresAt: number | null;
  /** Uuid of the project that the token is bound to. */
  readonly project: string | null;
  /** Names of the roles that the token is narrowed to. */
  readonly roles: string[] | null;
  /** Free text that `belongsTo` is compared with. */
  readonly scope: string | null;
  /** Null for tokens that were not made by a login. */
  readonly origin: TokenOrigin | null;
  /** Whether it is used in the forms of the older generation of the account dialect. */
  readonly older: boolean;
  /** It came from a login with the password, directly or through others, and ends when the password changes. */
  readonly ofPassword: boolean;
  /** Id of the token that it was made with, which may be gone; null where no token of the same account made it. */
  readonly madeWith: number | null;
  /** It ended with its account, and is not valid any more. */
  readonly ended: boolean;
  /** It is a session of the web, which no dialect takes as a token. */
  readonly session: boolean;
}

/** A role that an account has on one project, or on the whole cloud where `project` is null. */
export interface RoleGrant {
  readonly role: { readonly id: number; readonly name: string };
  readonly project: string | null;
}

/** The authenticated caller: an immutable snapshot, replaced by a new object when anything in it changes. */
export interface Principal {
  readonly account: Account;
  readonly token: Token;
  /** The roles of the account; of a narrowed token, those that it carries. */
  readonly grants: RoleGrant[];
  /** There are terms of service that the account has not signed in their current version. */
  readonly termsPending: boolean;
  /**
   * Whether the account still has a role in the place that the token is bound to: its project, or the whole cloud.
   * Whether the project is active is not included: see `Tokens.stands`.
   */
  readonly holds: boolean;
}

/** The project that a token acts on: its own, else the account's default, else the system project (decision roles). */
export function actingProject({
  account,
  token,
}: Pick<Principal, 'account'> & { readonly token: Pick<Token, 'project'> }): string {
  return token.project ?? account.defaultProject ?? account.uuid;
}
