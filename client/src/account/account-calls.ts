import type { Connection } from '../connection.ts';
import { BadValue } from '../errors/errors.ts';
import type { Answer, Call, CallOptions } from '../http/call.ts';
import { placesOf } from './places.ts';

/** A call of the account or the identity dialect. */
export interface AccountCall extends Omit<Call, 'base'> {
  /** The API that the path belongs to; default `account`. */
  readonly at?: 'identity' | 'account' | 'ui';
  /** Whether the call needs no token. */
  readonly open?: boolean;
}

/** Makes calls with the token of the connection. */
export type Ask = (call: AccountCall, options?: CallOptions) => Promise<Answer>;

/** @returns a function that makes calls to the addresses that the catalog of the service names */
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

/** The value, if it is a string or an exact integer. @throws BadValue otherwise */
export function required<Value extends string | number>(value: Value, what: string): Value {
  if (typeof value === 'string' || Number.isSafeInteger(value)) return value;
  throw new BadValue(`${what} is missing, or is neither a string nor an integer.`);
}
