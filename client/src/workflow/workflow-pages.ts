import type { CallOptions } from '../http/call.ts';
import { path } from '../http/path.ts';
import type { ListOptions } from '../native/lists.ts';
import { filtered, one, type Send } from './workflow-caller.ts';

const PAGE_SIZE = 100;

/** A list of the workflow: filters and numbered pages, newest first. */
export class WorkflowPages<Item, Page, Filters extends object> {
  protected readonly send: Send;
  readonly #kind: string;

  /** @param kind name of the list in paths, in responses and in the parameter of the page size */
  constructor(send: Send, kind: string) {
    this.send = send;
    this.#kind = kind;
  }

  /**
   * All items, newest first, or one page if a page size is given. Sends `GET /v1/tasks` or
   * `GET /v1/notifications`.
   * @throws BadRequest if the page or a field does not exist, Unauthorized, Forbidden
   */
  list(
    {
      filters,
      page,
      pageSize,
    }: {
      readonly filters?: Filters | undefined;
      /** Number of the page, from 1; default 1. */
      readonly page?: number | undefined;
      readonly pageSize?: number | undefined;
    } = {},
    options?: CallOptions,
  ): Promise<Page> {
    const query = { ...filtered(filters), page, [`${this.#kind}_per_page`]: pageSize };
    const list = this.#kind;
    return this.send({ method: 'GET', path: path([`/${list}`]), query, list }, options);
  }

  /**
   * Iterates over all items, newest first. Each page is requested when the previous one is consumed; new items shift
   * the others, so an item can appear twice. Sends `GET /v1/tasks` or `GET /v1/notifications` for each page.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  async *all(
    { filters }: { readonly filters?: Filters | undefined } = {},
    { pageSize = PAGE_SIZE, ...options }: ListOptions = {},
  ): AsyncGenerator<Item, void, undefined> {
    for (let page = 1; ; page += 1) {
      const found = (await this.list({ filters, page, pageSize }, options)) as Readonly<
        Record<string, unknown>
      >;
      yield* found[this.#kind] as Item[];
      if (!found['has_more']) return;
    }
  }

  /**
   * One item. Sends `GET /v1/tasks/<uuid>` or `GET /v1/notifications/<uuid>`. @throws Unauthorized, Forbidden, NotFound
   */
  get(uuid: string, options?: CallOptions): Promise<Item> {
    return this.send({ method: 'GET', path: one(this.#kind, uuid) }, options);
  }
}
