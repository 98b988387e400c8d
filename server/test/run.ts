import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { makePostgresTemplate, startPostgres } from './support/engines.ts';

/**
 * Runs every test of the repository, several files at once, on one PostgreSQL server that all of them share.
 * Arguments narrow the choice: only files whose path contains one of them are run.
 * Ends with a line `N passed, N failed`.
 */
const root = join(import.meta.dirname, '..', '..');
const wanted = process.argv.slice(2);

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : testFiles(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

const files = ['api', 'client', 'server', 'cli', 'bench']
  .flatMap((part) => testFiles(join(root, part)))
  .filter((file) => wanted.length === 0 || wanted.some((word) => relative(root, file).includes(word)))
  .sort();

// Compiled code, TypeScript stripped, is kept from one file to the next, and from one run to the next.
process.env['NODE_COMPILE_CACHE'] ??= join(root, 'node_modules', '.cache', 'compiled');
const postgres = await startPostgres();
process.env['PURSER_TEST_POSTGRES_URL'] = postgres.url;
process.env['PURSER_TEST_POSTGRES_TEMPLATE'] = await makePostgresTemplate();
const counts = { passed: 0, failed: 0 };
/** A test that hangs is a failure, not a reason to wait. */
const TEST_MS = 300_000;
const SILENCE_MS = TEST_MS + 60_000;
const watchdog = new AbortController();
const stream = run({
  files,
  concurrency: 2,
  timeout: TEST_MS,
  signal: watchdog.signal,
  execArgv: ['--disable-warning=ExperimentalWarning'],
});
stream.on('test:pass', ({ details, skip, todo }) => {
  if (details.type !== 'suite' && skip === undefined && todo === undefined) counts.passed += 1;
});
stream.on('test:fail', ({ details }) => {
  if (details.type !== 'suite') counts.failed += 1;
});
// A test that is given up may leave work behind that keeps its process for ever: then nothing is heard any more.
const open = new Set(files);
const giveUp = (): void => {
  console.log(`Nothing was heard for a long time; given up: ${[...open].join(', ')}`);
  watchdog.abort();
};
let silence = setTimeout(giveUp, SILENCE_MS);
stream.on('data', ({ type, data }) => {
  if (type === 'test:summary' && data.file !== undefined) open.delete(data.file);
  clearTimeout(silence);
  silence = setTimeout(giveUp, SILENCE_MS);
});
stream.compose(new spec()).pipe(process.stdout);
await new Promise((resolve) => stream.on('end', resolve));
clearTimeout(silence);
await postgres.stop();
if (files.length === 0) counts.failed += 1;
// The reporter's last words are still on their way; ours come after them.
setImmediate(() => {
  console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
});
