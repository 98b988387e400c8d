import { hostname } from 'node:os';
import { text as readAll } from 'node:stream/consumers';
import type { Me } from '@purser/api/native/me';
import type { TokenCreated } from '@purser/api/native/token';
import { ask, askSecret, canAsk } from './asking.ts';
import { openPrinter } from './command.ts';
import { Connection, path } from './connection.ts';
import { Failure, refused, usage } from './failures.ts';
import { currentIo } from './io.ts';
import type { Output } from './printing.ts';
import {
  checkProfileName,
  FIRST_PROFILE,
  type Profile,
  profileNamed,
  profilesFile,
  readProfiles,
  writeProfile,
} from './profiles.ts';
import { addressOf, profileHere, type Reach, timeoutOf, tokenOf, usualAddress } from './reach.ts';

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
  const { name, before } = whichProfile(output, options.url);
  const url = addressOf(await urlOf(options, before), 'The address');
  const reach = { url, timeoutMs: timeoutOf(output.reach), urlAdvice: 'say the right one with --url' };
  const profile = await loggedIn(options, reach);
  try {
    writeProfile(name, profile, name);
  } catch (error) {
    // Nobody would know the token that was made for it.
    if (options.token === undefined && !options.tokenStdin)
      await revoke(profile, output).catch(() => undefined);
    throw error;
  }
  // The one that was used until now is not needed any more; that it stays is no reason to fail.
  if (before?.token !== undefined && before.token !== profile.token)
    await revoke(before, output).catch(() => undefined);
  const { done, tell } = openPrinter({ output });
  const { username, user, expires_at } = profile;
  done({ profile: name, url: url.href, user, username, expires_at });
  tell(`Logged in as ${username} at ${url.href}; the token is in ${profilesFile()}.`);
  if (user === undefined) {
    tell(
      "Before anything else, read the terms of service with 'purser terms show', and accept them with 'purser terms sign'.",
    );
  }
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

async function urlOf({ url }: LoginOptions, before: Profile | undefined): Promise<string> {
  if (url !== undefined) return url;
  const known = currentIo().env['PURSER_URL'] || before?.url;
  if (known) return known;
  const usual = usualAddress();
  return (canAsk() && (await ask(`Address of Purser [${usual}]:`))) || usual;
}

type Way = Omit<Reach, 'token' | 'tokenAdvice'>;

async function loggedIn(options: LoginOptions, way: Way): Promise<Profile> {
  const token = options.tokenStdin ? await lineFromInput('token') : options.token;
  if (token === undefined) {
    const { email, created } = await exchanged(options, way);
    try {
      return await described(created.token, way);
    } catch (error) {
      if (!(error instanceof Failure && error.code === 'terms_unsigned')) throw error;
      const { token, id: token_id, expires_at } = created;
      return { url: way.url.href, token, token_id, expires_at, username: email };
    }
  }
  return described(tokenOf(token.trim(), 'The token has'), way);
}

/** E-mail address and password for a token of this machine. */
async function exchanged(
  { email }: LoginOptions,
  way: Way,
): Promise<{ email: string; created: TokenCreated }> {
  if (email === undefined && !canAsk()) {
    throw usage('Say who, with --email, or log in with --token-stdin, where there is no terminal to ask at.');
  }
  const who = email ?? (await ask('E-mail address:')).trim();
  const password = canAsk() ? await askSecret('Password:') : await lineFromInput('password');
  const connection = new Connection({ ...way, token: undefined, tokenAdvice: '' });
  try {
    const body = { email: who, password, name: `purser on ${hostname()}`.slice(0, NAME_LENGTH) };
    return { email: who, created: await connection.post<TokenCreated>('/login', body) };
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
  account_not_moderated: 'The account waits for an operator to accept it; try again when you have been told.',
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

/** The first line of standard input. */
async function lineFromInput(what: string): Promise<string> {
  const { stdin } = currentIo();
  if (stdin.isTTY) throw usage(`Write the ${what} into the command's standard input.`);
  const [line = ''] = (await readAll(stdin)).split(/\r?\n/);
  if (line === '') throw usage(`There is no ${what} on standard input; write one line there.`);
  return line;
}

/**
 * Revokes the token of a profile and forgets it; also where it cannot be revoked, which is then thrown.
 * @throws Failure with what to do
 */
export async function logOut({ output }: { output: Output }): Promise<void> {
  const { profile: named } = output.reach;
  const found = named === undefined ? profileHere() : { name: named, profile: profileNamed(named) };
  if (!found?.profile.token) throw usage('Nobody is logged in here.');
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
