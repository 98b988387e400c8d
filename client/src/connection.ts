import { createTransport } from '#transport';
import { type Addresses, addressesOf } from './addresses.ts';
import { BadValue } from './errors/errors.ts';
import { Caller, type LogEvent } from './http/caller.ts';
import { counting } from './http/deadline.ts';
import type { Timing } from './http/timing.ts';
import type { Transport } from './http/transport.ts';

/** Options of a client: address, token, timeouts and retries. */
export interface PurserOptions {
  /**
   * URL of the service, for example `https://accounts.example.org`, with a path if it has one. The URL of the identity
   * service (`…/identity/v2.0`), which older clients use, is accepted too.
   */
  readonly url: string;
  /** API token of a user, or secret of a component. Without it, only calls that need no token work. */
  readonly token?: string | undefined;
  /** Timeout of a call including its retries, in milliseconds; default 60,000. */
  readonly timeoutMs?: number | undefined;
  /** Timeout of one attempt of a call, in milliseconds; default 30,000. */
  readonly attemptTimeoutMs?: number | undefined;
  /** Maximum number of retries of a call, if retries are safe; default 2. */
  readonly retries?: number | undefined;
  /** Maximum number of open connections; default 8. Not used in browsers. */
  readonly poolSize?: number | undefined;
  /**
   * `'astakos'` if the service is an installation of the older system, which supports neither idempotency keys nor
   * repeated resolutions: calls that issue, accept or reject commissions are then not retried if they may have
   * arrived. Default `'purser'`.
   */
  readonly server?: 'purser' | 'astakos' | undefined;
  /** Further headers of every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Receives an event for every attempt; see `LogEvent` for what events omit. */
  readonly logger?: ((event: LogEvent) => void) | undefined;
  /** Sends the requests instead of the default transport. */
  readonly transport?: Transport | undefined;
  /** Clock and random numbers of retries; for tests. */
  readonly timing?: Timing | undefined;
}

/** State that all API clients of one service and token share. */
export class Connection {
  readonly addresses: Addresses;
  readonly caller: Caller;
  readonly server: 'purser' | 'astakos';
  readonly #token: string | undefined;
  readonly #close: () => void;

  /** @throws BadValue if the URL or the token is not valid */
  constructor({ url, token, server = 'purser', poolSize = 8, transport, ...how }: PurserOptions) {
    this.addresses = addressesOf(url);
    if (token !== undefined && !/^[!-~]+$/.test(token))
      throw new BadValue('The token has invalid characters.');
    counting('poolSize', poolSize, 1);
    this.server = server;
    this.#token = token;
    const own =
      transport === undefined ? createTransport({ poolSize }) : { send: transport, close: () => undefined };
    this.#close = own.close;
    this.caller = new Caller({ ...how, transport: own.send });
  }

  /** The token. @throws BadValue if there is none */
  get token(): string {
    if (this.#token === undefined) throw new BadValue('This call needs a token, and the client has none.');
    return this.#token;
  }

  /** The authentication header of the older APIs; empty if there is no token. */
  get tokenHeader(): Record<string, string> {
    return this.#token === undefined ? {} : { 'x-auth-token': this.#token };
  }

  /** Closes idle connections. The client can be used again afterwards. */
  close(): void {
    this.#close();
  }
}
