import type { Connection } from '../connection.ts';
import type { Answer, Call, CallOptions } from '../http/call.ts';
import { path } from '../http/path.ts';
import { Operations } from './operation.ts';
import type { NativeOperations } from './operations.ts';
import type { ListChargesQuery } from './schemas.ts';

const TypedOperations = Operations as new (
  connection: Connection,
) => NativeOperations & { readonly connection: Connection };

/**
 * The native API, `/api`: a method for each of its operations, and `call` for what they do not cover.
 *
 * ```ts
 * const user = await purser.api.getUser('ada@example.org');
 * const { items, next } = await purser.api.listUsers({ state: 'active' });
 * for await (const user of purser.api.listUsers.all({ state: 'active' })) console.log(user.email);
 * ```
 */
export class NativeClient extends TypedOperations {
  /**
   * Makes a call below `/api` for the connection's token; answers what came as it came: integers are `number` or
   * `bigint`, whichever is exact.
   * @throws PurserError as every call does
   */
  call(call: Omit<Call, 'base'>, options?: CallOptions): Promise<Answer> {
    const { caller, token, addresses } = this.connection;
    const headers = { authorization: `Bearer ${token}`, ...call.headers };
    return caller.call({ ...call, base: addresses.native, headers }, options);
  }

  /**
   * Who used how much of what, for charge-back, all of it as one table of comma separated values (RFC 4180).
   * Sends `GET /api/charges` and accepts `text/csv`.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  async listChargesAsCsv(
    query: Omit<ListChargesQuery, 'after' | 'limit'>,
    options?: CallOptions,
  ): Promise<string> {
    const asked = { ...query, format: 'csv' };
    const headers = { accept: 'text/csv' };
    const answer = await this.call(
      { method: 'GET', path: path`/charges`, query: asked, headers, as: 'text' },
      options,
    );
    return String(answer.data);
  }
}
