import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Provision } from '../core/commission.ts';
import { readNames } from '../core/commissions.ts';
import type { Adjustment } from '../core/jobs.ts';
import { POOL } from '../core/stored.ts';
import { PostgresSnapshot } from '../postgres/postgres-snapshot.ts';
import { SqliteSnapshot } from '../sqlite/sqlite-snapshot.ts';
import type { ComparedSize, CounterDifference, CounterPair, LogSnapshot } from './log-snapshot.ts';

/** A holding whose counters are not what the commissions add up to. */
export interface HoldingDifference extends Omit<Provision, 'quantity'> {
  readonly expected: CounterPair;
  readonly actual: CounterPair;
  /** Whether this verification has corrected it. */
  readonly fixed: boolean;
}

/** What a verification has to say, in this order, the two in the middle any number of times. */
export type Finding =
  | { readonly kind: 'begun' }
  | { readonly kind: 'damaged'; readonly serials: readonly number[] }
  | { readonly kind: 'differences'; readonly differences: readonly HoldingDifference[] }
  | ({ readonly kind: 'end' } & ComparedSize);

/** How differences are corrected. */
export interface Fixing {
  /** Told before the holdings are corrected; if it fails, they are not. */
  announce(differences: readonly HoldingDifference[]): Promise<void>;
  /** Whether each adjustment could be made. */
  adjust(adjustments: readonly Adjustment[]): Promise<readonly boolean[]>;
  /** Differences corrected in one go. */
  readonly chunk: number;
}

/** The verifications of one ledger. */
export class Verifications {
  readonly #storage: Storage;
  #underWay = 0;
  #fixing = false;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /**
   * Recomputes the counters of every holding from the commissions, as both were at the moment when this begins, while
   * commissions go on. It holds on to that moment until it has been read to the end or returned from. Differences can
   * be corrected on the way: as offsets, so that what has happened since is kept. Only one at a time may do that, of
   * all nodes, else an offset would be applied twice. Errors, instead of the first finding: `verification_running`,
   * or `too_busy` if too many are under way.
   */
  async *run(now_ms: number, fixing?: Fixing): AsyncGenerator<Finding> {
    if (fixing && this.#fixing) throw new PurserError('verification_running');
    if (this.#underWay >= LIMITS.verifications) throw new PurserError('too_busy');
    this.#underWay += 1;
    this.#fixing ||= fixing !== undefined;
    try {
      const snapshot = await openSnapshot(this.#storage, fixing !== undefined, now_ms);
      yield* findingsOf(this.#storage, snapshot, fixing);
    } finally {
      this.#underWay -= 1;
      if (fixing) this.#fixing = false;
    }
  }
}

async function openSnapshot({ native }: Storage, alone: boolean, now_ms: number): Promise<LogSnapshot> {
  return native.engine === 'sqlite'
    ? new SqliteSnapshot(native)
    : PostgresSnapshot.open(native, alone, now_ms);
}

async function* findingsOf(
  storage: Storage,
  snapshot: LogSnapshot,
  fixing?: Fixing,
): AsyncGenerator<Finding> {
  try {
    yield { kind: 'begun' };
    for await (const serials of snapshot.damaged()) yield { kind: 'damaged', serials };
    for await (const found of snapshot.differences()) {
      const chunk = fixing?.chunk ?? found.length;
      for (let start = 0; start < found.length; start += chunk) {
        const some = found.slice(start, start + chunk);
        const named = await withNames(storage, some);
        yield { kind: 'differences', differences: fixing ? await fix(fixing, some, named) : named };
      }
    }
    yield { kind: 'end', ...(await snapshot.size()) };
  } finally {
    await snapshot.close();
  }
}

async function withNames({ db }: Storage, found: readonly CounterDifference[]): Promise<HoldingDifference[]> {
  const stored = found.map((one) => ({ ...one.stored, quantity: 0n }));
  const names = await readNames(db, stored);
  return found.map(({ expected, actual }, index) => {
    const provision = stored[index] as (typeof stored)[number];
    const { holder, source, resource } = names(provision)[0] ?? nameless(provision);
    return { holder, source, resource, expected, actual, fixed: false };
  });
}

/** A commission can have been tampered with so that it names rows that there are not. */
function nameless({ kind, id, resource }: CounterDifference['stored']): Omit<Provision, 'quantity'> {
  return kind === POOL
    ? { holder: `project:#${id}`, source: null, resource: `#${resource}` }
    : { holder: `user:#${id}`, source: 'project:#', resource: `#${resource}` };
}

async function fix(
  { announce, adjust }: Fixing,
  found: readonly CounterDifference[],
  differences: readonly HoldingDifference[],
): Promise<HoldingDifference[]> {
  await announce(differences);
  const made = await adjust(
    found.map(({ stored, expected, actual }) => ({
      stored,
      usageMin: expected.min - actual.min,
      usageMax: expected.max - actual.max,
    })),
  );
  return differences.map((difference, index) => ({ ...difference, fixed: made[index] === true }));
}
