import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { createProgram } from '../src/program.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const program = createProgram();

test('every command and option that the documentation names exists', () => {
  const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT });
  const named = pages.flatMap((page) => {
    const text = readFileSync(`${ROOT}/${page}`, 'utf8').replaceAll('\\\n', ' ');
    const blocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) => block.split('\n'));
    const inline = [...text.replaceAll(/^```.*?^```/gms, '').matchAll(/`([^`\n]+)`/g)].map(
      ([, code = '']) => code,
    );
    return [...blocks, ...inline].flatMap(calledIn).map((call) => ({ page, call }));
  });
  assert.ok(named.length > 100, `${named.length} are found`);
  assert.deepEqual(
    named.flatMap(({ page, call }) => problemsOf(call).map((problem) => `${page}: ${problem}`)),
    [],
  );
});

test('every command that a message of the command names exists', () => {
  const files = globSync('cli/src/**/*.ts', { cwd: ROOT });
  const named = files.flatMap((file) => {
    const text = readFileSync(`${ROOT}/${file}`, 'utf8');
    return [...text.matchAll(/'(purser [^'$]+)'/g)]
      .flatMap(([, call = '']) => calledIn(call))
      .map((call) => ({ file, call }));
  });
  assert.ok(named.length > 50, `${named.length} are found`);
  assert.deepEqual(
    named.flatMap(({ file, call }) => problemsOf(call).map((problem) => `${file}: ${problem}`)),
    [],
  );
});

/** The words after `purser` of each call in a line. */
function calledIn(line: string): string[][] {
  const calls = line.replace(/(^| )#.*$/, '').matchAll(/(?<![\w./@:-])purser ([^|;<>()&]+)/g);
  return [...calls].map(([, words = '']) => words.trim().split(/\s+/));
}

/** What of a call is there neither as a command nor as an option. */
function problemsOf(words: readonly string[]): string[] {
  let command: Command = program;
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) break;
    command = next;
  }
  const called = `purser ${words.join(' ')}`;
  const [first = ''] = words;
  // `purser COMMAND` and `purser …` stand for any.
  if (command === program && /^[a-z]/.test(first)) return [called];
  const known = ['--help', '--version', ...command.options.map(({ long }) => long)];
  return words
    .flatMap((word) => /^--[a-z-]+/.exec(word) ?? [])
    .filter((option) => !known.includes(option))
    .map((option) => `${option} of ${called}`);
}
