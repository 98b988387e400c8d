import type { Compilable } from 'kysely';
import type { Int64 } from '../../storage/schema.ts';
import type { Job, Verdict } from './jobs.ts';

/** The counters in a row of a listing, with the row numbers of their holding. */
export interface CounterColumns {
  project_id: number;
  resource_id: number;
  pool_min: Int64;
  pool_max: Int64;
  /** Only if the listing has members' counters too. */
  seat_id?: number;
  usage_min?: Int64 | null;
  usage_max?: Int64 | null;
}

/** A query that has not run yet. */
export interface LedgerQuery<Row> extends Compilable<Row> {
  execute(): Promise<Row[]>;
}

/** Reads and writes the rows that a batch decides on; it has no rules (decision one-decision-function). */
export interface LedgerStore {
  /** Whether a batch may begin while the previous one commits. */
  readonly ahead: boolean;
  /** Must be awaited before any other call. Throws `InvariantBroken` if the journal is damaged. */
  open(): Promise<void>;
  /**
   * Decides the jobs in order, in one durable transaction. A commission that was acknowledged is on disk: the verdicts
   * are returned after the commit. Throws `BatchRolledBack` if nothing was written.
   */
  commit(jobs: readonly Job[]): Promise<Verdict[]>;
  /** The rows of a query, with the counters of the last commit. */
  read<Row extends CounterColumns>(query: LedgerQuery<Row>): Promise<Row[]>;
  /** Limits of a project, or of all projects, or the seat of a user have changed, durably. */
  limitsChanged(project: string | 'all', user?: string): void;
  /** Writes every counter to its row, for code that reads the rows by other means. */
  settleAll(): Promise<void>;
  close(): Promise<void>;
}
