import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
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
    assert.ok(inspect(parseExact(text), { depth: 9 }).includes('JsonDecimal'), text);
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

test('a number of absurd length is refused as an integer without conversion', () => {
  assert.equal(asInteger(parseExact('1'.repeat(100_000))), undefined);
});

test('a text that nests too deep is a syntax error, even if it has other faults', () => {
  const nested = (depth: number, inside: string) =>
    `${'[{"a":'.repeat(depth / 2)}${inside}${'}]'.repeat(depth / 2)}`;
  for (const inside of ['1', '1.0', '"[[["']) {
    assert.ok(parseExact(nested(200, inside)));
    assert.throws(() => parseExact(nested(202, inside)), SyntaxError);
    assert.throws(() => parseExact(nested(200_000, inside)), SyntaxError);
    assert.throws(() => parseExact(nested(10, inside), 9), SyntaxError);
  }
  assert.throws(() => parseExact('['.repeat(200_000)), SyntaxError);
  // Brackets in strings and closed brackets do not count.
  assert.equal((parseExact(`["${'['.repeat(1000)}\\"[", 1.5]`) as unknown[]).length, 2);
  assert.equal((parseExact(`[${'[],'.repeat(1000)}1.5]`) as unknown[]).length, 1001);
});

test('decimals keep their digits, trailing zeros included', () => {
  for (const text of [
    '1.50',
    '[1.50,1e400,-0.0,100000000000000000000.10]',
    '{"a":1.50}',
    `[${'7'.repeat(150)}]`,
  ]) {
    assert.equal(stringifyExact(parseExact(text)), text);
  }
  assert.equal(stringifyExact(parseExact('-0')), '0');
});

test('the key __proto__ is an ordinary key, and of equal keys the last one counts', () => {
  for (const number of ['1', '1.5']) {
    const value = parseExact(`{"__proto__":{"admin":true},"a":0,"a":${number}}`) as object;
    assert.deepEqual(Object.keys(value), ['__proto__', 'a']);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.equal('admin' in value, false);
    assert.equal(stringifyExact(value), `{"__proto__":{"admin":true},"a":${number}}`);
  }
});

test('invalid JSON is refused, with and without decimals', () => {
  const faulty = [
    '',
    ' ',
    '1.',
    '.5',
    '-',
    '-a',
    '01.5',
    '1.5e',
    '1.5e+',
    '+1.5',
    '0x1.5',
    '[1.5',
    '[1.5,]',
    '[,1.5]',
    '{"a":1.5',
    '{"a" 1.5}',
    '{a:1.5}',
    '{"a":1.5,}',
    '1.5 1',
    '"\u0001" 1.5',
    '["a\n",1.5]',
    '["\\x",1.5]',
    '["1.5]',
    '[1.5]]',
    '[1.5}',
    'nul',
    '[1.5,tru]',
    '[1.5,NaN]',
    "['a',1.5]",
    '[1.5]\u00a0',
  ];
  for (const text of faulty) assert.throws(() => parseExact(text), SyntaxError, text);
});

/** CPU time of this thread for several runs, in microseconds. */
function spending(work: () => void): number {
  const start = process.threadCpuUsage();
  for (let run = 0; run < 5; run += 1) work();
  const { user, system } = process.threadCpuUsage(start);
  return user + system;
}

test('no text takes much more CPU time than plain numbers of the same length', () => {
  const plain = `[${Array.from({ length: 115_000 }, (_, n) => 100_000 + n).join(',')}]`;
  const measure = spending(() => parseExact(plain));
  const bytes = 800_000;
  const fill = (part: string, open = '[1.5,"', close = '"]') =>
    open + part.repeat(bytes / part.length) + close;
  const texts = {
    decimals: plain.replaceAll(/\d{3},/g, (end) => `.${end}`),
    'huge integers': `[${`${'9'.repeat(99)},`.repeat(8000)}1]`,
    'one huge integer': '9'.repeat(bytes),
    escapes: fill('\\u0041'),
    'escaped quotation marks': fill('\\"'),
    backslashes: fill('\\\\'),
    'a string without an end': fill('\\"', '[1.5,"', ''),
    spaces: fill(' ', '[1.5', ']'),
    'commas and spaces': fill(',   ', '[1.5', ']'),
    'quotation marks': fill('"', '', ''),
    brackets: fill('[],', '[1.5,', '1]'),
    minuses: fill('-', '[1.5,', ']'),
  };
  for (const [what, text] of Object.entries(texts)) {
    const spent = spending(() => {
      try {
        parseExact(text);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
    });
    // A reviver, or a pattern with backtracking, takes far more.
    assert.ok(spent < 8 * measure, `${what}: ${spent} to ${measure}`);
  }
});

test('booleans, null and strings are not integers', () => {
  for (const value of [true, null, '1', [], {}]) assert.equal(asInteger(value), undefined);
});
