/**
 * The path and query that the router looks at, from the URL of a request: without scheme and host, percent-decodable,
 * and below the path of the base URL.
 * @param basePath the path of the base URL, empty if it has none
 */
export function servedPath(url: string, basePath: string): string {
  return withoutBasePath(decodable(originForm(url)), basePath);
}

/** A client that takes the service for a proxy sends the URL with scheme and host (RFC 9112, 3.2.2). */
function originForm(url: string): string {
  return url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?]*\/?/i, '/');
}

/** A path that cannot be percent-decoded is taken literally: no route matches, and the dialect answers so. */
export function decodable(url: string): string {
  if (!url.includes('%')) return url;
  const [path = '', query] = url.split('?', 2);
  try {
    decodeURIComponent(path);
    return url;
  } catch {
    return path.replaceAll('%', '%25') + (query === undefined ? '' : `?${query}`);
  }
}

/** Removes the path of the base URL. A URL without it is served as well: a proxy may have removed it already. */
function withoutBasePath(url: string, basePath: string): string {
  if (basePath === '' || !url.startsWith(basePath)) return url;
  const rest = url.slice(basePath.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') ? rest : url;
}
