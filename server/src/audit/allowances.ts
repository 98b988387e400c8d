import type { Clock } from '../lib/clock.ts';
import { PurserError } from '../lib/errors.ts';
import { HourlyRates } from '../lib/flow/hourly-rates.ts';
import { LIMITS } from '../lib/limits.ts';
import { canonicalEmail } from '../lib/text/email-address.ts';
import { foldText } from '../lib/text/fold.ts';
import { sourceOf } from '../lib/text/network-address.ts';
import { rehearsal } from '../storage/rehearsal.ts';
import type { Queryable, Transaction } from '../storage/storage.ts';
import type { AuditEntry } from './audit.ts';

/** On whose account a change or a mail is counted. Without account and address it is the service itself. */
export interface Payer {
  /** Uuid of an account; null if the request came without one. */
  readonly account: string | null;
  /** Network address of the client. */
  readonly address: string | null;
}

/** What an operator can set, each per hour. */
export interface AllowanceSettings {
  /** Mails to one address, caused by requests without an account. */
  readonly mailsPerRecipient: number;
  /** Changes by requests without an account, from one network address. */
  readonly anonymousRequestsPerAddress: number;
  /** The same from all addresses together. */
  readonly anonymousRequests: number;
  /** Changes by one account. */
  readonly requestsPerAccount: number;
}

/**
 * What is recorded after the request was admitted and paid for: sign-ups, what a task's stages record by themselves, and what operators did
 * to commissions, whose entries must be written even where the operator has lost the role meanwhile.
 */
const PAID_BEFORE: readonly string[] = [
  'user.sign_up',
  'task.complete',
  'task.fail',
  'commission.accept',
  'commission.reject',
  'quota.reconcile',
];

interface Charge {
  readonly rates: HourlyRates;
  readonly key: string;
  readonly amount: number;
  readonly of: 'requests' | 'recipient';
}

/**
 * Bounds what requests make the service store and send: by account, by network address, by recipient, and in total.
 * Everything that is recorded in the audit record is paid for by the one who did it, every mail that is written in the
 * same transaction too. Operators and the service itself are not bounded. Each node counts for itself, in memory.
 */
export class Allowances {
  readonly #anonymousByAddress: HourlyRates;
  readonly #anonymous: HourlyRates;
  readonly #byAccount: HourlyRates;
  readonly #bySource: HourlyRates;
  readonly #byAccounts: HourlyRates;
  readonly #toRecipientByAnonymous: HourlyRates;
  readonly #toRecipientByAccount: HourlyRates;
  readonly #toRecipient: HourlyRates;
  readonly #isOperator: (db: Queryable, uuid: string) => Promise<boolean>;
  readonly #db: Queryable;
  readonly #payers = new WeakMap<Transaction, Payer>();
  #refused = 0;

  /** @param deps.isOperator whether an account has power over the whole cloud */
  constructor(deps: {
    clock: Clock;
    db: Queryable;
    settings: AllowanceSettings;
    isOperator: (db: Queryable, uuid: string) => Promise<boolean>;
  }) {
    const { clock, settings } = deps;
    const rates = (per_hour: number) => new HourlyRates(clock, per_hour);
    this.#db = deps.db;
    this.#isOperator = deps.isOperator;
    this.#anonymousByAddress = rates(settings.anonymousRequestsPerAddress);
    this.#anonymous = rates(settings.anonymousRequests);
    this.#byAccount = rates(settings.requestsPerAccount);
    this.#bySource = rates(settings.requestsPerAccount * LIMITS.accounts_per_source);
    this.#byAccounts = rates(LIMITS.changes_of_accounts_per_hour);
    this.#toRecipientByAnonymous = rates(settings.mailsPerRecipient);
    this.#toRecipientByAccount = rates(settings.mailsPerRecipient * LIMITS.mails_of_account_factor);
    this.#toRecipient = rates(LIMITS.mails_to_recipient_per_hour);
  }

  /** How many requests were refused since the start because they were beyond a bound. */
  get refused(): number {
    return this.#refused;
  }

