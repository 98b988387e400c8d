import { watch } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Durations } from './runner/durations.ts';
import { runFiles } from './runner/pool.ts';
import { Results } from './runner/printing.ts';
import { PARTS, ROOT, testFiles } from './runner/test-files.ts';
import { makePostgresTemplate, startPostgres } from './support/engines.ts';

/**
 * Runs the tests of the repository in one process per core, on one PostgreSQL server that all of them share.
 * Arguments narrow the choice: only files whose path contains one of them are run, and of these only the tests whose
 * name matches `--name`. `--reliability` runs the long reliability tests instead. `--watch` runs the tests again after
 * each change. Ends with a line `N passed, N failed`.
 */
const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string' },
    watch: { type: 'boolean', default: false },
    reliability: { type: 'boolean', default: false },
  },
});
const { name: namePattern, reliability } = values;
const SOURCES = [...PARTS, 'docs'];
/** Editors write a file several times. */
const SETTLED_MS = 200;

// Compiled code, TypeScript stripped, is kept from one process to the next, and from one run to the next.
process.env['NODE_COMPILE_CACHE'] ??= join(ROOT, 'node_modules', '.cache', 'compiled');
const postgres = await startPostgres();
process.env['PURSER_TEST_POSTGRES_URL'] = postgres.url;
process.env['PURSER_TEST_POSTGRES_TEMPLATE'] = await makePostgresTemplate();

/** Runs the chosen tests once; answers whether all of them passed. */
async function runOnce(): Promise<boolean> {
  const durations = new Durations();
  const files = durations.longestFirst(testFiles({ words, reliability }));
  if (files.length === 0) console.log(`No test file has a path with ${words.join(' or ')}.`);
  const isNarrowed = words.length > 0 || namePattern !== undefined;
  const results = new Results(files.length, isNarrowed);
  await runFiles(files, {
    processes: availableParallelism(),
    namePattern,
    onResult: (result) => {
      if (namePattern === undefined) durations.set(result.file, result.duration_ms);
      console.log(results.add(result));
    },
  });
  durations.save();
  console.log(results.summary());
  return results.failed === 0 && results.passed > 0;
}

/** Resolves when a source has changed and no further change follows. */
function changed(): Promise<void> {
  return new Promise((resolve) => {
    let settled: NodeJS.Timeout | undefined;
    const watchers = SOURCES.map((folder) =>
      watch(join(ROOT, folder), { recursive: true }, () => {
        clearTimeout(settled);
        settled = setTimeout(() => {
          for (const watcher of watchers) watcher.close();
          resolve();
        }, SETTLED_MS);
      }),
    );
  });
}

if (values.watch) {
  process.once('SIGINT', () => void postgres.stop().then(() => process.exit()));
  for (;;) {
    await runOnce();
    console.log('\nWaiting for a change; Ctrl-C ends.');
    await changed();
  }
}
const allPassed = await runOnce();
await postgres.stop();
// Not by `exitCode`: an exit hook of the PostgreSQL package ends the process with code 0.
process.exit(allPassed ? 0 : 1);
