import { type Selectable, sql } from 'kysely';
import type { Clock } from '../lib/clock.ts';
import { LIMITS } from '../lib/limits.ts';
import { type Json, parseExact, stringifyExact } from '../lib/text/json.ts';
import { isStorable } from '../lib/text/text.ts';
import { rehearsal } from '../storage/rehearsal.ts';
import type { AuditTable } from '../storage/schema.ts';
import type { Storage, Transaction } from '../storage/storage.ts';

/** A change, and its actor. */
export interface AuditEntry {
  /** Uuid of the account; null if it was none. */
  readonly actor: string | null;
  /** Who it was, in the words of that time: names change. */
  readonly actorName: string;
  /** Where the request came from; null if it came from nowhere. */
  readonly address: string | null;
  /** What was done, as `thing.verb`: `commission.accept`. */
  readonly action: string;
  /** What it was done to: an id or a name. */
  readonly subject: string;
  /** The state before and after, as far as it matters; exact integers are kept. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** As the actor gave it. */
  readonly reason?: string | null;
}

/** An entry as it is remembered, for ever. */
export interface AuditRecord {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actor: string | null;
  readonly actorName: string;
  readonly address: string | null;
  readonly action: string;
  readonly subject: string;
  readonly before: Json;
  readonly after: Json;
  readonly reason: string | null;
}

/** Which entries to list; what is left out does not narrow. */
export interface AuditQuery {
  /** Only entries below this one in the list. */
  readonly after?: number;
  readonly limit: number;
  readonly actor?: string;
  readonly action?: string;
  readonly subject?: string;
  /** Milliseconds since the epoch; from `since` on, before `until`. */
  readonly since?: number;
  readonly until?: number;
}

/** A note of a rehearsal: what would have been recorded. */
export interface Rehearsed {
  readonly entry: AuditEntry;
}

/** What has to happen in the transaction in which entries are recorded; they are of the time `at`. */
export type AuditListener = (tx: Transaction, entries: readonly AuditEntry[], at: number) => Promise<void>;

/** Rows that one statement takes: with ten values each, well below what engines bound. */
const CHUNK = 1000;

/** Who did what: an append-only record (decision audit-record). */
export class Audit {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #listeners: AuditListener[] = [];

  constructor({ storage, clock }: { storage: Storage; clock: Clock }) {
    this.#storage = storage;
    this.#clock = clock;
  }

  /**
   * Records what is done in this transaction; if that fails, nothing was done and nothing is recorded.
   * @param at when it was done, in milliseconds since the epoch, where that was before the transaction
   */
  async record(
    tx: Transaction,
    entries: AuditEntry | readonly AuditEntry[],
    at = this.#clock.now(),
  ): Promise<void> {
    const recorded: readonly AuditEntry[] = [entries].flat();
    const rows = recorded.map((entry) => ({ at, ...toRow(entry) }));
    for (let start = 0; start < rows.length; start += CHUNK) {
      await tx.db
        .insertInto('audit')
        .values(rows.slice(start, start + CHUNK))
        .execute();
    }
    for (const listen of this.#listeners) await listen(tx, recorded, at);
    rehearsal()?.notes.push(...recorded.map((entry): Rehearsed => ({ entry })));
  }

  /** Registers who has to hear of everything that is recorded, in the same transaction. */
  onRecord(listener: AuditListener): void {
    this.#listeners.push(listener);
  }

  /** Entries, the newest first; at most `LIMITS.page_max`. */
  async list({ after, limit, ...filters }: AuditQuery): Promise<AuditRecord[]> {
    let rows = this.#storage.db.selectFrom('audit').selectAll();
    for (const column of ['actor', 'action', 'subject'] as const) {
      const value = filters[column];
      if (value === undefined) continue;
      if (!isStorable(value)) return [];
      rows = rows.where(column, '=', value);
    }
    if (filters.since !== undefined) rows = rows.where('at', '>=', filters.since);
    if (filters.until !== undefined) rows = rows.where('at', '<', filters.until);
    if (after !== undefined) {
      rows = rows.where(sql<boolean>`(at, id) < ((SELECT at FROM audit WHERE id = ${after}), ${after})`);
    }
    const found = await rows
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(Math.min(limit, LIMITS.page_max))
      .execute();
    return found.map(toRecord);
  }
}

function toRow(entry: AuditEntry) {
  const { actor, actorName, address, action, subject, before, after, reason = null } = entry;
  return {
    actor,
    actor_name: actorName,
    address,
    action: action.slice(0, LIMITS.audit_key_length),
    subject: subject.slice(0, LIMITS.audit_key_length),
    before: textOf(before),
    after: textOf(after),
    reason,
  };
}

function textOf(state: unknown): string | null {
  return state === undefined || state === null ? null : stringifyExact(state);
}

function toRecord({ actor_name, before, after, ...row }: Selectable<AuditTable>): AuditRecord {
  return {
    ...row,
    actorName: actor_name,
    before: before === null ? null : parseExact(before),
    after: after === null ? null : parseExact(after),
  };
}
