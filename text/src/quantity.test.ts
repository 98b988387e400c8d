import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseQuantity, UNLIMITED } from './quantity.ts';

test('a quantity is read with its unit, base 1024', () => {
  const cases: [string, bigint][] = [
    ['0', 0n],
    ['42', 42n],
    ['1K', 1024n],
    ['1.5K', 1536n],
    ['10GiB', 10n * 1024n ** 3n],
    ['512 mb', 512n * 1024n ** 2n],
    ['7 bytes', 7n],
    ['inf', UNLIMITED],
    ['Infinite', UNLIMITED],
    ['9223372036854775807', UNLIMITED],
  ];
  for (const [text, value] of cases) assert.equal(parseQuantity(text), value, text);
});

test('a text that is not a quantity is refused', () => {
  for (const text of ['', 'abc', '-1', '1.5', '1e3', '9223372036854775808', '8192P9', '9P9', '0x10', '1 0']) {
    assert.equal(parseQuantity(text), undefined, text);
  }
});
