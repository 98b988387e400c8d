import type { BatchState, KeyedCommission, PendingCommission } from '../core/batch.ts';
import type { Provision } from '../core/commission.ts';
import type { StoredCounters } from '../core/counter-table.ts';
import { parseHolding } from '../core/names.ts';
import { type HoldingKind, type LoadedHolding, POOL, SEAT, type StoredHolding } from '../core/stored.ts';
import { counterKey, type LedgerMemory, type ProjectLimits, type Seat, seatKey } from './sqlite-memory.ts';
import type { LedgerStatements } from './sqlite-statements.ts';

/** A holding in one batch: one object for each holding, discarded with the batch. */
export interface BatchHolding extends LoadedHolding {
  readonly key: number;
}

/** The columns of a row that are its counters; the same columns begin a row of a pool. */
type UsageRow = readonly [resource: bigint, usageMin: bigint, usageMax: bigint, ...unknown[]];

/**
 * The rows that a batch decides on: the memory, and the tables for what is not remembered. Counters in the memory do
 * not change before the batch is durable.
 */
export class SqliteBatchState implements BatchState {
  readonly now: number;
  lastSerial: number;
  readonly #run: LedgerStatements;
  readonly #memory: LedgerMemory;
  readonly #holdings = new Map<number, BatchHolding>();

  constructor(run: LedgerStatements, memory: LedgerMemory, now: number, lastSerial: number) {
    this.#run = run;
    this.#memory = memory;
    this.now = now;
    this.lastSerial = lastSerial;
  }

  nextSerial(): number {
    this.lastSerial += 1;
    return this.lastSerial;
  }

  pending(serial: number): PendingCommission | undefined {
    const row = this.#run.pending.get(serial);
    if (!row) return undefined;
    const { component, provisions, expires_at } = row;
    return { component, provisions, expiresAt: expires_at === null ? null : Number(expires_at) };
  }

  keyed(component: string, key: string): KeyedCommission | undefined {
    const row = this.#run.keyed.get(component, key);
    return row && { serial: Number(row.serial), digest: row.digest };
  }

  /** The holdings whose counters the batch has changed. */
  changed(): BatchHolding[] {
    const changed: BatchHolding[] = [];
    for (const holding of this.#holdings.values()) if (holding.changed) changed.push(holding);
    return changed;
  }

  holding({ holder, source, resource }: Provision): LoadedHolding | undefined {
    const resourceId = this.#resourceId(resource);
    if (resourceId === undefined) return undefined;
    const projectId = this.#projectId(source ?? holder);
    if (projectId === undefined) return undefined;
    if (source === null) return this.#pool(projectId, resourceId);
    const seatId = this.#seatId(source, holder, projectId);
    return seatId === undefined ? undefined : this.#seat(seatId, resourceId);
  }

  holdingOf({ kind, id, resource }: StoredHolding): LoadedHolding | undefined {
    return kind === POOL ? this.#pool(id, resource) : this.#seat(id, resource);
  }

  #pool(id: number, resource: number): BatchHolding | undefined {
    const key = counterKey(POOL, id, resource);
    const seen = this.#holdings.get(key);
    if (seen) return seen;
    const project = this.#project(id);
    const pool = project?.pools.get(resource);
    if (!pool) return undefined;
    const counters = this.#memory.counters(key) ?? this.#readUsage(POOL, id, resource);
    return this.#see(key, { kind: POOL, id, resource }, counters, project?.live ? pool.capacity : 0n);
  }

