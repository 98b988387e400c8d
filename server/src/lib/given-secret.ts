import { PurserError } from './errors.ts';

const PRINTABLE = /^[!-~]{8,256}$/;

/**
 * Whether operators may give this text as a token in place of a generated one: 8 to 256 printable ASCII characters
 * without spaces, so that it passes through any header. Tokens of older services, with `=`, `/` and `+`, are such.
 */
export function isGivenSecret(text: string): boolean {
  return PRINTABLE.test(text);
}

/** Throws `invalid_field` unless `isGivenSecret`. The text itself is not repeated in the error. */
export function checkGivenSecret(field: string, text: string): void {
  if (isGivenSecret(text)) return;
  throw new PurserError('invalid_field', {
    field,
    reason: 'must have 8 to 256 printable ASCII characters and no spaces',
  });
}
