import { Lru } from '../../lib/flow/lru.ts';
import { LIMITS } from '../../lib/limits.ts';
import { CounterTable, type StoredCounters } from '../core/counter-table.ts';
import type { HoldingKind } from '../core/stored.ts';

/** When the journal's page is turned, and how quickly it is dealt with then. */
export interface JournalBounds {
  /** Different counters that wait to be written to their rows. */
  readonly counters: number;
  /** Entries of the journal, however few counters they are about. */
  readonly entries: number;
  /** Counters of the last page written to their rows along with a batch, as long as the next page is not full. */
  readonly settled: number;
  /** Rows of the journal removed along with a batch. */
  readonly cleared: number;
}

export const journalBounds = (): JournalBounds => ({
  counters: LIMITS.journal_counters,
  entries: LIMITS.journal_entries,
  settled: LIMITS.journal_settled_at_once,
  cleared: LIMITS.journal_cleared_at_once,
});

/** What a project may use, as stated. Projects of the same limits share one. */
export interface ProjectLimits {
  readonly live: boolean;
  readonly pools: ReadonlyMap<number, PoolCapacities>;
}

interface PoolCapacities {
  readonly capacity: bigint;
  readonly memberCapacity: bigint;
}

/** Counters that nobody has changed since they were read; refused requests ask for them again and again. */
const READ_REMEMBERED = 60_000;
/** Different limits that projects can share; those above have their own. */
const SHARED_LIMITS = 1000;

/** A user's place in a project. */
export interface Seat {
  readonly project: number;
  readonly open: boolean;
}

/** A holding by its stored numbers. */
export interface HoldingNumbers {
  readonly kind: HoldingKind;
  readonly id: number;
  readonly resource: number;
}

const RESOURCES = 0x100000;

/** Kind, row and resource as one number: good for 2^32 rows and 2^20 resources. */
export function counterKey(kind: HoldingKind, id: number, resource: number): number {
  return (id * RESOURCES + resource) * 2 + kind;
}

/** The numbers that a key was made of. */
export function holdingOfKey(key: number): HoldingNumbers {
  const kind = (key % 2) as HoldingKind;
  const rest = (key - kind) / 2;
  const resource = rest % RESOURCES;
  return { kind, id: (rest - resource) / RESOURCES, resource };
}

/**
 * What the embedded ledger remembers between batches. Only the one process that owns the file changes limits and
 * counters, so this is true until the process itself changes something, and then it is told.
 *
 * A counter wanders from table to table: changed (`dirty`), being written to its row (`settling`), written (`settled`),
 * forgotten. One that is changed again meanwhile starts anew, and the earliest table that has it knows best.
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
  /** Changed since the page was turned: what they say is in the journal and not in their rows. */
  #dirty = new CounterTable();
  /** Dirty before the page was turned. */
  #settling = new CounterTable();
  /** Keys of those that settle, in the order of their rows, so that neighbours share a page of the file. */
  #order: Float64Array = new Float64Array();
  #written = 0;
  /** Written, and unchanged since. */
  #settled = new CounterTable();
  /** Read from their rows. Newer than any of it is what the other tables say. */
  readonly #read = new CounterTable();

  counters(key: number): StoredCounters | undefined {
    return this.unwritten(key) ?? this.#settled.get(key) ?? this.#read.get(key);
  }

  /** Counters whose row in the table may be out of date. */
  unwritten(key: number): StoredCounters | undefined {
    return this.#dirty.get(key) ?? this.#settling.get(key);
  }

  /** What a row says about which nothing is known. */
  remember(key: number, row: StoredCounters): void {
    if (this.#read.size >= READ_REMEMBERED) this.#read.clear();
    this.#read.set(key, row);
  }

  /** What the journal says from now on. */
  change(key: number, counters: StoredCounters): void {
    this.#dirty.set(key, counters);
  }

  /** The limits themselves, or equal ones that are remembered already. */
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
   * From now on what is dirty is to be written; what becomes dirty later waits for the next turn. Not while anything
   * settles.
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

  /** So many have been written to their rows, durably. */
  settled(count: number): void {
    this.#written += count;
    if (count === 0 || this.settling > 0) return;
    [this.#settled, this.#settling] = [this.#settling, this.#settled];
    this.#settling.clear();
    // What was written just now may have been read before it was changed.
    this.#read.clear();
    this.#order = new Float64Array();
    this.#written = 0;
  }
}

export function seatKey(project: number, holder: string): string {
  return `${project} ${holder}`;
}
