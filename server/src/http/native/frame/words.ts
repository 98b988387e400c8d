import { PurserError } from '../../../lib/errors.ts';

/** The values of a query parameter that takes several, separated by commas. `invalid_field` if one is unknown. */
export function wordsOf<T extends string>(
  field: string,
  text: string | undefined,
  known: readonly T[],
): T[] | undefined {
  if (text === undefined) return undefined;
  return text.split(',').map((word) => {
    const found = known.find((one) => one === word);
    if (found === undefined) {
      throw new PurserError('invalid_field', { field, reason: `must be one of ${known.join(', ')}` });
    }
    return found;
  });
}
