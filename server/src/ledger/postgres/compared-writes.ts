import type { QueryConfig } from 'pg';
import type { BatchOutcome, PendingCommission } from '../core/batch.ts';
import type { LoadedHolding } from '../core/stored.ts';
import {
  type LoadedPool,
  type LoadedSeat,
  lists,
  numbers,
  type PostgresBatchState,
} from './postgres-rows.ts';

/**
 * The end of a statement that compares the rows that it writes. If it did not find all of them, the statement fails,
 * and so does the commit that was sent with it. Operators see the text in the log of the database.
 */
const allOf = (changed: string): string => `
  SELECT CASE WHEN count(*) = cardinality($1::bigint[]) THEN 0
              ELSE ('changed by another node: ' || count(*) || ' of ' || cardinality($1::bigint[]))::integer END
    FROM ${changed}`;

/**
 * The array with one element keeps the planner from a scan of the whole index: a plan that was made while the table
 * was empty takes such a scan for cheap, and stays in use.
 */
const FLIP = `
  WITH flipped AS (
    UPDATE commissions c
       SET state = new.state, reason = new.reason, balances = new.balances, resolved_at = $6::bigint,
           rolled = CASE WHEN new.state = 2 THEN 1 ELSE 0 END
      FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[])
           AS new (serial, state, reason, balances, provisions)
     WHERE c.serial = ANY (ARRAY[new.serial]) AND c.state + 0 = 0 AND c.provisions = new.provisions
    RETURNING 1)
  ${allOf('flipped')}`;

const SAVE_POOLS = `
  WITH saved AS (
    UPDATE pools p SET usage_min = new.usage_min, usage_max = new.usage_max
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                  $8::bigint[], $9::bigint[])
           AS new (project_id, resource_id, usage_min, usage_max, was_min, was_max, capacity, member_capacity, live)
      JOIN ledger_projects l ON l.id = new.project_id AND l.live = new.live
     WHERE p.project_id = new.project_id AND p.resource_id = new.resource_id
       AND p.usage_min = new.was_min AND p.usage_max = new.was_max
       AND p.capacity = new.capacity AND p.member_capacity = new.member_capacity
    RETURNING 1)
  ${allOf('saved')}`;

const SAVE_SEATS = `
  WITH saved AS (
    UPDATE seat_usages u SET usage_min = new.usage_min, usage_max = new.usage_max
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
           AS new (seat_id, resource_id, usage_min, usage_max, was_min, was_max, open)
      JOIN seats s ON s.id = new.seat_id AND s.open = new.open
     WHERE u.seat_id = ANY (ARRAY[new.seat_id]) AND u.resource_id = new.resource_id
       AND u.usage_min = new.was_min AND u.usage_max = new.was_max
    RETURNING 1)
  ${allOf('saved')}`;

const ADD_SEATS = `
  WITH added AS (
    INSERT INTO seat_usages (seat_id, resource_id, usage_min, usage_max)
    SELECT new.seat_id, new.resource_id, new.usage_min, new.usage_max
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
           AS new (seat_id, resource_id, usage_min, usage_max, open)
      JOIN seats s ON s.id = new.seat_id AND s.open = new.open
    RETURNING 1)
  ${allOf('added')}`;

/** Serials are assigned row by row, in the order of the arrays. */
const APPEND = {
  name: 'ledger-unlocked-append',
  text: `
  WITH appended AS (
    INSERT INTO commissions (serial, component, name, state, provisions, balances, expires_at, issued_at, resolved_at)
    SELECT nextval('commission_serials'), component, name, state, provisions, balances, expires_at,
           $7::bigint, CASE WHEN state = 0 THEN NULL ELSE $7::bigint END
      FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[])
           AS new (component, name, state, provisions, balances, expires_at)
    RETURNING serial)
  SELECT string_agg(serial::text, ',') AS serials FROM appended`,
};

/** A holding with the counters that it had when the batch began. */
export interface Compared<H extends LoadedHolding> {
  readonly now: H;
  readonly wasMin: bigint;
  readonly wasMax: bigint;
}

/** The holding before the batch; its counters are copied. */
export function asItWas<H extends LoadedHolding>(holding: H): Compared<H> {
  holding.changed = false;
  return { now: holding, wasMin: holding.usageMin, wasMax: holding.usageMax };
}

/** The statements of a batch. They also compare rows that have not changed: a refusal may depend on them. */
export function writesOf(
  { issued, resolved }: BatchOutcome,
  pools: readonly Compared<LoadedPool>[],
  seats: readonly Compared<LoadedSeat>[],
  state: PostgresBatchState,
): QueryConfig[] {
  const writes: QueryConfig[] = [];
  const write = (name: string, text: string, values: unknown[]): void => {
    writes.push({ name, text, values });
  };
  if (resolved.size > 0) {
    const inOrder = [...resolved.values()].sort((a, b) => a.serial - b.serial);
    write('ledger-unlocked-flip', FLIP, [
      numbers(inOrder.map(({ serial }) => serial)),
      numbers(inOrder.map((resolution) => resolution.state)),
      inOrder.map(({ reason }) => reason),
      lists(inOrder.map(({ balances }) => balances)),
      lists(inOrder.map(({ serial }) => (state.pending(serial) as PendingCommission).provisions)),
      state.now,
    ]);
  }
  if (pools.length > 0) {
    write('ledger-unlocked-pools', SAVE_POOLS, [
      ...changesOf(pools),
      ...comparisonsOf(pools),
      numbers(pools.map((pool) => pool.now.row.capacity)),
      numbers(pools.map((pool) => pool.now.row.member_capacity)),
      numbers(pools.map((pool) => pool.now.row.live)),
    ]);
  }
  const known = seats.filter((seat) => seat.now.stored_usage);
  if (known.length > 0) {
    const open = numbers(known.map((seat) => seat.now.open));
    write('ledger-unlocked-seats', SAVE_SEATS, [...changesOf(known), ...comparisonsOf(known), open]);
  }
  const added = seats.filter((seat) => !seat.now.stored_usage);
  if (added.length > 0) {
    const open = numbers(added.map((seat) => seat.now.open));
    write('ledger-unlocked-new-seats', ADD_SEATS, [...changesOf(added), open]);
  }
  if (issued.length > 0) {
    write(APPEND.name, APPEND.text, [
      issued.map(({ request }) => request.component),
      issued.map(({ request }) => request.name),
      numbers(issued.map((commission) => commission.state)),
      lists(issued.map(({ provisions }) => provisions)),
      lists(issued.map(({ balances }) => balances)),
      issued.map(({ request }) => request.expiresAt ?? null),
      state.now,
    ]);
  }
  return writes;
}

function changesOf(compared: readonly Compared<LoadedHolding>[]): string[] {
  return [
    numbers(compared.map(({ now }) => now.stored.id)),
    numbers(compared.map(({ now }) => now.stored.resource)),
    numbers(compared.map(({ now }) => now.usageMin)),
    numbers(compared.map(({ now }) => now.usageMax)),
  ];
}

function comparisonsOf(compared: readonly Compared<LoadedHolding>[]): string[] {
  return [numbers(compared.map(({ wasMin }) => wasMin)), numbers(compared.map(({ wasMax }) => wasMax))];
}
