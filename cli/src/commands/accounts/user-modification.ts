import type { TokenCreated } from '@purser/api/native/accounts/token';
import type { User, UserAction, UserChanged } from '@purser/api/native/accounts/user';
import type { RehearsalRequest } from '@purser/api/native/operations/rehearsal';
import { omitUndefined, type Session } from '../../command.ts';
import { usage } from '../../failures.ts';
import { confirm } from '../../input/confirmation.ts';
import { preview } from '../../input/dry-run.ts';
import { projectIdIf } from '../../input/project-reference.ts';
import { path } from '../../service/connection.ts';
import { userChangedView, userView } from '../../tables/views.ts';

/** The options of `user modify`. */
export interface UserModification {
  verify?: true;
  accept?: true;
  reject?: true;
  rejectReason?: string;
  setActive?: true;
  setInactive?: true;
  setDeleted?: true;
  endAll?: true;
  inactiveReason?: string;
  setEmail?: string;
  setUsername?: string;
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
 * Makes all changes, in the order in which they can depend on one another, and reports each on stderr as it is made. What
 * can be known to be refused is refused before the first of them; an action that builds on another cannot, and where it
 * is refused the earlier ones stay.
 */
export async function modifyUser(
  session: Session,
  reference: string,
  changes: UserModification,
): Promise<void> {
  const { connection, tell } = session;
  // By its uuid from here on: the e-mail address may be what changes.
  let user = await connection.get<User>(path`/users/${reference}`);
  const address = path`/users/${user.id}`;
  const project = await projectIdIf(connection, changes.defaultProject);
  const actions = actionsOf(changes);
  const details = detailsOf(changes);
  const changesDetails = Object.keys(details).length > 0;
  let generated: string | undefined;

  const setDefaultProject = async (): Promise<void> => {
    user = await connection.set<User>(`${address}/default_project`, { project });
    tell(`${user.username}: default project set.`);
  };
  if (actions.length + Number(changesDetails) + Number(project !== undefined) > 1) {
    await tryOut(session, user.id, changes);
  }
  // Only who is active has one to choose: it may be the actions that make, or end, this.
  const first = project !== undefined && user.active;
  if (first) await setDefaultProject();
  for (const { action, message } of actions) {
    user = await connection.post<User>(`${address}/action`, action);
    tell(`${user.username}: ${message}.`);
  }
  if (changesDetails) {
    const { password, ...changed } = await connection.patch<UserChanged>(address, details);
    user = changed;
    generated = password;
    tell(`${user.username}: changed.`);
  }
  if (project !== undefined && !first) await setDefaultProject();
  const secrets = {
    ...(changes.renewToken && (await renewedToken(session, user))),
    ...(generated !== undefined && { password: generated }),
  };
  if (Object.keys(secrets).length === 0) return session.item(user, userView);
  session.item({ ...user, ...secrets }, userChangedView);
  if (generated !== undefined) tell('The password is not shown again.');
  if (changes.renewToken) tell('All other tokens of the user are revoked; this one is not shown again.');
}

/** Rehearses what builds on nothing else that is asked for. @throws Failure if any of it would be refused */
async function tryOut({ connection }: Session, id: string, changes: UserModification): Promise<void> {
  const { actions, details } = requestsOf(id, changes);
  const [first, ...later] = actions;
  const signing = later.filter(({ body }) => body.action === 'sign_terms');
  for (const request of [...(first ? [first] : []), ...signing, ...details]) {
    await connection.post('/rehearsals', request satisfies RehearsalRequest);
  }
}

/** The requests that actions and changes of details are. */
function requestsOf(id: string, changes: UserModification) {
  const address = path`/users/${id}`;
  const body = detailsOf(changes);
  return {
    actions: actionsOf(changes).map(
      ({ action }) => ({ method: 'POST', path: `${address}/action`, body: action }) as const,
    ),
    details: Object.keys(body).length > 0 ? [{ method: 'PATCH', path: address, body } as const] : [],
  };
}

async function renewedToken({ connection, tell }: Session, { id }: User): Promise<{ token: string }> {
  const made = await connection.post<TokenCreated>(path`/users/${id}/tokens`, RENEWAL);
  const { token, replaced, replaced_application_credentials: credentials } = made;
  const named = (ended: readonly { id: number | string; name: string }[]) =>
    ended.map((one) => `${one.name} (${one.id})`).join(', ');
  if (replaced.length > 0) tell(`Revoked tokens: ${named(replaced)}.`);
  if (credentials.length > 0) tell(`Ended application credentials: ${named(credentials)}.`);
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
  if (dryRun) return preview(session, { method: 'DELETE', path: address });
  await confirm(`Delete ${user.username} (${user.full_name}, ${user.state})`, yes);
  await connection.delete(address);
  done({ deleted: user.id });
  tell(`${user.username} deleted.`);
}

/** Shows the effects of one change. A change that depends on another one cannot be previewed. */
export async function previewUser(
  session: Session,
  reference: string,
  changes: UserModification,
): Promise<void> {
  const { id } = await session.connection.get<User>(path`/users/${reference}`);
  const { actions, details } = requestsOf(id, changes);
  const requests: RehearsalRequest[] = [...actions, ...details];
  const [request] = requests;
  const others = changes.defaultProject !== undefined || changes.renewToken !== undefined;
  if (!request || requests.length > 1 || others || changes.signTerms) {
    throw usage(
      '--dry-run goes with one of the changes of state, or with changes of name, address and password.',
    );
  }
  await preview(session, request);
}

const RENEWAL = { name: 'renewed', replace: true };

interface Step {
  readonly action: UserAction;
  readonly message: string;
}

function actionsOf(changes: UserModification): Step[] {
  const { rejectReason, inactiveReason } = changes;
  const step = (
    asked: true | undefined,
    action: UserAction['action'],
    message: string,
    reason?: string,
  ): Step[] => (asked ? [{ action: { action, ...(reason !== undefined && { reason }) }, message }] : []);
  return [
    ...step(changes.verify, 'verify', 'e-mail address verified'),
    ...step(changes.reject, 'reject', 'rejected', rejectReason),
    ...step(changes.accept, 'accept', 'accepted and activated'),
    ...step(changes.setActive, 'activate', 'activated'),
    ...step(changes.setInactive, 'deactivate', 'deactivated', inactiveReason),
    ...step(changes.setDeleted, 'delete', 'deactivated and marked as deleted', inactiveReason),
    ...step(changes.signTerms, 'sign_terms', 'terms of service accepted'),
  ];
}

function detailsOf(changes: UserModification): object {
  const { setEmail, setUsername, firstName, lastName, affiliation, password, generatePassword, endAll } =
    changes;
  return omitUndefined({
    email: setEmail,
    username: setUsername,
    first_name: firstName,
    last_name: lastName,
    affiliation,
    password,
    generate_password: generatePassword,
    end_all: endAll,
  });
}
