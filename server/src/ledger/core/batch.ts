import { hash } from 'node:crypto';
import { INT64_MIN, UNLIMITED } from '../../lib/limits.ts';
import { sameDigest } from '../../lib/secrets.ts';
import { stringifyExact } from '../../lib/text/json.ts';
import type {
  IssueRequest,
  IssueVerdict,
  PartialAcceptance,
  Provision,
  ResolveRequest,
  ResolveVerdict,
} from './commission.ts';
import { applyAccept, applyIssue, applyReject, type Holding, mergeProvisions, refusalOf } from './decide.ts';
import { decodeProvisions, encodeBalances, encodeProvisions, type StoredProvision } from './stored.ts';

interface IssueJob {
  readonly kind: 'issue';
  readonly request: IssueRequest;
  /** One per holding. */
  readonly provisions: readonly Provision[];
  /** Of the request, where it has a key. */
  readonly digest: Buffer | null;
}

interface ResolveJob {
  readonly kind: 'resolve';
  readonly request: ResolveRequest;
}

/** Rejects those of the commissions that are pending and overdue. */
interface ExpireJob {
  readonly kind: 'expire';
  readonly serials: readonly number[];
}

/** Corrects counters that disagree with the commissions. */
interface AdjustJob {
  readonly kind: 'adjust';
  readonly adjustments: readonly Adjustment[];
}

/** By how much the counters of one holding are off; relative, since commissions go on meanwhile. */
export interface Adjustment {
  readonly stored: Omit<StoredProvision, 'quantity'>;
  readonly usageMin: bigint;
  readonly usageMax: bigint;
}

export type Job = IssueJob | ResolveJob | ExpireJob | AdjustJob;
/** For an expiry, the serials that it rejected; for adjustments, whether each could be made. */
export type Verdict = IssueVerdict | ResolveVerdict | number[] | boolean[];

/** A holding as a store loaded it, with the numbers that find its row again. */
export interface LoadedHolding extends Holding {
  readonly stored: Omit<StoredProvision, 'quantity'>;
}

/** A commission that nobody has resolved. */
export interface PendingCommission {
  readonly component: string;
  readonly provisions: string;
  readonly expiresAt: number | null;
}

/** A commission that was issued with a key. */
export interface KeyedCommission {
  readonly serial: number;
  readonly digest: Uint8Array;
}

/** What a batch needs to see; a store loads it and keeps others from changing it until the batch has committed. */
export interface BatchState {
  readonly now: number;
  /** The holding that a provision names; undefined if there is none. The same object each time. */
  holding(provision: Provision): LoadedHolding | undefined;
  /** The same by its stored numbers. */
  holdingOf(stored: Omit<StoredProvision, 'quantity'>): LoadedHolding | undefined;
  /** The commission, as it was pending when the batch began. */
  pending(serial: number): PendingCommission | undefined;
  /** The commission that the component issued with this key, before the batch began. */
  keyed(component: string, key: string): KeyedCommission | undefined;
  /** A serial above all earlier ones, of every node, never given before. */
  nextSerial(): number;
}

/** A commission to append. */
export interface NewCommission {
  readonly serial: number;
  readonly request: IssueRequest;
  readonly digest: Buffer | null;
  readonly state: 0 | 1;
  readonly provisions: string;
  readonly balances: string | null;
}

/** A commission whose state flips. */
export interface Resolution {
  readonly serial: number;
  readonly state: 1 | 2;
  readonly reason: string | null;
  /** What was accepted, where it is less than was reserved. */
  readonly accepted: string | null;
  /** Limit, usageMin and usageMax of each holding after the flip, for the log. */
  readonly balances: string;
}

/** A text to store with a commission until its caller takes it. */
export interface CommissionTrace {
  readonly serial: number;
  readonly trace: string;
}

/** What a batch changes, beside the counters of the holdings it was given. */
export interface BatchOutcome {
  readonly verdicts: Verdict[];
  readonly issued: NewCommission[];
  readonly resolved: Map<number, Resolution>;
  readonly traces: CommissionTrace[];
}

export const EXPIRED = 'expired';

export function issueJob(request: IssueRequest): Job {
  const provisions = mergeProvisions(request.provisions);
  const digest = request.key === undefined ? null : digestOf(request, provisions);
  return { kind: 'issue', request, provisions, digest };
}

