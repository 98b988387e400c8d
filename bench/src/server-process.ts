import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ControlSettings } from './control.ts';
import type { RunningDatabase } from './postgres-process.ts';

export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

const READY_WITHIN_MS = 30_000;
const POLL_MS = 5;
const STOP_WITHIN_MS = 10_000;
const LOG_TAIL = 2000;

export interface RunningServer {
  port: number;
  pid: number;
  /** The database server beside it, if it has one. */
  databasePid?: number;
  /** From starting the process to the first 200 of its readiness check. */
  started_ms: number;
  stop(): Promise<void>;
}

export interface RunningPurser extends RunningServer {
  adminToken: string;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function isReady(port: number, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode === 200));
      response.once('error', () => resolve(false));
    });
    request.once('error', () => resolve(false));
  });
}

function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

interface Launch {
  script: string;
  nodeOptions?: string[];
  environment: Record<string, string>;
  directory: string;
  port: number;
}

/** The machine's own environment, without settings of a Purser that its user may run besides. */
function cleanEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('PURSER_') && !name.startsWith('NODE_'),
  );
  return Object.fromEntries(kept) as Record<string, string>;
}

async function launch({
  script,
  nodeOptions = [],
  environment,
  directory,
  port,
}: Launch): Promise<RunningServer> {
  const logFile = join(directory, `server-${port}.log`);
  const log = openSync(logFile, 'w');
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...nodeOptions, script], {
    cwd: directory,
    env: { ...cleanEnvironment(), ...environment },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const kill = (): boolean => child.kill('SIGKILL');
  // Before the folder is removed: a server that is just starting would make it anew.
  process.prependOnceListener('exit', kill);
  const stop = async (): Promise<void> => {
    await stopProcess(child);
    process.off('exit', kill);
  };
  const died = (): boolean => child.exitCode !== null || child.signalCode !== null;
  while (!(await isReady(port, '/health/ready'))) {
    if (died() || performance.now() - startedAt > READY_WITHIN_MS) {
      await stop();
      throw new Error(`${script} did not become ready:\n${readFileSync(logFile, 'utf8').slice(-LOG_TAIL)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return { port, pid: child.pid as number, started_ms: performance.now() - startedAt, stop };
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

export interface PurserOptions {
  /** Data of an earlier start is found again here. */
  directory: string;
  database?: RunningDatabase | undefined;
  adminToken?: string;
  /** Writes a CPU profile of the server into this directory when it stops. */
  profileDirectory?: string | undefined;
}

/** Starts Purser as its users do: `node server/src/main.ts`, settings in the environment, otherwise defaults. */
export async function startPurser(options: PurserOptions): Promise<RunningPurser> {
  const { directory, database, profileDirectory } = options;
  const port = await freePort();
  const adminToken = options.adminToken ?? randomBytes(32).toString('hex');
  const mails = join(directory, 'mails');
  mkdirSync(mails, { recursive: true });
  const server = await launch({
    script: join(REPOSITORY, 'server/src/main.ts'),
    nodeOptions: profileDirectory ? ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`] : [],
    environment: {
      PURSER_PORT: String(port),
      PURSER_DATABASE_URL: database?.url ?? `sqlite:${join(directory, 'purser.db')}`,
      PURSER_ADMIN_TOKEN: adminToken,
      PURSER_MAIL_URL: `file:${mails}`,
    },
    directory,
    port,
  });
  return { ...server, adminToken, ...(database ? { databasePid: database.pid } : {}) };
}
