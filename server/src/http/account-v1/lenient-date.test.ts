import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLenientDate } from './lenient-date.ts';

const read = (text: string) => {
  const at_ms = parseLenientDate(text);
  return at_ms === undefined ? undefined : new Date(at_ms).toISOString();
};

test('dates are read in every form that clients write, and their zone is reckoned in', () => {
  for (const [text, iso] of [
    ['2113-5-5T20:20:20Z', '2113-05-05T20:20:20.000Z'],
    ['2114-01-01T0:0Z', '2114-01-01T00:00:00.000Z'],
    ['2114-01-01 00:00:00+02:00', '2113-12-31T22:00:00.000Z'],
    ['2114-01-01T00:00:00-0530', '2114-01-01T05:30:00.000Z'],
    ['2114-01-01T00:00:00+2', '2113-12-31T22:00:00.000Z'],
    ['2114-01-01T00:00:00.579100+00:00', '2114-01-01T00:00:00.579Z'],
    ['2114-01-01t10:00:00,5z', '2114-01-01T10:00:00.500Z'],
    ['2114-01-01 10:00 UTC', '2114-01-01T10:00:00.000Z'],
    ['20300102T030405Z', '2030-01-02T03:04:05.000Z'],
    ['  2000-02-29T00:00Z ', '2000-02-29T00:00:00.000Z'],
    ['0099-01-01T00:00Z', '0099-01-01T00:00:00.000Z'],
  ] as const) {
    assert.equal(read(text), iso, text);
  }
});

test('what is no date, does not exist, or has no zone is not read', () => {
  for (const text of [
    '',
    'garbage',
    '2114',
    '2114-01-01',
    '2114-01-01Z',
    '2114-01-01T00:00:00',
    '2100-02-29T00:00Z',
    '2114-13-01T00:00Z',
    '2114-00-01T00:00Z',
    '2114-01-01T24:00Z',
    '2114-01-01T00:60Z',
    '2114-01-01T00:00:60Z',
    '2114-01-01T00:00+24:00',
    '2114-01-01T00:00+00:60',
    '0000-01-01T00:00Z',
    '0001-01-01T00:00+01:00',
    '9999-12-31T23:59-01:00',
    '12114-01-01T00:00Z',
    '2114-01-01T00:00Zjunk',
    '-2114-01-01T00:00Z',
  ]) {
    assert.equal(parseLenientDate(text), undefined, text);
  }
});