/** The expiry is left out: it is stated relative to the moment of asking, which a retry moves. */
function digestOf({ name, force, autoAccept }: IssueRequest, provisions: readonly Provision[]): Buffer {
  const changes = provisions.map(({ holder, source, resource, quantity }) => [
    holder,
    source,
    resource,
    quantity,
  ]);
  return hash('sha256', stringifyExact([name, force, autoAccept, changes]), 'buffer');
}

/** Walks the jobs in order over the rows in memory; each sees what those before it left (decision one-decision-function). */
export function evaluate(jobs: readonly Job[], state: BatchState): BatchOutcome {
  const batch = new Evaluation(state);
  for (const job of jobs) batch.outcome.verdicts.push(batch.decide(job));
  return batch.outcome;
}

class Evaluation {
  readonly outcome: BatchOutcome = { verdicts: [], issued: [], resolved: new Map(), traces: [] };
  readonly #state: BatchState;
  /** Keys that jobs of this batch have taken. */
  readonly #keys = new Map<string, KeyedCommission>();

  constructor(state: BatchState) {
    this.#state = state;
  }

  decide(job: Job): Verdict {
    switch (job.kind) {
      case 'issue':
        return this.issue(job);
      case 'resolve':
        return this.resolve(job.request);
      case 'expire':
        return this.expire(job.serials);
      case 'adjust':
        return this.adjust(job.adjustments);
    }
  }

  /** An idempotency key charges once: a repetition gets the first serial, another request with the key is refused. */
  issue({ request, provisions, digest }: IssueJob): IssueVerdict {
    const { component, key, force, autoAccept } = request;
    if (key !== undefined && digest) {
      const earlier = this.#keys.get(`${component}\0${key}`) ?? this.#state.keyed(component, key);
      if (earlier) {
        return sameDigest(earlier.digest, digest)
          ? { ok: true, serial: earlier.serial, replayed: true }
          : { ok: false, keyReused: true };
      }
    }
    const found = provisions.map((provision) => this.#state.holding(provision));
    const refusal = refusalOf(provisions, found, force);
    if (refusal) return { ok: false, refusal };
    const holdings = found as LoadedHolding[];
    for (const [index, holding] of holdings.entries()) {
      const { quantity } = provisions[index] as Provision;
      applyIssue(holding, quantity);
      if (autoAccept) applyAccept(holding, quantity);
    }
    const serial = this.#state.nextSerial();
    this.outcome.issued.push({
      serial,
      request,
      digest,
      state: autoAccept ? 1 : 0,
      provisions: encodeProvisions(holdings, provisions),
      balances: autoAccept ? encodeBalances(holdings) : null,
    });
    if (request.trace !== undefined) this.outcome.traces.push({ serial, trace: request.trace });
    if (key !== undefined && digest) this.#keys.set(`${component}\0${key}`, { serial, digest });
    return { ok: true, serial };
  }

  /** quota §3.4: a serial that is to be both is reported once and left alone, whatever it is. */
  resolve(request: ResolveRequest): ResolveVerdict {
    const { component, accept, reject, partial = [] } = request;
    const reason = request.reason ?? null;
    const verdict: ResolveVerdict = {
      accepted: [],
      rejected: [],
      notFound: [],
      conflicting: [],
      damaged: [],
      invalid: [],
    };
    const less = new Map(partial.map((one) => [one.serial, one]));
    const accepting = new Set([...accept, ...less.keys()]);
    const rejecting = new Set(reject);
    for (const serial of accepting) if (rejecting.has(serial)) verdict.conflicting.push(serial);
    for (const serial of verdict.conflicting) {
      accepting.delete(serial);
      rejecting.delete(serial);
    }
    for (const serial of accepting) {
      const pending = this.#pending(component, serial);
      const outcome = pending ? this.#accept(serial, pending, less.get(serial), reason) : 'notFound';
      verdict[outcome].push(serial);
    }
    for (const serial of rejecting) {
      const pending = this.#pending(component, serial);
      const outcome = pending ? this.#reject(serial, pending, reason) : 'notFound';
      verdict[outcome].push(serial);
    }
    if (request.trace !== undefined) {
      for (const serial of [...verdict.accepted, ...verdict.rejected]) {
        this.outcome.traces.push({ serial, trace: request.trace });
      }
    }
    return verdict;
  }

  expire(serials: readonly number[]): number[] {
    return serials.filter((serial) => {
      const pending = this.outcome.resolved.has(serial) ? undefined : this.#state.pending(serial);
      return pending && this.#overdue(pending) && this.#reject(serial, pending, EXPIRED) === 'rejected';
    });
  }

  /** A holding that is not there, or sums that do not fit, are left as they are. */
  adjust(adjustments: readonly Adjustment[]): boolean[] {
    return adjustments.map(({ stored, usageMin, usageMax }) => {
      const holding = this.#state.holdingOf(stored);
      if (!holding) return false;
      const sums = [holding.usageMin + usageMin, holding.usageMax + usageMax] as const;
      if (sums.some((sum) => sum < INT64_MIN || sum > UNLIMITED)) return false;
      [holding.usageMin, holding.usageMax] = sums;
      holding.changed = true;
      return true;
    });
  }

  #overdue({ expiresAt }: PendingCommission): boolean {
    return expiresAt !== null && expiresAt <= this.#state.now;
  }

