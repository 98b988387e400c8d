import type { Generated, Kysely, Selectable } from 'kysely';
import type { Clock } from '../lib/clock.ts';
import { inTime } from '../lib/flow/in-time.ts';
import { Mutex } from '../lib/flow/mutex.ts';
import { periodically } from '../lib/flow/periodically.ts';
import { LIMITS } from '../lib/limits.ts';
import { oneOfNumbers } from '../storage/one-of.ts';
import { forUpdateOfFree } from '../storage/row-locks.ts';
import type { Database } from '../storage/schema.ts';
import type { Storage, Transaction } from '../storage/storage.ts';

/** The columns of a table of what is to leave, or has left. Times are milliseconds since the epoch. */
interface QueueColumns {
  id: Generated<number>;
  attempts: Generated<number>;
  /** When to try next; null once it has left or was given up. */
  next_at: number | null;
  sent_at: number | null;
  failed_at: number | null;
  error: string | null;
}

/** Tables that have them. */
type QueueTable = {
  [Table in keyof Database]: Database[Table] extends QueueColumns ? Table : never;
}[keyof Database];

/** Why something could not be handed over. */
export interface Failure {
  readonly reason: string;
  /** It makes no sense to try again. */
  readonly permanent: boolean;
}

/** How things of one kind are handed over. */
export interface Carrier<Row> {
  /** Delivers one; throws if it was not accepted. */
  send(row: Row): Promise<void>;
  /** Whether a failure of `send` may pass. */
  classify(error: unknown, row: Row): Failure;
  /** Columns that are set once it has left, beside those of the queue. */
  readonly cleared: Partial<Row>;
  /** In the transaction in which it is recorded that one was not taken; `next` is when it is tried again, if it is. */
  failed?(tx: Transaction, row: Row, failure: Failure, next: number | null): Promise<void>;
  /** After it was given up. */
  onGivenUp(error: unknown, row: Row): void;
}

export interface QueueBounds {
  /** For how long something is tried before it is given up. */
  readonly give_up_after_ms: number;
  /** Between two tries: at first, doubled each time, and at the most. */
  readonly retry_ms_min: number;
  readonly retry_ms_max: number;
  /** How many are handed over at once. */
  readonly at_once: number;
  /** For how long a claim of a node excludes the others. */
  readonly claim_ms: number;
}

/** How often it is looked whether something is due: what comes of this node is seen to at once. */
const LOOK_MS = 5000;
/** How often it is looked for what can be forgotten. */
const FORGET_MS = 60 * 60_000;

/**
 * What leaves after commit (decision outbox), in a table of its kind. A row is written in the transaction that it reports,
 * so it leaves if and only if that has happened. It is tried until the receiver accepts it, refuses it for good, or
 * the retry period ends.
 *
 * A node claims a row before it hands it over, so of several nodes one does. If it crashes after the receiver has accepted
 * it and before that is recorded, it is handed over again: twice is possible, never is not.
 */
export class DeliveryQueue<Table extends QueueTable> {
  readonly #storage: Storage;
  readonly #clock: Clock;
  /** Any table of the kind: what all have in common is enough here. */
  readonly #table: 'outbox';
  readonly #carrier: Carrier<Selectable<Database[Table]>>;
  readonly #bounds: QueueBounds;
  readonly #chance: () => number;
  readonly #onError: (error: unknown, what: string) => void;
  /** One run at a time on this node. */
  readonly #runs = new Mutex();
  #state: 'idle' | 'started' | 'stopping' | 'closed' = 'idle';
  #kicked = false;
  #stopLooking: (() => Promise<void>) | undefined;
  #forgotAt = Number.NEGATIVE_INFINITY;

