import type { Page } from '@purser/api/native/common';
import { LIMITS } from '../../../lib/limits.ts';
import type { ListPage, ListPosition } from '../../../workflow/store/task-query.ts';
import { type PageRequest, wrongCursor } from './paging.ts';

/** The requested page of a workflow list: entries are identified by texts, the newest first. */
export async function entryPage<T, W>(
  { limit = LIMITS.page_default, after }: PageRequest,
  read: (at: ListPosition) => Promise<ListPage<T>>,
  nameOf: (item: T) => string,
  present: (item: T) => W,
): Promise<Page<W>> {
  const { items, hasMore } = await read({ limit, after: after === undefined ? undefined : readEntry(after) });
  const last = items.at(-1);
  return { items: items.map(present), next: hasMore && last !== undefined ? writeEntry(nameOf(last)) : null };
}

const writeEntry = (name: string): string => Buffer.from(`entry:${name}`).toString('base64url');

function readEntry(cursor: string): string {
  const name = /^entry:([0-9a-f]{32})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1];
  if (name !== undefined && writeEntry(name) === cursor) return name;
  throw wrongCursor();
}
