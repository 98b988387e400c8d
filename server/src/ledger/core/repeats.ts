import type { Queryable } from '../../storage/storage.ts';
import type { ResolveRequest, ResolveVerdict } from './commission.ts';

/** A verdict in which `notFound` is narrower: what is known and resolved is told apart. */
export interface RepeatableVerdict extends ResolveVerdict {
  /** Had been accepted before, as asked; nothing has changed. */
  readonly acceptedBefore: number[];
  /** Had been rejected before, as asked; nothing has changed. */
  readonly rejectedBefore: number[];
  /** Had been resolved the other way; nothing has changed. */
  readonly resolvedOtherwise: number[];
}

/** States of a commission in its row. */
const PENDING = 0;
const ACCEPTED = 1;
/** Engines bound the number of values in one statement. */
const CHUNK = 1000;

/** Looks up what became of the serials that a resolution did not find pending. */
export async function withRepeats(
  db: Queryable,
  request: ResolveRequest,
  verdict: ResolveVerdict,
): Promise<RepeatableVerdict> {
  const told = {
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
    if (state === undefined || state === PENDING) told.notFound.push(serial);
    else if ((state === ACCEPTED) === reject) told.resolvedOtherwise.push(serial);
    else (reject ? told.rejectedBefore : told.acceptedBefore).push(serial);
  }
  return told;
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
