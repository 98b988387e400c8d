import type { FastifyReply } from 'fastify';
import { stringifyExact } from '../../lib/text/json.ts';
import { sendJson } from '../cloudfault/answer.ts';
import { sendPieces } from '../cloudfault/sending-pieces.ts';
import { NEXT_MARKER } from './page-parameters.ts';

/** Items read in one step. */
const CHUNK = 250;

/** A list in ascending order of ids, which reading continues after. */
export interface Listing<Item> {
  /** The items after this id; fewer than `limit` only at the end. */
  read(page: { limit: number; after?: number }): Promise<readonly Item[]>;
  idOf(item: Item): number;
  present(item: Item): object;
}

/** Sends a whole list of any length. */
export function sendList<Item>(reply: FastifyReply, listing: Listing<Item>): Promise<FastifyReply> {
  return sendPieces(reply, piecesOf(listing));
}

async function* piecesOf<Item>(listing: Listing<Item>): AsyncGenerator<string> {
  let before = '[';
  for await (const chunk of chunksOf(listing, CHUNK)) {
    yield before + chunk.map((item) => stringifyExact(listing.present(item))).join(',');
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}

/**
 * Sends one page of a list.
 * @param markerOf the marker of the page after the one that ends with this item
 */
export async function sendPage<Item>(
  reply: FastifyReply,
  listing: Listing<Item>,
  page: { size: number; after: number | undefined },
  markerOf: (item: Item) => string,
): Promise<FastifyReply> {
  const items: Item[] = [];
  // One item more than the page holds shows whether there is a next page.
  for await (const chunk of chunksOf(listing, Math.min(page.size + 1, CHUNK), page.after)) {
    items.push(...chunk);
    if (items.length > page.size) break;
  }
  const last = items[page.size - 1];
  if (last !== undefined && items.length > page.size) reply.header(NEXT_MARKER, markerOf(last));
  return sendJson(reply, items.slice(0, page.size).map(listing.present));
}

async function* chunksOf<Item>(
  { read, idOf }: Listing<Item>,
  limit: number,
  after?: number,
): AsyncGenerator<readonly Item[]> {
  for (let seen = after; ; ) {
    const chunk = await read({ limit, ...(seen !== undefined && { after: seen }) });
    const last = chunk.at(-1);
    if (last === undefined) return;
    yield chunk;
    if (chunk.length < limit) return;
    seen = idOf(last);
  }
}
