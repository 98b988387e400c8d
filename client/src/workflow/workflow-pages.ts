import type { CallOptions } from '../http/call.ts';
import { path } from '../http/path.ts';
import type { ListOptions } from '../native/lists.ts';
import { filtered, one, type Send } from './workflow-caller.ts';

const PAGE_SIZE = 100;

/** What the lists of the workflow have in common: filters and numbered pages, the newest first. */
export class WorkflowPages<Item, Page, Filters extends object> {
  protected readonly send: Send;
  readonly #kind: string;

  /** @param kind what the list is called in paths, in answers and in the name of the size of its pages */
  constructor(send: Send, kind: string) {
    this.send = send;
    this.#kind = kind;
  }

  /**
   * All of them, the newest first, or one page if it is said how many make one. Sends `GET /v1/tasks` or
   * `GET /v1/notifications`.
   * @throws BadRequest if there is no such page or field, Unauthorized, Forbidden
   */
  list(
    {
      filters,
      page,
      pageSize,
    }: {
      readonly filters?: Filters | undefined;
      /** From 1, which it is unless said. */
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
   * Goes through all of them, the newest first. A page is asked for when those before it have been taken; what comes
   * meanwhile moves the others, so one can be met twice. Sends `GET /v1/tasks` or `GET /v1/notifications` for each page.
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

  /** One of them. Sends `GET /v1/tasks/<uuid>` or `GET /v1/notifications/<uuid>`. @throws Unauthorized, Forbidden, NotFound */
  get(uuid: string, options?: CallOptions): Promise<Item> {
    return this.send({ method: 'GET', path: one(this.#kind, uuid) }, options);
  }
}
