import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The shells that npm runs scripts by. */
const SHELL = /^(.*\/)?(ba|da|z|k|a)?sh$/;

/**
 * The process that runs a script of npm, given the script's parent: behind a shell or not. Undefined where it cannot be
 * told.
 */
export function packerOf(parent: number): number | undefined {
  try {
    const { command, above } = processOf(parent);
    return SHELL.test(command) ? above : parent;
  } catch {
    return undefined;
  }
}

function processOf(pid: number): { command: string; above: number } {
  const found =
    process.platform === 'linux'
      ? /\((?<command>.*)\) \S (?<above>[0-9]+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))
      : /(?<above>[0-9]+) +(?<command>.*)/.exec(processList(pid));
  const { command = '', above } = found?.groups ?? {};
  return { command, above: Number(above) };
}

const processList = (pid: number): string =>
  execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
