import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isObject, JsonDecimal, parseExact, stringifyExact } from './json.ts';

/** A JSON text, and what it says in a form that can be compared: numbers by their value, with all digits. */
const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => {
  const digits = fc.bigInt({ min: 0n, max: 10n ** 120n }).map(String);
  const sign = fc.constantFrom('', '-');
  const exponent = fc
    .tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), fc.nat(400))
    .map((e) => e.join(''));
  const fraction = fc
    .tuple(fc.stringMatching(/^[0-9]{1,20}$/), fc.constantFrom('', '0', '000'))
    .map((f) => `.${f.join('')}`);
  const number = fc
    .tuple(sign, digits, fc.option(fraction, { nil: '' }), fc.option(exponent, { nil: '' }))
    .map((parts) => parts.join(''));
  const text = fc.string({ unit: 'binary' }).map((t) => JSON.stringify(t));
  const odd = fc.constantFrom('"\\ud800"', '"\\udc00\\ud800"', '"\\\\"', '"\\u0041\\/\\n"', '""');
  const space = fc.constantFrom('', ' ', '\n\t\r ');
  const key = fc.oneof(text, odd, fc.constantFrom('"__proto__"', '"constructor"', '"1"', '"01"'));
  const list = fc.array(tie('value'), { maxLength: 4 });
  const member = fc.tuple(key, space, tie('value')).map(([k, s, v]) => `${k}${s}:${s}${v}`);
  return {
    value: fc.oneof(
      { maxDepth: 4 },
      number,
      text,
      odd,
      fc.constantFrom('null', 'true', 'false'),
      fc.tuple(space, list).map(([s, items]) => `[${s}${items.join(`${s},${s}`)}${s}]`),
      fc.tuple(space, fc.array(member, { maxLength: 4 })).map(([s, m]) => `{${s}${m.join(`${s},${s}`)}${s}}`),
    ),
  };
}).value;

/** A decimal as integer and exponent of ten, without trailing zeros. */
function decimalOf(number: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(number) ?? assert.fail(number);
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

/** The meaning of a value of `parseExact`. */
function meaning(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'bigint')
    return { number: decimalOf(String(value).replace('-0', '0').replace('e+', 'e')) };
  if (value instanceof JsonDecimal) return { number: decimalOf(value.text) };
  if (Array.isArray(value)) return value.map(meaning);
  if (!isObject(value)) return { plain: value };
  return { members: Object.entries(value).map(([key, item]) => [key, meaning(item)]) };
}

/** The meaning of a text, by the reader of the engine, which hands out the source of every number. */
function meant(text: string): unknown {
  const parse = JSON.parse as (
    text: string,
    reviver: (k: string, v: unknown, c: { source?: string }) => unknown,
  ) => unknown;
  return meaning(
    parse(text, (_key, value, { source = '' }) =>
      typeof value === 'number' ? new JsonDecimal(source) : value,
    ),
  );
}

test('what is read means what the text says, and what is written again means the same', () => {
  fc.assert(
    fc.property(jsonText, (text) => {
      const value = parseExact(text);
      assert.deepEqual(meaning(value), meant(text));
      for (const written of [
        stringifyExact(value),
        JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? new JsonDecimal(String(v)).toJSON() : v)),
      ]) {
        assert.deepEqual(meaning(parseExact(written)), meaning(value));
        assert.deepEqual(meant(written), meant(text));
      }
    }),
    { numRuns: 300 },
  );
});
