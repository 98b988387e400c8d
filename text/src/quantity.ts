/** 2^63 - 1: the limit that means "unlimited" (quota §3.6). */
export const UNLIMITED = 9223372036854775807n;

const UNIT_EXPONENT: Record<string, number> = { '': 0, K: 1, M: 2, G: 3, T: 4, P: 5, E: 6 };
const QUANTITY = /^([0-9]{1,19})(?:\.([0-9]{1,9}))?\s*(?:([KMGTPE])(?:I?B)?|B|BYTES)?$/;

/**
 * Reads a limit as operators write it: digits, optionally with a fraction and a unit of base 1024
 * (`10`, `1.5G`, `10GiB`, `512 mb`), or `inf`/`infinite`/`unlimited` (quota §4.4).
 * Returns undefined if the text is none of these or exceeds 2^63 - 1.
 */
export function parseQuantity(text: string): bigint | undefined {
  const upper = text.trim().toUpperCase();
  if (upper === 'INF' || upper === 'INFINITE' || upper === 'UNLIMITED') return UNLIMITED;
  const match = QUANTITY.exec(upper);
  if (!match) return undefined;
  const [, whole = '', fraction = '', unit = ''] = match;
  if (fraction !== '' && unit === '') return undefined;
  const factor = 1024n ** BigInt(UNIT_EXPONENT[unit] ?? 0);
  const scale = 10n ** BigInt(fraction.length);
  const value = (BigInt(whole + fraction) * factor) / scale;
  return value <= UNLIMITED ? value : undefined;
}
