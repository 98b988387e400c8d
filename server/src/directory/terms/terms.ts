import type { Clock } from '../../lib/clock.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { checkText } from '../../lib/text/text.ts';
import type { Queryable, Storage } from '../../storage/storage.ts';
import type { AccountChanges } from '../accounts/account-changes.ts';

export interface TermsVersion {
  readonly id: number;
  readonly text: string;
  readonly issuedAt: number;
}

/**
 * The versions of the terms of service; the one with the highest id is current (account-v1 §6.5). An account has
 * signed up to a version, so with new terms all accounts count as unsigned, and no row is written.
 */
export class Terms {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #changes: AccountChanges;

  constructor(deps: { storage: Storage; clock: Clock; changes: AccountChanges }) {
    this.#storage = deps.storage;
    this.#clock = deps.clock;
    this.#changes = deps.changes;
  }

  async current(): Promise<TermsVersion | undefined> {
    const row = await this.#storage.db
      .selectFrom('terms')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row && { id: row.id, text: row.text, issuedAt: row.issued_at };
  }

  /** The id of the current terms, without their text; undefined if there are none. */
  async currentId(db: Queryable = this.#storage.db): Promise<number | undefined> {
    const row = await db.selectFrom('terms').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
    return row?.id;
  }

  /** Issues new terms, which every account has to sign. `invalid_field` if the text is empty or too long. */
  async add(text: string): Promise<TermsVersion> {
    if (text.trim() === '')
      throw new PurserError('invalid_field', { field: 'text', reason: 'must not be empty' });
    if (Buffer.byteLength(text) > LIMITS.terms_bytes) {
      throw new PurserError('invalid_field', {
        field: 'text',
        reason: `longer than ${LIMITS.terms_bytes} bytes`,
      });
    }
    checkText('text', text, LIMITS.terms_bytes);
    return this.#storage.transaction(async (tx) => {
      const row = await tx.db
        .insertInto('terms')
        .values({ text, issued_at: this.#clock.now() })
        .returningAll()
        .executeTakeFirstOrThrow();
      this.#changes.changed(tx, 'everyone');
      return { id: row.id, text: row.text, issuedAt: row.issued_at };
    });
  }

  /** Versions in ascending order, without their texts. */
  async list(page: { after?: number; limit?: number } = {}): Promise<Omit<TermsVersion, 'text'>[]> {
    const rows = await this.#storage.db
      .selectFrom('terms')
      .select(['id', 'issued_at'])
      .where('id', '>', page.after ?? 0)
      .orderBy('id')
      .limit(Math.min(page.limit ?? LIMITS.page_max, LIMITS.page_max))
      .execute();
    return rows.map((row) => ({ id: row.id, issuedAt: row.issued_at }));
  }

  /** `terms_not_found` */
  async get(id: number): Promise<TermsVersion> {
    const row = Number.isSafeInteger(id)
      ? await this.#storage.db.selectFrom('terms').selectAll().where('id', '=', id).executeTakeFirst()
      : undefined;
    if (!row) throw new PurserError('terms_not_found');
    return { id: row.id, text: row.text, issuedAt: row.issued_at };
  }
}
