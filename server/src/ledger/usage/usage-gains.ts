import { InvariantBroken, invariant } from '../../lib/invariant.ts';
import { decodeProvisions } from '../core/stored.ts';
import { splitWide } from '../core/wide-integers.ts';
import { STEP_MS, type Step, startOfStep } from './usage-steps.ts';

/** The change of the usage of one holding in one hour or day. */
export interface Gain {
  readonly kind: number;
  readonly id: number;
  readonly resource: number;
  readonly start: number;
  /** Sum of the quantities. */
  change: bigint;
  /** Sum of quantity times the milliseconds from the change to the end of the hour or day. */
  weighted: bigint;
}

export interface ResolvedCommission {
  readonly serial: number;
  readonly state: number;
  readonly resolved_at: number | null;
  /** The accepted provisions, as stored. */
  readonly taken: string;
}

/**
 * The changes by the commissions that were accepted, per holding and step, in the order of their keys. Throws
 * `InvariantBroken` if an accepted commission has no time of resolution, or hours and days do not agree.
 */
export function gainsOf(commissions: readonly ResolvedCommission[]): Readonly<Record<Step, Gain[]>> {
  const gains = { hour: gainsPer('hour', commissions), day: gainsPer('day', commissions) };
  const [hours, days] = [sumOf(gains.hour), sumOf(gains.day)];
  invariant(hours === days, 'The changes of hours and the changes of days have the same sum.', () => ({
    hours: String(hours),
    days: String(days),
    first_serial: commissions[0]?.serial ?? null,
    last_serial: commissions.at(-1)?.serial ?? null,
  }));
  return gains;
}

function gainsPer(step: Step, commissions: readonly ResolvedCommission[]): Gain[] {
  const gains = new Map<string, Gain>();
  for (const { serial, state, resolved_at, taken } of commissions) {
    if (state !== 1) continue;
    if (resolved_at === null || resolved_at < 0) {
      throw new InvariantBroken('An accepted commission has a time of resolution.', { serial, resolved_at });
    }
    const start = startOfStep(resolved_at, step);
    const left_ms = BigInt(start + STEP_MS[step] - resolved_at);
    // A damaged commission adds nothing; a verification reports it.
    for (const { kind, id, resource, quantity } of decodeProvisions(taken) ?? []) {
      if (quantity === 0n) continue;
      const key = `${kind}.${id}.${resource}.${start}`;
      let gain = gains.get(key);
      if (!gain) {
        gain = { kind, id, resource, start, change: 0n, weighted: 0n };
        gains.set(key, gain);
      }
      gain.change += quantity;
      gain.weighted += quantity * left_ms;
    }
  }
  return [...gains.values()].sort(
    (a, b) => a.kind - b.kind || a.id - b.id || a.resource - b.resource || a.start - b.start,
  );
}

const sumOf = (gains: readonly Gain[]): bigint => gains.reduce((sum, { change }) => sum + change, 0n);

/** Throws `InvariantBroken` unless a roll-up marked all commissions that it read, and no others. */
export function checkMarked(commissions: readonly ResolvedCommission[], marked: number | bigint): void {
  invariant(
    Number(marked) === commissions.length,
    'A roll-up marks exactly the commissions that it read.',
    () => ({
      read: commissions.length,
      marked: Number(marked),
      first_serial: commissions[0]?.serial ?? null,
      last_serial: commissions.at(-1)?.serial ?? null,
    }),
  );
}

/** The values of a row, in the order of its columns. */
export function rowOf({ kind, id, resource, start, change, weighted }: Gain): (number | bigint)[] {
  return [kind, id, resource, start, ...splitWide(change), ...splitWide(weighted)];
}
