import { PurserError } from '../../lib/errors.ts';
import { invariant } from '../../lib/invariant.ts';
import { isOutage } from '../../storage/outages/availability.ts';
import { refuseRehearsal } from '../../storage/rehearsal.ts';

interface Waiting<Job, Verdict> {
  readonly job: Job;
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (error: unknown) => void;
}

/** The batch was rolled back and nothing of it is durable, so its jobs may be run again. */
export class BatchRolledBack extends Error {
  override readonly name = 'BatchRolledBack';

  constructor(cause: unknown) {
    super('The batch was rolled back.', { cause });
  }
}

/** The result of a job, among many, that could not be decided. */
export class BatchError extends Error {
  override readonly name = 'BatchError';

  constructor(cause: unknown) {
    super('The job could not be decided.', { cause });
  }
}

interface BatcherBounds {
  /** Jobs of one batch. */
  readonly batch_max: number;
  /** Jobs that may wait. */
  readonly queue_max: number;
  /** Whether a batch may begin while the previous one is running. */
  readonly ahead?: boolean;
}

/** The smallest batch that begins while another is running: for fewer jobs, a commit of their own costs too much. */
const AHEAD_MIN = 16;

/**
 * Collects jobs into batches (decision batching). While one batch commits, the next one fills. There is no timer: an idle
 * system answers after one commit, a busy one shares a commit among hundreds of jobs. Jobs run in order of arrival.
 */
export class Batcher<Job, Verdict> {
  readonly #run: (jobs: Job[]) => Promise<Verdict[]>;
  readonly #batch_max: number;
  readonly #queue_max: number;
  readonly #ahead: boolean;
  #queue: Waiting<Job, Verdict>[] = [];
  /** Running. */
  #batches = 0;
  #starting = false;
  #closed = false;
  #idle: (() => void)[] = [];
  /** Batches and jobs since the start, for metrics. */
  readonly counts = { batches: 0, jobs: 0 };

  /**
   * @param run decides a batch in one durable transaction, with one verdict per job, in order. It throws
   *   `BatchRolledBack` if nothing of the batch is durable, another error if that is not known.
   */
  constructor(
    run: (jobs: Job[]) => Promise<Verdict[]>,
    { batch_max, queue_max, ahead = false }: BatcherBounds,
  ) {
    this.#run = run;
    this.#batch_max = batch_max;
    this.#queue_max = queue_max;
    this.#ahead = ahead;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** The verdict on `job`, once it is durable. Errors: `too_busy`, at once, if the queue is full; `shutting_down`. */
  submit(job: Job): Promise<Verdict> {
    refuseRehearsal('A batch of the ledger');
    if (this.#closed) return Promise.reject(new PurserError('shutting_down'));
    if (this.#queue.length >= this.#queue_max) return Promise.reject(new PurserError('too_busy'));
    return new Promise((resolve, reject) => {
      this.#queue.push({ job, resolve, reject });
      this.#start();
    });
  }

  /**
   * The verdicts on many jobs, in order. The queue takes all of them or none; they share batches like other jobs. A
   * job that could not be decided has a `BatchError` in place of a verdict, since other jobs may be durable already.
   * Errors: as `submit`.
   */
  submitAll(jobs: readonly Job[]): Promise<(Verdict | BatchError)[]> {
    refuseRehearsal('A batch of the ledger');
    if (this.#closed) return Promise.reject(new PurserError('shutting_down'));
    if (this.#queue.length + jobs.length > this.#queue_max)
      return Promise.reject(new PurserError('too_busy'));
    if (jobs.length === 0) return Promise.resolve([]);
    return new Promise((resolve) => {
      const verdicts: (Verdict | BatchError)[] = new Array(jobs.length);
      let missing = jobs.length;
      for (const [index, job] of jobs.entries()) {
        const settle = (verdict: Verdict | BatchError): void => {
          verdicts[index] = verdict;
          missing -= 1;
          if (missing === 0) resolve(verdicts);
        };
        this.#queue.push({ job, resolve: settle, reject: (error) => settle(new BatchError(error)) });
      }
      this.#start();
    });
  }

  /** Refuses further jobs, and waits until those in the queue have their verdicts. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#queue.length > 0 || this.#batches > 0) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  #start(): void {
    if (this.#starting || this.#queue.length === 0) return;
    if (this.#batches > 0 && !(this.#ahead && this.#batches === 1 && this.#queue.length >= AHEAD_MIN)) return;
    this.#starting = true;
    // Deferred, so that all requests that arrive in this turn of the event loop share the commit.
    setImmediate(() => {
      this.#starting = false;
      void this.#work();
    });
  }

  async #work(): Promise<void> {
    const batch = this.#queue.splice(0, this.#batch_max);
    this.counts.batches += 1;
    this.counts.jobs += batch.length;
    this.#batches += 1;
    const decided = this.#decide(batch);
    this.#start();
    await decided;
    this.#batches -= 1;
    // Responses are sent and new requests are read before the next batch is complete.
    this.#start();
    if (this.#queue.length > 0 || this.#batches > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #decide(batch: Waiting<Job, Verdict>[]): Promise<void> {
    try {
      const verdicts = await this.#run(batch.map(({ job }) => job));
      invariant(verdicts.length === batch.length, 'A batch has one verdict per job.', () => ({
        jobs: batch.length,
        verdicts: verdicts.length,
      }));
      for (const [index, waiting] of batch.entries()) waiting.resolve(verdicts[index] as Verdict);
    } catch (error) {
      const rolledBack = error instanceof BatchRolledBack;
      if (rolledBack && batch.length > 1 && !isOutage(error.cause)) {
        // A job that makes the transaction fail must not fail the others, so each job gets a transaction of its own.
        // Not while the database is unavailable: each job would wait for it, and fail too.
        for (const waiting of batch) await this.#decide([waiting]);
        return;
      }
      const reason = rolledBack ? error.cause : error;
      for (const waiting of batch) waiting.reject(reason);
    }
  }
}
