/** The client of Purser, for Node and browsers. */
export type { PurserOptions } from './connection.ts';
export * from './errors/errors.ts';
export type { CallOptions, LogEvent } from './http/caller.ts';
export { fetchTransport } from './http/fetch-transport.ts';
export { path } from './http/path.ts';
export type { Timing } from './http/timing.ts';
export { NotSent, type Transport, type TransportRequest, type TransportResponse } from './http/transport.ts';
export type { List, ListOptions, Page } from './native/lists.ts';
export type { NativeOperations } from './native/operations.ts';
export type * from './native/schemas.ts';
export { Purser } from './purser.ts';
export type {
  Filter,
  FilterValue,
  NotificationFilters,
  TaskFilters,
  TokenFilters,
} from './workflow/filters.ts';
export type * from './workflow/workflow-schemas.ts';
