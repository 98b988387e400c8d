import { createTransport } from '#transport';
import { type Addresses, addressesOf } from './addresses.ts';
import { BadValue } from './errors/errors.ts';
import { Caller, type LogEvent } from './http/caller.ts';
import { counting } from './http/deadline.ts';
import type { Timing } from './http/timing.ts';
import type { Transport } from './http/transport.ts';

/** Where Purser is, who asks, and how. */
export interface PurserOptions {
  /**
   * Address of the service, such as `https://accounts.example.org`, with a path where it has one. The address of the
   * identity service (`…/identity/v2.0`), which older clients are given, does as well.
   */
  readonly url: string;
  /** API token of a user, or secret of a component. Without it only what needs none can be asked. */
  readonly token?: string | undefined;
  /** How long a call may take in all, retries included, in milliseconds; 60,000 unless said. */
  readonly timeoutMs?: number | undefined;
  /** How long one attempt of a call may take, in milliseconds; 30,000 unless said. */
  readonly attemptTimeoutMs?: number | undefined;
  /** How often a call is tried again, where that is safe; 2 unless said. */
  readonly retries?: number | undefined;
  /** How many connections are kept open at most; 8 unless said. Browsers decide this themselves. */
  readonly poolSize?: number | undefined;
  /**
   * `'astakos'` where the service is an installation of the older system. That one knows neither idempotency keys nor
   * resolutions that can be repeated, so a call that issues, accepts or rejects commissions is then not tried again
   * once it may have arrived. `'purser'` unless said.
   */
  readonly server?: 'purser' | 'astakos' | undefined;
  /** Further headers of every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Receives an event for every attempt; see `LogEvent` for what it leaves out. */
  readonly logger?: ((event: LogEvent) => void) | undefined;
  /** Carries the requests in the place of the usual means. */
  readonly transport?: Transport | undefined;
  /** Time and chance of retries; for tests. */
  readonly timing?: Timing | undefined;
}

/** What all clients of one service for one token share. */
export class Connection {
  readonly addresses: Addresses;
  readonly caller: Caller;
  readonly server: 'purser' | 'astakos';
  readonly #token: string | undefined;
  readonly #close: () => void;

  /** @throws BadValue if the address or the token cannot be one */
  constructor({ url, token, server = 'purser', poolSize = 8, transport, ...how }: PurserOptions) {
    this.addresses = addressesOf(url);
    if (token !== undefined && !/^[!-~]+$/.test(token))
      throw new BadValue('The token has characters that no token has.');
    counting('poolSize', poolSize, 1);
    this.server = server;
    this.#token = token;
    const own =
      transport === undefined ? createTransport({ poolSize }) : { send: transport, close: () => undefined };
    this.#close = own.close;
    this.caller = new Caller({ ...how, transport: own.send });
  }

  /** The token. @throws BadValue where there is none */
  get token(): string {
    if (this.#token === undefined)
      throw new BadValue('This call needs a token, and the client was given none.');
    return this.#token;
  }

  /** The header that older dialects know a caller by; none where there is no token. */
  get tokenHeader(): Record<string, string> {
    return this.#token === undefined ? {} : { 'x-auth-token': this.#token };
  }

  /** Lets go of connections that are kept open. A client can be used again afterwards. */
  close(): void {
    this.#close();
  }
}
