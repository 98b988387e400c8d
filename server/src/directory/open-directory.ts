import type { Audit } from '../audit/audit.ts';
import type { Clock } from '../lib/clock.ts';
import type { Freshness } from '../lib/flow/freshness.ts';
import type { Secrets } from '../lib/secrets.ts';
import type { Storage } from '../storage/storage.ts';
import { AccountChanges } from './accounts/account-changes.ts';
import type { UserPolicy } from './accounts/account-names.ts';
import { Accounts } from './accounts/accounts.ts';
import { KnownSources } from './logins/known-sources.ts';
import { LoginRequirements } from './logins/login-requirements.ts';
import { LoginThrottle } from './logins/login-throttle.ts';
import { LoginTokens } from './logins/login-tokens.ts';
import { type HashingCost, Passwords } from './logins/passwords.ts';
import { Roles } from './roles/roles.ts';
import { Terms } from './terms/terms.ts';
import { ApplicationCredentials } from './tokens/application-credentials.ts';
import { CredentialEndings } from './tokens/credential-endings.ts';
import { Tokens } from './tokens/tokens.ts';

/** Accounts and what proves that a caller is one of them. */
export interface DirectoryDomain {
  readonly accountChanges: AccountChanges;
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  readonly credentialEndings: CredentialEndings;
  readonly loginThrottle: LoginThrottle;
  /** What accounts have to prove in addition to their passwords. */
  readonly loginRequirements: LoginRequirements;
  /** Tokens that are issued at a login. */
  readonly loginTokens: LoginTokens;
  readonly applicationCredentials: ApplicationCredentials;
  readonly roles: Roles;
  readonly terms: Terms;
}

/**
 * Builds the directory.
 * @param options.tokenLifetime_ms how long a token lives whose maker does not say so
 */
export function openDirectory(
  parts: {
    readonly storage: Storage;
    readonly clock: Clock;
    readonly secrets: Secrets;
    readonly audit: Audit;
    readonly freshness: Freshness;
  },
  options: {
    readonly policy: UserPolicy;
    readonly tokenLifetime_ms: number;
    readonly hashingCost?: HashingCost;
  },
): DirectoryDomain {
  const { storage, clock } = parts;
  const changes = new AccountChanges();
  const passwords = new Passwords(options.hashingCost);
  const shared = { ...parts, passwords, changes };
  const terms = new Terms(shared);
  const accounts = new Accounts({ ...shared, policy: options.policy });
  const roles = new Roles(shared);
  const endings = new CredentialEndings({ storage, changes });
  const tokens = new Tokens({ ...shared, endings, terms, lifetime_ms: options.tokenLifetime_ms });
  const loginThrottle = new LoginThrottle({ clock, knownSources: new KnownSources({ storage, clock }) });
  const applicationCredentials = new ApplicationCredentials({ ...shared, endings, throttle: loginThrottle });
  return {
    accountChanges: changes,
    accounts,
    passwords,
    tokens,
    credentialEndings: endings,
    loginThrottle,
    loginRequirements: new LoginRequirements(),
    loginTokens: new LoginTokens({ tokens }),
    applicationCredentials,
    roles,
    terms,
  };
}
