import type { Clock } from '../../lib/clock.ts';
import { LIMITS } from '../../lib/limits.ts';
import { digestSecret } from '../../lib/secrets.ts';
import { isStorable } from '../../lib/text/text.ts';
import { userNameKey } from '../../lib/text/user-name.ts';
import type { Queryable, Storage } from '../../storage/storage.ts';

/**
 * From which network addresses an account has logged in before: the newest ones, for a while. They are stored as
 * digests, since they are only ever compared.
 */
export class KnownSources {
  readonly #storage: Storage;
  readonly #clock: Clock;

  constructor({ storage, clock }: { storage: Storage; clock: Clock }) {
    this.#storage = storage;
    this.#clock = clock;
  }

  /**
   * Whether the account has logged in from there.
   * @param reference uuid, user name or e-mail address, in any spelling
   * @param source as `sourceOf` has it
   */
  async has(reference: string, source: string): Promise<boolean> {
    const key = userNameKey(reference);
    if (!isStorable(key)) return false;
    const rows = await this.#storage.db
      .selectFrom('login_sources')
      .innerJoin('accounts', 'accounts.id', 'login_sources.account_id')
      .select(['accounts.uuid as uuid', 'login_sources.digest as digest'])
      .where(({ or, eb }) =>
        or([
          eb('accounts.uuid', '=', key),
          eb('accounts.username_key', '=', key),
          eb('accounts.email_key', '=', key),
        ]),
      )
      .where('login_sources.seen_at', '>=', this.#clock.now() - LIMITS.login_source_kept_ms)
      .execute();
    return rows.some(({ uuid, digest }) => digest === digestOf(uuid, source));
  }

  /** Remembers a login. It writes nothing where the same login was remembered lately. */
  async note(uuid: string, source: string): Promise<void> {
    const now_ms = this.#clock.now();
    const digest = digestOf(uuid, source);
    const known = await rowsOf(this.#storage.db, uuid).where('digest', '=', digest).executeTakeFirst();
    if (known && known.seen_at > now_ms - LIMITS.login_source_noted_ms) return;
    await this.#storage.transaction(async ({ db }) => {
      const account = await db
        .selectFrom('accounts')
        .select('id')
        .where('uuid', '=', uuid)
        .executeTakeFirst();
      if (!account) return;
      await db
        .insertInto('login_sources')
        .values({ account_id: account.id, digest, seen_at: now_ms })
        .onConflict((conflict) => conflict.columns(['account_id', 'digest']).doUpdateSet({ seen_at: now_ms }))
        .execute();
      const all = await rowsOf(db, uuid).orderBy('seen_at', 'desc').execute();
      const surplus = all.slice(LIMITS.login_sources_per_account).map((row) => row.digest);
      if (surplus.length === 0) return;
      await db
        .deleteFrom('login_sources')
        .where('account_id', '=', account.id)
        .where('digest', 'in', surplus)
        .execute();
    });
  }
}

function rowsOf(db: Queryable, uuid: string) {
  return db
    .selectFrom('login_sources')
    .innerJoin('accounts', 'accounts.id', 'login_sources.account_id')
    .select(['login_sources.digest as digest', 'login_sources.seen_at as seen_at'])
    .where('accounts.uuid', '=', uuid);
}

const digestOf = (uuid: string, source: string): string =>
  digestSecret(`login source ${uuid} ${source}`).toString('hex');
