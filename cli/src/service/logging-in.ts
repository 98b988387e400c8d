import { hostname } from 'node:os';
import type { Me } from '@purser/api/native/accounts/me';
import type { TokenCreated } from '@purser/api/native/accounts/token';
import { openPrinter } from '../command.ts';
import { Failure, refused, usage } from '../failures.ts';
import { canAsk, type Dialogue, inDialogue } from '../input/asking.ts';
import { lineFromInput } from '../input/text-input.ts';
import { currentIo } from '../io.ts';
import type { Output } from '../tables/printing.ts';
import { Connection, path } from './connection.ts';
import { checkVariables } from './environment.ts';
import {
  checkProfileName,
  FIRST_PROFILE,
  type Profile,
  profileNamed,
  profilesFile,
  readProfiles,
  writeProfile,
} from './profiles.ts';
import {
  addressOf,
  comesBefore,
  profileHere,
  type Reach,
  timeoutOf,
  tokenOf,
  usualAddress,
} from './reach.ts';

/** The options of `login`. */
export interface LoginOptions {
  url?: string;
  email?: string;
  token?: string;
  tokenStdin?: true;
}

/**
 * Logs in, remembers it as a profile, and revokes the token of the login before.
 * @throws Failure with what to do
 */
export async function logIn({ output, ...options }: LoginOptions & { output: Output }): Promise<void> {
  if ([options.email, options.token, options.tokenStdin].filter((one) => one !== undefined).length > 1) {
    throw usage('Say only one of --email, --token and --token-stdin.');
  }
  checkVariables();
  const { name, before } = whichProfile(output, options.url);
  const timeoutMs = timeoutOf(output.reach);
  const { url, ...credentials } = await answersOf(options, before);
  const profile = await loggedIn(credentials, { url, timeoutMs, urlAdvice: 'say the right one with --url' });
  try {
    writeProfile(name, profile, name);
  } catch (error) {
    // The new token would be lost.
    if (options.token === undefined && !options.tokenStdin)
      await revoke(profile, output).catch(() => undefined);
    throw error;
  }
  // The earlier token is no longer needed; a failure to revoke it does not fail the login.
  if (before?.token !== undefined && before.token !== profile.token)
    await revoke(before, output).catch(() => undefined);
  const { done, tell } = openPrinter({ output });
  const { username, user, expires_at } = profile;
  done({ profile: name, url: url.href, user, username, expires_at });
  tell(`Logged in as ${username} at ${url.href}; the token is in ${profilesFile()}.`);
  tell(inForce(name, url.href));
  if (user === undefined) {
    tell(
      "Before anything else, read the terms of service with 'purser terms show', and accept them with 'purser terms sign'.",
    );
  }
}

/** Which profile commands use from now on, or what of the environment comes before it. */
function inForce(name: string, url: string): string {
  return comesBefore(name, url) ?? `Profile '${name}' is in force from now on.`;
}

/** The profile that is written: the one that is named, else the one in use. */
function whichProfile(
  { reach }: Output,
  url: string | undefined,
): { name: string; before: Profile | undefined } {
  const all = readProfiles();
  const named = reach.profile ?? currentIo().env['PURSER_PROFILE'];
  const name = checkProfileName(named || (all.current ?? FIRST_PROFILE));
  const before = Object.hasOwn(all.profiles, name) ? all.profiles[name] : undefined;
  if (url !== undefined && before && !named && addressOf(url, 'The address').href !== before.url) {
    throw usage(`Profile '${name}' is for ${before.url}; give this one a name of its own with --profile.`);
  }
  return { name, before };
}

/** Where to log in, and with what. */
interface Answers {
  readonly url: URL;
  readonly token?: string;
  readonly email?: string;
  readonly password?: string;
}

/** What options, the environment and standard input say; the terminal is asked for the rest, all in one dialogue. */
async function answersOf(options: LoginOptions, before: Profile | undefined): Promise<Answers> {
  const { email, token } = options;
  const url = (text: string): URL => addressOf(text, 'The address');
  const given = options.url ?? (currentIo().env['PURSER_URL'] || before?.url);
  const known = given === undefined ? undefined : url(given);
  const withToken = token !== undefined || options.tokenStdin === true;
  if (!withToken && email === undefined && !canAsk()) {
    throw usage('Give --email or --token-stdin where there is no terminal.');
  }
  const asked = async ({ ask }: Dialogue): Promise<URL> =>
    url((await ask(`Address of Purser [${usualAddress()}]:`)).trim() || usualAddress());
  if (withToken) {
    const text = options.tokenStdin ? await lineFromInput('token') : (token ?? '');
    const address = known ?? (canAsk() ? await inDialogue(asked) : url(usualAddress()));
    return { url: address, token: tokenOf(text.trim(), 'The token has') };
  }
  if (!canAsk()) {
    const password = await lineFromInput('password');
    return { url: known ?? url(usualAddress()), email: email ?? '', password };
  }
  return inDialogue(async (dialogue) => {
    const address = known ?? (await asked(dialogue));
    const who = email ?? (await dialogue.ask('E-mail address:')).trim();
    return { url: address, email: who, password: await dialogue.askSecret('Password:') };
  });
}

