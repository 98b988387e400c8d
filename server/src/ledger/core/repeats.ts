import type { Queryable } from '../../storage/storage.ts';
import type { ResolveRequest, ResolveVerdict } from './commission.ts';

/** A verdict whose `notFound` excludes commissions that were resolved before; these have lists of their own. */
export interface RepeatableVerdict extends ResolveVerdict {
  /** Were accepted before, as requested; not changed. */
  readonly acceptedBefore: number[];
  /** Were rejected before, as requested; not changed. */
  readonly rejectedBefore: number[];
  /** Were resolved the other way before; not changed. */
  readonly resolvedOtherwise: number[];
}

/** States of a commission in its row. */
const PENDING = 0;
const ACCEPTED = 1;
/** Engines limit the number of values in one statement. */
const CHUNK = 1000;

/** Looks up the state of the serials that a resolution did not find pending. */
export async function withRepeats(
  db: Queryable,
  request: ResolveRequest,
  verdict: ResolveVerdict,
): Promise<RepeatableVerdict> {
  const repeatable = {
    ...verdict,
    notFound: [] as number[],
    acceptedBefore: [] as number[],
    rejectedBefore: [] as number[],
    resolvedOtherwise: [] as number[],
  };
  const states = await readStates(db, verdict.notFound, request.component);
  const rejecting = new Set(request.reject);
  for (const serial of verdict.notFound) {
    const state = states.get(serial);
    const reject = rejecting.has(serial);
    if (state === undefined || state === PENDING) repeatable.notFound.push(serial);
    else if ((state === ACCEPTED) === reject) repeatable.resolvedOtherwise.push(serial);
    else (reject ? repeatable.rejectedBefore : repeatable.acceptedBefore).push(serial);
  }
  return repeatable;
}

async function readStates(
  db: Queryable,
  serials: readonly number[],
  component: string | null,
): Promise<Map<number, number>> {
  const states = new Map<number, number>();
  for (let start = 0; start < serials.length; start += CHUNK) {
    let query = db
      .selectFrom('commissions')
      .select(['serial', 'state'])
      .where('serial', 'in', serials.slice(start, start + CHUNK));
    if (component !== null) query = query.where('component', '=', component);
    for (const { serial, state } of await query.execute()) states.set(serial, state);
  }
  return states;
}
