import { PurserError } from '../lib/errors.ts';
import type { Storage } from '../storage/storage.ts';
import type { Adjustment } from './batch.ts';
import type { Provision } from './commission.ts';
import { readNames } from './commissions.ts';
import type { CounterDifference, CounterPair, LogSnapshot } from './log-snapshot.ts';
import { PostgresSnapshot } from './postgres-snapshot.ts';
import { SqliteSnapshot } from './sqlite-snapshot.ts';
import { POOL } from './stored.ts';

/** A holding whose counters are not what the commissions add up to. */
export interface HoldingDifference extends Omit<Provision, 'quantity'> {
  readonly expected: CounterPair;
  readonly actual: CounterPair;
  /** Whether this verification has corrected it. */
  readonly fixed: boolean;
}

/** What a verification has found, a piece at a time. Damaged commissions come before differences. */
export type Finding =
  | { readonly kind: 'damaged'; readonly serials: readonly number[] }
  | { readonly kind: 'differences'; readonly differences: readonly HoldingDifference[] };

/** A verification that has begun: what it compares is fixed, what it finds is found while it is read. */
export interface Verification {
  readonly commissions: number;
  readonly holdings: number;
  /** To be read once, and to the end or returned from: until then it holds on to its snapshot. */
  readonly findings: AsyncGenerator<Finding>;
}

/** How differences are corrected. */
export interface Fixing {
  /** Told before the holdings are corrected; if it fails, they are not. */
  announce(differences: readonly HoldingDifference[]): Promise<void>;
  /** Whether each adjustment could be made. */
  adjust(adjustments: readonly Adjustment[]): Promise<boolean[]>;
  /** Differences corrected in one go. */
  readonly chunk: number;
}

/** The storages with a correcting verification under way in this process; other nodes take turns in the database. */
const fixingNow = new WeakSet<Storage>();

/**
 * Recomputes the counters of every holding from the commissions, as both were at this moment, while commissions go
 * on. Differences can be corrected on the way: as offsets, so that what has happened since is kept. Only one at a
 * time may do that, else an offset would be applied twice: `verification_running`.
 */
export async function verify(storage: Storage, now_ms: number, fixing?: Fixing): Promise<Verification> {
  if (fixing && fixingNow.has(storage)) throw new PurserError('verification_running');
  if (fixing) fixingNow.add(storage);
  const end = (): void => {
    if (fixing) fixingNow.delete(storage);
  };
  try {
    const snapshot = await openSnapshot(storage, fixing !== undefined, now_ms);
    try {
      return { ...(await snapshot.size()), findings: findingsOf(storage, snapshot, fixing, end) };
    } catch (error) {
      await snapshot.close();
      throw error;
    }
  } catch (error) {
    end();
    throw error;
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
  fixing: Fixing | undefined,
  end: () => void,
): AsyncGenerator<Finding> {
  try {
    for await (const serials of snapshot.damaged()) yield { kind: 'damaged', serials };
    for await (const found of snapshot.differences()) {
      for (let start = 0; start < found.length; start += fixing?.chunk ?? found.length) {
        const some = found.slice(start, start + (fixing?.chunk ?? found.length));
        const differences = await withNames(storage, some);
        yield { kind: 'differences', differences: fixing ? await fix(fixing, some, differences) : differences };
      }
    }
  } finally {
    await snapshot.close();
    end();
  }
}

async function withNames(
  { db }: Storage,
  found: readonly CounterDifference[],
): Promise<HoldingDifference[]> {
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
