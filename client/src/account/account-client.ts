import type { Connection } from '../connection.ts';

/** The account and identity dialects. */
export class AccountClient {
  readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }
}
