import type { Secrets } from '../../lib/secrets.ts';
import { digestSecret } from '../../lib/secrets.ts';

/** The values that all authenticator apps support (RFC 6238 5.2, RFC 4226 5.3). */
const FORM = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
/** RFC 4226 4: 160 bits are recommended. */
const SECRET_BYTES = 20;
/** Clocks may differ by one step in either direction (RFC 6238 5.2). */
const DRIFT_STEPS = 1;

/** A new shared secret: 160 random bits. */
export function newTotpSecret(secrets: Secrets): Buffer {
  return digestSecret(secrets.token()).subarray(0, SECRET_BYTES);
}

/** A secret in the two forms in which authenticator apps take it: base32 to type, and a URI for a QR code. */
export async function shownTotpSecret(
  secret: Uint8Array,
  { issuer, label }: { issuer: string; label: string },
): Promise<{ secret: string; uri: string }> {
  const totp = await totpOf(secret, { issuer, label });
  return { secret: totp.secret.base32, uri: totp.toString() };
}

/**
 * The time step to which a code belongs, if it is a code of the current step or of one next to it; undefined for a
 * wrong code.
 */
export async function stepOfCode(
  secret: Uint8Array,
  code: string,
  now_ms: number,
): Promise<number | undefined> {
  const token = code.replaceAll(/\s/g, '');
  if (!/^[0-9]{6}$/.test(token)) return undefined;
  const totp = await totpOf(secret, {});
  const delta = totp.validate({ token, timestamp: now_ms, window: DRIFT_STEPS });
  return delta === null ? undefined : Math.floor(now_ms / 1000 / FORM.period) + delta;
}

async function totpOf(secret: Uint8Array, names: { issuer?: string; label?: string }) {
  const { Secret, TOTP } = await import('otpauth');
  return new TOTP({ ...FORM, ...names, secret: new Secret({ buffer: Uint8Array.from(secret).buffer }) });
}
