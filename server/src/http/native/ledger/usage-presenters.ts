import type { Charge as WireCharge, UsageSeries as WireSeries } from '@purser/api/native/ledger/usage';
import type { Charge } from '../../../ledger/usage/charges.ts';
import type { UsageSeries } from '../../../ledger/usage/usage-series.ts';
import { decimalText } from '../../../lib/text/decimal.ts';
import { time } from '../frame/presenters.ts';
import type { Units } from '../frame/units.ts';

const MS_PER_HOUR = 3_600_000n;

/** Seconds are exact; hours are cut after six digits, since a third of an hour has no exact decimal. */
function unitTimes(unit_ms: bigint): { unit_seconds: string; unit_hours: string } {
  return {
    unit_seconds: decimalText(unit_ms, 3),
    unit_hours: decimalText((unit_ms * 1_000_000n) / MS_PER_HOUR, 6),
  };
}

export function presentSeries({ project, user, resource, points }: UsageSeries, units: Units): WireSeries {
  return {
    project,
    user,
    resource,
    unit: units.get(resource) ?? null,
    points: points.map(({ from, to, usage, average, unit_ms }) => ({
      from: time(from),
      to: time(to),
      usage,
      average,
      ...unitTimes(unit_ms),
    })),
  };
}

export function presentCharge(
  { project, user, resource, unit_ms, usage }: Charge,
  { from, to }: { readonly from: number; readonly to: number },
  units: Units,
  usernames: ReadonlyMap<string, string>,
): WireCharge {
  return {
    project,
    user,
    username: user === null ? null : (usernames.get(user) ?? null),
    resource,
    unit: units.get(resource) ?? null,
    from: time(from),
    to: time(to),
    ...unitTimes(unit_ms),
    usage,
  };
}
