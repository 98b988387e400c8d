import { spawn } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { run } from '../src/main.ts';

const COMMAND = fileURLToPath(new URL('../bin/purser.js', import.meta.url));

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command is given beside its arguments. */
export interface Given {
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  readonly cwd?: string;
}

/** Runs the command in this process, which takes a tenth of the time. Not for what is about the process itself. */
export async function purserHere(
  args: readonly string[],
  { env = {}, stdin = '', cwd = process.cwd() }: Given = {},
): Promise<Run> {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const code = await run(args, { env, cwd, stdin: Readable.from([stdin]), stdout, stderr });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

class Collected extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}

/** Runs the real command, as a shell would. Nothing of the environment reaches it but what is given. */
export function purserCommand(
  args: readonly string[],
  { env = {}, stdin = '', cwd = process.cwd() }: Given = {},
): Promise<Run> {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    cwd,
    stdio: 'pipe',
  });
  const collected = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      collected[name] += text;
    });
  }
  // A command that ends without reading its input is none of our business here.
  child.stdin.on('error', () => undefined).end(stdin);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...collected }));
  });
}
