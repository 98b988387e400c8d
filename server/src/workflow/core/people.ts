import { PurserError } from '../../lib/errors.ts';
import { canonicalEmail } from '../../lib/text/email-address.ts';
import type { JsonObject } from '../../lib/text/json.ts';
import type { Backends, IdentityUser } from '../features/backends.ts';
import { email, text } from '../fields/text.ts';
import { pythonLiteral } from '../filters/python-text.ts';
import { type AnyRun, noting } from './run.ts';

/** Somebody who is named by an e-mail address, or by a user name beside it where those are different things. */
export type Named = { username?: string; email: string };

/** The fields of `Named`. */
export const NAMED = {
  username: text({ max: 255, oneLine: true, exists: ({ backends }) => !backends.identity.usernameIsEmail }),
  email: email(),
};

export function usernameOf({ username, email: address }: Named): string {
  return username ?? address;
}

/** The user of that name in the domain. */
export function findNamed(run: AnyRun<Named>, domainId: string): Promise<IdentityUser | undefined> {
  return run.backends.identity.findUser(usernameOf(run.data), domainId);
}

/** Whether two texts are one address, in whatever spelling. */
export function isSameAddress(one: string, other: string): boolean {
  const canonical = canonicalEmail(one);
  return canonical !== undefined && canonical === canonicalEmail(other);
}

/** Whether the address is the user's, where a name could be somebody else's. */
export function hasAddress(run: AnyRun<Named>, user: IdentityUser): boolean {
  return run.backends.identity.usernameIsEmail || isSameAddress(user.email, run.data.email);
}

/**
 * Where mails go that are about a user: to the address that the user has, not to how somebody has typed it. Where
 * there is no such user yet, the typed address is all there is.
 */
export async function addressOf(
  { username, email: typed, domainId }: Named & { domainId: string },
  { identity }: Pick<Backends, 'identity'>,
): Promise<string> {
  const user = await identity.findUser(username ?? typed, domainId);
  return user?.email || typed;
}

/** The password that was sent along. `invalid_field` if there is none: it was not asked for when it was written. */
export function passwordIn(data: JsonObject): string {
  const { password } = data;
  if (typeof password === 'string' && password !== '') return password;
  throw new PurserError('invalid_field', { field: 'password', reason: 'This field is required.' });
}

/** A password that was sent along must be one that the user can have; whether one is there at all comes first. */
export function checkPassword(data: JsonObject, { identity }: Backends): void {
  if (Object.hasOwn(data, 'password')) identity.checkPassword?.(passwordIn(data));
}

/** Sets a password, and notes it. */
export async function changePassword(
  run: AnyRun,
  user: Pick<IdentityUser, 'id' | 'name'>,
  password: string,
  options?: { endAll: boolean },
): Promise<void> {
  const { identity } = run.backends;
  await noting(
    run,
    () => identity.updatePassword(user.id, password, options),
    `changing password for user: ${user.name}`,
  );
  run.note(`User ${user.name} password has been changed.`);
}

/** What a token is asked for from now on. */
export function askFor(run: AnyRun, field: 'password' | 'confirm'): void {
  run.needToken = true;
  run.tokenFields = [field];
}

/** There is no such user: one has to be made, where that can be done. Answers whether it can. */
export function awaitNewUser(run: AnyRun<Named>): boolean {
  run.note(`No user present with username '${usernameOf(run.data)}'. Need to create new user.`);
  return awaitEdit(run, 'default', 'cannot create new user');
}

/**
 * There is such a user, who is disabled: has to be enabled, where that can be done. Answers whether it can: what an
 * operator or the owner has ended is not for a task to bring back.
 */
export function awaitEnabling(run: AnyRun<Named>, user: IdentityUser): boolean {
  if (user.closed) {
    run.needToken = false;
    run.note('Existing disabled user can only be enabled by an operator.');
    return false;
  }
  run.note(`Existing disabled user '${run.data.email}' with matching email.`);
  return awaitEdit(run, 'disabled', 'cannot renable user');
}

/** Whether users can be changed; notes what cannot be done where they are managed elsewhere. */
export function editable(run: AnyRun, cannot: string): boolean {
  if (run.backends.identity.canEditUsers) return true;
  run.needToken = false;
  run.note(`Identity backend does not support user editing, ${cannot}.`);
  return false;
}

function awaitEdit(run: AnyRun<Named>, state: 'default' | 'disabled', cannot: string): boolean {
  if (!editable(run, cannot)) return false;
  run.state = state;
  run.taskCache['user_state'] = state;
  askFor(run, 'password');
  return true;
}

/** Makes the user. Failures are noted, and thrown. */
export function createUser(
  run: AnyRun<Named>,
  domainId: string,
  password: string,
  withRoles: readonly string[],
): Promise<IdentityUser> {
  const { identity } = run.backends;
  const name = usernameOf(run.data);
  return noting(
    run,
    () => identity.createUser({ name, email: run.data.email, password, domainId }),
    `creating user: ${name} with roles: ${pythonLiteral(withRoles)}`,
  );
}

/** Lets a disabled user in again, with a password of its own choice. Failures are noted, and thrown. */
export async function enableUser(
  run: AnyRun<Named>,
  user: IdentityUser,
  password: string,
  withRoles: readonly string[],
): Promise<void> {
  const { identity } = run.backends;
  // The password first: whoever may not have it is not let in with the old one.
  await changePassword(run, user, password);
  const doing = `re-enabling user: ${user.name} with roles: ${pythonLiteral(withRoles)}`;
  await noting(run, () => identity.enableUser(user.id), doing);
}
