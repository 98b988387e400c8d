/**
 * Dates as the account and identity dialects write them: ISO 8601 with offset `+00:00`,
 * six fractional digits unless they are all zero (account-v1 §2.3).
 */
export function isoOffsetDate(at_ms: number): string {
  return `${isoDate(at_ms)}+00:00`;
}

/** The same as the workflow dialect writes them: with `Z` (workflow-v1 §1.1). */
export function isoUtcDate(at_ms: number): string {
  return `${isoDate(at_ms)}Z`;
}

function isoDate(at_ms: number): string {
  const iso = new Date(at_ms).toISOString();
  const fraction = iso.slice(20, 23);
  return fraction === '000' ? iso.slice(0, 19) : `${iso.slice(0, 19)}.${fraction}000`;
}

/** A date as RFC 9110 (HTTP) and RFC 1123 write it: `Wed, 30 May 2012 10:03:37 GMT`. */
export function httpDate(at_ms: number): string {
  return new Date(at_ms).toUTCString();
}
