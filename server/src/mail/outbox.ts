import { type Selectable, sql } from 'kysely';
import { DeliveryQueue } from '../delivery/delivery-queue.ts';
import type { Clock } from '../lib/clock.ts';
import { PurserError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import { oneOfNumbers } from '../storage/one-of.ts';
import { rehearsal } from '../storage/rehearsal.ts';
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
  /** How often it was tried, since it was written or since the last request to retry it. */
  readonly attempts: number;
  /** When it is due; null once it was sent or given up. While it is being sent: when it would be tried again. */
  readonly nextAt: number | null;
  readonly sentAt: number | null;
  readonly failedAt: number | null;
  /** Why the last attempt failed; null if none has, and while one is under way. */
  readonly error: string | null;
}

/** A note of a rehearsal: a mail that would have been written. */
export interface RehearsedMail {
  readonly mail: { readonly to: string[]; readonly subject: string };
}

/** A mail that was not accepted and is not retried. */
export interface GivenUpMail {
  readonly kind: string;
  /** What it was about. */
  readonly reference: string | null;
  readonly reason: string;
}

/** What is to happen in the transaction in which a mail is given up. */
type GivenUpListener = (tx: Transaction, mail: GivenUpMail) => Promise<void>;

/** What has to happen in the transaction in which mails are written. */
type WrittenListener = (tx: Transaction, recipients: readonly string[]) => Promise<void>;

/** Which entries to list; what is left out does not narrow. */
export interface OutboxQuery {
  readonly limit: number;
  readonly after?: number;
  readonly state?: MailState;
}

type Row = Selectable<OutboxTable>;

const STATE_COLUMNS = { waiting: 'next_at', failed: 'failed_at', sent: 'sent_at' } as const;

/**
 * Mails that leave after commit (decision outbox), by a `DeliveryQueue`. A mail is written in the transaction that it tells
 * of, so it leaves if and only if that has happened.
 */
export class Outbox {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #queue: DeliveryQueue<'outbox'>;
  /** Whether mails were sent whose texts may be in the files of the database still. */
  #remains = false;
  readonly #givenUp: GivenUpListener[] = [];
  readonly #written: WrittenListener[] = [];

  /**
   * @param deps.give_up_after_ms for how long a mail is tried before it is given up
   * @param deps.chance from 0 to 1, for spreading tries
   * @param deps.onError hears of mails that were given up, and of runs that failed
   */
  constructor(deps: {
    storage: Storage;
    clock: Clock;
    mailer: Mailer;
    give_up_after_ms: number;
    chance?: () => number;
    onError?: (error: unknown, what: string) => void;
  }) {
    const { storage, clock, mailer, give_up_after_ms, chance, onError } = deps;
    this.#storage = storage;
    this.#clock = clock;
    this.#queue = new DeliveryQueue({
      storage,
      clock,
      table: 'outbox',
      chance,
      onError,
      bounds: {
        give_up_after_ms,
        retry_ms_min: LIMITS.mail_retry_ms_min,
        retry_ms_max: LIMITS.mail_retry_ms_max,
        at_once: LIMITS.mails_at_once,
        claim_ms: LIMITS.mail_claim_ms,
      },
      carrier: {
        send: async (row) => {
          await mailer.send(toMail(row));
          this.#remains = true;
        },
        classify,
        // The text of a mail is erased once it was sent.
        cleared: { text: null, html: null, reply_to: null },
        failed: async (tx, { kind, reference }, { reason }, next) => {
          if (next !== null) return;
          for (const report of this.#givenUp) await report(tx, { kind, reference, reason });
        },
        onGivenUp: (error, { id, kind }) => onError?.(error, `mail ${id} (${kind}) was given up`),
      },
    });
  }

  /**
   * Writes a mail that leaves once the transaction is durable; nothing leaves if it fails. Each recipient gets one
   * of their own, so that an address that is refused keeps nothing from the others, unless they are to get it
   * `together`.
   * @param options.reference what it is about, for the listeners to mails that were given up
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
    for (const listen of this.#written) await listen(tx, recipients);
    rehearsal()?.notes.push({ mail: { to: recipients, subject: mail.subject } } satisfies RehearsedMail);
    this.#queue.written(tx);
  }

  /** Registers what is to happen, in the same transaction, when mails are written. */
  onWritten(listener: WrittenListener): void {
    this.#written.push(listener);
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
   * Makes mails that wait, or were given up, due at once, for the full time again. Those that were sent, that do not
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
        // Only a mail under way has been tried and has no error.
        .where(({ or, eb }) =>
          or([eb('attempts', '=', 0), eb('error', 'is not', null), eb('next_at', '<=', now_ms)]),
        );
      if (ids !== 'all') update = update.where(oneOfNumbers(this.#storage, 'id', ids));
      const { numUpdatedRows } = await update.executeTakeFirstOrThrow();
      this.#queue.written(tx);
      return Number(numUpdatedRows);
    });
  }

  /** Tries every mail that is due; see `DeliveryQueue.deliverDue`. */
  deliverDue(): Promise<number> {
    return this.#queue.deliverDue();
  }

  /** Removes the texts of mails that were sent from the files of the database too. */
  async eraseSent(): Promise<void> {
    if (!this.#remains) return;
    this.#remains = false;
    await this.#storage.eraseRemains();
  }

  /** From now on mails leave by themselves. */
  start(): void {
    this.#queue.start();
  }

  /** Takes no more mails, and waits a while for those that are being handed over. */
  close(): Promise<void> {
    return this.#queue.close();
  }
}

/** A text that every database can hold. */
function classify(failure: unknown): { reason: string; permanent: boolean } {
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
