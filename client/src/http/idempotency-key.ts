/**
 * A unique key: 128 random bits. (Browsers offer `crypto.randomUUID` only to pages from https.)
 */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
