import { fetchTransport } from './fetch-transport.ts';
import type { Transport } from './transport.ts';

/** A transport, and how to let go of what it keeps open. */
export interface OpenTransport {
  readonly send: Transport;
  close(): void;
}

/** What carries requests where nothing better is known than `fetch`; it looks after its connections itself. */
export function createTransport(_options: { readonly poolSize: number }): OpenTransport {
  return { send: fetchTransport(), close: () => undefined };
}
