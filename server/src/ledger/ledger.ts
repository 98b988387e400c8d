import type { Clock } from '../lib/clock.ts';
import { InvariantBroken } from '../lib/invariant.ts';
import { LIMITS } from '../lib/limits.ts';
import { readByIndex } from '../storage/indexed-reads.ts';
import type { Queryable, Storage, Transaction } from '../storage/storage.ts';
import { BatchError, Batcher } from './core/batcher.ts';
import { BrokenInvariants, type ReportBroken } from './core/broken-invariants.ts';
import type {
  Commission,
  IssueRequest,
  IssueVerdict,
  ResolveRequest,
  ResolveVerdict,
} from './core/commission.ts';
import {
  type CommissionPage,
  type CommissionQuery,
  findCommission,
  listCommissions,
  overdueSerials,
  pendingSerials,
} from './core/commissions.ts';
import { withNames } from './core/holding-invariants.ts';
import { issueJob, type Job, type Verdict, type VerdictOf, verdictOn } from './core/jobs.ts';
import { type RepeatableVerdict, withRepeats } from './core/repeats.ts';
import type { LedgerStore } from './core/store.ts';
import {
  addPoolToProjects,
  openProject,
  type PoolLimits,
  setLive,
  setPools,
  setPoolsOfProjects,
  setSeat,
  statedPools,
} from './pools.ts';
import {
  type NamePage,
  type QuotaPage,
  type QuotaQuery,
  quotaPage,
  quotaProjects,
  quotaUsers,
} from './quota-pages.ts';
import { type ProjectQuota, projectQuotas, type QuotaFilter, type UserQuota, userQuotas } from './quotas.ts';
import type { JournalBounds } from './sqlite/sqlite-memory.ts';
import { type TracedCommission, takeTraces, tracedSerials } from './traces.ts';
import { type Finding, type Fixing, Verifications } from './verification/verification.ts';

/** The store of the engine; the modules of the other engine are not loaded. */
async function storeOf({ storage: { native }, clock, journal }: LedgerParts): Promise<LedgerStore> {
  if (native.engine === 'sqlite') {
    const { SqliteLedgerStore } = await import('./sqlite/sqlite-store.ts');
    return new SqliteLedgerStore(native, clock, journal);
  }
  const { PostgresLedgerStore } = await import('./postgres/postgres-store.ts');
  return new PostgresLedgerStore(native, clock);
}

const ADVICE =
  'Restore a backup of the database, or follow "A damaged journal" in docs/operations/running.md.';

/** What the ledger needs. */
interface LedgerParts {
  readonly storage: Storage;
  readonly clock: Clock;
  /** When the embedded engine turns the page of its journal; the default is in `LIMITS`. */
  readonly journal?: JournalBounds;
  /** Receives broken invariants of batches, for the log: with names, and each one once a minute. */
  readonly onBroken?: ReportBroken;
}

/**
 * Limits and usage of projects and their members. The ledger knows projects, users and resources by their names only;
 * the modules above it decide who may make which request.
 *
 * The ledger is right or stops. A broken invariant fails its batch: the batch is rolled back, its jobs run again one by
 * one, and those that break the invariant alone fail with `InvariantBroken`. Nothing of them is written; other jobs go
 * on.
 */
export class Ledger {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #store: LedgerStore;
  readonly #verifications: Verifications;
  readonly #batcher: Batcher<Job, Verdict>;
  readonly #broken: BrokenInvariants;

