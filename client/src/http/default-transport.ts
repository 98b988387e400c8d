import { fetchTransport } from './fetch-transport.ts';
import type { Transport } from './transport.ts';

/** A transport, and a function that closes its idle connections. */
export interface OpenTransport {
  readonly send: Transport;
  close(): void;
}

/** The default transport outside Node: `fetch`, which manages its own connections. */
export function createTransport(_options: { readonly poolSize: number }): OpenTransport {
  return { send: fetchTransport(), close: () => undefined };
}