  /**
   * @param deps.chance from 0 to 1, for spreading tries
   * @param deps.onError hears of runs that failed
   */
  constructor(deps: {
    storage: Storage;
    clock: Clock;
    table: Table;
    carrier: Carrier<Selectable<Database[Table]>>;
    bounds: QueueBounds;
    chance?: (() => number) | undefined;
    onError?: ((error: unknown, what: string) => void) | undefined;
  }) {
    this.#storage = deps.storage;
    this.#clock = deps.clock;
    this.#table = deps.table as 'outbox';
    this.#carrier = deps.carrier;
    this.#bounds = deps.bounds;
    this.#chance = deps.chance ?? Math.random;
    this.#onError = deps.onError ?? (() => undefined);
  }

  /** What was written in this transaction is seen to once it is durable. */
  written(tx: Transaction): void {
    tx.afterCommit(() => this.#kick());
  }

  /**
   * Tries everything that is due, at most `LIMITS.deliveries_per_run`, and records what became of each; a run under
   * way on this node is waited for first.
   * @returns how many were tried
   */
  deliverDue(): Promise<number> {
    return this.#runs.run(() => {
      this.#kicked = false;
      return this.#run();
    });
  }

  /** Hands over a row that was written as claimed, by `claimColumns`, and records what became of it. */
  async deliver(row: Selectable<Database[Table]>): Promise<void> {
    let failure: { error: unknown } | undefined;
    try {
      await this.#carrier.send(row);
    } catch (error) {
      failure = { error };
    }
    // After a stop that was tired of waiting there is no database any more; the claim runs out.
    if (this.#state === 'closed') return;
    if (failure === undefined) await this.#recordSent(row);
    else await this.#recordFailure(row, failure.error);
  }

  /** The state of a row at its first attempt. */
  claimColumns(): { attempts: number; next_at: number } {
    return { attempts: 1, next_at: this.#clock.now() + this.#bounds.claim_ms };
  }

  /** From now on things leave by themselves. */
  start(): void {
    this.#state = 'started';
    this.#kick();
    this.#stopLooking = periodically({
      every_ms: LOOK_MS,
      run: async () => {
        await this.#runQuietly();
      },
      onError: () => undefined,
    });
  }

  /**
   * Takes nothing more, and waits for what is being handed over, but no longer than `LIMITS.delivery_stop_ms`:
   * a receiver that does not answer does not keep the service from stopping.
   */
  async close(): Promise<void> {
    this.#state = 'stopping';
    // The run under way, if there is one, is waited for below, and not for longer than the bound.
    void this.#stopLooking?.();
    const idle = this.#runs.run(() => undefined);
    await inTime(idle, LIMITS.delivery_stop_ms, 'the deliveries under way').catch(() => undefined);
    this.#state = 'closed';
  }

  get #db(): Kysely<Database> {
    return this.#storage.db;
  }

  #kick(): void {
    if (this.#state !== 'started' || this.#kicked) return;
    this.#kicked = true;
    // Not in the midst of what has just committed.
    setImmediate(() => void this.#runQuietly());
  }

  async #runQuietly(): Promise<void> {
    try {
      if ((await this.deliverDue()) >= LIMITS.deliveries_per_run) this.#kick();
    } catch (error) {
      if (this.#state === 'started') this.#onError(error, `the table ${this.#table} could not be seen to`);
    }
  }

  async #run(): Promise<number> {
    await this.#forgetOld();
    // A look costs no lock, and most of the time there is nothing to do.
    if (!(await this.#isAnyDue())) return 0;
    let begun = 0;
    let tried = 0;
    const work = async (): Promise<void> => {
      while (begun < LIMITS.deliveries_per_run && (this.#state === 'idle' || this.#state === 'started')) {
        begun += 1;
        const claimed = await this.#claim();
        if (!claimed) return;
        tried += 1;
        await this.deliver(claimed);
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: this.#bounds.at_once }, work));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
    return tried;
  }

  async #isAnyDue(): Promise<boolean> {
    const row = await this.#db
      .selectFrom(this.#table)
      .select('id')
      .where('next_at', '<=', this.#clock.now())
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Claims the row that has been due for longest: for a while no other node takes it. */
  async #claim(): Promise<Selectable<Database[Table]> | undefined> {
    const now_ms = this.#clock.now();
    const claimed = await this.#storage.transaction(({ db }) =>
      db
        .updateTable(this.#table)
        .set(({ eb }) => ({
          next_at: now_ms + this.#bounds.claim_ms,
          attempts: eb('attempts', '+', 1),
          error: null,
        }))
        .where('id', '=', ({ selectFrom }) =>
          forUpdateOfFree(
            this.#storage,
            selectFrom(this.#table)
              .select('id')
              .where('next_at', '<=', now_ms)
              .orderBy('next_at')
              .orderBy('id')
              .limit(1),
          ),
        )
        .where('next_at', '<=', now_ms)
        .returningAll()
        .executeTakeFirst(),
    );
    return claimed as Selectable<Database[Table]> | undefined;
  }

  async #recordSent(row: Selectable<Database[Table]>): Promise<void> {
    const { id } = row as unknown as Selectable<QueueColumns>;
    const sent = { next_at: null, sent_at: this.#clock.now(), failed_at: null, error: null };
    await this.#storage.transaction(({ db }) =>
      db
        .updateTable(this.#table)
        .set({ ...sent, ...this.#carrier.cleared })
        .where('id', '=', id)
        .execute(),
    );
  }

  async #recordFailure(row: Selectable<Database[Table]>, error: unknown): Promise<void> {
    const { id, attempts, next_at } = row as unknown as Selectable<QueueColumns>;
    const now_ms = this.#clock.now();
    const failure = this.#carrier.classify(error, row);
    const wait_ms = this.#waitAfter(attempts);
    const next = failure.permanent || wait_ms === undefined ? null : now_ms + wait_ms;
    const recorded = await this.#storage.transaction(async (tx) => {
      const { numUpdatedRows } = await tx.db
        .updateTable(this.#table)
        .set({ next_at: next, failed_at: next === null ? now_ms : null, error: failure.reason })
        .where('id', '=', id)
        // If the claim expired, another node has claimed the row, or delivered it.
        .where('next_at', '=', next_at)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) return false;
      await this.#carrier.failed?.(tx, row, failure, next);
      return true;
    });
    if (recorded && next === null) this.#carrier.onGivenUp(error, row);
  }

  /**
   * How long to wait after so many attempts: twice as long each time, spread by a quarter to either side so that
   * what failed together does not come again together. Undefined if the retry period ends before.
   */
  #waitAfter(attempts: number): number | undefined {
    const { retry_ms_min, retry_ms_max, give_up_after_ms } = this.#bounds;
    let waited_ms = 0;
    let wait_ms = retry_ms_min;
    for (let attempt = 1; attempt < attempts; attempt += 1) {
      waited_ms += wait_ms;
      wait_ms = Math.min(wait_ms * 2, retry_ms_max);
    }
    if (waited_ms + wait_ms > give_up_after_ms) return undefined;
    return Math.round(wait_ms * (0.75 + this.#chance() / 2));
  }

  /** Forgets what has left or was given up long ago. */
  async #forgetOld(): Promise<void> {
    const now_ms = this.#clock.now();
    if (now_ms < this.#forgotAt + FORGET_MS) return;
    const before = now_ms - LIMITS.delivery_kept_ms;
    for (const column of ['sent_at', 'failed_at'] as const) {
      while ((await this.#forget(column, before)) === LIMITS.deliveries_forgotten_at_once);
    }
    this.#forgotAt = now_ms;
  }

  async #forget(column: 'sent_at' | 'failed_at', before: number): Promise<number> {
    const old = await this.#db
      .selectFrom(this.#table)
      .select('id')
      .where(column, '<', before)
      .limit(LIMITS.deliveries_forgotten_at_once)
      .execute();
    if (old.length === 0) return 0;
    const ids = old.map(({ id }) => id);
    await this.#storage.transaction(({ db }) =>
      db
        .deleteFrom(this.#table)
        .where(oneOfNumbers(this.#storage, 'id', ids))
        .where(column, '<', before)
        .execute(),
    );
    return old.length;
  }
}
