import { type Actor, traceOf } from '../../audit/actor.ts';
import type { AuditEntry } from '../../audit/audit.ts';
import { encodeTrace } from '../../audit/trace.ts';
import { PurserError } from '../../lib/errors.ts';
import { rehearsal } from '../../storage/rehearsal.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { Transaction } from '../../storage/storage.ts';
import type { ProjectBooks } from '../project-books.ts';

/** What a pending application uses of its applicant's own project (projects §2.4). */
const RESOURCE = 'astakos.pending_app';
/** The component in whose name the service charges. */
const COMPONENT = 'astakos';
const CHUNK = 100;

/** An account that is charged for other than what waits. */
export interface PendingDifference {
  readonly account: string;
  /** How many applications wait. */
  readonly applications: bigint;
  /** What the account is charged for, and its own project. */
  readonly member: bigint;
  readonly pool: bigint;
  /** Whether commissions are pending there, so that its numbers are about to change. */
  readonly busy: boolean;
}

/**
 * A pending application counts against the limit of its applicant, `astakos.pending_app`. The applications themselves are what decides; the ledger receives every change,
 * once, after it is durable: rows of what is to be charged are written with the application and taken away when the
 * commission, whose key is the row's number, has been issued. So a crash in between neither loses nor doubles one.
 */
export class PendingApplications {
  readonly #books: ProjectBooks;

  constructor(books: ProjectBooks) {
    this.#books = books;
  }

  /** Keeps the applicant's other applications out until the transaction ends; before any project is locked. */
  async hold(tx: Transaction, applicant: string): Promise<void> {
    await forUpdate(
      this.#books.parts.storage,
      tx.db.selectFrom('accounts').select('id').where('uuid', '=', applicant),
    ).execute();
  }

  /**
   * Refuses one application more than an applicant who is held may have pending.
   * Errors: `too_many_pending`.
   */
  async refuseBeyondLimit(tx: Transaction, applicant: string): Promise<void> {
    const limit = await this.#limitOf(tx, applicant);
    if (limit === undefined) return;
    const { count } = await tx.db
      .selectFrom('applications')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('applicant', '=', applicant)
      .where('state', '=', 'pending')
      .executeTakeFirstOrThrow();
    if (BigInt(count) >= limit) throw new PurserError('too_many_pending', { limit });
  }

  /** Undefined if the applicant has no project of their own that could tell. */
  async #limitOf(tx: Transaction, applicant: string): Promise<bigint | undefined> {
    const { ledger } = this.#books.parts;
    const pools = (await ledger.statedPools(tx.db, [applicant])).get(applicant) ?? [];
    const pool = pools.find(({ resource }) => resource === RESOURCE);
    if (!pool) return undefined;
    const { state } = await this.#books.find(tx.db, applicant);
    if (state !== 'active') return 0n;
    return pool.capacity < pool.memberCapacity ? pool.capacity : pool.memberCapacity;
  }

  /**
   * Compares what accounts are charged for with the applications that wait, and answers those that differ.
   * @param account only this one: its uuid
   */
  async differences(account?: string): Promise<PendingDifference[]> {
    await this.settle();
    const { storage, ledger } = this.#books.parts;
    let waiting = storage.db
      .selectFrom('applications')
      .select('applicant')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('state', '=', 'pending')
      .where('applicant', 'is not', null)
      .groupBy('applicant');
    if (account !== undefined) waiting = waiting.where('applicant', '=', account);
    const rows = await waiting.execute();
    const wanted = new Map(rows.map(({ applicant, count }) => [applicant, BigInt(count)]));
    const found: PendingDifference[] = [];
    const filter = { resources: [RESOURCE], ...(account !== undefined && { users: [account] }) };
    for await (const quotas of ledger.userQuotas(filter)) {
      for (const { user, project, member, pool } of quotas) {
        if (user !== project) continue;
        const applications = wanted.get(user) ?? 0n;
        const busy = member.pending !== 0n || pool.pending !== 0n;
        if (member.usage === applications && pool.usage === applications && !busy) continue;
        found.push({ account: user, applications, member: member.usage, pool: pool.usage, busy });
      }
    }
    return found;
  }

  /**
   * Charges an account for what it is charged too little, and gives back what is too much, by one commission. Answers
   * why not, if it is not possible: that commissions are pending there, or a limit.
   * @param force charges above the limit too
   */
  async correct(
    by: Actor,
    { account, applications, member, pool, busy }: PendingDifference,
    force: boolean,
  ): Promise<PurserError | undefined> {
    if (busy) return new PurserError('holding_busy');
    const charge = (holder: string, source: string | null, used: bigint) =>
      used === applications ? [] : [{ holder, source, resource: RESOURCE, quantity: applications - used }];
    const { ledger, audit, storage } = this.#books.parts;
    const entry: AuditEntry = {
      ...traceOf(by),
      action: 'quota.reconcile',
      subject: account,
      before: { charged_user: member, charged_project: pool },
      after: { charged_user: applications, charged_project: applications },
    };
    const verdict = await ledger.issue({
      component: COMPONENT,
      name: 'reconciliation of pending applications',
      trace: encodeTrace(entry),
      force,
      autoAccept: true,
      provisions: [
        ...charge(`user:${account}`, `project:${account}`, member),
        ...charge(`project:${account}`, null, pool),
      ],
    });
    if (!verdict.ok) {
      return verdict.keyReused ? new PurserError('key_reused') : new PurserError(verdict.refusal.code);
    }
    await storage.transaction(async (tx) => {
      const traced = await ledger.takeTraces(tx, [verdict.serial]);
      // Without a trace, another node or the sweep has recorded the correction.
      if (traced.length > 0) await audit.record(tx, entry);
    });
    return undefined;
  }

  /** Charges the applicant for one application more, or gives one back, once the transaction is durable. */
  async charge(tx: Transaction, applicant: string | null, quantity: 1 | -1): Promise<void> {
    if (applicant === null) return;
    await tx.db
      .insertInto('pending_application_charges')
      .values({ account: applicant, quantity, issued_at: this.#books.parts.clock.now() })
      .execute();
  }

  /**
   * Reports to the ledger the changes that it does not have yet. What the ledger refuses is dropped: an operator has changed
   * those holdings, and the next verification of them tells.
   */
  async settle(): Promise<void> {
    // Nothing has come of what was rehearsed, so there is nothing to tell.
    if (rehearsal()) return;
    const { storage, ledger } = this.#books.parts;
    for (;;) {
      const rows = await storage.db
        .selectFrom('pending_application_charges')
        .selectAll()
        .orderBy('id')
        .limit(CHUNK)
        .execute();
      for (const { id, account, quantity } of rows) {
        const provision = { resource: RESOURCE, quantity: BigInt(quantity) };
        await ledger.issue({
          component: COMPONENT,
          name: 'pending applications',
          key: `pending-application-charge-${id}`,
          force: quantity > 0,
          autoAccept: true,
          provisions: [
            { holder: `user:${account}`, source: `project:${account}`, ...provision },
            { holder: `project:${account}`, source: null, ...provision },
          ],
        });
        await storage.transaction(({ db }) =>
          db.deleteFrom('pending_application_charges').where('id', '=', id).execute(),
        );
      }
      if (rows.length < CHUNK) return;
    }
  }
}