  /** What is overdue is rejected here and now, whether or not the sweep has come by; nobody can resolve it any more. */
  #pending(component: string | null, serial: number): PendingCommission | undefined {
    // An earlier job of this batch may have resolved it already.
    const pending = this.outcome.resolved.has(serial) ? undefined : this.#state.pending(serial);
    if (!pending || (component !== null && pending.component !== component)) return undefined;
    if (!this.#overdue(pending)) return pending;
    this.#reject(serial, pending, EXPIRED);
    return undefined;
  }

  #accept(
    serial: number,
    pending: PendingCommission,
    less: PartialAcceptance | undefined,
    reason: string | null,
  ): 'accepted' | 'damaged' | 'invalid' {
    const reserved = this.#reserved(pending);
    if (!reserved) return 'damaged';
    const taken = less ? this.#taken(reserved, less.provisions) : reserved;
    if (!taken) return 'invalid';
    for (const [index, { holding, quantity }] of reserved.entries()) {
      const { quantity: part } = taken[index] as Reserved;
      applyAccept(holding, part);
      if (part !== quantity) applyReject(holding, quantity - part);
    }
    const whole = taken.every(({ quantity }, index) => quantity === reserved[index]?.quantity);
    this.#settle(serial, 1, reserved, reason, whole ? null : encodeReserved(taken));
    return 'accepted';
  }

  #reject(serial: number, pending: PendingCommission, reason: string | null): 'rejected' | 'damaged' {
    const reserved = this.#reserved(pending);
    if (!reserved) return 'damaged';
    for (const { holding, quantity } of reserved) applyReject(holding, quantity);
    this.#settle(serial, 2, reserved, reason, null);
    return 'rejected';
  }

  #settle(
    serial: number,
    state: 1 | 2,
    reserved: readonly Reserved[],
    reason: string | null,
    accepted: string | null,
  ): void {
    const balances = encodeBalances(reserved.map(({ holding }) => holding));
    this.outcome.resolved.set(serial, { serial, state, reason, accepted, balances });
  }

  /** The holdings and quantities of a commission; undefined if what is stored cannot be applied as a whole. */
  #reserved({ provisions }: PendingCommission): Reserved[] | undefined {
    const reserved: Reserved[] = [];
    for (const provision of decodeProvisions(provisions) ?? [undefined]) {
      const holding = provision && this.#state.holdingOf(provision);
      if (!provision || !holding) return undefined;
      reserved.push({ holding, quantity: provision.quantity });
    }
    return reserved;
  }

  /** What remains of each reservation when these are accepted; undefined if they do not fit. */
  #taken(reserved: readonly Reserved[], provisions: readonly Provision[]): Reserved[] | undefined {
    const taken = reserved.map((one) => ({ ...one }));
    for (const provision of mergeProvisions(provisions)) {
      const holding = this.#state.holding(provision);
      const index = reserved.findIndex((one) => one.holding === holding);
      const whole = reserved[index]?.quantity;
      if (whole === undefined || !isPart(provision.quantity, whole)) return undefined;
      (taken[index] as Reserved).quantity = provision.quantity;
    }
    return taken;
  }
}

interface Reserved {
  readonly holding: LoadedHolding;
  quantity: bigint;
}

/** Whether a quantity lies between zero and the whole, whichever sign that has. */
function isPart(part: bigint, whole: bigint): boolean {
  return whole >= 0n ? 0n <= part && part <= whole : whole <= part && part <= 0n;
}

function encodeReserved(taken: readonly Reserved[]): string {
  return encodeProvisions(
    taken.map(({ holding }) => holding),
    taken,
  );
}
