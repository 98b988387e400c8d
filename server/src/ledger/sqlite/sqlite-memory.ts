import { Lru } from '../../lib/flow/lru.ts';
import { LIMITS } from '../../lib/limits.ts';
import { CounterTable, type StoredCounters } from '../core/counter-table.ts';
import type { HoldingKind, StoredHolding } from '../core/stored.ts';

/** When the page of the journal is turned, and how much of the previous page one batch settles. */
export interface JournalBounds {
  /** Different counters that wait to be written to their rows. */
  readonly counters: number;
  /** Entries of the journal, however few counters they are about. */
  readonly entries: number;
  /** Counters of the previous page that a batch writes to their rows, as long as the next page is not full. */
  readonly settled: number;
  /** Rows of the journal that a batch removes. */
  readonly cleared: number;
}

export const journalBounds = (): JournalBounds => ({
  counters: LIMITS.journal_counters,
  entries: LIMITS.journal_entries,
  settled: LIMITS.journal_settled_at_once,
  cleared: LIMITS.journal_cleared_at_once,
});

/** The stated limits of a project. Projects with the same limits share one object. */
export interface ProjectLimits {
  readonly live: boolean;
  readonly pools: ReadonlyMap<number, PoolCapacities>;
}

interface PoolCapacities {
  readonly capacity: bigint;
  readonly memberCapacity: bigint;
}

/** Counters that are unchanged since they were read; repeated requests that are refused read them again. */
const READ_REMEMBERED = 60_000;
/** Different limits that projects can share; further projects have limits of their own. */
const SHARED_LIMITS = 1000;

/** A user's place in a project. */
export interface Seat {
  readonly project: number;
  readonly open: boolean;
}

const RESOURCES = 0x100000;

/** Kind, row and resource as one number: exact up to 2^32 rows and 2^20 resources. */
export function counterKey(kind: HoldingKind, id: number, resource: number): number {
  return (id * RESOURCES + resource) * 2 + kind;
}

/** The inverse of `counterKey`. */
export function holdingOfKey(key: number): StoredHolding {
  const kind = (key % 2) as HoldingKind;
  const rest = (key - kind) / 2;
  const resource = rest % RESOURCES;
  return { kind, id: (rest - resource) / RESOURCES, resource };
}

/**
 * What the embedded ledger remembers between batches. Only the process that owns the file changes limits and counters,
 * so the memory is valid until the process changes a limit, which drops the limit here (`limitsChanged`).
 *
 * A counter moves from table to table: changed (`dirty`), to be written to its row (`settling`), written (`settled`),
 * forgotten. A counter that changes again is dirty again; the first of these tables that has it has its value.
 */
export class LedgerMemory {
  /** By holder text, `project:P`. Row numbers never change. */
  readonly projectIds = new Lru<string, number>(LIMITS.ledger_projects_remembered);
  /** By resource name. Resources are few. */
  readonly resourceIds = new Map<string, number>();
  readonly projects = new Lru<number, ProjectLimits>(LIMITS.ledger_projects_remembered);
  /** By `seatKey`. */
  readonly seatIds = new Lru<string, number>(LIMITS.ledger_seats_remembered);
  readonly seats = new Lru<number, Seat>(LIMITS.ledger_seats_remembered);
  readonly #shared = new Map<string, ProjectLimits>();
  /** Changed since the page was turned: their values are in the journal and not in their rows. */
  #dirty = new CounterTable();
  /** Dirty before the page was turned. */
  #settling = new CounterTable();
  /** Keys of `settling` in the order of their rows, so that consecutive rows share a page of the file. */
  #order: Float64Array = new Float64Array();
  #written = 0;
  /** Written to their rows, and unchanged since. */
  #settled = new CounterTable();
  /** Read from their rows. The values of the other tables are newer. */
  readonly #read = new CounterTable();

  counters(key: number): StoredCounters | undefined {
    return this.unwritten(key) ?? this.#settled.get(key) ?? this.#read.get(key);
  }

  /** Counters whose row in the table may be out of date. */
  unwritten(key: number): StoredCounters | undefined {
    return this.#dirty.get(key) ?? this.#settling.get(key);
  }

  /** Counters that were read from a row and are in no table. */
  remember(key: number, row: StoredCounters): void {
    if (this.#read.size >= READ_REMEMBERED) this.#read.clear();
    this.#read.set(key, row);
  }

  /** Counters that a batch changed, durably. */
  change(key: number, counters: StoredCounters): void {
    this.#dirty.set(key, counters);
  }

  /** These limits, or an equal object that is already remembered. */
  shared(limits: ProjectLimits): ProjectLimits {
    let text = String(limits.live);
    for (const [resource, { capacity, memberCapacity }] of limits.pools) {
      text += ` ${resource},${capacity},${memberCapacity}`;
    }
    const known = this.#shared.get(text);
    if (known) return known;
    if (this.#shared.size < SHARED_LIMITS) this.#shared.set(text, limits);
    return limits;
  }

  get dirty(): number {
    return this.#dirty.size;
  }

  get settling(): number {
    return this.#order.length - this.#written;
  }

  /**
   * Turns the page: dirty counters are to be written; those that change from now on wait for the next page. Must not be
   * called while `settling` is above 0.
   */
  turnPage(): void {
    [this.#settling, this.#dirty] = [this.#dirty, this.#settling];
    this.#order = this.#settling.sortedKeys();
    this.#written = 0;
  }

  /** The next counters to write, `count` at most. */
  *nextToSettle(count: number): Generator<[key: number, counters: StoredCounters]> {
    for (const key of this.#order.subarray(this.#written, this.#written + count)) {
      yield [key, this.#settling.get(key) as StoredCounters];
    }
  }

  /** The next `count` counters are in their rows, durably. */
  settled(count: number): void {
    this.#written += count;
    if (count === 0 || this.settling > 0) return;
    [this.#settled, this.#settling] = [this.#settling, this.#settled];
    this.#settling.clear();
    // Counters that were written just now may have been read before they changed.
    this.#read.clear();
    this.#order = new Float64Array();
    this.#written = 0;
  }
}

export function seatKey(project: number, holder: string): string {
  return `${project} ${holder}`;
}
