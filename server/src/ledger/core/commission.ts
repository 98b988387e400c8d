/**
 * The terms of the ledger (quota §3). A *provision* changes one *holding* by a signed quantity; a *commission* is
 * a set of provisions that is issued, then accepted or rejected, as a whole; its number is the *serial*.
 */

/** A change of one holding, in the names of the wire: holder `user:U` with source `project:P`, or holder
 * `project:P` with source null. */
export interface Provision {
  readonly holder: string;
  readonly source: string | null;
  readonly resource: string;
  readonly quantity: bigint;
}

export interface IssueRequest {
  /** Name of the component that issues; no other component can see or resolve the commission. */
  readonly component: string;
  /** Free text. */
  readonly name: string;
  /** Allows imports to exceed the limit. Releases are never forced. */
  readonly force: boolean;
  /** Resolves the commission in the same step. */
  readonly autoAccept: boolean;
  readonly provisions: readonly Provision[];
  /**
   * Makes a retry safe: the same key with the same request gets the first serial. Unique per component. A refusal is
   * not stored, so its retry is a new attempt.
   */
  readonly key?: string;
  /** Milliseconds since the epoch; the ledger rejects a commission that is pending at this time. Never by default. */
  readonly expiresAt?: number | null;
  /**
   * Text that is stored with the commission, in the same transaction, until the caller takes it (`Ledger.takeTraces`).
   * For what has to be recorded about the commission even if the process ends right after the commit.
   */
  readonly trace?: string;
}

/** Why a commission was refused: the holding that does not allow it, with its numbers. */
export interface Refusal {
  readonly code: 'no_holding' | 'no_capacity' | 'no_quantity';
  /** The merged provision that did not fit. */
  readonly provision: Provision;
  readonly limit?: bigint;
  readonly usage?: bigint;
}

export type IssueVerdict =
  /** `replayed`: the commission was issued before, with the same key. */
  | { readonly ok: true; readonly serial: number; readonly replayed?: true }
  | { readonly ok: false; readonly refusal: Refusal; readonly keyReused?: undefined }
  /** The key belongs to another request. */
  | { readonly ok: false; readonly keyReused: true; readonly refusal?: undefined };

export interface ResolveRequest {
  /** Only commissions of this component; null for an operator, who may resolve any. */
  readonly component: string | null;
  readonly accept: readonly number[];
  readonly reject: readonly number[];
  /** Accepts less than was reserved; holdings that are not listed are accepted in full. */
  readonly partial?: readonly PartialAcceptance[];
  /** Kept with the commissions. */
  readonly reason?: string;
  /** As in `IssueRequest`; stored with each commission that this request resolves. */
  readonly trace?: string;
}

export interface PartialAcceptance {
  readonly serial: number;
  /** Quantities between zero and what was reserved, of holdings in the commission. */
  readonly provisions: readonly Provision[];
}

/** Each serial of the request is in exactly one list. */
export interface ResolveVerdict {
  readonly accepted: number[];
  readonly rejected: number[];
  /** Not pending for this component: unknown, resolved before, or another's. */
  readonly notFound: number[];
  /** Requested to be both accepted and rejected; not changed. */
  readonly conflicting: number[];
  /** Stored in a form that cannot be applied; not changed, and the others are resolved. */
  readonly damaged: number[];
  /** The partial acceptance has more than was reserved, or other holdings; not changed. */
  readonly invalid: number[];
}

export type CommissionState = 'pending' | 'accepted' | 'rejected';

/** A stored commission. Commissions are never deleted. Times in milliseconds since the epoch. */
export interface Commission {
  readonly serial: number;
  readonly component: string;
  readonly name: string;
  readonly issuedAt: number;
  readonly state: CommissionState;
  readonly resolvedAt: number | null;
  readonly expiresAt: number | null;
  /** Why it was resolved: `expired`, an operator's words, or null. */
  readonly reason: string | null;
  /** What was reserved: one per holding, in the order of the request. */
  readonly provisions: readonly Provision[];
  /** What was accepted, where it is less than that. */
  readonly accepted: readonly Provision[] | null;
}
