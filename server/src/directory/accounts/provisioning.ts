import type { Actor } from '../../audit/actor.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Passwords } from '../logins/passwords.ts';
import type { Account } from '../tokens/principal.ts';
import type { Tokens } from '../tokens/tokens.ts';
import type { AccountUpdate, NewAccount } from './account-values.ts';
import type { Accounts } from './accounts.ts';

/** The services that provisioning uses. */
export interface ProvisioningParts {
  readonly storage: Storage;
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
}

/** A new account with its initial state. */
export interface WantedUser extends NewAccount {
  /** Uuid of a project. */
  readonly defaultProject?: string | undefined;
  /** Whether the current terms of service count as signed. */
  readonly signTerms?: boolean | undefined;
  /** Name of an API token to issue. */
  readonly token?: string | undefined;
  /** Reason to deactivate the account at once. Default: it is active. */
  readonly disabledFor?: string | undefined;
}

/**
 * Creates an account that is verified, accepted and active at once, with the other requested objects, in one
 * transaction. Answers the secret of the token, if one is issued. Errors: those of `Accounts.createActive`,
 * `Accounts.update`, `Accounts.deactivate` and `Tokens.issue`.
 */
export async function createUser(
  { storage, accounts, passwords, tokens }: ProvisioningParts,
  { defaultProject, signTerms, token, disabledFor, ...person }: WantedUser,
  by: Actor,
): Promise<{ account: Account; secret: string | undefined }> {
  const password = person.password === undefined ? undefined : await passwords.hashed(person.password);
  return storage.transaction(async (tx) => {
    let account = await accounts.createActive({ ...person, password }, 'manual', tx, by);
    const { uuid } = account;
    if (signTerms) account = await accounts.signTerms(uuid, tx);
    if (defaultProject !== undefined) account = await accounts.update(uuid, { defaultProject }, by, tx);
    const issued = token === undefined ? undefined : await tokens.issue(uuid, { name: token }, { tx });
    if (disabledFor !== undefined) account = await accounts.deactivate(uuid, disabledFor, by, tx);
    return { account, secret: issued?.secret };
  });
}

export interface WantedUserChanges extends AccountUpdate {
  /** Whether the account is to be active. */
  readonly enabled?: boolean | undefined;
  /** The reason, if it is deactivated. */
  readonly reason: string;
}

/**
 * Changes an account and activates or deactivates it, in one transaction. Errors: those of `Accounts.update`,
 * `Accounts.activate` and `Accounts.deactivate`.
 */
export async function changeUser(
  { storage, accounts, passwords }: ProvisioningParts,
  uuid: string,
  { enabled, reason, ...changes }: WantedUserChanges,
  by: Actor,
): Promise<Account> {
  const password = changes.password === undefined ? undefined : await passwords.hashed(changes.password);
  return storage.transaction(async (tx) => {
    const changed = await accounts.update(uuid, { ...changes, password }, by, tx);
    if (enabled === undefined || enabled === changed.active) return changed;
    return enabled ? accounts.activate(uuid, by, tx) : accounts.deactivate(uuid, reason, by, tx);
  });
}
