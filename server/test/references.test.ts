import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';

const ROOT = new URL('../../', import.meta.url);

/** Files whose text is fixed: released migrations are part of a checksum (decision migrations). */
const FIXED = [
  'server/src/storage/migrations/0001-foundation.sql',
  'server/src/storage/migrations/0002-projects.sql',
];
/** These quote references of the old forms: the page that explains the fixed files, the record of releases, this test. */
const QUOTING = ['docs/decisions/migrations.md', 'CHANGELOG.md', 'server/test/references.test.ts'];

const TEXT = /\.(?:ts|tsx|mts|js|mjs|cjs|md|sql|eta|json|yaml|yml|sh|html|css)$/;
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
  .split('\0')
  .filter((path) => TEXT.test(path) && path !== 'package-lock.json' && existsSync(new URL(path, ROOT)));

const textOf = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

/** A text without the line breaks and the marks of comments that a reference can be wrapped at. */
const unwrapped = (text: string): string => text.replace(/\s*\n\s*(?:\*(?!\/)|\/\/|--|#(?!#))?\s*/g, ' ');

/** The headings of a Markdown page, without those inside code blocks. */
function headingsOf(path: string): string[] {
  const prose = textOf(path).replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
  return [...prose.matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading = '']) => heading);
}

/** The fragment by which links name a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

const PROTOCOLS = tracked.filter((path) => /^docs\/protocols\/[\w-]+\.md$/.test(path));
const sections = new Map(
  PROTOCOLS.map((path) => [
    posix.basename(path, '.md'),
    new Set(headingsOf(path).flatMap((heading) => /^(\d+(?:\.\d+)*)\.? /.exec(heading)?.[1] ?? [])),
  ]),
);
const pages = [...sections.keys()].filter((page) => page !== 'README');

/** `workflow-v1 §3.4 and §3.5`: the page, then its sections. A sign without a page is found by the rest of the text. */
const SECTIONS = new RegExp(
  String.raw`(?:\b(${pages.join('|')}) |(?<=[^\w]))(§[\d.]*\d(?:(?:, | and | to )§[\d.]*\d)*)`,
  'g',
);

test('every reference to a section of a protocol names one that exists', () => {
  const wrong: string[] = [];
  let found = 0;
  for (const path of tracked) {
    if (QUOTING.includes(path) || path.startsWith('docs/protocols/')) continue;
    for (const [reference, page, numbers = ''] of unwrapped(textOf(path)).matchAll(SECTIONS)) {
      found += 1;
      for (const [, number = ''] of numbers.matchAll(/§([\d.]+)/g)) {
        if (page === undefined || !sections.get(page)?.has(number)) wrong.push(`${path}: ${reference}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(found > 150, `only ${found} references were found`);
});

test('every reference to a decision names one that has a page, and every page is in the index', () => {
  const decisions = tracked
    .filter((path) => path.startsWith('docs/decisions/'))
    .map((path) => posix.basename(path, '.md'));
  const wrong: string[] = [];
  for (const path of tracked) {
    if (QUOTING.includes(path)) continue;
    for (const [, name = ''] of unwrapped(textOf(path)).matchAll(/[(;,] ?decision ([\w-]+)(?=[),;])/g)) {
      // The form itself, where it is explained.
      if (name !== 'NAME' && !decisions.includes(name)) wrong.push(`${path}: decision ${name}`);
    }
  }
  assert.deepEqual(wrong, []);
  const index = textOf('ARCHITECTURE.md');
  assert.deepEqual(
    decisions.filter((name) => !index.includes(`docs/decisions/${name}.md`)),
    [],
  );
});

test('nothing refers to documents that are not part of the repository', () => {
  const OLD =
    /\b[Ss]pec (?:identity|quota-projects|workflow|\d)|\bdesign (?:D\d|\d\.\d)|\bdesign\.md\b|\bspec\/\w/g;
  const found = tracked
    .filter((path) => !FIXED.includes(path) && !QUOTING.includes(path))
    .flatMap((path) => [...unwrapped(textOf(path)).matchAll(OLD)].map(([text]) => `${path}: ${text}`));
  assert.deepEqual(found, []);
});

test('every relative link of a Markdown page leads to a file and a heading that exist', () => {
  const wrong: string[] = [];
  for (const path of tracked.filter((one) => one.endsWith('.md'))) {
    const prose = textOf(path)
      .replace(/^(```|~~~)[\s\S]*?^\1/gm, '')
      .replace(/`[^`\n]*`/g, '');
    for (const [, target = ''] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z][a-z+.-]*:/i.test(target)) continue;
      const [file = '', anchor] = target.split('#', 2);
      const page = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file));
      // A package is packed together with the licence of the repository.
      const packed = page.endsWith('/LICENSE') && existsSync(new URL('LICENSE', ROOT));
      if (packed) continue;
      if (!existsSync(new URL(page, ROOT))) wrong.push(`${path}: ${target}`);
      else if (anchor !== undefined && !headingsOf(page).map(anchorOf).includes(anchor)) {
        wrong.push(`${path}: ${target}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

test('every source file that a Markdown page names exists', () => {
  const wrong: string[] = [];
  // Packages' own pages name files of their readers.
  const ours = tracked.filter(
    (one) => one.endsWith('.md') && !QUOTING.includes(one) && !one.startsWith('client/'),
  );
  for (const path of ours) {
    for (const [, named = ''] of textOf(path).matchAll(/`([\w@-][\w.@/-]*\.(?:ts|cjs|mjs|sql|md))`/g)) {
      if (!tracked.some((one) => one === named || one.endsWith(`/${named}`))) wrong.push(`${path}: ${named}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('every section that a page names beside a link to a protocol exists', () => {
  const wrong: string[] = [];
  for (const path of tracked.filter((one) => one.endsWith('.md'))) {
    const named = textOf(path).matchAll(/\]\([\w./-]*?([\w-]+)\.md\),? (?:section )?(\d+(?:\.\d+)*)\b/g);
    for (const [text, page = '', number = ''] of named) {
      if (sections.has(page) && !sections.get(page)?.has(number)) wrong.push(`${path}: ${text}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('numbers of sections on protocol pages are unique', () => {
  for (const path of PROTOCOLS) {
    const numbers = headingsOf(path).flatMap((heading) => /^(\d+(?:\.\d+)*)\.? /.exec(heading)?.[1] ?? []);
    assert.deepEqual(numbers, [...new Set(numbers)], path);
  }
});
