import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimalText } from './decimal.ts';

test('a decimal text is exact and has no zeros that say nothing', () => {
  const cases: [bigint, number, string][] = [
    [0n, 3, '0'],
    [1n, 3, '0.001'],
    [10n, 3, '0.01'],
    [999n, 3, '0.999'],
    [1000n, 3, '1'],
    [1500n, 3, '1.5'],
    [-1n, 3, '-0.001'],
    [-12_340n, 3, '-12.34'],
    [5n, 0, '5'],
    [2n ** 90n, 6, '1237940039285380274899.124224'],
  ];
  for (const [value, digits, text] of cases) assert.equal(decimalText(value, digits), text);
});
