import type { Account } from '../tokens/principal.ts';

/** Throws a `PurserError` of kind `unauthenticated` if the password of an account is not enough. */
type Requirement = (account: Account) => Promise<void>;

/**
 * What an account has to prove in addition to its password, wherever that is taken. The layers above the directory,
 * which know second factors, register here (decision second-factors).
 */
export class LoginRequirements {
  readonly #requirements: Requirement[] = [];

  /** Adds a requirement. Before the first request. */
  add(requirement: Requirement): void {
    this.#requirements.push(requirement);
  }

  /** Errors: those of the requirements. @param account whose password was right */
  async assertPasswordIsEnough(account: Account): Promise<void> {
    for (const requirement of this.#requirements) await requirement(account);
  }
}
