import { Secret, TOTP } from 'otpauth';
import type { Clock } from '../../../src/lib/clock.ts';

/** The code that an authenticator app shows for a secret in base32, so many steps of 30 seconds from now. */
export function codeOf(secret: string, clock: Clock, steps = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({
    timestamp: clock.now() + steps * 30_000,
  });
}
