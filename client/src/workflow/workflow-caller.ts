import type { Connection } from '../connection.ts';
import type { Answer, Call, CallOptions } from '../http/call.ts';
import { type Path, path } from '../http/path.ts';

/** A call below `/v1`. */
export type WorkflowCall = Omit<Call, 'base'>;

/** Makes calls of the workflow and returns the bodies of successful responses. */
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

/** Makes calls that need a token. @throws BadValue if there is none */
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

/** Filters as a query parameter. */
export const filtered = (filters: object | undefined): { readonly filters?: string } =>
  filters === undefined ? {} : { filters: JSON.stringify(filters) };

/** The path of one object of a kind. */
export const one = (kind: string, id: string): Path => path([`/${kind}/`, ''], id);
