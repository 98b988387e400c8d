import type { Clock } from '../lib/clock.ts';
import { LIMITS } from '../lib/limits.ts';
import { readByIndex } from '../storage/indexed-reads.ts';
import type { Queryable, Storage, Transaction } from '../storage/storage.ts';
import { issueJob, type Job, type Verdict } from './core/batch.ts';
import { type BatchError, Batcher } from './core/batcher.ts';
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
import { PostgresLedgerStore } from './postgres/postgres-store.ts';
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
import { SqliteLedgerStore } from './sqlite/sqlite-store.ts';
import { type TracedCommission, takeTraces, tracedSerials } from './traces.ts';
import { type Finding, type Fixing, Verifications } from './verification/verification.ts';

/**
 * What everybody may use and does use. The ledger knows projects, users and resources by their names only; who may
 * ask for what is decided above it.
 */
export class Ledger {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #store: LedgerStore;
  readonly #verifications: Verifications;
  readonly #batcher: Batcher<Job, Verdict>;

  private constructor(storage: Storage, clock: Clock, store: LedgerStore) {
    this.#storage = storage;
    this.#clock = clock;
    this.#store = store;
    this.#verifications = new Verifications(storage);
    this.#batcher = new Batcher((jobs) => store.commit(jobs), {
      batch_max: LIMITS.ledger_batch,
      queue_max: LIMITS.ledger_queue,
      ahead: store.ahead,
    });
  }

  /**
   * Opens the ledger on a storage whose schema is up to date; what a crash left unfinished is finished first.
   * @param journal when the embedded engine turns the page of its journal, where that is not to be by `LIMITS`
   */
  static async open({
    storage,
    clock,
    journal,
  }: {
    storage: Storage;
    clock: Clock;
    journal?: JournalBounds;
  }): Promise<Ledger> {
    const { native } = storage;
    const store =
      native.engine === 'sqlite'
        ? new SqliteLedgerStore(native, clock, journal)
        : new PostgresLedgerStore(native, clock);
    await store.open();
    return new Ledger(storage, clock, store);
  }

  /**
   * Issues a commission: all of its provisions are reserved at once, durably, or it is refused and nothing has
   * changed (quota §3.3). Throws `too_busy` when the queue is full.
   */
  issue(request: IssueRequest): Promise<IssueVerdict> {
    return this.#batcher.submit(issueJob(request)) as Promise<IssueVerdict>;
  }

  /** Issues many commissions, each with a verdict of its own; they share batches. Throws `too_busy` for all or none. */
  issueMany(requests: readonly IssueRequest[]): Promise<(IssueVerdict | BatchError)[]> {
    return this.#batcher.submitAll(requests.map(issueJob)) as Promise<(IssueVerdict | BatchError)[]>;
  }

  /**
   * Rejects pending commissions whose time has run out and answers their serials. What is overdue cannot be resolved
   * any more in any case; this gives back what it holds.
   */
  async expireOverdue(): Promise<number[]> {
    const serials = await overdueSerials(this.#storage.db, this.#clock.now());
    if (serials.length === 0) return [];
    return this.#batcher.submit({ kind: 'expire', serials }) as Promise<number[]>;
  }

  /** Accepts and rejects commissions of one component, each as a whole, durably (quota §3.4). */
  resolve(request: ResolveRequest): Promise<ResolveVerdict> {
    return this.#batcher.submit({ kind: 'resolve', request }) as Promise<ResolveVerdict>;
  }

  /** `resolve` for those who may have to ask again: what was resolved before, and how, is told apart. */
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

  /** A commission of any state and component, if it ever was. */
  commission(serial: number): Promise<Commission | undefined> {
    return findCommission(this.#storage.db, serial);
  }

  /** Commissions of any state in the order of their serials, a page at a time. */
  commissions(query: CommissionQuery): Promise<CommissionPage> {
    return listCommissions(this.#storage.db, query);
  }

  /**
   * Compares the counters of every holding with what the commissions add up to (see `verification.ts`).
   * @param announce if given, differences are corrected, and this is told of them before
   */
  verify(announce?: Fixing['announce']): AsyncGenerator<Finding> {
    const adjust: Fixing['adjust'] = (adjustments) =>
      this.#batcher.submit({ kind: 'adjust', adjustments }) as Promise<boolean[]>;
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

  /** Users with a seat that the filter lets through, a page at a time, in the order of their names. */
  quotaUsers(filter: Omit<QuotaFilter, 'resources'>, page: NamePage): Promise<string[]> {
    return readByIndex(this.#storage, (reader) => quotaUsers(reader, filter, page));
  }

  /** Projects, a page at a time, in the order of their names. */
  quotaProjects(filter: Pick<QuotaFilter, 'projects'>, page: NamePage): Promise<string[]> {
    return readByIndex(this.#storage, (reader) => quotaProjects(reader, filter, page));
  }

  /** Makes a project known: live and without pools. Harmless if it is known. */
  async openProject(tx: Transaction, project: string): Promise<void> {
    await openProject(tx, project);
  }

  /** States capacities of a project; usage is kept, resources not named are left as they are. */
  setPools(tx: Transaction, project: string, pools: readonly PoolLimits[]): Promise<void> {
    tx.afterCommit(() => this.#store.limitsChanged(project));
    return setPools(tx, project, pools);
  }

  /** Limits as they were stated, by project, whether in force or not. */
  statedPools(db: Queryable, projects: readonly string[]): Promise<Map<string, PoolLimits[]>> {
    return statedPools(db, projects);
  }

  /** States the same capacities for many projects; resources that one of them does not have are not added to it. */
  setPoolsOfProjects(
    tx: Transaction,
    projects: readonly string[],
    pools: readonly PoolLimits[],
  ): Promise<void> {
    tx.afterCommit(() => this.#store.limitsChanged('all'));
    return setPoolsOfProjects(tx, projects, pools);
  }

  /** Gives a resource to those of the projects that do not have it yet. */
  addPoolToProjects(tx: Transaction, pool: PoolLimits, projects: readonly string[]): Promise<void> {
    tx.afterCommit(() => this.#store.limitsChanged('all'));
    return addPoolToProjects(tx, pool, projects);
  }

  /** Freezes a project, or lets it live again. */
  setLive(tx: Transaction, project: string, live: boolean): Promise<void> {
    tx.afterCommit(() => this.#store.limitsChanged(project));
    return setLive(tx, project, live);
  }

  /** Opens or closes a user's seat in a project. */
  setSeat(tx: Transaction, project: string, user: string, open: boolean): Promise<void> {
    tx.afterCommit(() => this.#store.limitsChanged(project, user));
    return setSeat(tx, project, user, open);
  }

  /** Batches, jobs and queue length, for metrics. */
  get load(): { batches: number; jobs: number; queued: number } {
    return { ...this.#batcher.counts, queued: this.#batcher.queued };
  }

  /** Takes no more requests, waits for those it has taken, and leaves nothing to do for the next start. */
  async close(): Promise<void> {
    await this.#batcher.close();
    await this.#store.close();
  }
}
