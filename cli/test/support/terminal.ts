import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Of util-linux: runs a command at a terminal of its own. */
const SCRIPT = 'script';

/** Says why a test is skipped where the machine cannot make terminals for it. */
export function withoutTerminals(): string | false {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = process.platform === 'linux' && folders.some((folder) => existsSync(join(folder, SCRIPT)));
  return !found && 'script of util-linux is not installed';
}

/** What is typed when the terminal has shown something. */
export interface Typing {
  readonly when: string;
  readonly type: string;
}

/**
 * Runs a line of a shell at a terminal of its own, and types each text once what it waits for has been shown. Answers
 * everything that the terminal showed.
 */
export function atTerminal(
  line: string,
  typing: readonly Typing[],
  env: Record<string, string>,
): Promise<string> {
  const child = spawn(SCRIPT, ['--quiet', '--return', '--command', line, '/dev/null'], {
    env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const left = [...typing];
  let shown = '';
  let from = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    for (let next = left[0]; next !== undefined && shown.includes(next.when, from); next = left[0]) {
      from = shown.indexOf(next.when, from) + next.when.length;
      left.shift();
      child.stdin.write(next.type);
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      child.stdin.end();
      resolve(shown);
    });
  });
}
