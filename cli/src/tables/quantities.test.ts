import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitText } from './quantities.ts';

test('a limit of 2^63 - 1 reads as unlimited, whatever its unit', () => {
  assert.equal(limitText(9223372036854775807n, null), 'unlimited');
  assert.equal(limitText(9223372036854775807n, 'bytes'), 'unlimited');
});

test('counts are written with all digits', () => {
  assert.equal(limitText(0, null), '0');
  assert.equal(limitText(9007199254740993n, null), '9007199254740993');
});

test('bytes have the largest unit that fits, rounded down', () => {
  const cases: [bigint, string][] = [
    [0n, '0 B'],
    [1023n, '1023 B'],
    [1024n, '1 KiB'],
    [1536n, '1.5 KiB'],
    [8n * 1024n ** 3n, '8 GiB'],
    [1024n ** 3n - 1n, '1023.99 MiB'],
    [9223372036854775806n, '7.99 EiB'],
  ];
  for (const [bytes, text] of cases) assert.equal(limitText(bytes, 'bytes'), text);
});
