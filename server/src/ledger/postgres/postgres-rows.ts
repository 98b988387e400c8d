import type { PostgresNative } from '../../storage/storage.ts';
import type { BatchState, KeyedCommission, NewCommission, PendingCommission } from '../core/batch.ts';
import type { Provision } from '../core/commission.ts';
import type { Job } from '../core/jobs.ts';
import { type LoadedHolding, POOL, SEAT, type StoredHolding } from '../core/stored.ts';
import type { RememberedNames } from './postgres-names.ts';

/** Planner settings of a batch. */
const PLANNER = {
  ...Object.fromEntries(
    ['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin'].map((method) => [`enable_${method}`, 'off']),
  ),
  // The plan is always the same, so it is made only once.
  plan_cache_mode: 'force_generic_plan',
};

/**
 * The statement that begins a batch. A batch finds a few rows of large tables by their keys. Without these settings
 * the planner, whose statistics are older than the growth of the tables, chooses scans of whole tables. The settings
 * apply to one transaction, so that connection poolers can be used; they are sent in one message, so that they cost no
 * round trip; and only those that this version of the database knows.
 */
export async function beginning({ pool }: PostgresNative): Promise<string> {
  const { rows } = await pool.query<{ name: string }>(
    'SELECT name FROM pg_settings WHERE name = ANY ($1::text[])',
    [Object.keys(PLANNER)],
  );
  const known = new Set(rows.map(({ name }) => name));
  const settings = Object.entries(PLANNER).filter(([name]) => known.has(name));
  return ['BEGIN', ...settings.map(([name, value]) => `SET LOCAL ${name} = ${value}`)].join('; ');
}

/** Error codes of a transaction that lost a race; also where two nodes issue with the same key at the same time. */
export const LOST_RACE = new Set(['40001', '40P01', '23505']);

const WANTED_POOLS = `
  SELECT p.project_id, p.resource_id, p.capacity::text, p.member_capacity::text,
         p.usage_min::text, p.usage_max::text, l.live
    FROM unnest($1::bigint[], $2::bigint[]) AS wanted (project_id, resource_id)
    JOIN pools p ON p.project_id = wanted.project_id AND p.resource_id = wanted.resource_id
    JOIN ledger_projects l ON l.id = p.project_id`;

/** Pools by project and resource. */
export const POOLS = { name: 'ledger-pools', text: WANTED_POOLS };
/** The same, locked in the order of their keys until the transaction ends. */
export const LOCKED_POOLS = {
  name: 'ledger-locked-pools',
  text: `${WANTED_POOLS}\n   ORDER BY p.project_id, p.resource_id\n     FOR UPDATE OF p`,
};
/** Members' usage by seat and resource. */
export const SEATS = {
  name: 'ledger-seats',
  text: `
  SELECT s.id, s.project_id, wanted.resource_id, s.open, u.usage_min::text, u.usage_max::text
    FROM unnest($1::bigint[], $2::bigint[]) AS wanted (seat_id, resource_id)
    JOIN seats s ON s.id = wanted.seat_id
    LEFT JOIN seat_usages u ON u.seat_id = s.id AND u.resource_id = wanted.resource_id`,
};

/** Every provision that the jobs name. */
export function provisionsOf(jobs: readonly Job[]): Provision[] {
  return jobs.flatMap((job) => {
    if (job.kind === 'issue') return job.provisions;
    return job.kind === 'resolve' ? (job.request.partial ?? []).flatMap(({ provisions }) => provisions) : [];
  });
}

export type RowKey = `${number}.${number}`;
export const rowKey = ({ id, resource }: { id: number; resource: number }): RowKey => `${id}.${resource}`;
export const keyOf = (component: string, key: string): string => `${component}\0${key}`;

/** All rows that a batch touches, in memory. */
export class PostgresBatchState implements BatchState {
  readonly now: number;
  readonly pools = new Map<RowKey, LoadedPool>();
  readonly seats = new Map<RowKey, LoadedSeat>();
  readonly commissions = new Map<number, PendingCommission>();
  readonly keys = new Map<string, KeyedCommission>();
  readonly serials: number[] = [];
  readonly #names: RememberedNames;
  #given = 0;

