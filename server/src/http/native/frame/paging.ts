import type { Page } from '@purser/api/native/common';
import { PurserError } from '../../../lib/errors.ts';
import { LIMITS } from '../../../lib/limits.ts';

/** The query parameters of a list. */
export interface PageRequest {
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
}

/** Where to read from: after the item with this id, in ascending order of ids. */
export interface Window {
  readonly limit: number;
  readonly after?: number;
}

/**
 * The requested page. The cursor is opaque on the wire, so that its content can change.
 * @param read returns at most `LIMITS.page_max` items, even if more are requested.
 */
export async function pageFrom<T extends { id: number }, W>(
  request: PageRequest,
  read: (window: Window) => Promise<readonly T[]>,
  present: (item: T) => W,
): Promise<Page<W>> {
  const limit = request.limit ?? LIMITS.page_default;
  const start = request.after === undefined ? {} : { after: readCursor(request.after) };
  // One item more than the page holds shows whether there is a next page; the largest page has no room for it.
  const items = await read({ limit: Math.min(limit + 1, LIMITS.page_max), ...start });
  const last = items[limit - 1];
  const more = last && (items.length > limit || (await leadsOn(limit, last.id, read)));
  return { items: items.slice(0, limit).map(present), next: more ? writeCursor(last.id) : null };
}

async function leadsOn(
  limit: number,
  after: number,
  read: (window: Window) => Promise<readonly unknown[]>,
): Promise<boolean> {
  return limit === LIMITS.page_max && (await read({ limit: 1, after })).length > 0;
}

/** The same for a list that the domain holds in memory. */
export function pageOfAll<T extends { id: number }, W>(
  items: readonly T[],
  request: PageRequest,
  present: (item: T) => W,
): Promise<Page<W>> {
  const sorted = [...items].sort((a, b) => a.id - b.id);
  const read = async ({ limit, after = 0 }: Window) => sorted.filter(({ id }) => id > after).slice(0, limit);
  return pageFrom(request, read, present);
}

export function writeCursor(id: number): string {
  return Buffer.from(`after:${id}`).toString('base64url');
}

export function readCursor(cursor: string): number {
  const id = /^after:([0-9]{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1];
  if (id !== undefined && writeCursor(Number(id)) === cursor) return Number(id);
  throw wrongCursor();
}

export function wrongCursor(): PurserError {
  return new PurserError('invalid_field', {
    field: 'after',
    reason: 'is not a valid cursor; send the `next` of a page',
  });
}
