import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { PARTS, ROOT } from '../runner/test-files.ts';
import { type Mutant, mutantsOf } from './mutants.ts';

/** The files that hold rules, and the words of the tests that hold them (see `npm test -- WORD`). */
const RULES: Readonly<Record<string, readonly string[]>> = {
  'server/src/ledger/core/decide.ts': ['ledger/ledger.test', 'ledger/invariants', 'account-v1/commissions'],
  'server/src/ledger/core/batch.ts': ['src/ledger', 'native/ledger/commission'],
  'server/src/projects/memberships/membership-rules.ts': [
    'projects/lifecycle',
    'native/projects',
    'account-v1/projects',
    'account-v1/memberships',
  ],
  'server/src/projects/applications/pending-applications.ts': ['projects-applications', 'account-v1/project'],
  'server/src/directory/logins/login-throttle.ts': ['abuse/login-throttle'],
  'server/src/directory/tokens/reach.ts': ['conformance/reach'],
  'server/src/http/workflow-v1/gates.ts': ['workflow-v1', 'conformance/reach'],
  'server/src/workflow/engine/gate-requirements.ts': ['workflow-v1', 'conformance/reach'],
};

const TIMEOUT_MS = 300_000;

/**
 * Mutation tests: changes one expression of a rule file at a time, in a copy of the repository, and runs the tests of
 * that file. A mutant that no test notices survives. Prints each survivor and the share of noticed mutants; ends with
 * code 1 if a test fails without a mutation.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'at-most': { type: 'string' }, minutes: { type: 'string' } },
});
const atMost = Number(values['at-most'] ?? Number.POSITIVE_INFINITY);
const end_ms = Date.now() + Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000;

const copy = copyOfRepository();
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
for (const [file, words] of Object.entries(RULES)) {
  if (positionals.length > 0 && !positionals.some((word) => file.includes(word))) continue;
  mutate(file, words);
}

function mutate(file: string, words: readonly string[]): void {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  if (!passes(words)) {
    console.log(`${file}: its tests fail without a mutation`);
    process.exitCode = 1;
    return;
  }
  const mutants = mutantsOf(file, text);
  const tried = spread(mutants, atMost);
  let count = 0;
  let noticed = 0;
  for (const mutant of tried) {
    if (Date.now() > end_ms) break;
    writeFileSync(path, text.slice(0, mutant.start) + mutant.after + text.slice(mutant.end));
    count += 1;
    if (passes(words))
      console.log(`${file}:${mutant.line} survived: ${oneLine(mutant.before)} → ${mutant.after}`);
    else noticed += 1;
  }
  writeFileSync(path, text);
  console.log(`${file}: ${noticed} of ${count} mutants noticed (the file has ${mutants.length})`);
}

function passes(words: readonly string[]): boolean {
  const run = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'server/test/run.ts', ...words],
    {
      cwd: copy,
      stdio: 'ignore',
      timeout: TIMEOUT_MS,
    },
  );
  return run.status === 0;
}

/** As many as wanted, spread evenly over the file. */
function spread(mutants: readonly Mutant[], wanted: number): readonly Mutant[] {
  if (mutants.length <= wanted) return mutants;
  return Array.from(
    { length: wanted },
    (_, index) => mutants[Math.floor((index * mutants.length) / wanted)] as Mutant,
  );
}

/** The sources and tests, so that a mutation never touches the checkout; packages are shared by links. */
function copyOfRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), 'purser-mutation-'));
  for (const name of [...PARTS, 'docs', 'package.json', 'README.md', 'ARCHITECTURE.md']) {
    cpSync(join(ROOT, name), join(folder, name), {
      recursive: true,
      filter: (path) => !/[/\\](node_modules|dist)$/.test(path),
    });
  }
  const modules = join(folder, 'node_modules');
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name === '@purser' || name === '.cache') continue;
    const link = join(modules, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), link);
  }
  mkdirSync(join(modules, '@purser'));
  for (const part of PARTS) symlinkSync(join('..', '..', part), join(modules, '@purser', part));
  return folder;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 80);
}
