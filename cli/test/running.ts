import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../bin/purser.js', import.meta.url));
/** Where a checkout has `purser`. */
const BIN = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url));

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  readonly cwd?: string;
  /** Hears all of stdout so far whenever there is more of it; `stop` sends SIGTERM. */
  readonly onStdout?: (text: string, stop: () => void) => void;
}

/** Runs the real command, as a shell would. Nothing of the environment reaches it but what is given. */
export function purserCommand(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return collected([process.execPath, COMMAND, ...args], process.env['PATH'] ?? '', options);
}

/** Runs a command line in bash, with `purser` among the commands. */
export function inShell(line: string, options: RunOptions = {}): Promise<Run> {
  const path = [dirname(process.execPath), BIN, process.env['PATH'] ?? ''].join(delimiter);
  return collected(['bash', '--norc', '-eo', 'pipefail', '-c', line], path, options);
}

function collected([program = '', ...args]: string[], path: string, options: RunOptions): Promise<Run> {
  const { env, stdin = '', cwd, onStdout } = options;
  const child: ChildProcessWithoutNullStreams = spawn(program, args, {
    env: { PATH: path, ...env },
    stdio: 'pipe',
    cwd,
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
      if (name === 'stdout') onStdout?.(texts.stdout, () => child.kill());
    });
  }
  // A command that ends without reading its input is none of our business here.
  child.stdin.on('error', () => undefined).end(stdin);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...texts }));
  });
}
