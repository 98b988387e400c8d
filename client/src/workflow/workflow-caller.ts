import type { Connection } from '../connection.ts';
import type { Answer, Call, CallOptions } from '../http/call.ts';
import { type Path, path } from '../http/path.ts';

/** What a call is, below `/v1`. */
export type WorkflowCall = Omit<Call, 'base'>;

/** Makes calls of the workflow: answers the bodies of successes. */
export type Send = <T>(call: WorkflowCall, options?: CallOptions) => Promise<T>;

/** Makes a call below `/v1`, with the token if there is one. */
export function callWorkflow(
  { addresses, caller, tokenHeader }: Connection,
  call: WorkflowCall,
  options?: CallOptions,
): Promise<Answer> {
  const headers = { ...tokenHeader, ...call.headers };
  return caller.call({ ...call, base: addresses.workflow, headers }, options);
}

/** Makes calls that need a token. @throws BadValue where there is none */
export function sendSigned(connection: Connection): Send {
  return async <T>(call: WorkflowCall, options?: CallOptions) => {
    const headers = { 'x-auth-token': connection.token };
    return (await callWorkflow(connection, { ...call, headers }, options)).data as T;
  };
}

/** Makes calls that need no token. */
export function sendOpen(connection: Connection): Send {
  return async <T>(call: WorkflowCall, options?: CallOptions) =>
    (await callWorkflow(connection, call, options)).data as T;
}

/** Filters as the parameter of a query. */
export const filtered = (filters: object | undefined): { readonly filters?: string } =>
  filters === undefined ? {} : { filters: JSON.stringify(filters) };

/** The path of one thing of a kind. */
export const one = (kind: string, id: string): Path => path([`/${kind}/`, ''], id);
