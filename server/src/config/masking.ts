const MASK = '********';

/** A secret as it may be shown. */
export const maskSecret = (): string => MASK;

/** A URL, or a text that was meant to be one, with its password hidden, wherever it stands in it. */
export function maskUrl(url: string): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/[^:@/]*):.*@/i, `$1:${MASK}@`)
    .replace(/([?&](?:password|pass|sslpassword)=)[^&#]*/gi, `$1${MASK}`);
}
