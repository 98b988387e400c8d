import { usage } from '../failures.ts';
import { parseDuration } from '../input/durations.ts';
import { currentIo } from '../io.ts';
import { checkVariables } from './environment.ts';
import { FIRST_PROFILE, type Profile, profileNamed, readProfiles } from './profiles.ts';

/** What the options of every command say about the way to the service. */
export interface ReachOptions {
  readonly profile?: string;
  /** As it was written. */
  readonly timeout?: string;
}

/** Where Purser is, and who asks. */
export interface Reach {
  readonly url: URL;
  /** Undefined without a login, for the few commands that need no token. */
  readonly token: string | undefined;
  /** How long a call may take, in milliseconds, where that was said. */
  readonly timeoutMs: number | undefined;
  /** How to correct a wrong address, for error messages. */
  readonly urlAdvice: string;
  /** How to get a valid token, for error messages. */
  readonly tokenAdvice: string;
}

const DEFAULT_URL = 'http://127.0.0.1:8700';
const URL_ADVICE = 'set PURSER_URL';
/** No timer runs longer. */
const TIMEOUT_MAX_S = 2_000_000;

/**
 * The way to the service: a profile that an option names, else `PURSER_URL` and `PURSER_TOKEN`, else the profile that
 * `PURSER_PROFILE` names or the current one. A profile's token is for its own address and is sent to no other.
 * @throws Failure if an address or a token cannot be one, or there is none
 */
export function reachOf(options: ReachOptions = {}): Reach & { token: string } {
  checkVariables();
  const { env } = currentIo();
  const [given, token] = [env['PURSER_URL'], env['PURSER_TOKEN']?.trim()];
  const how = { timeoutMs: timeoutOf(options) };
  if (options.profile !== undefined) return { ...throughProfile(options.profile), ...how };
  if (token) {
    const url = given || profileHere()?.profile.url || DEFAULT_URL;
    return {
      ...how,
      url: addressOf(url, 'PURSER_URL'),
      token: tokenOf(token, 'PURSER_TOKEN has'),
      urlAdvice: URL_ADVICE,
      tokenAdvice: 'set PURSER_TOKEN to a valid API token',
    };
  }
  const url = given ? addressOf(given, 'PURSER_URL') : undefined;
  const here = profileHere();
  if (here === undefined) {
    throw usage("Log in with 'purser login', or set PURSER_TOKEN to your API token.");
  }
  const reach = throughProfile(here.name, here.profile);
  if (url !== undefined && url.href !== reach.url.href) {
    throw usage(
      `PURSER_URL is not the address of profile '${here.name}'; log in there with 'purser login --profile NAME', or set PURSER_TOKEN.`,
    );
  }
  return { ...reach, ...how };
}

/** The profile that is meant where no option names one. */
export function profileHere(): { name: string; profile: Profile } | undefined {
  const named = currentIo().env['PURSER_PROFILE'];
  const profiles = readProfiles();
  const name = named || profiles.current;
  return name === undefined ? undefined : { name, profile: profileNamed(name, profiles) };
}

/** What of the environment comes before the current profile; undefined if nothing does. @param url the profile's */
export function comesBefore(name: string, url: string): string | undefined {
  const { PURSER_TOKEN, PURSER_PROFILE, PURSER_URL } = currentIo().env;
  if (PURSER_TOKEN) return `Profile '${name}' is current, but PURSER_TOKEN is set and comes before it.`;
  if (PURSER_PROFILE && PURSER_PROFILE !== name) {
    return `Profile '${name}' is current, but PURSER_PROFILE names '${PURSER_PROFILE}' and comes before it.`;
  }
  if (PURSER_URL && (!URL.canParse(PURSER_URL) || new URL(PURSER_URL).href !== url)) {
    return `Profile '${name}' is current, but PURSER_URL is set to another address, where it is not used.`;
  }
  return undefined;
}

function throughProfile(
  name: string,
  profile = profileNamed(name),
): Omit<Reach, 'timeoutMs'> & { token: string } {
  const again = `purser login${name === FIRST_PROFILE ? '' : ` --profile ${name}`}`;
  if (profile.token === undefined)
    throw usage(`Profile '${name}' is logged out; log in again with '${again}'.`);
  return {
    url: addressOf(profile.url, `The address of profile '${name}'`),
    token: tokenOf(profile.token, `Profile '${name}' has a token that has`),
    urlAdvice: `log in elsewhere with 'purser login --url URL --profile NAME'`,
    tokenAdvice: `log in again with '${again}'`,
  };
}

/** @throws Failure if it is not an http or https URL */
export function addressOf(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw usage(`${what} must be an http or https address, and '${text}' is none.`);
}

/** @throws Failure if it cannot be a token */
export function tokenOf(text: string, has: string): string {
  if (/^[!-~]+$/.test(text)) return text;
  throw usage(`${has} characters that no token has; copy it again.`);
}

/** The address without a login: that of the environment, or the usual one. */
export function usualAddress(): string {
  return currentIo().env['PURSER_URL'] || DEFAULT_URL;
}

/** The time that a call may take, in milliseconds, as an option or the environment says it. */
export function timeoutOf({ timeout }: ReachOptions): number | undefined {
  const [name, text] =
    timeout === undefined ? ['PURSER_TIMEOUT', currentIo().env['PURSER_TIMEOUT']] : ['--timeout', timeout];
  if (!text) return undefined;
  const seconds = parseDuration(text);
  if (seconds !== undefined && seconds > 0 && seconds <= TIMEOUT_MAX_S) return seconds * 1000;
  throw usage(`'${text}' is not a valid duration for ${name}; use for example 90, 15m or 1h.`);
}
