import { type ErrorCode, PurserError } from '../../lib/errors.ts';
import { periodically } from '../../lib/flow/periodically.ts';

/**
 * Why the database cannot be used:
 * - `away`: it does not answer, or it is starting up or shutting down
 * - `read_only`: it answers and takes no changes, as a standby does
 * - `full`: there is no room for what is to be stored
 * - `failing`: its file cannot be read or written
 * - `removed`: its file is not where it was when it was opened
 */
type OutageKind = 'away' | 'read_only' | 'full' | 'failing' | 'removed';

export interface Outage {
  readonly kind: OutageKind;
  /** For operators: the place, and what to do. It is not for clients. */
  readonly advice: string;
  /** What the database or the system said. */
  readonly error: unknown;
}

const CODES: Record<OutageKind, ErrorCode> = {
  away: 'database_unavailable',
  read_only: 'database_read_only',
  full: 'database_full',
  failing: 'database_unavailable',
  removed: 'database_unavailable',
};

/** A statement failed because the database cannot be used. What had been changed in its transaction is undone. */
export class DatabaseUnavailable extends PurserError {
  readonly outage: Outage;

  constructor(outage: Outage) {
    super(CODES[outage.kind]);
    this.outage = outage;
    this.cause = outage.error;
  }
}

/** The connection was lost during a commit: the change is stored as a whole, or not at all. */
export class OutcomeUnknown extends PurserError {
  constructor(cause: unknown) {
    super('outcome_unknown');
    this.cause = cause;
  }
}

/** Whether something failed for the database alone. It is logged once, when the outage begins, and not at each failure. */
export function isOutage(error: unknown): boolean {
  return error instanceof DatabaseUnavailable || error instanceof OutcomeUnknown;
}

/** What to throw where a connection failed between asking for a commit and its answer. */
export function lostInCommit(error: unknown): unknown {
  return error instanceof DatabaseUnavailable && error.outage.kind === 'away'
    ? new OutcomeUnknown(error)
    : error;
}

/** The availability of the database, as reported. */
export interface AvailabilityListener {
  gone(outage: Outage): void;
  back(): void;
  /** Connections were lost, and new ones work. */
  interrupted(outage: Outage): void;
}

/** How often it is tried, during an outage, whether the database can be used again. */
const PROBE_MS = 500;

/**
 * Whether the database can be used. Statements that fail report it; a probe, a small change, finds out when the outage
 * is over. A lost connection is an outage only if the probe fails too.
 */
export class Availability {
  readonly #probe: () => Promise<unknown>;
  readonly #classify: (error: unknown) => Outage | undefined;
  readonly #listeners: AvailabilityListener[] = [];
  #outage: Outage | undefined;
  #stopProbing: (() => Promise<void>) | undefined;
  #probing: Promise<void> | undefined;
  #closed = false;

  /**
   * @param probe makes a change that changes nothing, on a connection of its own
   * @param classify the outage that an error shows, if it does
   */
  constructor(probe: () => Promise<unknown>, classify: (error: unknown) => Outage | undefined) {
    this.#probe = probe;
    this.#classify = classify;
  }

  /** The outage that is known of. */
  get outage(): Outage | undefined {
    return this.#outage;
  }

  listen(listener: AvailabilityListener): void {
    this.#listeners.push(listener);
  }

  /** Reports a failed statement. Answers what to throw: errors without an outage are returned unchanged. */
  report(error: unknown): unknown {
    const outage = this.#classify(error);
    if (outage === undefined) return error;
    if (!this.#closed) this.#failed(outage);
    return new DatabaseUnavailable(outage);
  }

  /** The outage, if there is one now: during one, the database is tried before this resolves. */
  async check(): Promise<Outage | undefined> {
    if (this.#outage || this.#probing) await this.#tryOnce();
    return this.#outage;
  }

  /** Ends all trying. */
  close(): void {
    this.#closed = true;
    void this.#stopProbing?.();
  }

  #failed(outage: Outage): void {
    if (this.#outage) return;
    if (outage.kind !== 'away') this.#declare(outage);
    else this.#suspect(outage);
  }

  #declare(outage: Outage): void {
    const known = this.#outage?.kind === outage.kind;
    this.#outage = outage;
    if (!known) for (const listener of this.#listeners) listener.gone(outage);
    this.#stopProbing ??= periodically({
      every_ms: PROBE_MS,
      run: async () => {
        await this.#tryOnce();
      },
      onError: () => undefined,
    });
  }

  #suspect(outage: Outage): void {
    if (this.#probing) return;
    void this.#tryOnce(() => {
      for (const listener of this.#listeners) listener.interrupted(outage);
    });
  }

  /** Never rejects. */
  #tryOnce(passed?: () => void): Promise<void> {
    this.#probing ??= this.#try(passed).finally(() => {
      this.#probing = undefined;
    });
    return this.#probing;
  }

  async #try(passed?: () => void): Promise<void> {
    let outage: Outage | undefined;
    try {
      await this.#probe();
    } catch (error) {
      // Whatever else is wrong, the database answers.
      outage = this.#classify(error);
    }
    if (this.#closed) return;
    if (outage) {
      this.#declare(outage);
    } else if (this.#outage) {
      this.#outage = undefined;
      void this.#stopProbing?.();
      this.#stopProbing = undefined;
      for (const listener of this.#listeners) listener.back();
    } else passed?.();
  }
}
