import type { Domain } from '../../domain.ts';

/**
 * Where a page may lead after a sign-in: a path of this service, its full URL, or a page of a registered component.
 * Everything else is ignored: an address that the caller chose could be a page that looks like this service.
 * @param next the parameter `next`
 * @returns a path below the base URL's path, or a full URL; undefined for none or one that is not allowed
 */
export async function allowedNext(
  { settings, components }: Pick<Domain, 'settings' | 'components'>,
  next: string | null | undefined,
): Promise<string | undefined> {
  if (!next || !isPlain(next)) return undefined;
  const base = new URL(settings.baseUrl);
  // A path may come with the path of the base URL, as a browser has it, or without, as a proxy leaves it.
  const url = URL.canParse(next, base.origin) ? new URL(next, base.origin) : undefined;
  if (url === undefined || `${url.username}${url.password}` !== '') return undefined;
  if (url.origin === base.origin) {
    const path = withoutBase(url.pathname, base.pathname.replace(/\/+$/, ''));
    return `${path}${url.search}${url.hash}`;
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  const origins = (await components.list()).map(({ uiUrl }) => originOf(uiUrl));
  return origins.includes(url.origin) ? url.href : undefined;
}

/** Browsers drop tabs and line ends from addresses, and read a backslash as a slash. */
const isPlain = (text: string): boolean => !/[\\\p{Cc}\s]/u.test(text) && !text.startsWith('//');

const originOf = (url: string | null): string | undefined =>
  url !== null && URL.canParse(url) ? new URL(url).origin : undefined;

function withoutBase(path: string, base: string): string {
  if (base === '' || !path.startsWith(`${base}/`)) return path;
  return path.slice(base.length);
}
