import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram } from './histogram.ts';

test('quantiles are exact to the microsecond', () => {
  const histogram = new Histogram();
  for (let value = 1; value <= 1000; value++) histogram.record(value + 0.5);
  assert.equal(histogram.quantile(0.5), 500);
  assert.equal(histogram.quantile(0.99), 990);
  assert.equal(histogram.quantile(1), 1000);
  assert.equal(histogram.max, 1000.5);
});

test('a latency beyond the last bucket is reported as the slowest one', () => {
  const histogram = new Histogram();
  histogram.record(10);
  histogram.record(5_000_000);
  assert.equal(histogram.quantile(0.5), 10);
  assert.equal(histogram.quantile(0.99), 5_000_000);
});

test('a histogram without recordings has no figures', () => {
  assert.equal(new Histogram().quantile(0.5), Number.NaN);
});
