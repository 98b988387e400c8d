import type { RehearsalRequest } from '@purser/api/native/rehearsal';
import type { TokenCreated } from '@purser/api/native/token';
import type { User, UserAction, UserChanged } from '@purser/api/native/user';
import { given, type Session } from '../command.ts';
import { confirm } from '../confirmation.ts';
import { path } from '../connection.ts';
import { foretell } from '../dry-run.ts';
import { usage } from '../failures.ts';
import { userChangedView, userView } from '../views.ts';

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
  generatePassword?: true;
  delete?: true;
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
  let generated: string | undefined;
  for (const { action, told } of actionsOf(changes)) {
    user = await connection.post<User>(path`/users/${user.id}/action`, action);
    tell(`${user.username}: ${told}.`);
  }
  const details = detailsOf(changes);
  if (Object.keys(details).length > 0) {
    const { password, ...changed } = await connection.patch<UserChanged>(path`/users/${user.id}`, details);
    user = changed;
    generated = password;
    tell(`${user.username}: changed.`);
  }
  if (changes.defaultProject !== undefined) {
    const project = changes.defaultProject;
    user = await connection.set<User>(path`/users/${user.id}/default_project`, { project });
    tell(`${user.username}: default project set.`);
  }
  const secrets = {
    ...(changes.renewToken && (await renewedToken(session, user))),
    ...(generated !== undefined && { password: generated }),
  };
  if (Object.keys(secrets).length === 0) return session.item(user, userView);
  session.item({ ...user, ...secrets }, userChangedView);
  if (generated !== undefined) tell('The password is not shown again.');
  if (changes.renewToken) tell('All other tokens of the user are revoked; this one is not shown again.');
}

async function renewedToken({ connection }: Session, { id }: User): Promise<{ token: string }> {
  const { token } = await connection.post<TokenCreated>(path`/users/${id}/tokens`, RENEWAL);
  return { token };
}

/** Deletes a user who was never accepted, after showing who it is. */
export async function deleteUser(
  session: Session,
  reference: string,
  { delete: _, ...others }: UserModification,
  { dryRun, yes }: { dryRun?: true; yes?: true },
): Promise<void> {
  if (Object.keys(others).length > 0) throw usage('--delete goes with nothing else.');
  const { connection, done, tell } = session;
  const user = await connection.get<User>(path`/users/${reference}`);
  const address = path`/users/${user.id}`;
  if (dryRun) return foretell(session, { method: 'DELETE', path: address });
  await confirm(`Delete ${user.username} (${user.full_name}, ${user.state})`, yes);
  await connection.delete(address);
  done({ deleted: user.id });
  tell(`${user.username} deleted.`);
}

/** Shows what one change would bring about. One that builds on another cannot be foretold. */
export async function foretellUser(
  session: Session,
  reference: string,
  changes: UserModification,
): Promise<void> {
  const { id } = await session.connection.get<User>(path`/users/${reference}`);
  const address = path`/users/${id}`;
  const details = detailsOf(changes);
  const requests: RehearsalRequest[] = [
    ...actionsOf(changes).map(
      ({ action }) => ({ method: 'POST', path: `${address}/action`, body: action }) as const,
    ),
    ...(Object.keys(details).length > 0 ? [{ method: 'PATCH', path: address, body: details } as const] : []),
  ];
  const [request] = requests;
  const others = changes.defaultProject !== undefined || changes.renewToken !== undefined;
  if (!request || requests.length > 1 || others || changes.signTerms) {
    throw usage(
      '--dry-run goes with one of the changes of state, or with changes of name, address and password.',
    );
  }
  await foretell(session, request);
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

function detailsOf(changes: UserModification): object {
  const { setEmail, firstName, lastName, affiliation, password, generatePassword } = changes;
  return given({
    email: setEmail,
    first_name: firstName,
    last_name: lastName,
    affiliation,
    password,
    generate_password: generatePassword,
  });
}
