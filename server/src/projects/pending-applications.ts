import { PurserError } from '../lib/errors.ts';
import { rehearsal } from '../storage/rehearsal.ts';
import { forUpdate } from '../storage/row-locks.ts';
import type { Transaction } from '../storage/storage.ts';
import type { ProjectBooks } from './project-books.ts';

/** What a pending application uses of its applicant's own project (spec quota-projects 3.5). */
const RESOURCE = 'astakos.pending_app';
/** The component in whose name the service charges. */
const COMPONENT = 'astakos';
const CHUNK = 100;

/**
 * Counts pending applications. The applications themselves are what decides; the ledger is told of every change,
 * once, after it is durable: rows of what is to be charged are written with the application and taken away when the
 * commission, whose key is the row's number, has been issued. So a crash in between neither loses nor doubles one.
 */
export class PendingApplications {
  readonly #books: ProjectBooks;

  constructor(books: ProjectBooks) {
    this.#books = books;
  }

  /**
   * Refuses one application more than the applicant may have pending.
   * @param replacing number of the project whose own pending application gives way to the new one
   * Errors: `too_many_pending`.
   */
  async refuseBeyondLimit(tx: Transaction, applicant: string, replacing?: number): Promise<void> {
    const { storage, ledger } = this.#books.parts;
    // Two applications at the same moment are counted one after the other.
    await forUpdate(
      storage,
      tx.db.selectFrom('accounts').select('id').where('uuid', '=', applicant),
    ).execute();
    const pools = (await ledger.statedPools(tx.db, [applicant])).get(applicant) ?? [];
    const pool = pools.find(({ resource }) => resource === RESOURCE);
    if (!pool) return;
    const limit = pool.capacity < pool.memberCapacity ? pool.capacity : pool.memberCapacity;
    let pending = tx.db
      .selectFrom('applications')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('applicant', '=', applicant)
      .where('state', '=', 'pending');
    if (replacing !== undefined) pending = pending.where('project_id', '<>', replacing);
    const { count } = await pending.executeTakeFirstOrThrow();
    if (BigInt(count) >= limit) throw new PurserError('too_many_pending', { limit });
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
   * Tells the ledger of what has not been told yet. What the ledger refuses is dropped: somebody else has changed
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
