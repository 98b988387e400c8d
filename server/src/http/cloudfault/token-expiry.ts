import type { Token } from '../../directory/tokens/principal.ts';

/** Clients of these dialects parse the date, so a token without an expiry gets one: this long after its creation. */
const NEVER_YEARS = 100;

/** When a token expires, in milliseconds since the epoch. */
export function tokenExpiry({ createdAt, expiresAt }: Pick<Token, 'createdAt' | 'expiresAt'>): number {
  if (expiresAt !== null) return expiresAt;
  const date = new Date(createdAt);
  return date.setUTCFullYear(date.getUTCFullYear() + NEVER_YEARS);
}
