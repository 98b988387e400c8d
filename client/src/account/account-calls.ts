import type { Connection } from '../connection.ts';
import { BadValue } from '../errors/errors.ts';
import type { Answer, Call, CallOptions } from '../http/call.ts';
import { placesOf } from './places.ts';

/** A call of the account or the identity dialect. */
export interface AccountCall extends Omit<Call, 'base'> {
  /** What the path is below: `account` unless said. */
  readonly at?: 'identity' | 'account' | 'ui';
  /** Whether it can be asked without a token. */
  readonly open?: boolean;
}

/** Makes calls for the connection's token. */
export type Ask = (call: AccountCall, options?: CallOptions) => Promise<Answer>;

/** @returns a function that makes calls, wherever the service has put the dialect that they belong to */
export function accountCalls(connection: Connection): Ask {
  const { addresses, caller } = connection;
  const places = placesOf(connection);
  return async ({ at = 'account', open = false, headers, ...call }, options) => {
    const token = open ? connection.tokenHeader : { 'x-auth-token': connection.token };
    const wire = { ...call, headers: { ...token, ...headers } };
    return at === 'identity'
      ? caller.call({ ...wire, base: addresses.identity }, options)
      : caller.callBelow(async () => (await places())[at], wire, options);
  };
}

/** A name, number or text that was given. @throws BadValue where there is none, or something else stands for it */
export function given<Value extends string | number>(value: Value, what: string): Value {
  if (typeof value === 'string' || Number.isSafeInteger(value)) return value;
  throw new BadValue(`${what} is missing, or is neither a text nor a whole number.`);
}
