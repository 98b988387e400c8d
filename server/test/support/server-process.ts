import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

/**
 * Servers as processes of their own, for whatever has to see them from outside: their death, their speed, several of
 * them on one database.
 */

const PURSER = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const READY = '/health/ready';
const READY_WITHIN_MS = 30_000;
const POLL_MS = 5;
const STOP_WITHIN_MS = 10_000;
const LOG_TAIL = 2000;

export interface ServerProcess {
  readonly port: number;
  readonly pid: number;
  /** From starting the process to the first 200 of its readiness check. */
  readonly started_ms: number;
  /** What it has written so far, to both of its outputs. */
  log(): string;
  /** Lets it finish what it has begun. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would; resolves when it is gone. */
  kill(): Promise<void>;
}

export interface Launch {
  readonly script: string;
  readonly nodeOptions?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where it runs and where its log goes. */
  readonly directory: string;
  /** Where it will answer; it must know by its environment. */
  readonly port: number;
  /** Kills it so long after it was started, ready or not; then it is never ready. */
  readonly killAfter_ms?: number;
}

/** A server that ended before it was ready. */
export class NotReady extends Error {}

/** Starts a script that serves HTTP and waits until its readiness check answers 200. It dies with this process. */
export async function launch(options: Launch): Promise<ServerProcess> {
  const { script, directory, port } = options;
  const logFile = join(directory, `server-${port}.log`);
  const startedAt = performance.now();
  const child = spawnLogged(options, logFile);
  const killChild = (): boolean => child.kill('SIGKILL');
  // Before folders are removed: a server that is just starting would make its own anew.
  process.prependOnceListener('exit', killChild);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    await endProcess(child, signal);
    process.off('exit', killChild);
  };
  const killer = options.killAfter_ms === undefined ? undefined : setTimeout(killChild, options.killAfter_ms);
  while (!(await isReady(port))) {
    if (hasEnded(child) || performance.now() - startedAt > READY_WITHIN_MS) {
      await end('SIGKILL');
      throw new NotReady(
        `${script} did not become ready:\n${readFileSync(logFile, 'utf8').slice(-LOG_TAIL)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  clearTimeout(killer);
  return {
    port,
    pid: child.pid as number,
    started_ms: performance.now() - startedAt,
    log: () => readFileSync(logFile, 'utf8'),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

export interface PurserLaunch {
  /** Its mails and logs go here. */
  readonly directory: string;
  readonly databaseUrl: string;
  readonly adminToken: string;
  readonly nodeOptions?: readonly string[];
  readonly killAfter_ms?: number;
}

/** Starts Purser as its users do: `node server/src/main.ts`, settings in the environment, otherwise defaults. */
export async function launchPurser(options: PurserLaunch): Promise<ServerProcess> {
  const { directory, databaseUrl, adminToken, ...rest } = options;
  const port = await freePort();
  const mails = join(directory, 'mails');
  mkdirSync(mails, { recursive: true });
  const environment = {
    PURSER_PORT: String(port),
    PURSER_DATABASE_URL: databaseUrl,
    PURSER_ADMIN_TOKEN: adminToken,
    PURSER_MAIL_URL: `file:${mails}`,
  };
  return launch({ ...rest, script: PURSER, environment, directory, port });
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function spawnLogged(options: Launch, logFile: string): ChildProcess {
  const { script, nodeOptions = [], environment, directory } = options;
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...nodeOptions, script], {
    cwd: directory,
    env: { ...cleanEnvironment(), ...environment },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  return child;
}

/** The machine's own environment, without settings of a Purser that its user may run besides. */
function cleanEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('PURSER_') && !name.startsWith('NODE_'),
  );
  return Object.fromEntries(kept) as Record<string, string>;
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: READY, agent: false }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode === 200));
      response.once('error', () => resolve(false));
    });
    request.once('error', () => resolve(false));
  });
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    child.kill(signal);
  });
}
