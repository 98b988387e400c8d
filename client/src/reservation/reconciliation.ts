import { BadValue } from '../errors/errors.ts';
import type { CallOptions } from '../http/call.ts';
import type { Commission } from '../native/schemas.ts';
import type { Provision } from '../provisions.ts';
import { type CommissionDesk, resolveAll, unresolvable } from './commission-desk.ts';

/** A commission that was issued and not resolved: its process crashed, or its work is still in progress. */
export interface PendingCommission {
  readonly serial: number;
  /** The name of the reservation. */
  readonly name: string;
  readonly issuedAt: Date;
  /** When it is rejected if it is still pending; null: never. */
  readonly expiresAt: Date | null;
  readonly provisions: readonly Provision[];
  /** Whether its provisions charge, release, or both. */
  readonly effect: 'charge' | 'release' | 'both';
}

/** The decision on a pending commission: its work was done, was not done, or its state is unknown. */
export type Decision = 'accept' | 'reject' | 'leave';

/** Options of `reconcile`. */
export type ReconcileOptions = ReconcileBounds & (ByExistence | ByDecision);

interface ReconcileBounds {
  /**
   * Skips commissions younger than this, in milliseconds by the clock of the service, rounded to seconds: other
   * processes of the service may have them in progress. Default 600,000. Use 0 if this is the only process; commissions
   * in progress in this process are always skipped.
   */
  readonly olderThanMs?: number | undefined;
  /** Receives the progress after every page. An error that it throws ends the reconciliation. */
  readonly onProgress?: ((progress: Reconciliation) => void) | undefined;
}

interface ByExistence {
  /**
   * Whether the object that the commission's name identifies exists: a charge is accepted if it exists, a release if it
   * does not. Sufficient for objects that are only created and removed; commissions that both charge and release stay
   * pending.
   */
  readonly exists: (commission: PendingCommission) => boolean | PromiseLike<boolean>;
  readonly decide?: undefined;
}

interface ByDecision {
  /** Decides whether the work that the commission's name identifies was done. */
  readonly decide: (commission: PendingCommission) => Decision | PromiseLike<Decision>;
  readonly exists?: undefined;
}

/** The progress or the result of a reconciliation. */
export interface Reconciliation {
  /** Number of examined commissions. */
  readonly examined: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Left pending by decision. */
  readonly left: number;
  /** In progress in this process, or already resolved by another client. */
  readonly skipped: number;
  /** Left pending because the callback threw, or the service could not resolve them. */
  readonly failed: number;
  /** The first hundred failures. */
  readonly failures: readonly { readonly commission: PendingCommission; readonly error: unknown }[];
}

const PAGE = 1000;
/** Maximum number of concurrent decisions. */
const AT_ONCE = 8;
const FAILURES_MAX = 100;
const OLDER_THAN_MS = 600_000;

type Judged = readonly [PendingCommission, Decision];

/** Decides on all pending commissions of the component, page by page. `Purser.reconcile` documents what it promises. */
export async function reconcile(
  desk: CommissionDesk,
  { olderThanMs = OLDER_THAN_MS, onProgress, ...way }: ReconcileOptions,
  options: CallOptions = {},
): Promise<Reconciliation> {
  if (!(olderThanMs >= 0)) throw new BadValue('olderThanMs must be 0 or above (milliseconds).');
  const decide = way.decide ?? byExistence(way.exists);
  const result = {
    examined: 0,
    accepted: 0,
    rejected: 0,
    left: 0,
    skipped: 0,
    failed: 0,
    failures: [] as { commission: PendingCommission; error: unknown }[],
  };
  const fail = (commission: PendingCommission, error: unknown): void => {
    result.failed += 1;
    if (result.failures.length < FAILURES_MAX) result.failures.push({ commission, error });
  };
  const judge = async (commission: PendingCommission): Promise<Judged | undefined> => {
    try {
      return [commission, await decide(commission)];
    } catch (error) {
      return fail(commission, error) as undefined;
    }
  };
  /** Removes commissions that this process has in progress. */
  const free = <T>(list: readonly T[], serialOf: (one: T) => number): T[] => {
    const kept = list.filter((one) => !desk.underWay.has(serialOf(one)));
    result.skipped += list.length - kept.length;
    return kept;
  };

  // The service counts in seconds, and its filter omits commissions issued in the present second.
  const age = olderThanMs > 0 ? { older_than: Math.ceil(olderThanMs / 1000) } : {};
  for (let after = {}; ; ) {
    const query = { state: 'pending', limit: PAGE, ...age, ...after } as const;
    const { items, next } = await desk.native.listCommissions(query, options);
    const commissions = items.map(pendingOf);
    // After this, listed commissions whose issue response was still outstanding are known to be in progress.
    await desk.landed;
    result.examined += commissions.length;
    const judged: Judged[] = [];
    const queue = free(commissions, ({ serial }) => serial);
    for (let start = 0; start < queue.length; start += AT_ONCE) {
      options.signal?.throwIfAborted();
      const verdicts = await Promise.all(queue.slice(start, start + AT_ONCE).map(judge));
      judged.push(...verdicts.filter((one) => one !== undefined));
    }
    const decided = judged.filter(([, decision]) => decision !== 'leave');
    result.left += judged.length - decided.length;
    await resolve(
      desk,
      free(decided, ([{ serial }]) => serial),
      result,
      fail,
      options,
    );
    onProgress?.({ ...result, failures: [...result.failures] });
    if (next === null) return result;
    after = { after: next };
  }
}

async function resolve(
  { native }: CommissionDesk,
  judged: readonly Judged[],
  result: { accepted: number; rejected: number; skipped: number },
  fail: (commission: PendingCommission, error: unknown) => void,
  options: CallOptions,
): Promise<void> {
  if (judged.length === 0) return;
  const serials = (wanted: Decision): number[] =>
    judged.filter(([, decision]) => decision === wanted).map(([{ serial }]) => serial);
  const outcomes = await resolveAll(
    native,
    { accept: serials('accept'), reject: serials('reject'), reason: 'reconciled' },
    options,
  );
  for (const [commission, decision] of judged) {
    const outcome = outcomes.get(commission.serial);
    if (outcome === undefined) fail(commission, unresolvable(commission.serial));
    else if (outcome === 'otherwise') result.skipped += 1;
    else result[decision === 'accept' ? 'accepted' : 'rejected'] += 1;
  }
}

const byExistence =
  (exists: ByExistence['exists']) =>
  async (commission: PendingCommission): Promise<Decision> => {
    if (commission.effect === 'both') return 'leave';
    return (await exists(commission)) === (commission.effect === 'charge') ? 'accept' : 'reject';
  };

function pendingOf({ serial, name, issued_at, expires_at, provisions }: Commission): PendingCommission {
  return {
    serial,
    name,
    issuedAt: new Date(issued_at),
    expiresAt: expires_at === null ? null : new Date(expires_at),
    provisions,
    effect: effectOf(provisions),
  };
}

function effectOf(provisions: readonly Provision[]): PendingCommission['effect'] {
  const releases = provisions.some(({ quantity }) => quantity < 0n);
  const charges = provisions.some(({ quantity }) => quantity > 0n);
  if (releases) return charges ? 'both' : 'release';
  return 'charge';
}
