import { UNLIMITED } from './limits.ts';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
/** A limit as people read it: `unlimited`, a plain number, or bytes with a unit. */
export function limitText(limit: number | bigint, unit: string | null): string {
  const value = BigInt(limit);
  if (value === UNLIMITED) return 'unlimited';
  return unit === 'bytes' ? bytesText(value) : value.toString();
}

/** The largest unit of which there is at least one, with up to two decimals, rounded down. */
function bytesText(bytes: bigint): string {
  let exponent = 0;
  while (exponent < UNITS.length - 1 && bytes >= 1024n ** BigInt(exponent + 1)) exponent += 1;
  const hundredths = (bytes * 100n) / 1024n ** BigInt(exponent);
  const decimals = (hundredths % 100n).toString().padStart(2, '0').replace(/0+$/, '');
  return `${hundredths / 100n}${decimals && `.${decimals}`} ${UNITS[exponent]}`;
}
