import { cookieOf } from '../kernel/cookies.ts';

/** The content of the account cookie (web §4). */
export interface AccountCookie {
  readonly uuid: string;
  readonly token: string;
}

/**
 * Parses the account cookie, percent-encoded `uuid|token`, in a Cookie header. Undefined if it is absent or has another
 * form. Does not validate the token.
 */
export function accountCookie(header: string | undefined, name: string): AccountCookie | undefined {
  const value = cookieOf(header, name);
  const [uuid, token, ...rest] = (value === undefined ? undefined : decoded(value))?.split('|') ?? [];
  return uuid && token && rest.length === 0 ? { uuid, token } : undefined;
}

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value.replace(/^"(.*)"$/, '$1'));
  } catch {
    return undefined;
  }
}
