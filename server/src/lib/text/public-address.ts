/** Everything that the service hands out of itself is below the base URL, which may have a path. */

/** The URL of what is at `path` here; `path` begins with a slash. */
export function publicUrl(baseUrl: string, path: string): string {
  return baseUrl + path;
}

/**
 * The same without scheme and host, for redirects and `Location`: a client that came by another host stays there.
 * What it is resolved against has been reached by the same path.
 */
export function publicPath(baseUrl: string, path: string): string {
  return new URL(baseUrl).pathname.replace(/\/+$/, '') + path;
}
