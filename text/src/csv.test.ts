import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvLine, csvValue } from './csv.ts';

test('a text that a spreadsheet would run as a formula is written with a leading apostrophe; numbers are not', () => {
  const cells: [unknown, string][] = [
    ['=HYPERLINK("http://evil.example")', `"'=HYPERLINK(""http://evil.example"")"`],
    ['+1+1', "'+1+1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    ['\n=1', `"'\n=1"`],
    ['＝1+1', "'＝1+1"],
    ["'=1", "''=1"],
    ["'quoted'", "'quoted'"],
    ['a=b', 'a=b'],
    [-5, '-5'],
    [-9223372036854775807n, '-9223372036854775807'],
    ['-5', '-5'],
    ['+30.5', '+30.5'],
    [null, ''],
    [{ a: '=1' }, '"{""a"":""=1""}"'],
  ];
  for (const [value, cell] of cells) assert.equal(csvLine([value]), `${cell}\r\n`);
});

test('reading a cell returns the original text', () => {
  const starts = fc.stringMatching(/^['=+\-@\t0-9a]{0,4}$/);
  fc.assert(
    fc.property(starts, fc.string(), (start, rest) => {
      const text = start + rest;
      const line = csvLine([text]).slice(0, -2);
      const cell = line.startsWith('"') ? line.slice(1, -1).replaceAll('""', '"') : line;
      assert.equal(csvValue(cell), text);
    }),
  );
});
