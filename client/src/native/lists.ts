import type { CallOptions } from '../http/call.ts';

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** To be sent as `after` to get the next page; null on the last one. */
  readonly next: string | null;
}

/** How all of a list is read. The other options hold for each call, of which there is one per page. */
export interface ListOptions extends CallOptions {
  /** How many items are asked for at once, 1,000 at most; as many as the service thinks fit unless said. */
  readonly pageSize?: number | undefined;
}

/** What says which page: nothing to say where all pages are read. */
type Unpaged<Query> = Omit<Query, 'after' | 'limit'>;

/** A query and what follows it; it can be left away where nothing in it is required. */
type Asked<Query, Options> =
  Partial<Query> extends Query
    ? [query?: Query | undefined, options?: Options | undefined]
    : [query: Query, options?: Options | undefined];

/** An operation that answers a list in pages. */
export interface List<Path extends readonly unknown[], Query, Item> {
  /** Answers one page: the first, or the one `after` another. */
  (...asked: [...path: Path, ...Asked<Query, CallOptions>]): Promise<Page<Item>>;
  /**
   * Goes through the items of all pages. A page is requested when the items before it have been taken, so a
   * loop that stops early requests no more pages than it needs.
   */
  all(
    ...asked: [...path: Path, ...Asked<Unpaged<Query>, ListOptions>]
  ): AsyncGenerator<Item, void, undefined>;
}
