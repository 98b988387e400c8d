import type { TokenCreated } from '@purser/api/native/token';
import type { User, UserAction } from '@purser/api/native/user';
import { given, type Session } from '../command.ts';
import { path } from '../connection.ts';
import { userCreatedView, userView } from '../views.ts';

/** The options of `user modify`. */
export interface UserModification {
  verify?: true;
  accept?: true;
  reject?: true;
  rejectReason?: string;
  setActive?: true;
  setInactive?: true;
  inactiveReason?: string;
  setEmail?: string;
  firstName?: string;
  lastName?: string;
  affiliation?: string;
  password?: string;
  signTerms?: true;
  defaultProject?: string;
  renewToken?: true;
}

/**
 * Makes all changes, in the order in which they can depend on one another. Each is told on stderr as it is made: if
 * a later one is refused, the earlier ones stay.
 */
export async function modifyUser(
  session: Session,
  reference: string,
  changes: UserModification,
): Promise<void> {
  const { connection, tell } = session;
  // By its uuid from here on: the e-mail address may be what changes.
  let user = await connection.get<User>(path`/users/${reference}`);
  for (const { action, told } of actionsOf(changes)) {
    user = await connection.post<User>(path`/users/${user.id}/action`, action);
    tell(`${user.username}: ${told}.`);
  }
  const details = detailsOf(changes);
  if (Object.keys(details).length > 0) {
    user = await connection.patch<User>(path`/users/${user.id}`, details);
    tell(`${user.username}: changed.`);
  }
  if (changes.defaultProject !== undefined) {
    const project = changes.defaultProject;
    user = await connection.set<User>(path`/users/${user.id}/default_project`, { project });
    tell(`${user.username}: default project set.`);
  }
  if (!changes.renewToken) return session.item(user, userView);
  const { token } = await connection.post<TokenCreated>(path`/users/${user.id}/tokens`, RENEWAL);
  session.item({ ...user, token }, userCreatedView);
  tell('All other tokens of the user are revoked; this one is not shown again.');
}

const RENEWAL = { name: 'renewed', replace: true };

interface Step {
  readonly action: UserAction;
  readonly told: string;
}

function actionsOf(changes: UserModification): Step[] {
  const { rejectReason, inactiveReason } = changes;
  const step = (
    asked: true | undefined,
    action: UserAction['action'],
    told: string,
    reason?: string,
  ): Step[] => (asked ? [{ action: { action, ...(reason !== undefined && { reason }) }, told }] : []);
  return [
    ...step(changes.verify, 'verify', 'e-mail address verified'),
    ...step(changes.reject, 'reject', 'rejected', rejectReason),
    ...step(changes.accept, 'accept', 'accepted and activated'),
    ...step(changes.setActive, 'activate', 'activated'),
    ...step(changes.setInactive, 'deactivate', 'deactivated', inactiveReason),
    ...step(changes.signTerms, 'sign_terms', 'terms of service accepted'),
  ];
}

function detailsOf({ setEmail, firstName, lastName, affiliation, password }: UserModification): object {
  return given({ email: setEmail, first_name: firstName, last_name: lastName, affiliation, password });
}
