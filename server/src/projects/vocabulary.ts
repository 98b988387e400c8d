/** The words of projects, applications and memberships (projects §3), and what falls under them. */

export const PROJECT_STATES = ['uninitialized', 'active', 'suspended', 'terminated', 'deleted'] as const;
export type ProjectState = (typeof PROJECT_STATES)[number];

export const APPLICATION_STATES = [
  'pending',
  'approved',
  'replaced',
  'denied',
  'dismissed',
  'cancelled',
] as const;
export type ApplicationState = (typeof APPLICATION_STATES)[number];

export const MEMBERSHIP_STATES = [
  'requested',
  'accepted',
  'leave_requested',
  'suspended',
  'rejected',
  'cancelled',
  'removed',
] as const;
export type MembershipState = (typeof MEMBERSHIP_STATES)[number];

export const POLICIES = ['auto', 'moderated', 'closed'] as const;
export type ProjectPolicy = (typeof POLICIES)[number];

/** Roles on a project (decision roles). */
export const PROJECT_ROLES = ['project_admin', 'project_mod', 'member'] as const;
export type ProjectRole = (typeof PROJECT_ROLES)[number];

/** Projects that can be joined and left, suspended ones too. */
export const ALIVE: readonly ProjectState[] = ['active', 'suspended'];
/** Projects that have limits, if only of zero. */
export const INITIALIZED: readonly ProjectState[] = ['active', 'suspended', 'terminated'];
/**
 * Memberships that draw on the project's pools while it is active. A suspended member keeps the seat but cannot draw:
 * the membership is counted, and not effective.
 */
export const EFFECTIVE: readonly MembershipState[] = ['accepted', 'leave_requested'];
/** Memberships that count against `max_members`. */
export const COUNTED: readonly MembershipState[] = ['accepted', 'leave_requested', 'suspended'];

/**
 * State and last application in one word, as operators and the older generation say it
 * (projects §3.4).
 */
export const PROJECT_STATUSES = [
  'uninitialized',
  'pending',
  'denied',
  'active',
  'suspended',
  'terminated',
  'deleted',
  'dismissed',
  'cancelled',
] as const;
export type ProjectStatus = (typeof PROJECT_STATUSES)[number];

/** The status of a project in this state whose last application, if any, is in that one. */
export function statusOf(state: ProjectState, application: ApplicationState | null): ProjectStatus {
  if (state === 'uninitialized' && (application === 'pending' || application === 'denied'))
    return application;
  if (state === 'deleted' && (application === 'dismissed' || application === 'cancelled')) return application;
  return state;
}
