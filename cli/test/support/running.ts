import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { run } from '../../src/main.ts';

const COMMAND = fileURLToPath(new URL('../../bin/purser.js', import.meta.url));
/** Where a checkout has `purser`. */
const BIN = fileURLToPath(new URL('../../../node_modules/.bin', import.meta.url));

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command is given beside its arguments. */
export interface Given {
  readonly env?: Record<string, string>;
  readonly stdin?: string | Uint8Array;
  readonly cwd?: string;
}

/** The same, within this process. */
interface GivenHere extends Given {
  /** Whether stdout and stderr are terminals. */
  readonly isTTY?: boolean;
}

/** The same, for a process. */
interface GivenProcess extends Given {
  /** Hears all of stdout so far whenever there is more of it; `stop` sends SIGTERM. */
  readonly onStdout?: (text: string, stop: () => void) => void;
}

/** Runs the command in this process, which takes a tenth of the time. Not for what is about the process itself. */
export async function purserHere(
  args: readonly string[],
  { env = {}, stdin = '', cwd = process.cwd(), isTTY = false }: GivenHere = {},
): Promise<Run> {
  const [stdout, stderr] = [new Collected(isTTY), new Collected(isTTY)];
  const code = await run(args, { env, cwd, stdin: Readable.from([stdin]), stdout, stderr });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

class Collected extends Writable {
  readonly isTTY: boolean;
  text = '';

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}

/** Runs the real command, as a shell would. Nothing of the environment reaches it but what is given. */
export function purserCommand(args: readonly string[], options: GivenProcess = {}): Promise<Run> {
  return collected([process.execPath, COMMAND, ...args], process.env['PATH'] ?? '', options);
}

/** Runs a command line in bash, with `purser` among the commands. */
export function inShell(line: string, options: GivenProcess = {}): Promise<Run> {
  const path = [dirname(process.execPath), BIN, process.env['PATH'] ?? ''].join(delimiter);
  return collected(['bash', '--norc', '-eo', 'pipefail', '-c', line], path, options);
}

function collected([program = '', ...args]: string[], path: string, options: GivenProcess): Promise<Run> {
  const { env, stdin = '', cwd = process.cwd(), onStdout } = options;
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
