import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationText, parseDuration } from './durations.ts';

test('durations are read in seconds, minutes, hours and days', () => {
  const cases: [string, number | undefined][] = [
    ['90', 90],
    ['90s', 90],
    ['15m', 900],
    ['1H', 3600],
    [' 7d ', 604_800],
    ['0', 0],
    ['', undefined],
    ['h', undefined],
    ['-1', undefined],
    ['1.5h', undefined],
    ['1h30m', undefined],
    ['1w', undefined],
  ];
  for (const [text, seconds] of cases) assert.equal(parseDuration(text), seconds, text);
});

test('durations are written in the largest unit that leaves no rest', () => {
  const cases: [number, string][] = [
    [0, '0s'],
    [1, '1s'],
    [90, '90s'],
    [900, '15m'],
    [3600, '1h'],
    [604_800, '7d'],
    [3601, '3601s'],
  ];
  for (const [seconds, text] of cases) assert.equal(durationText(seconds), text);
});
