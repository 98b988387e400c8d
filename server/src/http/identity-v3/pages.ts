import { LIMITS } from '../../lib/limits.ts';
import type { Call } from './call.ts';
import { badRequest } from './faults.ts';

/** The most that one page has: one below what the domain answers, for that one tells whether there are more. */
const PAGE_MAX = LIMITS.page_max - 1;

/**
 * Answers a page of a list, `{<key>: [...], links: {self, next, previous}}`. The page before is not linked: markers
 * lead forward only.
 * @param base the URL of the dialect
 * @param read reads at most so many items
 * @param markerOf where the next page begins, after this item
 */
export async function pageOf<T>(
  { request, query }: Pick<Call, 'request' | 'query'>,
  base: string,
  key: string,
  read: (limit: number) => Promise<readonly T[]>,
  present: (item: T) => unknown,
  markerOf: (item: T) => string,
) {
  const limit = limitOf(query['limit']);
  const items = await read(limit + 1);
  const page = items.slice(0, limit);
  const last = page.at(-1);
  const self = selfOf(base, request.url);
  const next = items.length > limit && last !== undefined ? withMarker(self, markerOf(last)) : null;
  return { body: { [key]: page.map(present), links: { self: self.href, next, previous: null } } };
}

/** A list that is short, whatever happens: all of it. */
export function wholeList(
  { request }: Pick<Call, 'request'>,
  base: string,
  key: string,
  items: readonly unknown[],
) {
  return {
    body: { [key]: items, links: { self: selfOf(base, request.url).href, next: null, previous: null } },
  };
}

function limitOf(text: string | undefined): number {
  if (text === undefined || text === '') return PAGE_MAX;
  const limit = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (limit < 1) throw badRequest('limit: must be a positive integer');
  return Math.min(limit, PAGE_MAX);
}

/** The URL of the request as the outside knows it: below the dialect's, whichever prefix it came by. */
function selfOf(base: string, url: string): URL {
  return new URL(base + url.replace(/^.*?\/v3(?=[/?]|$)/, ''));
}

function withMarker(self: URL, marker: string): string {
  const next = new URL(self);
  next.searchParams.set('marker', marker);
  return next.href;
}

/** Whether a filter of the query, if there is one, lets the value pass. */
export function passes(wanted: string | undefined, value: string | null): boolean {
  return wanted === undefined || wanted === value;
}

/** `true` and `false` as clients write them; undefined if nothing was sent. */
export function flagOf(key: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  // A flag without a value is set.
  if (['', '1', 'true', 'yes', 'on'].includes(text.toLowerCase())) return true;
  if (['0', 'false', 'no', 'off'].includes(text.toLowerCase())) return false;
  throw badRequest(`${key}: must be true or false`);
}
