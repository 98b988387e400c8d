import { PurserError } from '../../lib/errors.ts';
import type { Project } from '../project.ts';
import { ALIVE, COUNTED, type MembershipState, type ProjectState } from '../vocabulary.ts';

export const MEMBERSHIP_ACTIONS = [
  'leave',
  'cancel',
  'accept',
  'reject',
  'remove',
  'deny_leave',
  'cancel_leave',
] as const;
export type MembershipAction = (typeof MEMBERSHIP_ACTIONS)[number];

/** What a decision on a membership depends on. */
export interface MembershipCase {
  readonly state: MembershipState;
  /** Whether the member's account may log in. */
  readonly accountActive: boolean;
  /** The requester is the member, or an operator. */
  readonly self: boolean;
  /** The requester decides who takes part: operator, owner, `project_admin` or `project_mod`. */
  readonly moderates: boolean;
  readonly project: Pick<Project, 'uuid' | 'state' | 'joinPolicy' | 'leavePolicy' | 'maxMembers' | 'members'>;
}

interface Rule {
  readonly from: readonly MembershipState[];
  readonly to: (project: MembershipCase['project'], from: MembershipState) => MembershipState;
  readonly by: 'self' | 'moderator';
  /** The policy that must not be closed. */
  readonly policy?: 'joinPolicy' | 'leavePolicy';
  /** It adds a member: the account must be active, and there must be room. */
  readonly adds?: true;
}

const to = (state: MembershipState) => () => state;

/**
 * What can be done to a membership (projects §4.4). Who is suspended and leaves is gone at once: waiting
 * for a confirmation would give the quota back meanwhile.
 */
const RULES: Readonly<Record<MembershipAction, Rule>> = {
  leave: {
    from: COUNTED,
    to: ({ leavePolicy }, from) =>
      leavePolicy === 'moderated' && from !== 'suspended' ? 'leave_requested' : 'removed',
    by: 'self',
    policy: 'leavePolicy',
  },
  cancel: { from: ['requested'], to: to('cancelled'), by: 'self' },
  accept: { from: ['requested'], to: to('accepted'), by: 'moderator', policy: 'joinPolicy', adds: true },
  reject: { from: ['requested'], to: to('rejected'), by: 'moderator' },
  remove: { from: COUNTED, to: to('removed'), by: 'moderator', policy: 'leavePolicy' },
  deny_leave: { from: ['leave_requested'], to: to('accepted'), by: 'moderator' },
  cancel_leave: { from: ['leave_requested'], to: to('accepted'), by: 'self' },
};

/** The state that the action leads to. */
export function outcomeOf(action: MembershipAction, { project, state }: MembershipCase): MembershipState {
  return RULES[action].to(project, state);
}

/** Why the action is not possible, in the order in which the references find out; undefined if it is. */
export function refusalOf(action: MembershipAction, about: MembershipCase): PurserError | undefined {
  const { from, by, policy, adds } = RULES[action];
  const { state, project, self, moderates } = about;
  if (!from.includes(state)) return new PurserError('membership_state', { state, action });
  if (adds && !about.accountActive) return new PurserError('account_not_accepted', { user: 'The member' });
  if (!(by === 'self' ? self : moderates)) return new PurserError('forbidden');
  return projectRefusal(project, action, policy) ?? (adds ? fullness(project) : undefined);
}

/** Why members can neither join nor leave: the project is not alive, or the policy is closed. */
export function projectRefusal(
  project: MembershipCase['project'],
  action: string,
  policy?: 'joinPolicy' | 'leavePolicy',
): PurserError | undefined {
  if (!ALIVE.includes(project.state)) return notAlive(project, action);
  if (policy === undefined || project[policy] !== 'closed') return undefined;
  return new PurserError(policy === 'joinPolicy' ? 'join_closed' : 'leave_closed');
}

/** Why there is no room for one more; undefined if there is. */
export function fullness({ members, maxMembers }: MembershipCase['project']): PurserError | undefined {
  return BigInt(members) < maxMembers ? undefined : new PurserError('project_full', { limit: maxMembers });
}

/** The actions that are possible, in the order of `MEMBERSHIP_ACTIONS`. */
export function allowedActions(about: MembershipCase): MembershipAction[] {
  return MEMBERSHIP_ACTIONS.filter((action) => refusalOf(action, about) === undefined);
}

const DONE: Readonly<Record<string, string>> = { join: 'joined', enroll: 'given members' };

function notAlive({ uuid, state }: { uuid: string; state: ProjectState }, action: string): PurserError {
  return new PurserError('project_state', { project: uuid, state, action: DONE[action] ?? 'changed so' });
}
