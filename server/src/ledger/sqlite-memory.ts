import { Lru } from '../lib/lru.ts';
import type { LoadedHolding } from './batch.ts';
import type { HoldingKind } from './stored.ts';

/** Projects, seats and counters that are remembered at the most; some 200 bytes each. */
const REMEMBERED = { projects: 50_000, seats: 100_000, counters: 300_000 } as const;

/** A project and its limits, as stated. */
export interface ProjectLimits {
  readonly id: number;
  readonly live: boolean;
  readonly pools: ReadonlyMap<number, { readonly capacity: bigint; readonly memberCapacity: bigint }>;
}

/** A user's place in a project. */
export interface Seat {
  readonly id: number;
  readonly project: number;
  readonly open: boolean;
}

/**
 * The counters of one holding. There is one such object per holding, whoever asks, so all jobs of a batch and all
 * batches see the same numbers. `limit` is worked out anew by each batch that asks.
 */
export interface Counters extends LoadedHolding {
  readonly key: number;
  limit: bigint;
  /** The last batch that has asked for it. */
  batch: number;
}

/** Counters by kind, row and resource as one number: good for 2^32 rows and 2^20 resources. */
export function counterKey(kind: HoldingKind, id: number, resource: number): number {
  return (id * 0x100000 + resource) * 2 + kind;
}

/**
 * What the embedded ledger remembers between batches. Only the one process that owns the file changes limits and
 * counters, so this is true until the process itself changes something, and then it is told.
 */
export class LedgerMemory {
  /** By holder text, `project:P`. Row numbers never change. */
  readonly projectIds = new Lru<string, number>(REMEMBERED.projects);
  /** By resource name. Resources are few. */
  readonly resourceIds = new Map<string, number>();
  readonly projects = new Lru<number, ProjectLimits>(REMEMBERED.projects);
  /** By `seatKey`. */
  readonly seatIds = new Lru<string, number>(REMEMBERED.seats);
  readonly seats = new Lru<number, Seat>(REMEMBERED.seats);
  readonly #counters = new Lru<number, Counters>(REMEMBERED.counters);
  /** Changed since the page was turned: what they say is in the journal and not in their rows. */
  #dirty = new Map<number, Counters>();
  /** Dirty before the page was turned, and being written to their rows. */
  #settling = new Map<number, Counters>();

  counters(key: number): Counters | undefined {
    // Unwritten counters must be found even when they have been forgotten otherwise: their rows are out of date.
    return this.#counters.get(key) ?? this.unwritten(key);
  }

  /** Counters whose row in the table is out of date. */
  unwritten(key: number): Counters | undefined {
    return this.#dirty.get(key) ?? this.#settling.get(key);
  }

  remember(counters: Counters): void {
    this.#counters.set(counters.key, counters);
  }

  markDirty(counters: Counters): void {
    this.#dirty.set(counters.key, counters);
  }

  get dirty(): number {
    return this.#dirty.size;
  }

  get settling(): number {
    return this.#settling.size;
  }

  /** From now on what is dirty is to be written; what becomes dirty later waits for the next turn. */
  turnPage(): void {
    // In the order of their keys, neighbours are written together and share a page of the file.
    this.#settling = new Map([...this.#dirty].sort(([a], [b]) => a - b));
    this.#dirty = new Map();
  }

  /** The next counters to write, `count` at most. */
  nextToSettle(count: number): Counters[] {
    const next: Counters[] = [];
    for (const counters of this.#settling.values()) {
      if (next.length === count) break;
      next.push(counters);
    }
    return next;
  }

  /** These have been written to their rows, durably. */
  settled(written: readonly Counters[]): void {
    for (const { key } of written) this.#settling.delete(key);
  }
}

export function seatKey(source: string, holder: string): string {
  return `${source} ${holder}`;
}
