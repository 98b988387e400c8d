/** A source of cookies: the text of a `Cookie` header, a request that has one, or cookies by name. */
export type CookieSource =
  | string
  | { readonly headers: HeadersLike }
  | ReadonlyMap<string, string>
  | Readonly<Record<string, string | undefined>>;

/** The headers of Node's requests, or of those of `fetch`. */
type HeadersLike = { readonly cookie?: string | undefined } | { get(name: string): string | null };

/**
 * The token from the account cookie of a request. The cookie's value is a percent-encoded `uuid|token`. Null if the
 * cookie is missing or has another form; it never throws.
 */
export function getTokenFromCookie(source: CookieSource, cookieName: string): string | null {
  try {
    const value = cookieIn(source, cookieName) ?? '';
    return decodeURIComponent(value.replace(/^"(.*)"$/, '$1')).split('|')[1] || null;
  } catch {
    return null;
  }
}

function cookieIn(source: CookieSource, name: string): string | null | undefined {
  if (typeof source === 'string') return cookieOf(source, name);
  if (source instanceof Map) return source.get(name);
  const { headers } = source as { readonly headers?: HeadersLike | string };
  if (typeof headers === 'object') {
    const { get, cookie } = headers as { get?: Headers['get']; cookie?: string };
    return cookieOf((typeof get === 'function' ? get.call(headers, 'cookie') : cookie) ?? '', name);
  }
  return Object.hasOwn(source, name) ? (source as Readonly<Record<string, string | undefined>>)[name] : null;
}

function cookieOf(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at >= 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
