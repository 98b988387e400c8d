import { isMoment } from '../../lib/text/moment.ts';

const DATE_AND_TIME =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:T|\s{1,3})(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,30}))?)?)?\s?(Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)$/i;
const COMPACT =
  /^(\d{4})(\d{2})(\d{2})T(\d{2})(?:(\d{2})(?:(\d{2})(?:[.,](\d{1,30}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)$/i;

/**
 * Parses a date and time as clients of the older systems write them: ISO 8601, and similar forms such as
 * `2113-5-5T20:20:20Z` or `2114-01-01 0:0+02:00` (projects §2.1). Digits below a millisecond are dropped.
 * Returns milliseconds since the epoch; undefined if the text is not such a date, or has no time zone.
 */
export function parseLenientDate(text: string): number | undefined {
  const trimmed = text.trim();
  const parts = DATE_AND_TIME.exec(trimmed) ?? COMPACT.exec(trimmed);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const millisecond = Number((parts[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const offset_ms = offsetOf(parts[8] ?? '');
  // Not Date.UTC, which interprets the year 99 as 1999.
  const local = new Date(0);
  local.setUTCFullYear(year ?? 0, (month ?? 0) - 1, day);
  local.setUTCHours(hour ?? 0, minute, second, millisecond);
  const exists =
    local.getUTCMonth() + 1 === month &&
    local.getUTCDate() === day &&
    local.getUTCHours() === hour &&
    local.getUTCMinutes() === minute &&
    local.getUTCSeconds() === second;
  if (!exists || offset_ms === undefined) return undefined;
  const at_ms = local.getTime() - offset_ms;
  return isMoment(at_ms) ? at_ms : undefined;
}

/** The offset of a zone from UTC. */
function offsetOf(zone: string): number | undefined {
  const parts = /^([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(zone);
  if (!parts) return 0;
  const [, sign, hours = '0', minutes = '0'] = parts;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
