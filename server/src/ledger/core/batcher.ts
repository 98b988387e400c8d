import { PurserError } from '../../lib/errors.ts';
import { isOutage } from '../../storage/availability.ts';
import { refuseRehearsal } from '../../storage/rehearsal.ts';

interface Waiting<Job, Verdict> {
  readonly job: Job;
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (error: unknown) => void;
}

/** The whole batch was rolled back before anything of it became durable, so its jobs may be tried again. */
export class BatchRolledBack extends Error {
  override readonly name = 'BatchRolledBack';

  constructor(cause: unknown) {
    super('The batch was rolled back.', { cause });
  }
}

/** A job among many that could not be decided. */
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
  /** Whether a batch may begin while the one before it is under way. */
  readonly ahead?: boolean;
}

/** A batch that begins while another is under way is worth its own commit from so many jobs on. */
const AHEAD_MIN = 16;

/**
 * Gathers jobs into batches (decision batching). While one batch commits, the next one fills. There is no timer: an idle
 * system answers after one commit, a busy one shares a commit among hundreds of jobs. First come, first served.
 */
export class Batcher<Job, Verdict> {
  readonly #run: (jobs: Job[]) => Promise<Verdict[]>;
  readonly #batch_max: number;
  readonly #queue_max: number;
  readonly #ahead: boolean;
  #queue: Waiting<Job, Verdict>[] = [];
  /** Under way. */
  #batches = 0;
  #starting = false;
  #closed = false;
  #idle: (() => void)[] = [];
  /** Batches and jobs so far, for metrics. */
  readonly counts = { batches: 0, jobs: 0 };

  /**
   * @param run decides a batch in one durable transaction; one verdict per job, in order. It throws
   *   `BatchRolledBack` if nothing of the batch has happened, anything else if that is not known.
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

  /** The verdict on `job`, once it is durable. Rejects with `too_busy` at once when the queue is full. */
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
   * The verdicts on many jobs, in order. They are taken all or none, and share batches like any others. Where a job
   * could not be decided its error stands in the place of a verdict: its neighbours may be durable already.
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

  /** Takes no more jobs and waits until those taken have their verdicts. */
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
    // Not at once: whatever else has arrived on the sockets in this turn of the event loop shares the commit.
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
    // Answers go out and new requests come in before the next batch is closed.
    this.#start();
    if (this.#queue.length > 0 || this.#batches > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #decide(batch: Waiting<Job, Verdict>[]): Promise<void> {
    try {
      const verdicts = await this.#run(batch.map(({ job }) => job));
      for (const [index, waiting] of batch.entries()) waiting.resolve(verdicts[index] as Verdict);
    } catch (error) {
      const rolledBack = error instanceof BatchRolledBack;
      if (rolledBack && batch.length > 1 && !isOutage(error.cause)) {
        // One bad job must not harm its neighbours: each gets a transaction of its own. Without a database each of
        // them would only wait for it in vain.
        for (const waiting of batch) await this.#decide([waiting]);
        return;
      }
      const reason = rolledBack ? error.cause : error;
      for (const waiting of batch) waiting.reject(reason);
    }
  }
}
