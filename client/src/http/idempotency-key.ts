/**
 * A key that no other request has: 128 random bits. (`crypto.randomUUID` would do, but browsers offer it to pages
 * from https alone.)
 */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
