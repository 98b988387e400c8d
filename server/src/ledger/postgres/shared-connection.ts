import type { PoolClient } from 'pg';
import type { PostgresNative } from '../../storage/storage.ts';

/** One connection for all running batches, so that each one finds the result of the previous one. */
export class SharedConnection {
  readonly #native: PostgresNative;
  #current: Connection | undefined;

  constructor(native: PostgresNative) {
    this.#native = native;
  }

  /** The connection; each call needs a call of `leave`. */
  async enter(): Promise<[Connection, PoolClient]> {
    this.#current ??= { connecting: this.#native.pipelined.connect(), users: 0, loss: undefined };
    const connection = this.#current;
    connection.users += 1;
    try {
      return [connection, await connection.connecting];
    } catch (error) {
      if (this.#current === connection) this.#current = undefined;
      throw error;
    }
  }

  /** @param loss the error, if the connection must not be used again */
  leave(connection: Connection, client: PoolClient, loss: Error | undefined): void {
    connection.users -= 1;
    connection.loss ??= loss;
    if (this.#current === connection && (connection.loss || connection.users === 0)) {
      this.#current = undefined;
    }
    if (connection.users === 0) client.release(connection.loss);
  }
}

export interface Connection {
  readonly connecting: Promise<PoolClient>;
  users: number;
  loss: Error | undefined;
}
