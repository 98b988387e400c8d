import type { Clock } from '../../lib/clock.ts';
import { PurserError } from '../../lib/errors.ts';
import { breathe } from '../../lib/flow/breathe.ts';
import { InvariantBroken } from '../../lib/invariant.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Storage } from '../../storage/storage.ts';
import { type Charge, type ChargePage, type ChargePosition, chargeChunks } from './charges.ts';
import { rollUp } from './roll-up.ts';
import type { UsageFilter } from './usage-owners.ts';
import { type UsageSeries, usageSeries } from './usage-series.ts';
import { isStartOfStep, STEP_MS, type Step, startOfStep } from './usage-steps.ts';

/** A period, and which usage in it; milliseconds since the epoch. */
export interface UsageSpan extends UsageFilter {
  /** The beginning of an hour, or of a day where the step is one (UTC). */
  readonly from?: number;
  /** Likewise; the future is left out. The default is the latest time with known usage. */
  readonly to?: number;
}

export interface ChargeSpan extends UsageSpan {
  readonly from: number;
}

/** The default number of steps. */
const SHOWN: Readonly<Record<Step, number>> = { hour: 24, day: 30 };

/**
 * Usage over time, derived from the commissions (decision commission-log). An accepted commission counts from the time
 * of its resolution; reservations are not usage. Commissions are added to the sums per hour and day in the background
 * (rolled up), and a request for usage first rolls up all commissions that were resolved before it.
 *
 * All figures are exact: quantities times milliseconds, in integers of any size.
 */
export class UsageHistory {
  readonly #storage: Storage;
  readonly #clock: Clock;
  /** Roll-ups that a broken invariant made fail, since the start. */
  broken = 0;

  constructor({ storage, clock }: { storage: Storage; clock: Clock }) {
    this.#storage = storage;
    this.#clock = clock;
  }

  /** Rolls up resolved commissions, `limit` at most, in one transaction, and returns how many. */
  rollUp(limit: number): Promise<number> {
    return this.#rollUp(limit, 'skip');
  }

  async #rollUp(limit: number, others: 'skip' | 'wait'): Promise<number> {
    try {
      return await rollUp(this.#storage, limit, others);
    } catch (error) {
      if (error instanceof InvariantBroken) this.broken += 1;
      throw error;
    }
  }

  /**
   * Usage at the end of each step and on average over it, for each holding with any usage before the end of the span.
   * The last step ends now if it is not over. The default beginning is 24 hours or 30 days before the end.
   * Errors: `invalid_field`, `too_many_points`, `usage_behind`.
   */
  async series({ step, ...span }: UsageSpan & { readonly step: Step }): Promise<UsageSeries[]> {
    const now = this.#clock.now();
    const { from = startOfStep(span.to ?? now, step) - SHOWN[step] * STEP_MS[step] } = span;
    const steps = { ...checkedSpan({ ...span, from }, step, now), step };
    await this.#catchUp();
    return usageSeries(this.#storage, span, steps);
  }

  /**
   * Usage times duration, up to the last full hour: one row per holding with any usage in the span, projects first,
   * then their members. A page can be short, even empty, and still have a next.
   * Errors: `invalid_field`, `usage_behind`.
   */
  async chargePage(
    span: ChargeSpan & { readonly limit: number; readonly after?: ChargePosition },
  ): Promise<ChargePage> {
    const hours = this.#fullHours(span);
    if (!span.after) await this.#catchUp();
    const page: ChargePage = { items: [], next: null, to: hours.until };
    let scanned = 0;
    for await (const { charges, owners, last } of chargeChunks(this.#storage, span, hours, span.after)) {
      page.items.push(...charges);
      if (page.items.length > span.limit) break;
      scanned += owners;
      if (scanned >= LIMITS.charges_scanned) return { ...page, next: last };
    }
    const items = page.items.slice(0, span.limit);
    const more = page.items.length > span.limit;
    return { ...page, items, next: more ? (items.at(-1)?.position ?? null) : null };
  }

  /** The same for all holdings, in chunks, so that memory does not grow with their number. */
  async charges(span: ChargeSpan): Promise<{ to: number; chunks: AsyncIterable<Charge[]> }> {
    const hours = this.#fullHours(span);
    await this.#catchUp();
    return { to: hours.until, chunks: chargesOf(chargeChunks(this.#storage, span, hours)) };
  }

  #fullHours(span: ChargeSpan): { from: number; until: number } {
    return checkedSpan(span, 'hour', startOfStep(this.#clock.now(), 'hour'));
  }

  /** Rolls up all outstanding commissions, in steps, so that other work gets its turn in between. */
  async #catchUp(): Promise<void> {
    const step = LIMITS.commissions_rolled_at_once;
    for (let rolled = 0; rolled < LIMITS.usage_catch_up; rolled += step) {
      if ((await this.#rollUp(step, 'wait')) < step) return;
      await breathe();
    }
    throw new PurserError('usage_behind');
  }
}

async function* chargesOf(chunks: ReturnType<typeof chargeChunks>): AsyncGenerator<Charge[]> {
  for await (const { charges } of chunks) if (charges.length > 0) yield charges;
}

/** A span that begins and ends with a step, or ends at `latest`. */
function checkedSpan({ from, to }: ChargeSpan, step: Step, latest: number): { from: number; until: number } {
  const until = to === undefined ? latest : Math.min(to, latest);
  const reason = `must be the beginning of ${step === 'hour' ? 'an hour' : 'a day'} in UTC`;
  if (!isStartOfStep(from, step)) throw new PurserError('invalid_field', { field: 'from', reason });
  if (to !== undefined && !isStartOfStep(to, step)) {
    throw new PurserError('invalid_field', { field: 'to', reason });
  }
  if (from < 0 || from >= until) {
    throw new PurserError('invalid_field', {
      field: 'from',
      reason: 'must lie in the past and before the end',
    });
  }
  return { from, until };
}