  /** Charges the audit entries of a transaction to their actor. `too_many_requests` */
  async recorded(tx: Transaction, entries: readonly AuditEntry[]): Promise<void> {
    // What the service does by itself in the same transaction changes nothing about who pays.
    const paying = entries.filter(
      ({ action, actor, address }) => !PAID_BEFORE.includes(action) && (actor !== null || address !== null),
    );
    const [first] = paying;
    if (!first) return;
    const payer = { account: first.actor, address: first.address };
    this.#payers.set(tx, payer);
    await this.#charge(payer, this.#ofRequests(payer, paying.length), tx.db);
  }

  /** Charges mails that a transaction writes to the actor of its audit entries. `too_many_requests` */
  async written(tx: Transaction, recipients: readonly string[]): Promise<void> {
    const payer = this.#payers.get(tx);
    if (payer) await this.#charge(payer, this.#ofMails(payer, recipients), tx.db);
  }

  /**
   * Charges mails that will be sent on account of a request, where they are not written in its transaction.
   * `too_many_requests`
   */
  async forMails(payer: Payer, recipients: readonly string[], tx?: Transaction): Promise<void> {
    await this.#charge(payer, this.#ofMails(payer, recipients), tx?.db ?? this.#db);
  }

  /** Charges a request that is not recorded and sends mails. `too_many_requests` */
  async forRequest(payer: Payer, recipients: readonly string[]): Promise<void> {
    const charges = [...this.#ofRequests(payer, 1), ...this.#ofMails(payer, recipients)];
    await this.#charge(payer, charges, this.#db);
  }

  #ofRequests({ account, address }: Payer, amount: number): Charge[] {
    const of = 'requests';
    const source = sourceOf(address);
    if (account !== null) {
      return [
        { rates: this.#byAccount, key: account, amount, of },
        { rates: this.#bySource, key: source, amount, of },
        { rates: this.#byAccounts, key: '', amount, of },
      ];
    }
    if (address === null) return [];
    return [
      { rates: this.#anonymousByAddress, key: source, amount, of },
      { rates: this.#anonymous, key: '', amount, of },
    ];
  }

  #ofMails({ account, address }: Payer, recipients: readonly string[]): Charge[] {
    if (account === null && address === null) return [];
    return [...new Set(recipients.map(mailboxOf))].flatMap((mailbox): Charge[] => {
      const charge = { amount: 1, of: 'recipient' } as const;
      if (account === null) return [{ rates: this.#toRecipientByAnonymous, key: mailbox, ...charge }];
      return [
        { rates: this.#toRecipientByAccount, key: `${account} ${mailbox}`, ...charge },
        { rates: this.#toRecipient, key: mailbox, ...charge },
      ];
    });
  }

  /** All or nothing. */
  async #charge({ account }: Payer, charges: readonly Charge[], db: Queryable): Promise<void> {
    // A rehearsal stores and sends nothing.
    if (rehearsal()) return;
    let worst: { missing_ms: number; of: Charge['of'] } | undefined;
    for (const { rates, key, amount, of } of charges) {
      const missing_ms = rates.missing_ms(key, amount);
      if (missing_ms > (worst?.missing_ms ?? 0)) worst = { missing_ms, of };
    }
    if (worst) {
      if (account !== null && (await this.#isOperator(db, account))) return;
      this.#refused += 1;
      const retryAfter_s = Math.ceil(worst.missing_ms / 1000);
      throw new PurserError('too_many_requests', { of: worst.of, retryAfter_s });
    }
    for (const { rates, key, amount } of charges) rates.use(key, amount);
  }
}

/**
 * What mails to an address are counted under. All spellings of an address count as one, and so do those with a tag
 * behind a plus sign: most mail servers put them into the same mailbox.
 */
function mailboxOf(address: string): string {
  const canonical = canonicalEmail(address) ?? foldText(address);
  return canonical.replace(/\+[^@]*(?=@)/, '');
}
