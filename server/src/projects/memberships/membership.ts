import type { Selectable } from 'kysely';
import type { MembershipsTable } from '../../storage/schema.ts';
import { MEMBERSHIP_STATES, type MembershipState } from '../vocabulary.ts';

/** A user's relation to a project; one per user and project for ever (projects §4.1). */
export interface Membership {
  readonly id: number;
  /** Uuid of the account. */
  readonly user: string;
  readonly username: string;
  /** Uuid of the project. */
  readonly project: string;
  readonly state: MembershipState;
  /** The latest time, in milliseconds since the epoch, at which it came into each state that it ever was in. */
  readonly dates: Readonly<Partial<Record<MembershipState, number>>>;
  /** The reason that the actor of the last change of state gave. */
  readonly reason: string | null;
  /** Names of the roles that the user has on the project. */
  readonly roles: readonly string[];
}

export type MembershipRow = Selectable<MembershipsTable>;

type DateColumn = `${MembershipState}_at`;

/** The column that keeps when a membership came into the state. */
export const dateColumn = (state: MembershipState): DateColumn => `${state}_at`;

export function datesOf(row: Pick<MembershipRow, DateColumn>): Membership['dates'] {
  const entered: Partial<Record<MembershipState, number>> = {};
  for (const state of MEMBERSHIP_STATES) {
    const at = row[dateColumn(state)];
    if (at !== null) entered[state] = at;
  }
  return entered;
}
