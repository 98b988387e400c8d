import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asInteger, isObject, JsonDecimal, parseExact, stringifyExact } from './json.ts';

test('integers beyond 2^53 keep every digit in both directions', () => {
  const text = '{"a":9223372036854775807,"b":-9223372036854775808,"c":9007199254740993,"d":7}';
  const value = parseExact(text);
  assert.deepEqual(value, { a: 9223372036854775807n, b: -9223372036854775808n, c: 9007199254740993n, d: 7 });
  assert.equal(stringifyExact(value), text);
});

test('a number written with a fraction or an exponent is not an integer', () => {
  for (const text of [
    '1.0',
    ' 1.0',
    '[0,1.0]',
    '[ 1.0]',
    '{"a" : 1.0}',
    '{"a":\n-1.0}',
    '{"a":[{"b":1e0}]}',
  ]) {
    assert.ok(JSON.stringify(parseExact(text)).includes('"text"'), text);
  }
  for (const text of ['1.0', '1e3', '1E3', '0.5', '-0.0']) {
    const value = parseExact(text);
    assert.ok(value instanceof JsonDecimal, text);
    assert.equal(asInteger(value), undefined);
    assert.equal(isObject(value), false);
  }
});

test('digits inside strings stay as they are', () => {
  assert.deepEqual(parseExact('{"s":"12345678901234567890.5"}'), { s: '12345678901234567890.5' });
});

test('a number of absurd length is refused as an integer and costs nothing', () => {
  assert.equal(asInteger(parseExact('1'.repeat(100_000))), undefined);
});

test('a text that nests too deep is a syntax error, not a crash', () => {
  const depth = 200_000;
  const text = `${'['.repeat(depth)}1.0${']'.repeat(depth)}`;
  assert.throws(() => parseExact(text), SyntaxError);
});

test('booleans, null and strings are not integers', () => {
  for (const value of [true, null, '1', [], {}]) assert.equal(asInteger(value), undefined);
});
