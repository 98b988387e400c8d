import { hash } from 'node:crypto';
import { invariant } from '../../lib/invariant.ts';
import { stringifyExact } from '../../lib/text/json.ts';
import type { IssueRequest, IssueVerdict, Provision, ResolveRequest, ResolveVerdict } from './commission.ts';
import { mergeProvisions } from './decide.ts';
import type { StoredHolding } from './stored.ts';

export interface IssueJob {
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

/** The error of the counters of one holding; as a difference, since commissions change the counters meanwhile. */
export interface Adjustment {
  readonly stored: StoredHolding;
  readonly usageMin: bigint;
  readonly usageMax: bigint;
}

export type Job = IssueJob | ResolveJob | ExpireJob | AdjustJob;

/** What a batch decided about each kind of job. */
interface Verdicts {
  readonly issue: IssueVerdict;
  readonly resolve: ResolveVerdict;
  /** The serials that were rejected. */
  readonly expire: readonly number[];
  /** Whether each adjustment was made. */
  readonly adjust: readonly boolean[];
}

/** The verdict on a job, marked with the kind of the job. */
export type Verdict = {
  [Kind in Job['kind']]: { readonly kind: Kind; readonly of: Verdicts[Kind] };
}[Job['kind']];

/** The verdict that belongs to a job of this type. */
export type VerdictOf<J extends Job> = Verdicts[J['kind']];

/** The verdict on this job, with the type that belongs to it. */
export function verdictOn<J extends Job>(job: J, verdict: Verdict): VerdictOf<J> {
  invariant(verdict.kind === job.kind, 'A job gets one verdict, of its own kind.', () => ({
    job: job.kind,
    verdict: verdict.kind,
  }));
  // The compiler does not narrow a type parameter by the comparison above.
  return verdict.of as VerdictOf<J>;
}

/** The job of an issue request: its provisions summed by holding, and the digest by which a retry is recognized. */
export function issueJob(request: IssueRequest): IssueJob {
  const provisions = mergeProvisions(request.provisions);
  const digest = request.key === undefined ? null : digestOf(request, provisions);
  return { kind: 'issue', request, provisions, digest };
}

/** Without the expiry: it is stated relative to the time of the request, which differs in a retry. */
function digestOf({ name, force, autoAccept }: IssueRequest, provisions: readonly Provision[]): Buffer {
  const changes = provisions.map(({ holder, source, resource, quantity }) => [
    holder,
    source,
    resource,
    quantity,
  ]);
  return hash('sha256', stringifyExact([name, force, autoAccept, changes]), 'buffer');
}
