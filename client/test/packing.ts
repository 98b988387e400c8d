import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
export const MODULES = join(ROOT, 'node_modules');

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program as in a shell of its own: without the environment variables of npm, Node and Purser.
 * @param node the Node that comes first in PATH; default: the machine's own
 */
export function runIn(
  cwd: string,
  program: string,
  args: readonly string[],
  { node, env = {} }: { node?: string; env?: Record<string, string> } = {},
): Promise<Run> {
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { cwd, env: { ...shell(node), ...env }, maxBuffer: 1 << 26 },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
    );
  });
}

/** The environment of a shell on this machine. */
export function shell(node?: string): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm|node|purser)_/i.test(name));
  const paths = (process.env['PATH'] ?? '').split(delimiter).filter((path) => !path.includes('node_modules'));
  const first = node === undefined ? [] : [dirname(node)];
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    PATH: [...first, ...paths].join(delimiter),
  };
}

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed when the process ends: several tests share the packages installed in it. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'purser-package-'));
  folders.push(folder);
  return folder;
}

/** A separate checkout with the same files as this one, whose changes git can list. */
export function checkOut(): string {
  const folder = emptyFolder();
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const file of listed.split('\0').filter((name) => name !== '' && existsSync(join(ROOT, name)))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file), { force: true });
  }
  symlinkSync(MODULES, join(folder, 'node_modules'));
  const git = (...args: string[]): Buffer => execFileSync('git', args, { cwd: folder });
  git('init', '-q');
  git('add', '-A');
  git('-c', 'user.name=Test', '-c', 'user.email=test@example.org', 'commit', '-qm', 'A checkout');
  return folder;
}

/** The changes that git finds in a checkout. */
export const changesIn = (folder: string): string =>
  execFileSync('git', ['status', '--porcelain'], { cwd: folder, encoding: 'utf8' });
