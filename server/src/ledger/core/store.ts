import type { Compilable } from 'kysely';
import type { Int64 } from '../../storage/schema.ts';
import type { Job, Verdict } from './batch.ts';

/** The counters in a row that a listing reads, with the numbers that say whose they are. */
export interface CounterColumns {
  project_id: number;
  resource_id: number;
  pool_min: Int64;
  pool_max: Int64;
  /** Only where a member's counters are read too. */
  seat_id?: number;
  usage_min?: Int64 | null;
  usage_max?: Int64 | null;
}

/** A query that has been built and not run. */
export interface LedgerQuery<Row> extends Compilable<Row> {
  execute(): Promise<Row[]>;
}

/** Loads and saves for `decide`; it knows no rules (decision one-decision-function). */
export interface LedgerStore {
  /** Whether it takes a batch while it commits the one before; else one at a time. */
  readonly ahead: boolean;
  /** Makes ready; to be awaited before anything else. */
  open(): Promise<void>;
  /** Decides the jobs in order in one durable transaction. Throws `BatchRolledBack` if nothing has happened. */
  commit(jobs: readonly Job[]): Promise<Verdict[]>;
  /** Runs a query whose rows hold counters; they are those of the last commit. */
  read<Row extends CounterColumns>(query: LedgerQuery<Row>): Promise<Row[]>;
  /** Limits of a project, or of all, or the seat of one of its users, have just been stated anew, durably. */
  limitsChanged(project: string | 'all', user?: string): void;
  /** Writes every counter to its row, for those who must read the rows themselves. */
  settleAll(): Promise<void>;
  close(): Promise<void>;
}