  #seat(id: number, resource: number): BatchHolding | undefined {
    const key = counterKey(SEAT, id, resource);
    const seen = this.#holdings.get(key);
    if (seen) return seen;
    const seat = this.#seatRow(id);
    const project = seat && this.#project(seat.project);
    const pool = project?.pools.get(resource);
    if (!pool) return undefined;
    const counters = this.#memory.counters(key) ?? this.#readUsage(SEAT, id, resource);
    const limit = project?.live && seat?.open ? pool.memberCapacity : 0n;
    return this.#see(key, { kind: SEAT, id, resource }, counters, limit);
  }

  #see(key: number, stored: StoredHolding, counters: StoredCounters, limit: bigint): BatchHolding {
    const { usageMin, usageMax } = counters;
    const holding = { key, stored, limit, usageMin, usageMax, changed: false };
    this.#holdings.set(key, holding);
    return holding;
  }

  /** Counters of a row; those of the same owner's other resources are remembered, since they are often charged next. */
  #readUsage(kind: HoldingKind, id: number, resource: number): StoredCounters {
    const rows = kind === POOL ? this.#run.pools.all(id) : this.#run.seatUsages.all(id);
    const found = this.#rememberUsage(kind, id, resource, rows);
    if (found) return found;
    const none = { usageMin: 0n, usageMax: 0n };
    this.#memory.remember(counterKey(kind, id, resource), none);
    return none;
  }

  #rememberUsage(
    kind: HoldingKind,
    id: number,
    wanted: number | undefined,
    rows: readonly UsageRow[],
  ): StoredCounters | undefined {
    let found: StoredCounters | undefined;
    for (const [number, usageMin, usageMax] of rows) {
      const resource = Number(number);
      const key = counterKey(kind, id, resource);
      const row = { usageMin, usageMax };
      if (resource === wanted) found = row;
      if (!this.#memory.counters(key)) this.#memory.remember(key, row);
    }
    return found;
  }

  #resourceId(name: string): number | undefined {
    const known = this.#memory.resourceIds.get(name);
    if (known !== undefined) return known;
    const row = this.#run.resourceId.get(name);
    if (!row) return undefined;
    const id = Number(row[0]);
    this.#memory.resourceIds.set(name, id);
    return id;
  }

  #projectId(holder: string): number | undefined {
    const known = this.#memory.projectIds.get(holder);
    if (known !== undefined) return known;
    const name = parseHolding(holder, null);
    const row = name && this.#run.projectId.get(name.project);
    if (!row) return undefined;
    const id = Number(row[0]);
    this.#memory.projectIds.set(holder, id);
    if (!this.#memory.projects.get(id)) this.#readProject(id, row[1]);
    return id;
  }

  #seatId(source: string, holder: string, projectId: number): number | undefined {
    const key = seatKey(projectId, holder);
    const known = this.#memory.seatIds.get(key);
    if (known !== undefined) return known;
    const name = parseHolding(holder, source);
    const row = name?.kind === 'seat' && this.#run.seatOfUser.get(name.user, projectId);
    if (!row) return undefined;
    const id = Number(row[0]);
    this.#memory.seatIds.set(key, id);
    this.#memory.seats.set(id, { project: projectId, open: row[1] === 1n });
    return id;
  }

  #seatRow(id: number): Seat | undefined {
    const known = this.#memory.seats.get(id);
    if (known) return known;
    const row = this.#run.seat.get(id);
    if (!row) return undefined;
    const seat: Seat = { project: Number(row[0]), open: row[1] === 1n };
    this.#memory.seats.set(id, seat);
    return seat;
  }

  #project(id: number): ProjectLimits | undefined {
    const known = this.#memory.projects.get(id);
    if (known) return known;
    const row = this.#run.live.get(id);
    return row && this.#readProject(id, row[0]);
  }

  /** Limits and, from the same rows, counters. */
  #readProject(id: number, live: bigint): ProjectLimits {
    const rows = this.#run.pools.all(id);
    this.#rememberUsage(POOL, id, undefined, rows);
    const pools = new Map(
      rows.map(([resource, , , capacity, memberCapacity]) => [
        Number(resource),
        { capacity, memberCapacity },
      ]),
    );
    const project = this.#memory.shared({ live: live === 1n, pools });
    this.#memory.projects.set(id, project);
    return project;
  }
}
