import type { Secrets } from '../../lib/secrets.ts';

/** An id of 32 hexadecimal digits. */
export function newHexId(secrets: Secrets): string {
  return secrets.uuid().replaceAll('-', '');
}

/** A secret of 32 hexadecimal digits: all of its 128 bits are random. */
export function newHexSecret(secrets: Secrets): string {
  return Buffer.from(secrets.token(), 'base64url').toString('hex').slice(0, 32);
}
