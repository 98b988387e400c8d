import type { Token } from '../../directory/tokens/principal.ts';

/** Clients of these dialects parse the date, so a token that never expires needs one: this long after its birth. */
const NEVER_YEARS = 100;

/** When a token expires, in milliseconds since the epoch. */
export function tokenExpiry({ createdAt, expiresAt }: Pick<Token, 'createdAt' | 'expiresAt'>): number {
  if (expiresAt !== null) return expiresAt;
  const date = new Date(createdAt);
  return date.setUTCFullYear(date.getUTCFullYear() + NEVER_YEARS);
}
