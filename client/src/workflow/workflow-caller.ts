import type { Connection } from '../connection.ts';
import type { Answer, Call, CallOptions } from '../http/caller.ts';
import { type Path, path } from '../http/path.ts';
import type { ListOptions } from '../native/lists.ts';

/** What a call is, below `/v1`. */
export type WorkflowCall = Omit<Call, 'base'>;

/** Makes calls of the workflow: answers the bodies of successes. */
export type Send = <T>(call: WorkflowCall, options?: CallOptions) => Promise<T>;

const PAGE_SIZE = 100;

/** Makes a call below `/v1`, with the token if there is one. */
export function callWorkflow(
  { addresses, caller, tokenHeader }: Connection,
  call: WorkflowCall,
  options?: CallOptions,
): Promise<Answer> {
  const headers = { ...tokenHeader, ...call.headers };
  return caller.call({ ...call, base: addresses.workflow, headers }, options);
}

/** Makes calls that nobody without a token may make. @throws BadValue where there is none */
export function sendSigned(connection: Connection): Send {
  return async <T>(call: WorkflowCall, options?: CallOptions) => {
    const headers = { 'x-auth-token': connection.token };
    return (await callWorkflow(connection, { ...call, headers }, options)).data as T;
  };
}

/** Makes calls that anybody may make. */
export function sendOpen(connection: Connection): Send {
  return async <T>(call: WorkflowCall, options?: CallOptions) =>
    (await callWorkflow(connection, call, options)).data as T;
}

/** Filters as the parameter of a query. */
export const filtered = (filters: object | undefined): { readonly filters?: string } =>
  filters === undefined ? {} : { filters: JSON.stringify(filters) };

/** The path of one thing of a kind. */
export const one = (kind: string, id: string): Path => path([`/${kind}/`, ''], id);

/** Goes through all pages of a list, the newest first; each is asked for when the one before has been taken. */
export async function* eachOf<Item>(
  send: Send,
  kind: string,
  filters: object | undefined,
  { pageSize = PAGE_SIZE, ...options }: ListOptions,
): AsyncGenerator<Item, void, undefined> {
  for (let page = 1; ; page += 1) {
    const query = { ...filtered(filters), page, [`${kind}_per_page`]: pageSize };
    const found = await send<Record<string, Item[]> & { has_more: boolean }>(
      { method: 'GET', path: path([`/${kind}`]), query },
      options,
    );
    yield* found[kind] ?? [];
    if (!found.has_more) return;
  }
}
