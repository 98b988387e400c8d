import type { DatabaseSync } from 'node:sqlite';
import { type Facts, InvariantBroken } from '../../lib/invariant.ts';
import { asInteger, parseExact } from '../../lib/text/json.ts';
import { integer, objects, text } from '../../storage/sqlite-statements.ts';
import { CounterTable, type StoredCounters } from '../core/counter-table.ts';
import { hasValidCounters } from '../core/decide.ts';
import { COUNTERS_INVARIANT, HoldingInvariantBroken } from '../core/holding-invariants.ts';
import { type HoldingKind, POOL, SEAT, type StoredHolding } from '../core/stored.ts';
import { counterKey, holdingOfKey } from './sqlite-memory.ts';
import type { LedgerStatements } from './sqlite-statements.ts';

/** The counters of one holding after a batch. */
interface JournalEntry extends StoredHolding, StoredCounters {}

interface JournalRow {
  /** Ascending by one with each batch that changed counters. */
  readonly seq: number;
  readonly entries: readonly JournalEntry[];
}

/** The text of a journal row: the counters that a batch changed, as `[kind, id, resource, usageMin, usageMax]`. */
export function encodeJournal(
  changed: readonly (StoredCounters & { readonly stored: StoredHolding })[],
): string {
  let encoded = '[';
  for (const { stored, usageMin, usageMax } of changed) {
    const separator = encoded.length === 1 ? '' : ',';
    encoded += `${separator}[${stored.kind},${stored.id},${stored.resource},${usageMin},${usageMax}]`;
  }
  return `${encoded}]`;
}

/**
 * The rows of the journal in order. Of a holding that occurs more than once the last entry is valid.
 * Throws `InvariantBroken` where a row is missing, or has entries that no batch could have written.
 */
export function* journalRows(db: DatabaseSync): Generator<JournalRow> {
  const rows = objects(
    db,
    [integer('seq'), text('counters')],
    'SELECT seq, counters FROM ledger_journal ORDER BY seq',
  );
  let previous: number | undefined;
  for (const row of rows.iterate()) {
    const seq = Number(row.seq);
    if (previous !== undefined && seq !== previous + 1) {
      throw new InvariantBroken('The rows of the journal have consecutive numbers.', {
        journal_row: seq,
        previous_row: previous,
      });
    }
    previous = seq;
    yield { seq, entries: decodeJournal(seq, row.counters) };
  }
}

function decodeJournal(seq: number, counters: string): JournalEntry[] {
  const entries = parsed(counters)?.map(entryOf);
  if (!entries?.every((entry) => entry !== undefined)) {
    throw new InvariantBroken('A journal row is a list of [kind, id, resource, usageMin, usageMax].', {
      journal_row: seq,
    });
  }
  const invalid = entries.find((entry) => !hasValidCounters(entry));
  if (invalid) {
    const { usageMin, usageMax } = invalid;
    const facts = { journal_row: seq, usageMin: String(usageMin), usageMax: String(usageMax) };
    throw new HoldingInvariantBroken(COUNTERS_INVARIANT, invalid, facts);
  }
  return entries;
}

function parsed(counters: string): readonly unknown[] | undefined {
  try {
    const list = parseExact(counters);
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}

function entryOf(entry: unknown): JournalEntry | undefined {
  if (!Array.isArray(entry) || entry.length !== 5) return undefined;
  const [kind, id, resource, min, max] = entry as unknown[];
  const [usageMin, usageMax] = [asInteger(min), asInteger(max)];
  if (!isKind(kind) || usageMin === undefined || usageMax === undefined) return undefined;
  if (!Number.isSafeInteger(id) || !Number.isSafeInteger(resource)) return undefined;
  return { kind, id: id as number, resource: resource as number, usageMin, usageMax };
}

const isKind = (value: unknown): value is HoldingKind => value === POOL || value === SEAT;

/**
 * After a crash, writes the counters of the journal, which are newer than the rows, to the rows. Runs in one
 * transaction, which also empties the journal. Throws `InvariantBroken`, and changes nothing, if a row of the journal
 * is not valid.
 */
export function replayJournal(db: DatabaseSync, run: LedgerStatements): void {
  const newest = new CounterTable();
  try {
    for (const { entries } of journalRows(db)) {
      for (const { kind, id, resource, ...counters } of entries) {
        newest.set(counterKey(kind, id, resource), counters);
      }
    }
    if (newest.size > 0) writeAll(run, newest);
  } catch (error) {
    throw error instanceof HoldingInvariantBroken ? withLastSerial(db, error) : error;
  }
}

function writeAll(run: LedgerStatements, newest: CounterTable): void {
  run.begin.run();
  try {
    for (const key of newest.sortedKeys()) {
      const holding = holdingOfKey(key);
      if (!canWrite(run, holding, newest.get(key) as StoredCounters)) {
        throw new HoldingInvariantBroken('A holding of the journal exists.', holding, {});
      }
    }
    run.clearJournal.run(Number.MAX_SAFE_INTEGER);
    run.commit.run();
  } catch (error) {
    run.rollback.run();
    throw error;
  }
}

/** What SQLite reports for a foreign key without its row, among others. */
const CONSTRAINT = 19;

function canWrite(run: LedgerStatements, holding: StoredHolding, counters: StoredCounters): boolean {
  try {
    return run.writeCounters(holding, counters);
  } catch (error) {
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === CONSTRAINT) return false;
    throw error;
  }
}

/** Adds the serial of the newest commission that changed the holding. */
function withLastSerial(db: DatabaseSync, error: HoldingInvariantBroken): HoldingInvariantBroken {
  const { kind, id, resource } = error.stored;
  const newest = objects(
    db,
    [integer('serial')],
    'SELECT serial FROM commissions WHERE instr(provisions, ?) > 0 ORDER BY serial DESC LIMIT 1',
  ).get(`[${kind},${id},${resource},`);
  const facts: Facts = { ...error.facts, last_serial: newest ? Number(newest.serial) : null };
  return new HoldingInvariantBroken(error.invariant, error.stored, facts);
}
