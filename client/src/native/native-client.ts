import type { Connection } from '../connection.ts';
import type { Answer, Call, CallOptions } from '../http/caller.ts';

/** The native API, `/api`. */
export class NativeClient {
  readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** Makes a call below `/api` for the connection's token. */
  call(call: Omit<Call, 'base'>, options?: CallOptions): Promise<Answer> {
    const { caller, token, addresses } = this.connection;
    const headers = { authorization: `Bearer ${token}`, ...call.headers };
    return caller.call({ ...call, base: addresses.native, headers }, options);
  }
}
