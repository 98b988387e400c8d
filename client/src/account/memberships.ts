import type { CallOptions } from '../http/call.ts';
import { path } from '../http/path.ts';
import { type Ask, required } from './account-calls.ts';
import { idIn, objectIn, objectsIn } from './expected.ts';
import { idOf, type ProjectId } from './projects.ts';

export type MembershipState =
  | 'requested'
  | 'accepted'
  | 'leave_requested'
  | 'suspended'
  | 'rejected'
  | 'cancelled'
  | 'removed';
export type MembershipAction = 'leave' | 'cancel' | 'accept' | 'reject' | 'remove';

/** A user's relation to a project, with the latest date of each state that it has had. */
export interface AccountMembership extends Readonly<Partial<Record<MembershipState, string>>> {
  readonly id: number;
  /** Uuid. */
  readonly user: string;
  /** Uuid. */
  readonly project: string;
  readonly state: MembershipState;
  /** The actions that the caller may take on it. */
  readonly allowed_actions: readonly MembershipAction[];
}

/** Memberships of projects, for the token of a user. Calls that change something are not retried. */
export interface Memberships {
  /**
   * The user's memberships, and all memberships of projects that the user owns; operators see all memberships.
   * GET `projects/memberships?project=…`.
   * @throws Unauthorized; InvalidResponse; ConnectionError
   */
  getMemberships(
    filter?: { readonly project?: ProjectId | undefined },
    options?: CallOptions,
  ): Promise<AccountMembership[]>;
  /**
   * A membership. GET `projects/memberships/<number>`.
   * @throws BadValue if no number is given; NotFound; Forbidden; Unauthorized; InvalidResponse; ConnectionError
   */
  getMembership(membership: number, options?: CallOptions): Promise<AccountMembership>;
  /**
   * Changes the state of a membership; `allowed_actions` lists the possible actions. POST
   * `projects/memberships/<number>/action`.
   * @throws BadValue if no number or action is given; BadRequest for another action; NotFound; Forbidden; Conflict if
   *   its state or the project's policy does not allow it; Unauthorized; ConnectionError
   */
  membershipAction(
    membership: number,
    action: MembershipAction,
    reason?: string,
    options?: CallOptions,
  ): Promise<void>;
  /**
   * Requests to join a project; if its policy is `auto`, the user becomes a member immediately. POST
   * `projects/memberships`.
   * @returns the number of the membership
   * @throws BadValue if no project is given; NotFound; Forbidden; Conflict if the state of the project or membership
   * does not allow it; Unauthorized;
   *   InvalidResponse; ConnectionError
   */
  joinProject(project: ProjectId, options?: CallOptions): Promise<{ readonly id: number }>;
  /**
   * Enrolls a user as a member; for owners of the project. POST `projects/memberships`.
   * @param email the display name of the user
   * @returns the number of the membership
   * @throws BadValue if no project or address is given; Forbidden; Conflict if there is no such project or user, or it
   *   is not possible; Unauthorized; InvalidResponse; ConnectionError
   */
  enrollMember(project: ProjectId, email: string, options?: CallOptions): Promise<{ readonly id: number }>;
}

export function memberships(ask: Ask): Memberships {
  const all = path`/projects/memberships`;
  const enter = async (json: object, options: CallOptions | undefined): Promise<{ id: number }> => {
    const answer = await ask({ method: 'POST', path: all, json }, options);
    return { id: idIn(answer, objectIn(answer)['id']) };
  };
  const number = (membership: number): number => required(membership, 'The number of the membership');
  return {
    getMemberships: async ({ project } = {}, options) =>
      objectsIn(
        await ask({ method: 'GET', path: all, query: { project } }, options),
      ) as unknown as AccountMembership[],
    getMembership: async (membership, options) => {
      const at = path`/projects/memberships/${number(membership)}`;
      return objectIn(await ask({ method: 'GET', path: at }, options)) as unknown as AccountMembership;
    },
    membershipAction: async (membership, action, reason = '', options) => {
      const at = path`/projects/memberships/${number(membership)}/action`;
      await ask({ method: 'POST', path: at, json: { [required(action, 'The action')]: reason } }, options);
    },
    joinProject: async (project, options) => enter({ join: { project: idOf(project) } }, options),
    enrollMember: async (project, email, options) =>
      enter({ enroll: { project: idOf(project), user: required(email, 'The address') } }, options),
  };
}
