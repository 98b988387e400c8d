import type { Connection } from '../connection.ts';

/** The admin workflow, `/v1`. */
export class WorkflowClient {
  readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }
}
