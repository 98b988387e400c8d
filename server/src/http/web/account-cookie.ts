/** What the account cookie holds (web §4). */
export interface AccountCookie {
  readonly uuid: string;
  readonly token: string;
}

/**
 * Reads the account cookie, percent-encoded `uuid|token`, from a Cookie header. Undefined if it is not there or
 * not like that. Whether the token is good is for others to say.
 */
export function accountCookie(header: string | undefined, name: string): AccountCookie | undefined {
  for (const pair of (header ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 0 || pair.slice(0, equals).trim() !== name) continue;
    const [uuid, token, ...rest] = decoded(pair.slice(equals + 1).trim())?.split('|') ?? [];
    return uuid && token && rest.length === 0 ? { uuid, token } : undefined;
  }
  return undefined;
}

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value.replace(/^"(.*)"$/, '$1'));
  } catch {
    return undefined;
  }
}
