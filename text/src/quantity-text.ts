import { UNLIMITED } from './quantity.ts';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
/**
 * A limit as display text: `unlimited`, a plain number, or bytes with a unit: the largest suitable one, or that of this
 * power of 1024.
 */
export function limitText(limit: number | bigint, unit: string | null, exponent?: number): string {
  const value = BigInt(limit);
  if (value === UNLIMITED) return 'unlimited';
  if (value < 0n) return `-${limitText(-value, unit, exponent)}`;
  return unit === 'bytes' ? bytesText(value, exponent ?? exponentOf(value)) : value.toString();
}

/** The power of 1024 of the largest unit that is not larger than the value. */
function exponentOf(bytes: bigint): number {
  let exponent = 0;
  while (exponent < UNITS.length - 1 && bytes >= 1024n ** BigInt(exponent + 1)) exponent += 1;
  return exponent;
}

/** With up to two decimals, rounded down; a smaller positive value is not shown as zero. */
function bytesText(bytes: bigint, exponent: number): string {
  const hundredths = (bytes * 100n) / 1024n ** BigInt(exponent);
  if (hundredths === 0n && bytes > 0n) return `<0.01 ${UNITS[exponent]}`;
  const decimals = (hundredths % 100n).toString().padStart(2, '0').replace(/0+$/, '');
  return `${hundredths / 100n}${decimals && `.${decimals}`} ${UNITS[exponent]}`;
}
