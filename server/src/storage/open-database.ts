import { dirname } from 'node:path';
import { migrate } from './migrate.ts';
import { openStorage } from './open.ts';
import { DatabaseUnavailable } from './outages/availability.ts';
import type { Storage } from './storage.ts';

/** Which database, and where that was said. */
export interface DatabasePlace {
  /** `sqlite:/absolute/path` or `postgres://…` */
  readonly url: string;
  /** The setting, as an operator can find it: a variable, or a file with its key. */
  readonly setting: string;
}

/**
 * Opens the database and brings it to this version's schema; answers it with the migrations that ran.
 * @throws Error with a sentence that names the database, what is wrong with it, and the setting
 */
export async function openDatabase(
  place: DatabasePlace,
  now_ms: number,
): Promise<{ storage: Storage; migrations: string[] }> {
  let storage: Storage | undefined;
  try {
    storage = openStorage(place.url);
    return { storage, migrations: await migrate(storage, now_ms) };
  } catch (error) {
    await storage?.close().catch(() => undefined);
    throw new Error(databaseFault(error, place), { cause: error });
  }
}

/** Why a database cannot be used, as a sentence. Passwords are no part of it. */
export function databaseFault(error: unknown, { url, setting }: DatabasePlace): string {
  // What the database or the system said, behind the error that requests are refused with.
  const reason = reasonOf(error instanceof DatabaseUnavailable ? error.cause : error, url);
  return `The database ${nameOfDatabase(url)} cannot be used: ${reason} It is set by ${setting}.`;
}

/** The path of a file; the host, port and name of a database on a server. */
export function nameOfDatabase(url: string): string {
  if (url.startsWith('sqlite:')) return url.slice('sqlite:'.length);
  const { hostname, port, pathname } = new URL(url);
  return `${decodeURIComponent(pathname.slice(1))} at ${hostname}:${port || '5432'}`;
}

/** What a failure of the system or of a database says of itself. */
interface Facts {
  readonly code?: string;
  readonly syscall?: string;
  /** SQLite's own code; the lower eight bits say the kind. */
  readonly errcode?: number;
  readonly errors?: readonly unknown[];
  readonly message: string;
}

function reasonOf(error: unknown, url: string): string {
  // A name with several addresses fails once for each of them.
  const { errors } = error as Facts;
  if (errors?.[0] !== undefined) return reasonOf(errors[0], url);
  const { code = '', errcode, message } = error as Facts;
  if (url.startsWith('sqlite:')) return fileReason(code, errcode, url) ?? `${withStop(message)}`;
  const advice = SERVER_REASONS[code];
  if (advice !== undefined) return advice.replace('$', message);
  if (/password must be a string/.test(message))
    return 'the server asks for a password, and the URL has none.';
  return withStop(message);
}

function fileReason(code: string, errcode: number | undefined, url: string): string | undefined {
  const path = url.slice('sqlite:'.length);
  const known: Readonly<Record<string, string>> = {
    EACCES: `there is no permission to write in ${dirname(path)} (EACCES).`,
    EPERM: `there is no permission to write in ${dirname(path)} (EPERM).`,
    EROFS: `${dirname(path)} is on a file system that is read-only (EROFS).`,
    ENOTDIR: `${dirname(path)} is not a folder (ENOTDIR).`,
    EEXIST: `${dirname(path)} is not a folder (EEXIST).`,
    EISDIR: 'it is a folder, not a file (EISDIR).',
    ENOSPC: 'the disk is full (ENOSPC).',
  };
  return known[code] ?? (errcode === undefined ? undefined : SQLITE_REASONS[errcode & 0xff]);
}

/** By SQLite's result codes. */
const SQLITE_REASONS: Readonly<Record<number, string>> = {
  8: 'the file is read-only.',
  10: 'the disk cannot be read or written.',
  11: 'the file is damaged; restore it from a backup.',
  13: 'the disk is full.',
  14: 'the file cannot be opened; look at its permissions and those of its folder.',
  26: 'the file is not an SQLite database.',
};

/** By codes of the system and of PostgreSQL; `$` is what the server said, which holds no password. */
const SERVER_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (ECONNREFUSED); start the server.',
  ENOTFOUND: 'no such host is known (ENOTFOUND).',
  EAI_AGAIN: 'host names cannot be looked up (EAI_AGAIN).',
  ETIMEDOUT: 'it does not answer (ETIMEDOUT).',
  EHOSTUNREACH: 'there is no way to that host (EHOSTUNREACH).',
  ECONNRESET: 'the connection was closed (ECONNRESET).',
  '28P01': '$ (28P01); correct the password in the URL.',
  '28000': '$ (28000); correct the user in the URL, or the access rules of the server.',
  '3D000': '$ (3D000); create it, or correct the name in the URL.',
  '42501': '$ (42501); grant the user the right to create tables.',
  '53300': '$ (53300); allow more connections.',
  '57P03': '$ (57P03); try again in a moment.',
};

const withStop = (text: string): string => (text.endsWith('.') ? text : `${text}.`);
