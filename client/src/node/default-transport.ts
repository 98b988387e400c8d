import type { OpenTransport } from '../http/default-transport.ts';
import { fetchTransport } from '../http/fetch-transport.ts';

/** What carries requests on Node. */
export function createTransport(_options: { readonly poolSize: number }): OpenTransport {
  return { send: fetchTransport(), close: () => undefined };
}
