import type { Account, LoginMethod } from '../directory/tokens/principal.ts';
import type { Transaction } from '../storage/storage.ts';

/** What a person sends to prove a second factor. */
export interface FactorProof {
  readonly method: string;
  /** A one-time code or a recovery code. */
  readonly code?: string | undefined;
  /** The answer of an authenticator (WebAuthn). */
  readonly assertion?: unknown;
}

/** The second factors of accounts, for the sign-in, which asks for them. */
export interface SecondFactors {
  /** The methods of which an account has to prove one after its password; empty if the password is enough. */
  methodsOf(account: Account): Promise<readonly string[]>;
  /**
   * Checks a proof and marks it as used. Undefined if it is wrong; the transaction is committed in either case.
   * @param ticket the digest of the ticket of the sign-in, to which challenges are bound
   */
  prove(
    tx: Transaction,
    account: Account,
    proof: FactorProof,
    ticket: Uint8Array,
  ): Promise<LoginMethod | undefined>;
}

/** Accounts without second factors. */
export const NO_SECOND_FACTORS: SecondFactors = {
  methodsOf: async () => [],
  prove: async () => undefined,
};
