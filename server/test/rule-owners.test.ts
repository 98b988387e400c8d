import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../../', import.meta.url);
const FILES_FOUND_MAX = 3;

interface Rule {
  readonly sentence: string;
  readonly words: readonly string[];
  readonly owner: string;
}

/** The table "Where a rule lives" of ARCHITECTURE.md. */
function rules(): Rule[] {
  const text = readFileSync(new URL('ARCHITECTURE.md', ROOT), 'utf8');
  const [, section = ''] = /^## Where a rule lives\n([\s\S]*?)^## /m.exec(text) ?? [];
  return [...section.matchAll(/^\| ([^|`]+?)\.? \| (`[^|]+`) \| `([^|`]+)` \|$/gm)].map(
    ([, sentence = '', words = '', owner = '']) => ({
      sentence,
      words: [...words.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word),
      owner,
    }),
  );
}

/** Files below `server/src` that have all these words, as a reader would search for them. */
function filesWith(words: readonly string[]): string[] {
  const patterns = words.flatMap((word) => ['-e', word]);
  const found = execFileSync('git', ['grep', '-il', '--all-match', ...patterns, '--', 'server/src'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return found.split('\n').filter((path) => path !== '');
}

const prose = (text: string): string => text.replace(/\s*\n\s*(?:\*(?!\/)|\/\/)?\s*/g, ' ').toLowerCase();

test('ten rules have an owner whose text states them', () => {
  const all = rules();
  assert.ok(all.length >= 10, `only ${all.length} rules are listed`);
  const silent = all.filter(({ sentence, owner }) => {
    return !prose(readFileSync(new URL(owner, ROOT), 'utf8')).includes(sentence.toLowerCase());
  });
  assert.deepEqual(silent, []);
});

for (const { sentence, words, owner } of rules()) {
  test(`a search finds where it is stated: ${sentence}`, () => {
    const found = filesWith(words);
    assert.ok(found.includes(owner), `${owner} is not among ${found.join(', ')}`);
    assert.ok(found.length <= FILES_FOUND_MAX, `found in ${found.length} files: ${found.join(', ')}`);
  });
}
