import { limitText as usualText } from '@purser/text/quantity-text';

/** In which unit tables show bytes: the largest that fits, always the same one, or none: all digits. */
export type UnitStyle = 'auto' | 'b' | 'kb' | 'mb' | 'gb' | 'tb' | 'pb' | 'none';

const EXPONENTS: Partial<Record<UnitStyle, number>> = { b: 0, kb: 1, mb: 2, gb: 3, tb: 4, pb: 5 };

let current: UnitStyle = 'auto';

/** Makes texts in which quantities have this style. The call is synchronous, so no other text is made in between. */
export function inStyle<T>(style: UnitStyle, make: () => T): T {
  const before = current;
  current = style;
  try {
    return make();
  } finally {
    current = before;
  }
}

/** A limit as people read it, bytes in the style that is in force; units are those of base 1024. */
export function limitText(limit: number | bigint, unit: string | null): string {
  return usualText(limit, current === 'none' ? null : unit, EXPONENTS[current]);
}