  constructor(names: RememberedNames, now: number) {
    this.#names = names;
    this.now = now;
  }

  holding(provision: Provision): LoadedHolding | undefined {
    const located = this.#names.locate(provision);
    return located && this.holdingOf(located);
  }

  holdingOf(stored: StoredHolding): LoadedHolding | undefined {
    return (stored.kind === POOL ? this.pools : this.seats).get(rowKey(stored));
  }

  pending(serial: number): PendingCommission | undefined {
    return this.commissions.get(serial);
  }

  keyed(component: string, key: string): KeyedCommission | undefined {
    return this.keys.get(keyOf(component, key));
  }

  nextSerial(): number {
    const serial = this.serials[this.#given];
    if (serial === undefined) throw new Error('The batch asked for more serials than it has jobs.');
    this.#given += 1;
    return serial;
  }
}

export interface LoadedPool extends LoadedHolding {
  readonly row: Pick<PoolRow, 'capacity' | 'member_capacity' | 'live'>;
  readonly memberLimit: bigint;
}

export interface LoadedSeat extends LoadedHolding {
  readonly project: number;
  readonly open: number;
  /** Whether its usage has a row. */
  stored_usage: boolean;
  /** Follows from the pool: see `limitOfSeat`. */
  limit: bigint;
}

export interface PoolRow {
  project_id: number;
  resource_id: number;
  capacity: string;
  member_capacity: string;
  usage_min: string;
  usage_max: string;
  live: number;
}

export interface SeatRow {
  id: number;
  project_id: number;
  resource_id: number;
  open: number;
  usage_min: string | null;
  usage_max: string | null;
}

export function distinct(located: readonly StoredHolding[], kind: number): StoredHolding[] {
  return [...new Map(located.filter((one) => one.kind === kind).map((one) => [rowKey(one), one])).values()];
}

export function columnsOf(located: readonly StoredHolding[]): string[] {
  return [numbers(located.map(({ id }) => id)), numbers(located.map(({ resource }) => resource))];
}

export function poolOf(row: PoolRow): LoadedPool {
  const live = row.live === 1;
  return {
    stored: { kind: POOL, id: row.project_id, resource: row.resource_id },
    row: { capacity: row.capacity, member_capacity: row.member_capacity, live: row.live },
    limit: live ? BigInt(row.capacity) : 0n,
    memberLimit: live ? BigInt(row.member_capacity) : 0n,
    usageMin: BigInt(row.usage_min),
    usageMax: BigInt(row.usage_max),
    changed: false,
  };
}

export function seatOf(row: SeatRow): LoadedSeat {
  return {
    stored: { kind: SEAT, id: row.id, resource: row.resource_id },
    project: row.project_id,
    open: row.open,
    stored_usage: row.usage_min !== null,
    limit: 0n,
    usageMin: BigInt(row.usage_min ?? 0),
    usageMax: BigInt(row.usage_max ?? 0),
    changed: false,
  };
}

/**
 * A member's limit is derived from the pool, never stored (decision derived-limits): the member capacity while the
 * project is live and the seat is open, else 0.
 */
export const limitOfSeat = ({ open }: LoadedSeat, { memberLimit }: LoadedPool): bigint =>
  open === 1 ? memberLimit : 0n;

/** A parameter for an array of numbers. The driver's own conversion checks each element for characters to escape. */
export function numbers(values: readonly (number | bigint | string)[]): string {
  return `{${values.join(',')}}`;
}

/** The same for texts of digits, brackets and commas only, as commissions store them. */
export function lists(values: readonly (string | null)[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : `"${value}"`)).join(',')}}`;
}

export type Loss = Error & { code?: string };

/** The error of a query; undefined if it succeeded. Never rejects. */
export function lossOf(query: Promise<unknown>): Promise<Loss | undefined> {
  return query.then(
    () => undefined,
    (error: Loss) => error,
  );
}

/** The part of a new commission that its resolution needs. */
export function pendingOf({ request, provisions }: NewCommission): PendingCommission {
  return { component: request.component, provisions, expiresAt: request.expiresAt ?? null };
}
