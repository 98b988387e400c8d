import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The shells that npm runs scripts by. */
const SHELL = /^(.*\/)?(ba|da|z|k|a)?sh$/;

/**
 * The process that runs a script of npm, given the script's parent: behind a shell or not. Undefined where it cannot be
 * told.
 */
export function packerOf(parent: number): number | undefined {
  const found = processOf(parent);
  if (found === undefined) return undefined;
  return SHELL.test(found.command) ? found.above : parent;
}

/** Whether a process runs; one that has ended runs no more, though nobody has asked yet how it did. */
export function isRunning(pid: number): boolean {
  const state = processOf(pid)?.state ?? 'Z';
  return !/^[ZX]/.test(state);
}

interface Process {
  readonly command: string;
  readonly state: string;
  readonly above: number;
}

function processOf(pid: number): Process | undefined {
  try {
    const found =
      process.platform === 'linux'
        ? /\((?<command>.*)\) (?<state>\S) (?<above>[0-9]+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))
        : /(?<above>[0-9]+) +(?<state>\S+) +(?<command>.*)/.exec(processList(pid));
    const { command = '', state = '', above } = found?.groups ?? {};
    return { command, state, above: Number(above) };
  } catch {
    return undefined;
  }
}

const processList = (pid: number): string =>
  execFileSync('ps', ['-o', 'ppid=,stat=,comm=', '-p', String(pid)], { encoding: 'utf8' });
