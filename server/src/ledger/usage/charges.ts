import type { Storage } from '../../storage/storage.ts';
import {
  type Owner,
  type OwnerPosition,
  type UsageFilter,
  usageOwners,
  usageResources,
} from './usage-owners.ts';
import { partsBefore, partsWithin, type UsageRow, usageRows } from './usage-rows.ts';

/** What one holding used in a span of time. */
export interface Charge {
  readonly project: string;
  /** Null for what the project used as a whole; its members' rows are parts of that, and not to be added to it. */
  readonly user: string | null;
  readonly resource: string;
  /** Units times milliseconds, exactly. */
  readonly unit_ms: bigint;
  /** At the end. */
  readonly usage: bigint;
  readonly position: ChargePosition;
}

/** Where a charge stands in the order of all. */
export interface ChargePosition extends OwnerPosition {
  readonly resource: number;
}

export interface ChargePage {
  /** The end of the span, which the next page is to be asked for too. */
  readonly to: number;
  readonly items: Charge[];
  readonly next: ChargePosition | null;
}

/** Both moments begin an hour; milliseconds since the epoch. */
interface Span {
  readonly from: number;
  readonly until: number;
}

interface ChargeChunk {
  readonly charges: Charge[];
  /** How many owners were looked at, and where the last of them ends. */
  readonly owners: number;
  readonly last: ChargePosition;
}

/** The charges of all owners that the filter selects and that used anything, in chunks of owners. */
export async function* chargeChunks(
  storage: Storage,
  filter: UsageFilter,
  span: Span,
  after?: ChargePosition,
): AsyncGenerator<ChargeChunk> {
  const resources = await usageResources(storage, filter);
  const parts = [...partsBefore(span.from), ...partsWithin(span.from, span.until)];
  for await (const owners of usageOwners(storage, filter, after)) {
    const totals = new Map<string, Total>();
    for await (const rows of usageRows(storage, owners, [...resources.keys()], parts)) {
      for (const row of rows) add(totals, row, span);
    }
    const charges = owners.flatMap((owner) => chargesOf(owner, resources, totals, span, after));
    const { position } = owners.at(-1) as Owner;
    yield { charges, owners: owners.length, last: { ...position, resource: Number.MAX_SAFE_INTEGER } };
  }
}

/** The usage of one holding when the span begins and when it ends, and what its changes in between come to. */
interface Total {
  first: bigint;
  last: bigint;
  gained: bigint;
}

function add(totals: Map<string, Total>, row: UsageRow, { from, until }: Span): void {
  const key = `${row.id}.${row.resource}`;
  let total = totals.get(key);
  if (!total) {
    total = { first: 0n, last: 0n, gained: 0n };
    totals.set(key, total);
  }
  total.last += row.change;
  if (row.start < from) total.first += row.change;
  // The sums reckon to the end of their hour or day; from there on what came is there until the end of the span.
  else total.gained += row.weighted + row.change * BigInt(until - row.end);
}

function chargesOf(
  { id, project, user, position }: Owner,
  resources: ReadonlyMap<number, string>,
  totals: ReadonlyMap<string, Total>,
  { from, until }: Span,
  after: ChargePosition | undefined,
): Charge[] {
  const charges: Charge[] = [];
  for (const [resource, name] of resources) {
    const total = totals.get(`${id}.${resource}`);
    if (!total || (after && isSame(position, after) && resource <= after.resource)) continue;
    const unit_ms = total.first * BigInt(until - from) + total.gained;
    if (unit_ms === 0n && total.last === 0n) continue;
    const at = { ...position, resource };
    charges.push({ project, user, resource: name, unit_ms, usage: total.last, position: at });
  }
  return charges;
}

function isSame(a: OwnerPosition, b: OwnerPosition): boolean {
  return a.kind === b.kind && a.user === b.user && a.project_id === b.project_id;
}
