import { type AccountClient, accountClient } from './account/account-client.ts';
import { Connection, type PurserOptions } from './connection.ts';
import { NativeClient } from './native/native-client.ts';
import { WorkflowClient } from './workflow/workflow-client.ts';

/**
 * Everything that Purser can do, for one token.
 *
 * ```ts
 * const purser = new Purser({ url: 'https://accounts.example.org', token });
 * ```
 */
export class Purser {
  /** Tokens, user catalogs, quotas, commissions, projects: what `astakosclient` did. */
  readonly account: AccountClient;
  /** The admin workflow: tasks, tokens, notifications, sign-up, invitations. */
  readonly workflow: WorkflowClient;
  /** The native API. */
  readonly api: NativeClient;
  readonly #connection: Connection;

  /** @throws BadValue if the address or the token cannot be one */
  constructor(options: PurserOptions) {
    this.#connection = new Connection(options);
    this.account = accountClient(this.#connection);
    this.workflow = new WorkflowClient(this.#connection);
    this.api = new NativeClient(this.#connection);
  }

  /** Lets go of connections that are kept open. The client can be used again afterwards. */
  close(): void {
    this.#connection.close();
  }
}