  private constructor({ storage, clock, onBroken = () => {} }: LedgerParts, store: LedgerStore) {
    this.#storage = storage;
    this.#clock = clock;
    this.#store = store;
    this.#verifications = new Verifications(storage);
    this.#broken = new BrokenInvariants({ db: storage.db, clock, report: onBroken });
    this.#batcher = new Batcher((jobs) => this.#commit(jobs), {
      batch_max: LIMITS.ledger_batch,
      queue_max: LIMITS.ledger_queue,
      ahead: store.ahead,
    });
  }

  /**
   * Opens the ledger on a storage whose schema is up to date. After a crash it first replays the journal, and throws if
   * the journal breaks an invariant; the error names the holding and the newest commission that changed it.
   */
  static async open(parts: LedgerParts): Promise<Ledger> {
    const { storage } = parts;
    const store = await storeOf(parts);
    try {
      await store.open();
    } catch (error) {
      if (!(error instanceof InvariantBroken)) throw error;
      const { message } = await withNames(storage.db, error);
      throw new Error(`The ledger cannot start, as its journal is damaged. ${message}. ${ADVICE}`, {
        cause: error,
      });
    }
    return new Ledger(parts, store);
  }

  async #submit<J extends Job>(job: J): Promise<VerdictOf<J>> {
    return verdictOn(job, await this.#batcher.submit(job));
  }

  async #submitAll<J extends Job>(jobs: readonly J[]): Promise<(VerdictOf<J> | BatchError)[]> {
    const verdicts = await this.#batcher.submitAll(jobs);
    return jobs.map((job, index) => {
      const verdict = verdicts[index] as Verdict | BatchError;
      return verdict instanceof BatchError ? verdict : verdictOn(job, verdict);
    });
  }

  async #commit(jobs: readonly Job[]): Promise<Verdict[]> {
    try {
      return await this.#store.commit(jobs);
    } catch (error) {
      this.#broken.note(error, jobs.length);
      throw error;
    }
  }

  /**
   * Issues a commission: all of its provisions are reserved at once, durably, or it is refused and nothing changes
   * (quota §3.3). Errors: `too_busy` when the queue is full.
   */
  issue(request: IssueRequest): Promise<IssueVerdict> {
    return this.#submit(issueJob(request));
  }

  /** Issues many commissions, each with a verdict of its own; they share batches. Error, for all or none: `too_busy`. */
  issueMany(requests: readonly IssueRequest[]): Promise<(IssueVerdict | BatchError)[]> {
    return this.#submitAll(requests.map(issueJob));
  }

  /**
   * Rejects pending commissions whose time is over, which frees what they reserve, and returns their serials. A
   * commission that breaks an invariant stays pending, and the others are rejected.
   */
  async expireOverdue(): Promise<readonly number[]> {
    const serials = await overdueSerials(this.#storage.db, this.#clock.now());
    if (serials.length === 0) return [];
    try {
      return await this.#submit({ kind: 'expire', serials });
    } catch (error) {
      if (!(error instanceof InvariantBroken)) throw error;
      const each = await this.#submitAll(
        serials.map((serial) => ({ kind: 'expire' as const, serials: [serial] })),
      );
      return each.flatMap((verdict) => (verdict instanceof BatchError ? [] : verdict));
    }
  }

  /** Accepts and rejects commissions of one component, each as a whole, durably (quota §3.4). */
  resolve(request: ResolveRequest): Promise<ResolveVerdict> {
    return this.#submit({ kind: 'resolve', request });
  }

  /** `resolve` for requests that may be repeated: the verdict distinguishes what was resolved before, and how. */
  async resolveRepeatably(request: ResolveRequest): Promise<RepeatableVerdict> {
    return withRepeats(this.#storage.db, request, await this.resolve(request));
  }

  /** Takes the traces that were stored with these commissions, for a transaction that records them (see `takeTraces`). */
  takeTraces(tx: Transaction, serials: readonly number[]): Promise<TracedCommission[]> {
    return takeTraces(this.#storage, tx, serials);
  }

  /** Serials of commissions whose traces have not been taken, ascending, at most `limit`. */
  traced(limit: number): Promise<number[]> {
    return tracedSerials(this.#storage.db, limit);
  }

  /** Serials that a component has issued and not resolved, ascending. */
  pending(component: string): Promise<number[]> {
    return pendingSerials(this.#storage.db, component);
  }

  /** A commission of any state and component; undefined if the serial was never issued. */
  commission(serial: number): Promise<Commission | undefined> {
    return findCommission(this.#storage.db, serial);
  }

  /** Commissions of any state in the order of their serials, a page at a time. */
  commissions(query: CommissionQuery): Promise<CommissionPage> {
    return listCommissions(this.#storage.db, query);
  }

  /**
   * Compares the counters of every holding with the sums of the commissions (see `verification.ts`).
   * @param announce if given, differences are corrected; it receives them before, and its failure prevents that
   */
  verify(announce?: Fixing['announce']): AsyncGenerator<Finding> {
    const adjust: Fixing['adjust'] = (adjustments) => this.#submit({ kind: 'adjust', adjustments });
    const fixing = announce && { announce, adjust, chunk: LIMITS.counters_fixed_at_once };
    return this.#verifications.run(this.#clock.now(), fixing);
  }

  /** Member holdings with their pools, in chunks, ordered by user and project. */
  userQuotas(filter: QuotaFilter): AsyncIterable<UserQuota[]> {
    return userQuotas(this.#storage, this.#store, filter);
  }

  /** Project holdings, in chunks, ordered by project. */
  projectQuotas(filter: Omit<QuotaFilter, 'users'>): AsyncIterable<ProjectQuota[]> {
    return projectQuotas(this.#storage, this.#store, filter);
  }

  /** Member holdings a page at a time, ordered by user, project and resource. */
  quotaPage(query: QuotaQuery): Promise<QuotaPage> {
    return readByIndex(this.#storage, (reader) => quotaPage(reader, this.#store, query));
  }

  /** Users with a seat that matches the filter, a page at a time, in the order of their names. */
  quotaUsers(filter: Omit<QuotaFilter, 'resources'>, page: NamePage): Promise<string[]> {
    return readByIndex(this.#storage, (reader) => quotaUsers(reader, filter, page));
  }

  /** Projects, a page at a time, in the order of their names. */
  quotaProjects(filter: Pick<QuotaFilter, 'projects'>, page: NamePage): Promise<string[]> {
    return readByIndex(this.#storage, (reader) => quotaProjects(reader, filter, page));
  }

  /** Adds a project, live and without pools. A project that exists is not changed. */
  async openProject(tx: Transaction, project: string): Promise<void> {
    await openProject(tx, project);
  }

  /** Sets capacities of a project; usage and other resources are not changed. */
  setPools(tx: Transaction, project: string, pools: readonly PoolLimits[]): Promise<void> {
    tx.afterCommit(() => this.#store.limitsChanged(project));
    return setPools(tx, project, pools);
  }

  /** The stated limits by project, also of projects that are not live. */
  statedPools(db: Queryable, projects: readonly string[]): Promise<Map<string, PoolLimits[]>> {
    return statedPools(db, projects);
  }

  /** Sets the same capacities for many projects; a project that does not have a resource does not get it. */
  setPoolsOfProjects(
    tx: Transaction,
    projects: readonly string[],
    pools: readonly PoolLimits[],
  ): Promise<void> {
    tx.afterCommit(() => this.#store.limitsChanged('all'));
    return setPoolsOfProjects(tx, projects, pools);
  }

  /** Adds a resource to those of the projects that do not have it yet. */
  addPoolToProjects(tx: Transaction, pool: PoolLimits, projects: readonly string[]): Promise<void> {
    tx.afterCommit(() => this.#store.limitsChanged('all'));
    return addPoolToProjects(tx, pool, projects);
  }

  /** Makes a project live or not; all limits of one that is not are 0. */
  setLive(tx: Transaction, project: string, live: boolean): Promise<void> {
    tx.afterCommit(() => this.#store.limitsChanged(project));
    return setLive(tx, project, live);
  }

  /** Opens or closes a user's seat in a project. */
  setSeat(tx: Transaction, project: string, user: string, open: boolean): Promise<void> {
    tx.afterCommit(() => this.#store.limitsChanged(project, user));
    return setSeat(tx, project, user, open);
  }

  /** Batches, jobs, queue length, and jobs that a broken invariant made fail, for metrics. */
  get load(): { batches: number; jobs: number; queued: number; broken: number } {
    return { ...this.#batcher.counts, queued: this.#batcher.queued, broken: this.#broken.count };
  }

  /** Refuses further requests, waits for those in the queue, and leaves no journal for the next start to replay. */
  async close(): Promise<void> {
    await this.#batcher.close();
    await this.#store.close();
  }
}
