import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readableLine } from './readable-log.ts';

/**
 * Runs the service for development: it restarts when a module of it changes, and its log is formatted for reading. Other
 * files, such as migrations and templates, take effect at the next restart. SIGINT and SIGTERM stop it.
 */
const service: ChildProcess = spawn(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', '--watch', join(import.meta.dirname, '..', 'src', 'main.ts')],
  { stdio: ['inherit', 'inherit', 'pipe'] },
);
const { stderr } = service;
if (stderr) createInterface({ input: stderr }).on('line', (line) => console.error(readableLine(line)));

// A terminal sends Ctrl-C to every process of its group; a second one would make the service stop at once.
process.on('SIGINT', () => {
  if (!process.stdin.isTTY) service.kill('SIGINT');
});
process.on('SIGTERM', () => service.kill('SIGTERM'));
service.on('close', (code) => process.exit(code ?? 0));
