import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'purser-runner-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Runs files of these texts, in one process if no pattern chooses tests; answers the printed lines per file, and the
 * summary. The pool runs in a process of its own: `run` of `node:test` replaces the root of the tests of its process.
 */
function runTexts(texts: Record<string, string>, namePattern?: string) {
  const files = Object.entries(texts).map(([name, text]) => {
    const file = join(folder, `${name}.test.mjs`);
    writeFileSync(file, `import { after, describe, test } from 'node:test';\n${text}`);
    return file;
  });
  const script = `
    import { basename } from 'node:path';
    import { runFiles } from ${JSON.stringify(join(import.meta.dirname, 'pool.ts'))};
    import { Results } from ${JSON.stringify(join(import.meta.dirname, 'printing.ts'))};
    const files = ${JSON.stringify(files)};
    const results = new Results(files.length, true);
    const printed = {};
    await runFiles(files, {
      processes: 1,
      namePattern: ${JSON.stringify(namePattern)},
      onResult: (result) => { printed[basename(result.file, '.test.mjs')] = results.add(result); },
    });
    console.log(JSON.stringify({ printed, skipped: results.skipped, summary: results.summary() }));
  `;
  // Without this variable, which is set in processes of tests, `run` starts nothing.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const main = join(folder, 'main.mjs');
  writeFileSync(main, script);
  const { stdout, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    encoding: 'utf8',
    env,
  });
  assert.notEqual(stdout, '', stderr);
  const { printed, skipped, summary } = JSON.parse(stdout) as {
    printed: Record<string, string>;
    skipped: number;
    summary: string;
  };
  const of = (name: string): string => printed[name] ?? '';
  return { of, skipped, summary, last: summary.split('\n').at(-1) };
}

test('what a file registers with after runs before the next file starts, and files share a process', () => {
  const { last, summary } = runTexts({
    first: `globalThis.pid = process.pid; after(() => { globalThis.done = true; }); test('one', () => {});`,
    second: `describe('suite', () => test('two', () => { if (!globalThis.done || globalThis.pid !== process.pid) throw new Error('no'); }));`,
  });
  assert.equal(last, '2 passed, 0 failed', summary);
});

test('a failure is printed with the names around it and its error, and the next file gets a fresh process', () => {
  const { of, last } = runTexts({
    fails: `globalThis.pid = process.pid; describe('outer', () => { test('wrong', () => { throw new Error('because'); }); test('right', () => {}); });`,
    next: `test('fresh', () => { if (globalThis.pid !== undefined) throw new Error('the same process'); });`,
  });
  assert.match(of('fails'), /^✖ /);
  assert.match(of('fails'), /outer › wrong\n[\s\S]*Error: because\n +at /);
  assert.match(of('next'), /^✔ /);
  assert.equal(last, '2 passed, 1 failed');
});

test('a file that does not load, a hook that throws and a process that ends are failures of their file alone', () => {
  const { of, last } = runTexts({
    broken: `throw new Error('cannot be loaded');`,
    hook: `after(() => { throw new Error('in the hook'); }); test('right', () => {});`,
    ends: `test('ends', () => process.exit(0));`,
    late: `test('late', () => { setTimeout(() => { throw new Error('afterwards'); }); }); test('waits', () => new Promise((resolve) => setTimeout(resolve, 50)));`,
    good: `test('good', () => {});`,
  });
  assert.match(of('broken'), /✖ the file as a whole[\s\S]*cannot be loaded/);
  assert.match(of('hook'), /in the hook/);
  assert.match(of('ends'), /Its process ended early \(exit code 0\)/);
  assert.match(of('late'), /afterwards/);
  assert.match(of('good'), /^✔ /);
  assert.equal(last, '4 passed, 4 failed');
});

test('tests are chosen by a pattern for their names, and skipped ones count apart', () => {
  const { of, last, skipped } = runTexts(
    { some: `test('wanted', () => {}); test('other', () => {}); test.skip('wanted later', () => {});` },
    '^. wanted|^wanted',
  );
  assert.doesNotMatch(of('some'), /other/);
  assert.equal(last, '1 passed, 0 failed');
  assert.equal(skipped, 1);
});

test('a file without a test that matches the pattern ends, and the other files run', () => {
  const { last, of } = runTexts(
    {
      none: `describe('suite', () => test('other', () => {}));`,
      some: `test('wanted', () => {});`,
      inner: `describe('suite', () => { test('wanted', () => {}); test('other', () => {}); });`,
      broken: `throw new Error('cannot be loaded');`,
    },
    'wanted',
  );
  assert.match(of('none'), /: 0 tests/);
  assert.match(of('inner'), /✔ suite › wanted/);
  assert.match(of('broken'), /✖ the file as a whole/);
  assert.equal(last, '2 passed, 1 failed');
});

test('a run in which no test passed ends with code 1, and its last line says so', () => {
  const runner = join(import.meta.dirname, '..', 'run.ts');
  const run = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', runner, 'no/such/file'], {
    encoding: 'utf8',
  });
  assert.equal(run.stdout.trimEnd().split('\n').at(-1), '0 passed, 0 failed', run.stderr);
  assert.equal(run.status, 1);
});
