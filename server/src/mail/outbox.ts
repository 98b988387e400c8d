import { type Selectable, sql } from 'kysely';
import type { Clock } from '../lib/clock.ts';
import { PurserError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import { Mutex } from '../lib/mutex.ts';
import { oneOfNumbers } from '../storage/one-of.ts';
import { forUpdateOfFree } from '../storage/row-locks.ts';
import type { OutboxTable } from '../storage/schema.ts';
import type { Storage, Transaction } from '../storage/storage.ts';
import type { Mail, Mailer } from './mailer.ts';

export const MAIL_STATES = ['waiting', 'failed', 'sent'] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** A mail to one recipient and what has become of it. Times are milliseconds since the epoch. */
export interface OutboxEntry {
  readonly id: number;
  /** Which mail it is: the name of its template. */
  readonly kind: string;
  readonly to: string[];
  readonly subject: string;
  readonly state: MailState;
  readonly createdAt: number;
  /** How often it was tried, since it was written or since somebody wished it to be tried again. */
  readonly attempts: number;
  /** When it is due; null once it was sent or given up. While it is being sent: when it would be tried again. */
  readonly nextAt: number | null;
  readonly sentAt: number | null;
  readonly failedAt: number | null;
  /** Why the last attempt failed; null if none has, and while one is under way. */
  readonly error: string | null;
}

/** A mail that nobody took and that is not tried any more. */
export interface GivenUpMail {
  readonly kind: string;
  /** What it told of. */
  readonly reference: string | null;
  readonly reason: string;
}

/** What is to happen in the transaction in which a mail is given up. */
type GivenUpListener = (tx: Transaction, mail: GivenUpMail) => Promise<void>;

/** Which entries to list; what is left out does not narrow. */
export interface OutboxQuery {
  readonly limit: number;
  readonly after?: number;
  readonly state?: MailState;
}

type Row = Selectable<OutboxTable>;

/** How often it is looked whether something is due: what comes of this node is seen to at once. */
const LOOK_MS = 5000;
/** How often it is looked for mails that can be forgotten. */
const FORGET_MS = 60 * 60_000;

const STATE_COLUMNS = { waiting: 'next_at', failed: 'failed_at', sent: 'sent_at' } as const;

/**
 * Mails that leave after commit (design D9). A mail is written in the transaction that it tells of, so it leaves if
 * and only if that has happened. It is tried until the mail server takes it, refuses it for good, or patience ends.
 *
 * A node claims a mail before it hands it over, so of several nodes one does. If it crashes after the mail server
 * has taken the mail and before that is recorded, the mail is sent again: twice is possible, never is not.
 */
export class Outbox {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #mailer: Mailer;
  readonly #patience_ms: number;
  readonly #chance: () => number;
  readonly #complain: (error: unknown, what: string) => void;
  /** One run at a time on this node. */
  readonly #runs = new Mutex();
  #state: 'idle' | 'started' | 'stopping' | 'closed' = 'idle';
  readonly #givenUp: GivenUpListener[] = [];
  #kicked = false;
  #timer: NodeJS.Timeout | undefined;
  #forgotAt = Number.NEGATIVE_INFINITY;

  /**
   * @param deps.patience_ms for how long a mail is tried before it is given up
   * @param deps.chance from 0 to 1, for spreading tries
   * @param deps.complain hears of mails that were given up, and of runs that failed
   */
  constructor(deps: {
    storage: Storage;
    clock: Clock;
    mailer: Mailer;
    patience_ms: number;
    chance?: () => number;
    complain?: (error: unknown, what: string) => void;
  }) {
    this.#storage = deps.storage;
    this.#clock = deps.clock;
    this.#mailer = deps.mailer;
    this.#patience_ms = deps.patience_ms;
    this.#chance = deps.chance ?? Math.random;
    this.#complain = deps.complain ?? (() => undefined);
  }

  /**
   * Writes a mail that leaves once the transaction is durable; nothing leaves if it fails. Each recipient gets one
   * of their own, so that an address that is refused keeps nothing from the others, unless they are to get it
   * `together`.
   * @param options.reference what it tells of, for those who hear of mails that were given up
   */
  async enqueue(
    tx: Transaction,
    kind: string,
    mail: Mail,
    { together = false, reference = null }: { together?: boolean; reference?: string | null } = {},
  ): Promise<void> {
    if (mail.to.length === 0) return;
    const now_ms = this.#clock.now();
    const recipients = [...new Set(mail.to)];
    const rows = (together ? [recipients] : recipients.map((address) => [address])).map((addresses) => ({
      kind,
      recipients: JSON.stringify(addresses),
      subject: mail.subject,
      text: mail.text,
      html: mail.html ?? null,
      reply_to: mail.replyTo ?? null,
      created_at: now_ms,
      next_at: now_ms,
      sent_at: null,
      failed_at: null,
      error: null,
      sender: mail.sender ?? null,
      envelope_from: mail.envelopeFrom ?? null,
      headers: mail.headers === undefined ? null : JSON.stringify(mail.headers),
      reference,
    }));
    await tx.db.insertInto('outbox').values(rows).execute();
    tx.afterCommit(() => this.#kick());
  }

  /** Registers what is to happen, in the same transaction, when a mail is given up. */
  onGivenUp(listener: GivenUpListener): void {
    this.#givenUp.push(listener);
  }

  /** Mails in the order in which they were written; at most `LIMITS.page_max`. */
  async list({ limit, after, state }: OutboxQuery): Promise<OutboxEntry[]> {
    let rows = this.#storage.db.selectFrom('outbox').selectAll();
    if (state !== undefined) rows = rows.where(STATE_COLUMNS[state], 'is not', null);
    if (after !== undefined) rows = rows.where('id', '>', after);
    const found = await rows.orderBy('id').limit(Math.min(limit, LIMITS.page_max)).execute();
    return found.map(toEntry);
  }

  /** How many mails wait to be sent, and how many were given up. */
  async counts(): Promise<{ waiting: number; failed: number }> {
    const { rows } = await sql<{ waiting: number; failed: number }>`
      SELECT (SELECT COUNT(*) FROM outbox WHERE next_at IS NOT NULL) AS waiting,
             (SELECT COUNT(*) FROM outbox WHERE failed_at IS NOT NULL) AS failed`.execute(this.#storage.db);
    const [{ waiting, failed } = { waiting: 0, failed: 0 }] = rows;
    return { waiting, failed };
  }

  /**
   * Makes mails that wait, or were given up, due at once, with all patience anew. Those that were sent, that do not
   * exist, or that are being handed over at this moment stay as they are.
   * @returns how many are due
   */
  async retry(ids: readonly number[] | 'all'): Promise<number> {
    const now_ms = this.#clock.now();
    return this.#storage.transaction(async (tx) => {
      let update = tx.db
        .updateTable('outbox')
        .set({ next_at: now_ms, failed_at: null, attempts: 0 })
        .where('sent_at', 'is', null)
        // Only a mail in somebody's hands has been tried and has no error.
        .where(({ or, eb }) =>
          or([eb('attempts', '=', 0), eb('error', 'is not', null), eb('next_at', '<=', now_ms)]),
        );
      if (ids !== 'all') update = update.where(oneOfNumbers(this.#storage, 'id', ids));
      const { numUpdatedRows } = await update.executeTakeFirstOrThrow();
      tx.afterCommit(() => this.#kick());
      return Number(numUpdatedRows);
    });
  }

  /**
   * Tries every mail that is due, at most `LIMITS.mails_per_run`, and records what became of each; a run under way
   * on this node is waited for first.
   * @returns how many were tried
   */
  deliverDue(): Promise<number> {
    return this.#runs.run(() => {
      this.#kicked = false;
      return this.#run();
    });
  }

  /** From now on mails leave by themselves. */
  start(): void {
    this.#state = 'started';
    this.#kick();
    this.#look();
  }

  /**
   * Takes no more mails, and waits for those that are being handed over, but no longer than `LIMITS.mail_stop_ms`:
   * a mail server that hangs does not keep the service from stopping.
   */
  async close(): Promise<void> {
    this.#state = 'stopping';
    clearTimeout(this.#timer);
    let patience: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      patience = setTimeout(resolve, LIMITS.mail_stop_ms);
    });
    await Promise.race([this.#runs.run(() => undefined), enough]);
    clearTimeout(patience);
    this.#state = 'closed';
  }

  #look(): void {
    this.#timer = setTimeout(async () => {
      await this.#runQuietly();
      if (this.#state === 'started') this.#look();
    }, LOOK_MS);
    this.#timer.unref();
  }

  #kick(): void {
    if (this.#state !== 'started' || this.#kicked) return;
    this.#kicked = true;
    // Not in the midst of what has just committed.
    setImmediate(() => void this.#runQuietly());
  }

  async #runQuietly(): Promise<void> {
    try {
      if ((await this.deliverDue()) >= LIMITS.mails_per_run) this.#kick();
    } catch (error) {
      if (this.#state === 'started') this.#complain(error, 'the outbox could not be seen to');
    }
  }

  async #run(): Promise<number> {
    await this.#forgetOld();
    // A look costs no lock, and most of the time there is nothing to do.
    if (!(await this.#isAnyDue())) return 0;
    let begun = 0;
    let tried = 0;
    const work = async (): Promise<void> => {
      while (begun < LIMITS.mails_per_run && (this.#state === 'idle' || this.#state === 'started')) {
        begun += 1;
        const claimed = await this.#claim();
        if (!claimed) return;
        tried += 1;
        await this.#deliver(claimed);
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: LIMITS.mails_at_once }, work));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
    return tried;
  }

  async #isAnyDue(): Promise<boolean> {
    const row = await this.#storage.db
      .selectFrom('outbox')
      .select('id')
      .where('next_at', '<=', this.#clock.now())
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Takes the mail that has been due for longest in hand: it is due for nobody else for a while. */
  #claim(): Promise<Row | undefined> {
    const now_ms = this.#clock.now();
    return this.#storage.transaction(({ db }) =>
      db
        .updateTable('outbox')
        .set(({ eb }) => ({
          next_at: now_ms + LIMITS.mail_claim_ms,
          attempts: eb('attempts', '+', 1),
          error: null,
        }))
        .where('id', '=', ({ selectFrom }) =>
          forUpdateOfFree(
            this.#storage,
            selectFrom('outbox')
              .select('outbox.id')
              .where('outbox.next_at', '<=', now_ms)
              .orderBy('outbox.next_at')
              .orderBy('outbox.id')
              .limit(1),
          ),
        )
        .where('next_at', '<=', now_ms)
        .returningAll()
        .executeTakeFirst(),
    );
  }

  async #deliver(row: Row): Promise<void> {
    let failure: unknown;
    try {
      await this.#mailer.send(toMail(row));
    } catch (error) {
      failure = error;
    }
    // After a stop that was tired of waiting there is no database any more; the claim runs out.
    if (this.#state === 'closed') return;
    if (failure === undefined) await this.#recordSent(row);
    else await this.#recordFailure(row, failure);
  }

  /** What a mail said is nobody's business any more once it was sent. */
  async #recordSent({ id }: Row): Promise<void> {
    const sent = { next_at: null, sent_at: this.#clock.now(), failed_at: null, error: null };
    const cleared = { text: null, html: null, reply_to: null };
    await this.#storage.transaction(({ db }) =>
      db
        .updateTable('outbox')
        .set({ ...sent, ...cleared })
        .where('id', '=', id)
        .execute(),
    );
  }

  async #recordFailure(row: Row, failure: unknown): Promise<void> {
    const now_ms = this.#clock.now();
    const { reason, permanent } = judged(failure);
    const wait_ms = this.#waitAfter(row.attempts);
    const next = permanent || wait_ms === undefined ? null : now_ms + wait_ms;
    const givenUp = await this.#storage.transaction(async (tx) => {
      const { numUpdatedRows } = await tx.db
        .updateTable('outbox')
        .set({ next_at: next, failed_at: next === null ? now_ms : null, error: reason })
        .where('id', '=', row.id)
        // If the claim ran out, somebody else has the mail in hand, or has sent it.
        .where('next_at', '=', row.next_at)
        .executeTakeFirstOrThrow();
      if (next !== null || numUpdatedRows === 0n) return false;
      const { kind, reference } = row;
      for (const tell of this.#givenUp) await tell(tx, { kind, reference, reason });
      return true;
    });
    if (givenUp) this.#complain(failure, `mail ${row.id} (${row.kind}) was given up`);
  }

  /**
   * How long to wait after so many attempts: twice as long each time, spread by a quarter to either side so that
   * what failed together does not come again together. Undefined if patience would end before.
   */
  #waitAfter(attempts: number): number | undefined {
    let waited_ms = 0;
    let wait_ms: number = LIMITS.mail_retry_ms_min;
    for (let attempt = 1; attempt < attempts; attempt += 1) {
      waited_ms += wait_ms;
      wait_ms = Math.min(wait_ms * 2, LIMITS.mail_retry_ms_max);
    }
    if (waited_ms + wait_ms > this.#patience_ms) return undefined;
    return Math.round(wait_ms * (0.75 + this.#chance() / 2));
  }

  /** Forgets what was sent or given up long ago. */
  async #forgetOld(): Promise<void> {
    const now_ms = this.#clock.now();
    if (now_ms < this.#forgotAt + FORGET_MS) return;
    const before = now_ms - LIMITS.mail_kept_ms;
    for (const column of ['sent_at', 'failed_at'] as const) {
      while ((await this.#forget(column, before)) === LIMITS.mails_forgotten_at_once);
    }
    this.#forgotAt = now_ms;
  }

  async #forget(column: 'sent_at' | 'failed_at', before: number): Promise<number> {
    const old = await this.#storage.db
      .selectFrom('outbox')
      .select('id')
      .where(column, '<', before)
      .limit(LIMITS.mails_forgotten_at_once)
      .execute();
    if (old.length === 0) return 0;
    const ids = old.map(({ id }) => id);
    await this.#storage.transaction(({ db }) =>
      db
        .deleteFrom('outbox')
        .where(oneOfNumbers(this.#storage, 'id', ids))
        .where(column, '<', before)
        .execute(),
    );
    return old.length;
  }
}

/** A text that every database can hold. */
function judged(failure: unknown): { reason: string; permanent: boolean } {
  const data = failure instanceof PurserError ? failure.data : {};
  const text = String(data['reason'] ?? (failure as Error).message);
  const reason = text.replaceAll('\0', '').slice(0, LIMITS.text_length).toWellFormed();
  return { reason, permanent: data['permanent'] === true };
}

function toMail(row: Row): Mail {
  return {
    id: `purser.${row.created_at}.${row.id}`,
    to: JSON.parse(row.recipients) as string[],
    subject: row.subject,
    text: row.text ?? '',
    html: row.html ?? undefined,
    replyTo: row.reply_to ?? undefined,
    sender: row.sender ?? undefined,
    envelopeFrom: row.envelope_from ?? undefined,
    headers: row.headers === null ? undefined : (JSON.parse(row.headers) as Record<string, string>),
  };
}

function toEntry(row: Row): OutboxEntry {
  return {
    id: row.id,
    kind: row.kind,
    to: JSON.parse(row.recipients) as string[],
    subject: row.subject,
    state: row.sent_at !== null ? 'sent' : row.failed_at !== null ? 'failed' : 'waiting',
    createdAt: row.created_at,
    attempts: row.attempts,
    nextAt: row.next_at,
    sentAt: row.sent_at,
    failedAt: row.failed_at,
    error: row.error,
  };
}
