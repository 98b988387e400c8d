import { LIMITS } from '../../lib/limits.ts';
import type { Call } from './call.ts';
import { badRequest } from './faults.ts';

/** The largest page: one less than the domain returns, since one item more shows whether there is a next page. */
const PAGE_MAX = LIMITS.page_max - 1;

/**
 * A page of a list, `{<key>: [...], links: {self, next, previous}}`. `previous` is always null: markers only lead
 * forward.
 * @param base the URL of the dialect
 * @param read returns at most the requested number of items
 * @param markerOf the marker of the page that begins after this item
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

/** A short list, sent as a whole. */
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

/** The public URL of the request: below the dialect's URL, whichever prefix the request used. */
function selfOf(base: string, url: string): URL {
  return new URL(base + url.replace(/^.*?\/v3(?=[/?]|$)/, ''));
}

function withMarker(self: URL, marker: string): string {
  const next = new URL(self);
  next.searchParams.set('marker', marker);
  return next.href;
}

/** Whether a value matches a filter of the query, if there is one. */
export function passes(wanted: string | undefined, value: string | null): boolean {
  return wanted === undefined || wanted === value;
}

/** `true` and `false` as clients write them; undefined if absent. */
export function flagOf(key: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  // A flag without a value is true.
  if (['', '1', 'true', 'yes', 'on'].includes(text.toLowerCase())) return true;
  if (['0', 'false', 'no', 'off'].includes(text.toLowerCase())) return false;
  throw badRequest(`${key}: must be true or false`);
}
