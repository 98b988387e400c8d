import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Storage } from '../../storage/storage.ts';
import { type Owner, type UsageFilter, usageOwners, usageResources } from './usage-owners.ts';
import { partsBefore, type UsageRow, usageRows } from './usage-rows.ts';
import { STEP_MS, type Step } from './usage-steps.ts';

/** One step of a series. */
export interface UsagePoint {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** At the end of the step. */
  readonly usage: bigint;
  /** Over the step, rounded down. */
  readonly average: bigint;
  /** Units times milliseconds: what the average is of, exactly. */
  readonly unit_ms: bigint;
}

/** The usage of one holding over time, without gaps. */
export interface UsageSeries {
  readonly project: string;
  /** Null for what the project used as a whole. */
  readonly user: string | null;
  readonly resource: string;
  readonly points: readonly UsagePoint[];
}

/** The steps to answer for; the last one may end early. */
export interface Steps {
  /** The beginning of a step. */
  readonly from: number;
  readonly until: number;
  readonly step: Step;
}

/** Series of all holdings that the filter lets through and that were ever used before the window ends. */
export async function usageSeries(
  storage: Storage,
  filter: UsageFilter,
  steps: Steps,
): Promise<UsageSeries[]> {
  const { from, until, step } = steps;
  const count = Math.ceil((until - from) / STEP_MS[step]);
  checkPoints(count);
  const parts = [...partsBefore(from), { step, from, until }];
  const resources = await usageResources(storage, filter);
  const series: UsageSeries[] = [];
  for await (const owners of usageOwners(storage, filter)) {
    const gains = new Map<string, Gains>();
    for await (const rows of usageRows(storage, owners, [...resources.keys()], parts)) {
      for (const row of rows) gainsOf(gains, row).add(row, from);
      checkPoints((series.length + gains.size) * count);
    }
    for (const owner of owners) {
      for (const [resource, name] of resources) {
        const found = gains.get(keyOf(owner.id, resource));
        if (found) series.push(seriesOf(owner, name, found, steps));
      }
    }
  }
  return series;
}

function checkPoints(points: number): void {
  if (points > LIMITS.usage_points) throw new PurserError('too_many_points', { limit: LIMITS.usage_points });
}

const keyOf = (id: number, resource: number): string => `${id}.${resource}`;

function gainsOf(all: Map<string, Gains>, { id, resource }: UsageRow): Gains {
  const key = keyOf(id, resource);
  let gains = all.get(key);
  if (!gains) {
    gains = new Gains();
    all.set(key, gains);
  }
  return gains;
}

/** What came to one holding: before the window, and in each step that anything came in. */
class Gains {
  before = 0n;
  readonly steps = new Map<number, UsageRow>();

  add(row: UsageRow, from: number): void {
    if (row.start < from) this.before += row.change;
    else this.steps.set(row.start, row);
  }
}

function seriesOf(
  { project, user }: Owner,
  resource: string,
  gains: Gains,
  { from, until, step }: Steps,
): UsageSeries {
  const points: UsagePoint[] = [];
  let usage = gains.before;
  for (let start = from; start < until; start += STEP_MS[step]) {
    const end = start + STEP_MS[step];
    const to = Math.min(end, until);
    const gain = gains.steps.get(start);
    // The sums reckon to the end of the step; of one that is not over, the rest has not been used yet.
    const gained = gain ? gain.weighted - gain.change * BigInt(end - to) : 0n;
    const unit_ms = usage * BigInt(to - start) + gained;
    usage += gain?.change ?? 0n;
    points.push({ from: start, to, usage, average: unit_ms / BigInt(to - start), unit_ms });
  }
  return { project, user, resource, points };
}
