import { invariant } from '../../lib/invariant.ts';
import { sameDigest } from '../../lib/secrets.ts';
import type {
  IssueRequest,
  IssueVerdict,
  PartialAcceptance,
  Provision,
  ResolveRequest,
  ResolveVerdict,
} from './commission.ts';
import {
  applyAccept,
  applyIssue,
  applyReject,
  hasValidCounters,
  mergeProvisions,
  refusalOf,
} from './decide.ts';
import { checkCounters, checkLimit } from './holding-invariants.ts';
import type { Adjustment, IssueJob, Job, Verdict } from './jobs.ts';
import {
  decodeProvisions,
  encodeBalances,
  encodeProvisions,
  type LoadedHolding,
  type StoredHolding,
} from './stored.ts';

/** A commission that is not resolved. */
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

/**
 * The rows that a batch decides on. A store loads them, and no other transaction changes them until the batch has
 * committed.
 */
export interface BatchState {
  readonly now: number;
  /** The holding that a provision names; undefined if it does not exist. The same object on each call. */
  holding(provision: Provision): LoadedHolding | undefined;
  /** The same by the numbers of its rows. */
  holdingOf(stored: StoredHolding): LoadedHolding | undefined;
  /** The commission with this serial, if it was pending when the batch began. */
  pending(serial: number): PendingCommission | undefined;
  /** The commission that the component issued with this key before the batch began. */
  keyed(component: string, key: string): KeyedCommission | undefined;
  /** A serial above all earlier ones of every node. */
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

/** A commission that changes from pending to accepted (1) or rejected (2). */
export interface Resolution {
  readonly serial: number;
  readonly state: 1 | 2;
  readonly reason: string | null;
  /** What was accepted, where it is less than was reserved. */
  readonly accepted: string | null;
  /** Limit, usageMin and usageMax of each holding after the change, stored with the commission. */
  readonly balances: string;
}

/** A text to store with a commission until its caller takes it. */
export interface CommissionTrace {
  readonly serial: number;
  readonly trace: string;
}

/** What a batch writes, in addition to the counters of the holdings that it changed. */
export interface BatchOutcome {
  readonly verdicts: Verdict[];
  readonly issued: NewCommission[];
  readonly resolved: Map<number, Resolution>;
  readonly traces: CommissionTrace[];
}

export const EXPIRED = 'expired';

/**
 * Decides the jobs in order, on the rows in memory; each job sees the changes of those before it (decision one-decision-function).
 * Throws `InvariantBroken` if a holding is not valid before or after a commission, or a job has no complete verdict;
 * then nothing of the batch may be written.
 */
export function evaluate(jobs: readonly Job[], state: BatchState): BatchOutcome {
  const batch = new Evaluation(state);
  for (const job of jobs) batch.outcome.verdicts.push(batch.decide(job));
  return batch.outcome;
}

class Evaluation {
  readonly outcome: BatchOutcome = { verdicts: [], issued: [], resolved: new Map(), traces: [] };
  readonly #state: BatchState;
  /** Keys that earlier jobs of this batch have used. */
  readonly #keys = new Map<string, KeyedCommission>();

  constructor(state: BatchState) {
    this.#state = state;
  }

