/** The client of Purser, for Node and browsers. */
export type { PurserOptions } from './connection.ts';
export * from './errors/errors.ts';
export type { CallOptions, LogEvent } from './http/caller.ts';
export { fetchTransport } from './http/fetch-transport.ts';
export type { Timing } from './http/timing.ts';
export { NotSent, type Transport, type TransportRequest, type TransportResponse } from './http/transport.ts';
export { provisionsOf, reassignmentOf } from './provisions.ts';
export { Purser } from './purser.ts';
