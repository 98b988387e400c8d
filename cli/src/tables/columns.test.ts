import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inColumns } from './columns.ts';

test('columns are as wide as their widest cell, and lines end where their text ends', () => {
  assert.equal(
    inColumns([
      ['A', 'LONG', 'C'],
      ['aaa', 'b', ''],
      ['a', '', 'c'],
    ]),
    'A    LONG  C\naaa  b\na          c\n',
  );
});

test('cells may have several lines', () => {
  assert.equal(
    inColumns([
      ['k', 'one\n\ntwo'],
      ['key', 'v'],
    ]),
    'k    one\n\n     two\nkey  v\n',
  );
});

test('wide characters count twice, composed ones once', () => {
  assert.equal(
    inColumns([
      ['日本', 'x'],
      ['ab', 'x'],
      ['e\u0301', 'x'],
    ]),
    '日本  x\nab    x\ne\u0301     x\n',
  );
});

test('no rows are no text', () => {
  assert.equal(inColumns([]), '');
});

test('many rows take little time', () => {
  const rows = Array.from({ length: 100_000 }, (_, n) => [String(n), `name ${n}`]);
  const start = performance.now();
  inColumns(rows);
  assert.ok(performance.now() - start < 5000);
});
