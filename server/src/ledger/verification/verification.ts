import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Provision } from '../core/commission.ts';
import { readNames } from '../core/commissions.ts';
import type { Adjustment } from '../core/jobs.ts';
import { POOL } from '../core/stored.ts';
import type { ComparedSize, CounterDifference, CounterPair, LogSnapshot } from './log-snapshot.ts';

/** A holding whose counters differ from the sums of the commissions. */
export interface HoldingDifference extends Omit<Provision, 'quantity'> {
  readonly expected: CounterPair;
  readonly actual: CounterPair;
  /** Whether this verification has corrected it. */
  readonly fixed: boolean;
}

/** The results of a verification, in this order; the two in the middle occur any number of times. */
export type Finding =
  | { readonly kind: 'begun' }
  | { readonly kind: 'damaged'; readonly serials: readonly number[] }
  | { readonly kind: 'differences'; readonly differences: readonly HoldingDifference[] }
  | ({ readonly kind: 'end' } & ComparedSize);

/** How differences are corrected. */
export interface Fixing {
  /** Receives the differences before they are corrected; if it fails, they are not corrected. */
  announce(differences: readonly HoldingDifference[]): Promise<void>;
  /** Whether each adjustment was made. */
  adjust(adjustments: readonly Adjustment[]): Promise<readonly boolean[]>;
  /** Differences corrected in one transaction. */
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
   * Computes the counters of every holding from the commissions, both in a snapshot taken at the start, while
   * commissions go on. The snapshot is open until the generator ends or is returned from. Differences can be corrected
   * at the same time: as offsets, so that later changes are kept. Only one verification of all nodes may correct at a
   * time, since an offset must not be applied twice. Errors, instead of the first finding: `verification_running`, or
   * `too_busy` if too many are running.
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

/** A snapshot of the engine; its module is loaded by the first verification. */
async function openSnapshot({ native }: Storage, alone: boolean, now_ms: number): Promise<LogSnapshot> {
  if (native.engine === 'sqlite') {
    const { SqliteSnapshot } = await import('../sqlite/sqlite-snapshot.ts');
    return new SqliteSnapshot(native);
  }
  const { PostgresSnapshot } = await import('../postgres/postgres-snapshot.ts');
  return PostgresSnapshot.open(native, alone, now_ms);
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

/** Names for a commission that was changed by other means and has rows that do not exist. */
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
