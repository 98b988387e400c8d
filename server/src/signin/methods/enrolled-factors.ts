import type { Roles } from '../../directory/roles/roles.ts';
import type { Account, LoginMethod } from '../../directory/tokens/principal.ts';
import { PurserError } from '../../lib/errors.ts';
import type { Queryable, Storage, Transaction } from '../../storage/storage.ts';
import type { PasskeyChallenges } from './passkey-challenges.ts';
import {
  checkedAssertion,
  credentialIdOf,
  type KnownPasskey,
  requestOptions,
  userHandleOf,
} from './passkey-checks.ts';
import type { Passkey, Passkeys } from './passkeys.ts';
import type { RecoveryCodes } from './recovery-codes.ts';
import type { NoRelyingParty, RelyingParty } from './relying-party.ts';
import { isSecondFactorRequired } from './second-factor-policy.ts';
import type { Totp } from './totp.ts';

/** How a second factor can be proved. */
export type FactorMethod = 'totp' | 'passkey' | 'recovery_code';

/** What a person sends to prove a second factor. */
export interface FactorProof {
  readonly method: string;
  /** A one-time code or a recovery code. */
  readonly code?: string | undefined;
  /** The answer of an authenticator. */
  readonly assertion?: unknown;
}

/** What a login has to prove after a right password. */
export type FurtherProof =
  | { readonly kind: 'none' }
  /** One of these methods. */
  | { readonly kind: 'second_factor'; readonly methods: readonly FactorMethod[] }
  /** The account has to have a second factor and has none: it can only be enrolled. */
  | { readonly kind: 'enrolment' };

/** The parts that know the methods of accounts. */
export interface FactorParts {
  readonly storage: Storage;
  readonly totp: Totp;
  readonly recoveryCodes: RecoveryCodes;
  readonly passkeys: Passkeys;
  readonly challenges: PasskeyChallenges;
  readonly roles: Roles;
  readonly party: RelyingParty | NoRelyingParty;
  /** Names of roles, or `all`; see `isSecondFactorRequired`. */
  readonly required: readonly string[];
}

/** The second factors that accounts have, and the checks of their proofs (decision second-factors). */
export class EnrolledFactors {
  readonly #parts: FactorParts;

  constructor(parts: FactorParts) {
    this.#parts = parts;
  }

  /**
   * The methods of which an account has to prove one after its password; empty if it has no second factor. An account
   * has one as soon as it has an authenticator app or a passkey.
   */
  async methodsOf(
    account: Pick<Account, 'id'>,
    db: Queryable = this.#parts.storage.db,
  ): Promise<FactorMethod[]> {
    const { totp, passkeys, recoveryCodes } = this.#parts;
    const app = await totp.of(db, account);
    const keys = await passkeys.of(db, account);
    if (!app && keys.length === 0) return [];
    const codes = await recoveryCodes.of(db, account);
    return [
      ...(app ? (['totp'] as const) : []),
      ...(keys.length > 0 ? (['passkey'] as const) : []),
      ...(codes && codes.left > 0 ? (['recovery_code'] as const) : []),
    ];
  }

  /** What a login of the account has to prove after its password. */
  async furtherProofOf(account: Pick<Account, 'id' | 'uuid'>): Promise<FurtherProof> {
    const methods = await this.methodsOf(account);
    if (methods.length > 0) return { kind: 'second_factor', methods };
    return (await this.isRequired(account)) ? { kind: 'enrolment' } : { kind: 'none' };
  }

  /** Errors: `second_factor_required`, `second_factor_enrolment_required`. */
  async assertPasswordIsEnough(account: Pick<Account, 'id' | 'uuid'>): Promise<void> {
    const further = await this.furtherProofOf(account);
    if (further.kind === 'second_factor') {
      throw new PurserError('second_factor_required', { methods: further.methods });
    }
    if (further.kind === 'enrolment') throw new PurserError('second_factor_enrolment_required');
  }

  /** Whether the account has to have a second factor, by the settings. */
  async isRequired({ uuid }: Pick<Account, 'uuid'>): Promise<boolean> {
    const { required, roles } = this.#parts;
    return required.length > 0 && isSecondFactorRequired(required, await roles.grantsOf(uuid));
  }