  decide(job: Job): Verdict {
    switch (job.kind) {
      case 'issue':
        return { kind: 'issue', of: this.#issue(job) };
      case 'resolve':
        return { kind: 'resolve', of: this.#resolve(job.request) };
      case 'expire':
        return { kind: 'expire', of: this.#expire(job.serials) };
      case 'adjust':
        return { kind: 'adjust', of: this.#adjust(job.adjustments) };
    }
  }

  /** An idempotency key charges once: a repetition gets the first serial, another request with the key is refused. */
  #issue({ request, provisions, digest }: IssueJob): IssueVerdict {
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
    for (const holding of found) {
      if (!holding) continue;
      checkLimit(holding);
      checkCounters(holding);
    }
    const refusal = refusalOf(provisions, found, force);
    if (refusal) return { ok: false, refusal };
    const holdings = found as LoadedHolding[];
    for (const [index, holding] of holdings.entries()) {
      const { quantity } = provisions[index] as Provision;
      applyIssue(holding, quantity);
      if (autoAccept) applyAccept(holding, quantity);
      checkCounters(holding);
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

  /** quota §3.4: a serial that is to be accepted and rejected is reported once and not changed. */
  #resolve(request: ResolveRequest): ResolveVerdict {
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
    const asked = verdict.conflicting.length + accepting.size + rejecting.size;
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
    checkComplete(verdict, asked);
    if (request.trace !== undefined) {
      for (const serial of [...verdict.accepted, ...verdict.rejected]) {
        this.outcome.traces.push({ serial, trace: request.trace });
      }
    }
    return verdict;
  }

  #expire(serials: readonly number[]): number[] {
    return serials.filter((serial) => {
      const pending = this.outcome.resolved.has(serial) ? undefined : this.#state.pending(serial);
      return pending && this.#overdue(pending) && this.#reject(serial, pending, EXPIRED) === 'rejected';
    });
  }

  /** An unknown holding, or one whose counters would not be valid, is not changed. */
  #adjust(adjustments: readonly Adjustment[]): boolean[] {
    return adjustments.map(({ stored, usageMin, usageMax }) => {
      const holding = this.#state.holdingOf(stored);
      if (!holding) return false;
      const sums = { usageMin: holding.usageMin + usageMin, usageMax: holding.usageMax + usageMax };
      if (!hasValidCounters(sums)) return false;
      Object.assign(holding, sums);
      holding.changed = true;
      return true;
    });
  }

  #overdue({ expiresAt }: PendingCommission): boolean {
    return expiresAt !== null && expiresAt <= this.#state.now;
  }

  /** An overdue commission is rejected here, if the sweep has not done it: it cannot be resolved any more. */
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
      checkCounters(holding);
    }
    const whole = taken.every(({ quantity }, index) => quantity === reserved[index]?.quantity);
    this.#settle(serial, 1, reserved, reason, whole ? null : encodeReserved(taken));
    return 'accepted';
  }

  #reject(serial: number, pending: PendingCommission, reason: string | null): 'rejected' | 'damaged' {
    const reserved = this.#reserved(pending);
    if (!reserved) return 'damaged';
    for (const { holding, quantity } of reserved) {
      applyReject(holding, quantity);
      checkCounters(holding);
    }
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

  /** The holdings and quantities of a commission; undefined if the stored text cannot be applied as a whole. */
  #reserved({ provisions }: PendingCommission): Reserved[] | undefined {
    const reserved: Reserved[] = [];
    for (const provision of decodeProvisions(provisions) ?? [undefined]) {
      const holding = provision && this.#state.holdingOf(provision);
      if (!provision || !holding) return undefined;
      checkCounters(holding);
      reserved.push({ holding, quantity: provision.quantity });
    }
    return reserved;
  }

  /** The accepted part of each reservation; undefined if a quantity or a holding is not part of the commission. */
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

/** One verdict per job: each serial of a resolution is in one list of its verdict. */
function checkComplete(verdict: ResolveVerdict, asked: number): void {
  const { accepted, rejected, notFound, conflicting, damaged, invalid } = verdict;
  const listed = [accepted, rejected, notFound, conflicting, damaged, invalid].reduce(
    (sum, serials) => sum + serials.length,
    0,
  );
  invariant(listed === asked, 'Each serial of a resolution is in one list of its verdict.', () => ({
    listed,
    asked,
  }));
}

/** Whether a quantity lies between zero and the whole, for either sign of the whole. */
function isPart(part: bigint, whole: bigint): boolean {
  return whole >= 0n ? 0n <= part && part <= whole : whole <= part && part <= 0n;
}

function encodeReserved(taken: readonly Reserved[]): string {
  return encodeProvisions(
    taken.map(({ holding }) => holding),
    taken,
  );
}
