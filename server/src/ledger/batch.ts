import type { IssueRequest, IssueVerdict, Provision, ResolveRequest, ResolveVerdict } from './commission.ts';
import { applyAccept, applyIssue, applyReject, type Holding, mergeProvisions, refusalOf } from './decide.ts';
import { decodeProvisions, encodeBalances, encodeProvisions, type StoredProvision } from './stored.ts';

export type Job =
  | { readonly kind: 'issue'; readonly request: IssueRequest; readonly provisions: readonly Provision[] }
  | { readonly kind: 'resolve'; readonly request: ResolveRequest };

export type Verdict = IssueVerdict | ResolveVerdict;

/** A holding as a store loaded it, with the numbers that find its row again. */
export interface LoadedHolding extends Holding {
  readonly stored: Omit<StoredProvision, 'quantity'>;
}

/** What a batch needs to see; a store loads it and keeps others from changing it until the batch has committed. */
export interface BatchState {
  readonly now: number;
  /** The holding that a provision names; undefined if there is none. The same object each time. */
  holding(provision: Provision): LoadedHolding | undefined;
  /** The same by its stored numbers. */
  holdingOf(stored: Omit<StoredProvision, 'quantity'>): LoadedHolding | undefined;
  /** The stored provisions of a commission that is pending for this component; undefined if it is not. */
  pending(component: string, serial: number): string | undefined;
  /** A serial above all earlier ones, of every node, never given before. */
  nextSerial(): number;
}

/** A commission to append. */
export interface NewCommission {
  readonly serial: number;
  readonly request: IssueRequest;
  readonly state: 0 | 1;
  readonly provisions: string;
  readonly balances: string | null;
}

/** A commission whose state flips. */
export interface Resolution {
  readonly serial: number;
  readonly state: 1 | 2;
  /** Limit, usageMin and usageMax of each holding after the flip, for the log. */
  readonly balances: string;
}

/** What a batch changes, beside the counters of the holdings it was given. */
export interface BatchOutcome {
  readonly verdicts: Verdict[];
  readonly issued: NewCommission[];
  readonly resolved: Map<number, Resolution>;
}

export function issueJob(request: IssueRequest): Job {
  return { kind: 'issue', request, provisions: mergeProvisions(request.provisions) };
}

/** Walks the jobs in order over the rows in memory; each sees what those before it left (design 1.3). */
export function evaluate(jobs: readonly Job[], state: BatchState): BatchOutcome {
  const outcome: BatchOutcome = { verdicts: [], issued: [], resolved: new Map() };
  for (const job of jobs) {
    const verdict =
      job.kind === 'issue'
        ? issue(job.request, job.provisions, state, outcome)
        : resolve(job.request, state, outcome);
    outcome.verdicts.push(verdict);
  }
  return outcome;
}

function issue(
  request: IssueRequest,
  provisions: readonly Provision[],
  state: BatchState,
  outcome: BatchOutcome,
): IssueVerdict {
  const found = provisions.map((provision) => state.holding(provision));
  const refusal = refusalOf(provisions, found, request.force);
  if (refusal) return { ok: false, refusal };
  const holdings = found as LoadedHolding[];
  for (const [index, holding] of holdings.entries()) {
    const { quantity } = provisions[index] as Provision;
    applyIssue(holding, quantity);
    if (request.autoAccept) applyAccept(holding, quantity);
  }
  const serial = state.nextSerial();
  outcome.issued.push({
    serial,
    request,
    state: request.autoAccept ? 1 : 0,
    provisions: encodeProvisions(holdings, provisions),
    balances: request.autoAccept ? encodeBalances(holdings) : null,
  });
  return { ok: true, serial };
}

/** Spec quota-projects 2.4: a serial in both lists is reported once and left alone, whatever it is. */
function resolve(request: ResolveRequest, state: BatchState, outcome: BatchOutcome): ResolveVerdict {
  const verdict: ResolveVerdict = {
    accepted: [],
    rejected: [],
    notFound: [],
    conflicting: [],
    damaged: [],
  };
  const accept = new Set(request.accept);
  const reject = new Set(request.reject);
  for (const serial of accept) if (reject.has(serial)) verdict.conflicting.push(serial);
  for (const serial of verdict.conflicting) {
    accept.delete(serial);
    reject.delete(serial);
  }
  const settle = (serial: number, flip: 1 | 2): void => {
    // An earlier job of this batch may have resolved it already.
    const stored = outcome.resolved.has(serial) ? undefined : state.pending(request.component, serial);
    if (stored === undefined) verdict.notFound.push(serial);
    else if (!settled(serial, stored, flip, state, outcome)) verdict.damaged.push(serial);
    else (flip === 1 ? verdict.accepted : verdict.rejected).push(serial);
  };
  for (const serial of accept) settle(serial, 1);
  for (const serial of reject) settle(serial, 2);
  return verdict;
}

/** Applies one resolution as a whole; false, and nothing changed, if what is stored cannot be applied. */
function settled(
  serial: number,
  stored: string,
  flip: 1 | 2,
  state: BatchState,
  outcome: BatchOutcome,
): boolean {
  const provisions = decodeProvisions(stored);
  if (!provisions) return false;
  const holdings: LoadedHolding[] = [];
  for (const provision of provisions) {
    const holding = state.holdingOf(provision);
    if (!holding) return false;
    holdings.push(holding);
  }
  const apply = flip === 1 ? applyAccept : applyReject;
  for (const [index, holding] of holdings.entries()) {
    apply(holding, (provisions[index] as StoredProvision).quantity);
  }
  outcome.resolved.set(serial, { serial, state: flip, balances: encodeBalances(holdings) });
  return true;
}
