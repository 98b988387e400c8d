import { PurserError } from '../../lib/errors.ts';
import { canonicalEmail } from '../../lib/text/email-address.ts';
import type { JsonObject } from '../../lib/text/json.ts';
import type { Backends, IdentityUser } from '../features/backends.ts';
import { email, text } from '../fields/text.ts';
import { pythonLiteral } from '../filters/python-text.ts';
import { type AnyRun, noting } from './run.ts';

/** A user named by an e-mail address, and by a user name where that differs from the address. */
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

/** Whether two texts are spellings of one address. */
export function isSameAddress(one: string, other: string): boolean {
  const canonical = canonicalEmail(one);
  return canonical !== undefined && canonical === canonicalEmail(other);
}

/** Whether the user found by name has the given address. */
export function hasAddress(run: AnyRun<Named>, user: IdentityUser): boolean {
  return run.backends.identity.usernameIsEmail || isSameAddress(user.email, run.data.email);
}

/**
 * The recipient of mails about a user: the address of the account, rather than its spelling in the request. Without an
 * account, the address in the request.
 */
export async function addressOf(
  { username, email: typed, domainId }: Named & { domainId: string },
  { identity }: Pick<Backends, 'identity'>,
): Promise<string> {
  const user = await identity.findUser(username ?? typed, domainId);
  return user?.email || typed;
}

/** The submitted password. Errors: `invalid_field` if there is none. */
export function passwordIn(data: JsonObject): string {
  const { password } = data;
  if (typeof password === 'string' && password !== '') return password;
  throw new PurserError('invalid_field', { field: 'password', reason: 'This field is required.' });
}

/**
 * Changes the address of an account when the link of a mail is confirmed. If another account has the address, the
 * submission is refused, nothing is changed, and the link stays valid. Errors: `invalid_field` for `confirm`.
 */
export async function changeAddress(
  run: AnyRun,
  address: string,
  work: () => Promise<unknown>,
  whileDoing: string,
): Promise<void> {
  try {
    await noting(run, work, whileDoing);
  } catch (error) {
    if (!(error instanceof PurserError && error.code === 'email_taken')) throw error;
    const reason = `The address ${address} belongs to another account now. Ask an operator for help.`;
    throw new PurserError('invalid_field', { field: 'confirm', reason });
  }
}

/** Validates a submitted password. Errors: `invalid_field`. */
export function checkPassword(data: JsonObject, { identity }: Backends): void {
  if (Object.hasOwn(data, 'password')) identity.checkPassword?.(passwordIn(data));
}

/** Sets a password and notes it. */
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

/** Makes the action need a token with this field. */
export function askFor(run: AnyRun, field: 'password' | 'confirm'): void {
  run.needToken = true;
  run.tokenFields = [field];
}

/** No such user exists, so one has to be created. @returns whether users can be created */
export function awaitNewUser(run: AnyRun<Named>): boolean {
  run.note(`No user present with username '${usernameOf(run.data)}'. Need to create new user.`);
  return awaitEdit(run, 'default', 'cannot create new user');
}

/**
 * The user exists and is disabled, so it has to be enabled. A task cannot enable an account that an operator or its
 * owner has ended. @returns whether the user can be enabled
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

/** Whether users can be changed; if they are managed elsewhere, notes what is not possible. */
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

/** Creates the user. Failures are noted and thrown. */
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

/** Enables a disabled user with a new password. Failures are noted and thrown. */
export async function enableUser(
  run: AnyRun<Named>,
  user: IdentityUser,
  password: string,
  withRoles: readonly string[],
): Promise<void> {
  const { identity } = run.backends;
  // The password first: if it is refused, the user must not be enabled with the old one.
  await changePassword(run, user, password);
  const doing = `re-enabling user: ${user.name} with roles: ${pythonLiteral(withRoles)}`;
  await noting(run, () => identity.enableUser(user.id), doing);
}
