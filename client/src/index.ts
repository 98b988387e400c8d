/** The client of Purser, for Node and browsers. */
export type { PurserOptions } from './connection.ts';
export * from './errors/errors.ts';
export type { CallOptions, LogEvent } from './http/caller.ts';
export { fetchTransport } from './http/fetch-transport.ts';
export type { Timing } from './http/timing.ts';
export { NotSent, type Transport, type TransportRequest, type TransportResponse } from './http/transport.ts';
export type { Holder, Provision, Quantities, Quantity } from './provisions.ts';
export { Purser } from './purser.ts';
export { AlreadyDone, Unresolved } from './reservation/outcomes.ts';
export type {
  Decision,
  PendingCommission,
  ReconcileOptions,
  Reconciliation,
} from './reservation/reconciliation.ts';
export type { Reassignment, Reservation, Reserved, Work } from './reservation/reservations.ts';
