import { sql } from 'kysely';
import { breathe } from '../../lib/flow/breathe.ts';
import { oneOfNumbers } from '../../storage/one-of.ts';
import type { Storage } from '../../storage/storage.ts';
import { joinWide } from '../core/wide-integers.ts';
import type { Owner } from './usage-owners.ts';
import { STEP_MS, STEP_TABLES, type Step, startOfStep } from './usage-steps.ts';

/** What came to one holding in one hour or day. */
export interface UsageRow {
  readonly id: number;
  readonly resource: number;
  /** Of the hour or day, milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  /** Sum of the quantities. */
  readonly change: bigint;
  /** Sum of quantity times milliseconds that were left of the hour or day. */
  readonly weighted: bigint;
}

/** A stretch of time, and in which rows to read it; it begins with a step of its kind. */
interface Part {
  readonly step: Step;
  readonly from: number;
  readonly until: number;
}

/** Everything before a moment that begins an hour: in days as far as they go, so that a long past is few rows. */
export function partsBefore(moment: number): Part[] {
  const day = startOfStep(moment, 'day');
  return [
    { step: 'day', from: 0, until: day },
    { step: 'hour', from: day, until: moment },
  ];
}

/** A stretch between two moments that begin hours: its days as such, the rest in hours. */
export function partsWithin(from: number, until: number): Part[] {
  const firstDay = Math.min(startOfStep(from + STEP_MS.day - 1, 'day'), until);
  const endOfDays = Math.max(startOfStep(until, 'day'), firstDay);
  return [
    { step: 'hour', from, until: firstDay },
    { step: 'day', from: firstDay, until: endOfDays },
    { step: 'hour', from: endOfDays, until },
  ];
}

/** Rows read in one go: some milliseconds. */
const CHUNK = 2000;

/** The rows of some owners, all of one kind, in chunks; each holding's in the order of time within a part. */
export async function* usageRows(
  storage: Storage,
  owners: readonly Owner[],
  resources: readonly number[],
  parts: readonly Part[],
): AsyncGenerator<UsageRow[]> {
  for (const part of parts) yield* rowsOf(storage, owners, resources, part);
}

async function* rowsOf(
  storage: Storage,
  owners: readonly Owner[],
  resources: readonly number[],
  { step, from, until }: Part,
): AsyncGenerator<UsageRow[]> {
  const kind = owners[0]?.kind;
  if (kind === undefined || resources.length === 0 || from >= until) return;
  let ids = owners.map(({ id }) => id);
  for (let last: UsageRow | undefined; ; ) {
    let query = storage.db
      .selectFrom(STEP_TABLES[step])
      .select(['id', 'resource', 'start', 'change_high', 'change_low', 'weighted_high', 'weighted_low'])
      .where('kind', '=', kind)
      .where(oneOfNumbers(storage, 'id', ids))
      .where(oneOfNumbers(storage, 'resource', resources))
      .where('start', '>=', from)
      .where('start', '<', until)
      .orderBy('id')
      .orderBy('resource')
      .orderBy('start')
      .limit(CHUNK);
    if (last) {
      query = query.where(
        sql<boolean>`(id, resource, start) > (${last.id}, ${last.resource}, ${last.start})`,
      );
    }
    const rows = (await query.execute()).map(({ id, resource, start, ...sums }) => ({
      id,
      resource,
      start,
      end: start + STEP_MS[step],
      change: joinWide(sums.change_high, sums.change_low),
      weighted: joinWide(sums.weighted_high, sums.weighted_low),
    }));
    last = rows.at(-1);
    if (!last) return;
    yield rows;
    if (rows.length < CHUNK) return;
    const { id: reached } = last;
    ids = ids.filter((id) => id >= reached);
    await breathe();
  }
}