  /**
   * Checks a proof and marks it as used. Undefined if it is wrong; the transaction is committed in either case.
   * @param ticket the digest of the ticket of the sign-in, to which the challenge of a passkey is bound
   */
  async prove(
    tx: Transaction,
    account: Account,
    { method, code = '', assertion }: FactorProof,
    ticket: Uint8Array,
  ): Promise<LoginMethod | undefined> {
    const { totp, recoveryCodes } = this.#parts;
    const proved = async (): Promise<boolean> => {
      if (method === 'totp') return totp.use(tx, account, code);
      if (method === 'recovery_code') return recoveryCodes.use(tx, account, code);
      if (method !== 'passkey') return false;
      const found = await this.#asserted(tx, ticket, assertion, account);
      return found !== undefined;
    };
    return (await proved()) ? (method as FactorMethod) : undefined;
  }

  /**
   * What a browser needs to prove a passkey of the account as its second factor. The answer goes to `prove` with the
   * same ticket. Errors: `passkeys_unavailable`, `passkey_not_found` if the account has none.
   */
  async passkeyOptions(tx: Transaction, account: Pick<Account, 'id'>, ticket: Uint8Array): Promise<object> {
    const { challenges, passkeys } = this.#parts;
    const party = this.party();
    const known = await passkeys.of(tx.db, account);
    if (known.length === 0) throw new PurserError('passkey_not_found');
    const owner = { accountId: account.id };
    const challenge = await challenges.make(tx, ticket, { purpose: 'second_factor', owner });
    return requestOptions({ party, challenge }, known);
  }

  /**
   * What a browser needs to sign in with a passkey alone, without a user name. The answer goes to `provedAccount` with
   * the same ticket. Errors: `passkeys_unavailable`, `too_busy`.
   */
  async signInOptions(tx: Transaction, ticket: Uint8Array, address: string): Promise<object> {
    const party = this.party();
    const challenge = await this.#parts.challenges.make(tx, ticket, {
      purpose: 'sign_in',
      owner: { address },
    });
    return requestOptions({ party, challenge }, undefined);
  }

  /**
   * The number of the account whose passkey answered the options of `signInOptions`. The authenticator must have
   * verified its user, as the passkey is the only factor. Undefined if the answer is wrong; the transaction is
   * committed in either case.
   */
  async provedAccount(tx: Transaction, assertion: unknown, ticket: Uint8Array): Promise<number | undefined> {
    return (await this.#asserted(tx, ticket, assertion, undefined))?.accountId;
  }

  /** Whether a ticket was made by `signInOptions`, and was not used. */
  isOfPasskeyAlone(tx: Transaction, ticket: Uint8Array): Promise<boolean> {
    return this.#parts.challenges.has(tx.db, ticket, 'sign_in');
  }

  /** The relying party of passkeys. Errors: `passkeys_unavailable`. */
  party(): RelyingParty {
    const { party } = this.#parts;
    if ('unavailable' in party) throw new PurserError('passkeys_unavailable', { reason: party.unavailable });
    return party;
  }

  /** @param account whose passkey has to answer; undefined: any, as the only factor */
  async #asserted(
    tx: Transaction,
    ticket: Uint8Array,
    assertion: unknown,
    account: Account | undefined,
  ): Promise<Passkey | undefined> {
    const { challenges, passkeys } = this.#parts;
    const purpose = account ? 'second_factor' : 'sign_in';
    const challenge = await challenges.take(tx, ticket, { purpose, accountId: account?.id ?? null });
    const credentialId = credentialIdOf(assertion);
    if (challenge === undefined || credentialId === undefined) return undefined;
    const passkey = await passkeys.byCredential(tx.db, credentialId);
    if (!passkey || (account && passkey.accountId !== account.id)) return undefined;
    if (!account && !(await this.#isHandleOf(tx, assertion, passkey))) return undefined;
    const used = await checkedAssertion({ party: this.party(), challenge }, assertion, {
      passkey: passkey satisfies KnownPasskey,
      verified: account === undefined,
    });
    return used && (await passkeys.noteUse(tx, passkey, used)) ? passkey : undefined;
  }

  /** A discoverable passkey tells whose it is (WebAuthn 7.2, step 6). */
  async #isHandleOf({ db }: Transaction, assertion: unknown, { accountId }: Passkey): Promise<boolean> {
    const row = await db.selectFrom('accounts').select('uuid').where('id', '=', accountId).executeTakeFirst();
    return row !== undefined && userHandleOf(assertion) === row.uuid;
  }
}
