/** The client of Purser, for Node and browsers. */
export type { AccountClient } from './account/account-client.ts';
export type {
  CommissionAction,
  CommissionInfo,
  CommissionTerms,
  GenericCommission,
  OneCommission,
  ProjectProvision,
  QuantitiesByProject,
  ReassignedCommission,
  Resolution,
  UserProvision,
} from './account/commissions.ts';
export * from './account/endpoints.ts';
export type { AccountMembership, MembershipAction, MembershipState } from './account/memberships.ts';
export type { ResourceUsage, UserInfo } from './account/own-account.ts';
export type {
  AccountApplication,
  AccountProject,
  ApplicationAction,
  ApplicationReference,
  Applied,
  Capacities,
  ProjectAction,
  ProjectChanges,
  ProjectFilter,
  ProjectId,
  ProjectPolicy,
  ProjectSpecs,
} from './account/projects.ts';
export type {
  CloudService,
  Ids,
  MemberQuota,
  MemberQuotas,
  ProjectQuota,
  ProjectQuotas,
  ResourceInfo,
} from './account/quotas.ts';
export * from './account/token-cookie.ts';
export type { Access, AccessToken, PublicAccess, TokenUser, Validation } from './account/tokens.ts';
export type { PurserOptions } from './connection.ts';
export * from './errors/errors.ts';
export type { CallOptions } from './http/call.ts';
export type { LogEvent } from './http/caller.ts';
export { fetchTransport } from './http/fetch-transport.ts';
export { path } from './http/path.ts';
export type { Timing } from './http/timing.ts';
export { NotSent, type Transport, type TransportRequest, type TransportResponse } from './http/transport.ts';
export type { IdentifyOptions, Identity } from './identities.ts';
export type { List, ListOptions, Page } from './native/lists.ts';
export type { NativeOperations } from './native/operations.ts';
export type * from './native/schemas.ts';
export type { Holder, Quantities, Quantity } from './provisions.ts';
export { provisionsOf, reassignmentOf } from './provisions.ts';
export { Purser } from './purser.ts';
export { AlreadyDone, Unresolved } from './reservation/outcomes.ts';
export type {
  Decision,
  PendingCommission,
  ReconcileOptions,
  Reconciliation,
} from './reservation/reconciliation.ts';
export type { Reassignment, Reservation, Reserved, Work } from './reservation/reservations.ts';
export type {
  Filter,
  FilterValue,
  NotificationFilters,
  TaskFilters,
  TokenFilters,
} from './workflow/filters.ts';
export type * from './workflow/workflow-schemas.ts';
