/** What a program logs in with on behalf of an account; without its secret, which is shown once. */
export interface ApplicationCredential {
  readonly number: number;
  /** The id on the wire. */
  readonly id: string;
  /** Uuid of the account. */
  readonly user: string;
  /** Uuid of the project that it is good for. */
  readonly project: string;
  readonly name: string;
  readonly description: string | null;
  /** Names of roles; of them it has those that the account still has. */
  readonly roles: readonly string[];
  /** Whether what logs in with it may make and delete others. */
  readonly unrestricted: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Null: never. */
  readonly expiresAt: number | null;
  /** It came of a login with the password, directly or through others, and ends when the password changes. */
  readonly ofPassword: boolean;
}

export interface NewApplicationCredential {
  readonly name: string;
  readonly description?: string | undefined;
  /** Uuid. */
  readonly project: string;
  /** All that the account has there, if left out. */
  readonly roles?: readonly string[] | undefined;
  readonly unrestricted?: boolean | undefined;
  readonly expiresAt?: number | null | undefined;
  /** In place of a generated one. */
  readonly secret?: string | undefined;
}

/** By its id, or by the account and its name for it. */
export type CredentialReference =
  | { readonly id: string }
  | { readonly name: string; readonly user: { readonly uuid: string } | { readonly username: string } };