type Way = Omit<Reach, 'token' | 'tokenAdvice'>;
type Credentials = Omit<Answers, 'url'>;

async function loggedIn({ token, email = '', password = '' }: Credentials, way: Way): Promise<Profile> {
  if (token !== undefined) return described(token, way);
  const created = await exchanged(email, password, way);
  try {
    return await described(created.token, way);
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'terms_unsigned')) throw error;
    const { token, id: token_id, expires_at } = created;
    return { url: way.url.href, token, token_id, expires_at, username: email };
  }
}

/** E-mail address and password for a token of this machine. */
async function exchanged(email: string, password: string, way: Way): Promise<TokenCreated> {
  const connection = new Connection({ ...way, token: undefined, tokenAdvice: '' });
  try {
    const body = { email, password, name: `purser on ${hostname()}`.slice(0, NAME_LENGTH) };
    return await connection.post<TokenCreated>('/login', body);
  } catch (error) {
    const advice = error instanceof Failure && error.code !== undefined ? STANDING[error.code] : undefined;
    throw advice === undefined ? error : refused(advice);
  }
}

/** So long may the name of a token be. */
const NAME_LENGTH = 64;

/** Why the right password does not help yet, and what would. */
const STANDING: Readonly<Record<string, string>> = {
  account_not_verified:
    'The e-mail address is not verified yet; follow the link in the mail that was sent to it.',
  account_not_moderated: 'The account waits for an operator to accept it; try again after its mail.',
  account_rejected: 'The account has been rejected; ask an operator.',
};

/** Who has this token, asked with it, so that it is known to be good. */
async function described(token: string, way: Way): Promise<Profile> {
  const connection = new Connection({ ...way, token, tokenAdvice: 'give a valid API token' });
  const me = await connection.get<Me>('/me');
  return {
    url: way.url.href,
    token,
    token_id: me.token.id,
    expires_at: me.token.expires_at,
    user: me.user.id,
    username: me.user.username,
  };
}

/**
 * Revokes the token of a profile and forgets it; also where it cannot be revoked, which is then thrown.
 * @throws Failure with what to do
 */
export async function logOut({ output }: { output: Output }): Promise<void> {
  const { profile: named } = output.reach;
  const found = named === undefined ? profileHere() : { name: named, profile: profileNamed(named) };
  if (!found?.profile.token) throw usage('You are not logged in.');
  const { name, profile } = found;
  const { token: _token, token_id: _id, expires_at: _end, ...kept } = profile;
  const failure = await revoke(profile, output).then(
    () => undefined,
    (error: unknown) => error,
  );
  writeProfile(name, kept);
  const { done, tell } = openPrinter({ output });
  done({ profile: name, revoked: failure === undefined });
  if (failure === undefined) return tell(`${profile.username ?? name} is logged out, and the token revoked.`);
  if (!(failure instanceof Failure)) throw failure;
  throw new Failure(failure.exitCode, `The token is forgotten here but not revoked: ${failure.message}`);
}

/** Revokes a profile's token; one that is not good any more is as good as revoked. */
async function revoke(profile: Profile, { reach }: Output): Promise<void> {
  const { url, token, token_id, user = profile.username } = profile;
  if (token === undefined || token_id === undefined || user === undefined) return;
  const connection = new Connection({
    url: addressOf(url, 'The address'),
    token,
    timeoutMs: timeoutOf(reach),
    urlAdvice: 'revoke it elsewhere',
    tokenAdvice: 'it cannot be used any more',
  });
  try {
    await connection.delete(path`/users/${user}/tokens/${String(token_id)}`);
  } catch (error) {
    if (!(error instanceof Failure && GONE.has(error.code ?? ''))) throw error;
  }
}

const GONE: ReadonlySet<string> = new Set(['token_unknown', 'token_expired', 'token_not_found']);
