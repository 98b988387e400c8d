import { hash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';

/**
 * Where identifiers and secrets come from. Injected, so that tests can make them predictable.
 */
export interface Secrets {
  /** A version 4 UUID in its usual text form. */
  uuid(): string;
  /** An unguessable token: 32 random bytes as unpadded base64url, 43 characters (account-v1 §6.4). */
  token(): string;
  /** A password for a person to type once: 20 characters without look-alikes, over 110 bits. */
  password(): string;
}

/** Letters and digits that are not mistaken for one another when read from a terminal. */
const READABLE = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789';

export const systemSecrets: Secrets = {
  uuid: () => randomUUID(),
  token: () => randomBytes(32).toString('base64url'),
  password: () => {
    // Rejection sampling: a plain modulo would favour the first letters of the alphabet.
    const letters: string[] = [];
    while (letters.length < 20) {
      for (const byte of randomBytes(32)) {
        const letter = READABLE[byte & 63];
        if (letter !== undefined && letters.length < 20) letters.push(letter);
      }
    }
    return letters.join('');
  },
};

/** SHA-256 of a secret, as stored (decision secrets-at-rest). Secrets have at least 128 random bits, so no salt is needed. */
export function digestSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/** The same as a text of 32 characters, for looking up in memory; `Buffer.from(text, 'latin1')` is the digest. */
export function digestText(secret: string): string {
  return hash('sha256', secret, 'binary');
}

/** Whether two digests are equal, in time that does not depend on where they differ. */
export function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
