import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  freePort,
  launch,
  launchPurser,
  type ServerProcess,
} from '../../server/test/support/server-process.ts';
import type { ControlSettings } from './control.ts';
import type { RunningDatabase } from './postgres-process.ts';
import type { ReplaySettings } from './references-replay.ts';

export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

export interface RunningServer extends Pick<ServerProcess, 'port' | 'pid' | 'started_ms' | 'stop'> {
  /** Its database server, if it has one. */
  databasePid?: number;
}

export interface RunningPurser extends RunningServer {
  adminToken: string;
}

/** Starts one of the control servers of control.ts. */
export async function startControl(
  directory: string,
  settings: Omit<ControlSettings, 'port'>,
): Promise<RunningServer> {
  const port = await freePort();
  return launch({
    script: fileURLToPath(new URL('./control.ts', import.meta.url)),
    environment: { BENCH_CONTROL: JSON.stringify({ ...settings, port }) },
    directory,
    port,
  });
}

/** Starts the replay of the references' statements, on a running PostgreSQL. */
export async function startReplay(
  directory: string,
  database: RunningDatabase,
  settings: Omit<ReplaySettings, 'port' | 'databaseUrl'>,
): Promise<RunningServer> {
  const port = await freePort();
  const server = await launch({
    script: fileURLToPath(new URL('./references-replay.ts', import.meta.url)),
    environment: { BENCH_REPLAY: JSON.stringify({ ...settings, port, databaseUrl: database.url }) },
    directory,
    port,
  });
  return { ...server, databasePid: database.pid };
}

export interface PurserOptions {
  /** Directory of the data; a later start finds them there. */
  directory: string;
  database?: RunningDatabase | undefined;
  adminToken?: string;
  /** Writes a CPU profile of the server into this directory when it stops. */
  profileDirectory?: string | undefined;
}

/** The database URL of a Purser in this directory, or on this database. */
export function databaseUrlOf({
  directory,
  database,
}: Pick<PurserOptions, 'directory' | 'database'>): string {
  return database?.url ?? `sqlite:${join(directory, 'purser.db')}`;
}

/** Starts Purser with default settings. */
export async function startPurser(options: PurserOptions): Promise<RunningPurser> {
  const { directory, database, profileDirectory } = options;
  const adminToken = options.adminToken ?? randomBytes(32).toString('hex');
  const server = await launchPurser({
    directory,
    databaseUrl: databaseUrlOf(options),
    adminToken,
    nodeOptions: profileDirectory ? ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`] : [],
  });
  return { ...server, adminToken, ...(database ? { databasePid: database.pid } : {}) };
}
