import type { Clock } from '../../lib/clock.ts';
import { Lru } from '../../lib/flow/lru.ts';
import { InvariantBroken } from '../../lib/invariant.ts';
import type { Queryable } from '../../storage/storage.ts';
import { BatchRolledBack } from './batcher.ts';
import { withNames } from './holding-invariants.ts';

/** Receives a broken invariant of the ledger, for the log. */
export type ReportBroken = (broken: InvariantBroken) => void;

/** The same invariant with the same values is reported once in this time; each request that it fails is counted. */
const REPEAT_MS = 60_000;
const REMEMBERED = 1000;

/** Counts and reports the invariants that made batches fail. */
export class BrokenInvariants {
  readonly #db: Queryable;
  readonly #clock: Clock;
  readonly #report: ReportBroken;
  readonly #reported = new Lru<string, number>(REMEMBERED);
  /** Jobs that a broken invariant made fail, since the start. */
  count = 0;

  constructor(parts: { readonly db: Queryable; readonly clock: Clock; readonly report: ReportBroken }) {
    this.#db = parts.db;
    this.#clock = parts.clock;
    this.#report = parts.report;
  }

  /** Notes the error of a batch of so many jobs, if it is a broken invariant. */
  note(error: unknown, jobs: number): void {
    const rolledBack = error instanceof BatchRolledBack;
    const broken = rolledBack ? error.cause : error;
    if (!(broken instanceof InvariantBroken)) return;
    // Each job of a batch that was rolled back runs again alone, and counts then if it fails again.
    if (!rolledBack || jobs === 1) this.count += jobs;
    const now = this.#clock.now();
    const reportedAt = this.#reported.get(broken.message);
    if (reportedAt !== undefined && now - reportedAt < REPEAT_MS) return;
    this.#reported.set(broken.message, now);
    void withNames(this.#db, broken).then(this.#report);
  }
}
