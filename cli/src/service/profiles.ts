import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isObject } from '@purser/text/json';
import { refused, usage } from '../failures.ts';
import { decoded } from '../input/text-input.ts';
import { currentIo } from '../io.ts';

/** A service and the user that is logged in there. */
export interface Profile {
  readonly url: string;
  /** Undefined after a logout. */
  readonly token?: string | undefined;
  /** Id of the token, by which it is revoked. */
  readonly token_id?: number | undefined;
  /** When the token ends; null for never. */
  readonly expires_at?: string | null | undefined;
  /** Uuid of the user; undefined if terms of service were unaccepted at the login. */
  readonly user?: string | undefined;
  readonly username?: string | undefined;
}

/** All profiles, by name, and the one that is used where none is named. */
export interface Profiles {
  readonly current: string | undefined;
  readonly profiles: Readonly<Record<string, Profile>>;
}

/** The name of the first profile, unless another one is given. */
export const FIRST_PROFILE = 'default';
const FILE_NAME = 'profiles.json';
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
const NOT_THE_OWNER = 0o077;
const NONE: Profiles = { current: undefined, profiles: {} };

/**
 * The file with the profiles: `profiles.json` in `$PURSER_CONFIG_HOME`, else in `purser` below `$XDG_CONFIG_HOME` or
 * `~/.config`; on Windows below `%APPDATA%`. Undefined where the environment names none of these folders.
 */
export function profilesFile(env = currentIo().env): string | undefined {
  const { PURSER_CONFIG_HOME, XDG_CONFIG_HOME, APPDATA, HOME } = env;
  const folder =
    PURSER_CONFIG_HOME ||
    below(process.platform === 'win32' ? APPDATA : XDG_CONFIG_HOME || below(HOME, '.config'), 'purser');
  return folder && join(folder, FILE_NAME);
}

function below(folder: string | undefined, name: string): string | undefined {
  return folder ? join(folder, name) : undefined;
}

/**
 * Reads the profiles; without a file there are none. A file that others could read is closed to them, and so is
 * its folder where nothing else is in it; stderr has a warning.
 * @throws Failure if the file cannot be read, or is none of ours
 */
export function readProfiles(): Profiles {
  const file = profilesFile();
  if (file === undefined) return NONE;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return NONE;
    throw usage(`Cannot read the profiles in ${file} (${code}); make the file yours, or remove it.`);
  }
  // A folder with other things in it, such as /tmp, is not ours to close.
  if (readdirSync(dirname(file)).every((name) => name.startsWith(FILE_NAME)))
    close(dirname(file), FOLDER_MODE);
  close(file, FILE_MODE);
  const profiles = profilesOf(decoded(bytes, file));
  if (profiles === undefined) {
    throw usage(`${file} does not hold profiles; remove it, and log in again with 'purser login'.`);
  }
  return profiles;
}

/** Keeps others out, who could read the tokens. Windows has no such modes. */
function close(path: string, mode: number): void {
  if (process.platform === 'win32' || (statSync(path).mode & NOT_THE_OWNER) === 0) return;
  const { stderr } = currentIo();
  try {
    chmodSync(path, mode);
    stderr.write(`Warning: others had access to ${path}, which holds tokens; they no longer have.\n`);
  } catch {
    stderr.write(`Warning: others have access to ${path}, which holds tokens; change its mode.\n`);
  }
}

function profilesOf(text: string): Profiles | undefined {
  try {
    const { current, profiles } = JSON.parse(text);
    const valid =
      (current === undefined || typeof current === 'string') &&
      isObject(profiles) &&
      Object.values(profiles).every(isProfile);
    return valid ? { current, profiles: profiles as unknown as Profiles['profiles'] } : undefined;
  } catch {
    return undefined;
  }
}

function isProfile(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['url'] === 'string' &&
    (value['token'] === undefined || typeof value['token'] === 'string')
  );
}

/**
 * Changes one profile, or removes it with undefined, and which one is the current one. The file is replaced as a
 * whole, so no reader sees half of it, and only its owner may read it.
 * @throws Failure if the file cannot be written
 */
export function writeProfile(name: string, profile: Profile | undefined, current?: string): void {
  const file = profilesFile();
  if (file === undefined) throw usage('Say where profiles are to be kept, with PURSER_CONFIG_HOME.');
  const before = readProfiles();
  const { [name]: _, ...others } = before.profiles;
  const profiles = profile === undefined ? others : { ...others, [name]: profile };
  const used = current ?? before.current;
  const text = JSON.stringify(
    { current: used !== undefined && used in profiles ? used : undefined, profiles },
    null,
    2,
  );
  const fresh = `${file}.${crypto.randomUUID()}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: FOLDER_MODE });
    const handle = openSync(fresh, 'wx', FILE_MODE);
    try {
      writeFileSync(handle, `${text}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(fresh, file);
  } catch (error) {
    discard(fresh);
    throw refused(
      `Cannot write ${file} (${(error as NodeJS.ErrnoException).code}); say another folder with PURSER_CONFIG_HOME.`,
    );
  }
}

/** Removes a file that may never have come to be. */
function discard(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Where no file can be there is none.
  }
}

/** Whether a profile can have this name: it is typed in shells, and shown in tables. */
export function checkProfileName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/.test(name)) return name;
  throw usage(`'${name}' cannot be the name of a profile; use letters, digits and . _ @ - in it.`);
}

/** @throws Failure if there is none of this name */
export function profileNamed(name: string, { profiles } = readProfiles()): Profile {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile) return profile;
  throw usage(
    `Unknown profile '${name}'; 'purser profile list' shows all, 'purser login --profile ${name}' creates it.`,
  );
}
