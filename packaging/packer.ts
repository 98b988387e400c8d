import { execFileSync } from 'node:child_process';

/** The shells that npm runs scripts by. */
const SHELL = /(^|\/)(ba|da|z|k|a)?sh$/;

/** The process that runs a script of npm, given the script's parent: behind a shell or not. Undefined where it cannot be told. */
export function packerOf(parent: number): number | undefined {
  try {
    const [up, ...command] = ps(parent);
    return SHELL.test(command.join(' ')) ? Number(up) : parent;
  } catch {
    return undefined;
  }
}

const ps = (pid: number): string[] =>
  execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' })
    .trim()
    .split(/\s+/);
