import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../lib/text/json.ts';
import { changeOptions, isExceeded, type QuotaSizes, quotaOf, sizeOf, smallerSizes } from './quota-sizes.ts';

const small = { nova: { instances: 10, cores: 20, ram: 65536, fixed_ips: 0 }, cinder: { gigabytes: 5000 } };
const medium = {
  nova: { instances: 50, cores: 100, ram: 327680, fixed_ips: 0 },
  cinder: { gigabytes: 10000 },
};
const large = {
  nova: { instances: 100, cores: 200, ram: 655360, fixed_ips: 0 },
  cinder: { gigabytes: 50000 },
};
const sizes: QuotaSizes = {
  quotaSizes: { small, medium, large },
  quotaSizeOrder: ['small', 'medium', 'large'],
};
const zeroOf = (size: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(size).map(([service, quotas]) => [
      service,
      Object.fromEntries(Object.keys(quotas as JsonObject).map((name) => [name, 0])),
    ]),
  );

test('a quota has the nearest size, if it is within the threshold', () => {
  assert.equal(sizeOf(quotaOf(small), sizes, 0.1), 'small');
  assert.equal(sizeOf(quotaOf(large), sizes, 0.1), 'large');
  const grown = { nova: { instances: 10, cores: 20, ram: 70000, fixed_ips: 0 }, cinder: { gigabytes: 6000 } };
  assert.equal(sizeOf(grown, sizes, 0.1), 'small');
  assert.equal(sizeOf({ nova: { instances: 25, cores: 50 } }, sizes, 0.2), 'custom');
});

test('an empty size differs from all others, and one different value does not change the size', () => {
  const withZero = { ...sizes, quotaSizes: { zero: zeroOf(small), small, medium, large } };
  assert.equal(sizeOf(quotaOf(zeroOf(small)), withZero, 0.1), 'zero');
  assert.equal(sizeOf(quotaOf(small), withZero, 0.1), 'small');
  const odd = { ...quotaOf(zeroOf(small)), cinder: { gigabytes: 1 } };
  assert.equal(sizeOf(odd, withZero, 0.2), 'zero');
  assert.equal(sizeOf({ ...quotaOf(small), cinder: { gigabytes: 0 } }, withZero, 0.2), 'small');
});

test('unlimited is near to unlimited only, and without a common resource there is no match', () => {
  const unlimited: QuotaSizes = { quotaSizes: { free: { nova: { cores: -1 } } }, quotaSizeOrder: ['free'] };
  assert.equal(sizeOf({ nova: { cores: -1 } }, unlimited, 0.1), 'free');
  assert.equal(sizeOf({ nova: { cores: 5 } }, unlimited, 0.1), 'custom');
  assert.equal(sizeOf({ nova: { cores: 9223372036854775807n } }, unlimited, 0.1), 'custom');
  assert.equal(sizeOf({ trove: { volumes: 1 } }, sizes, 1), 'custom');
  assert.equal(sizeOf({}, sizes, 1), 'custom');
});

test('a project can change to all smaller sizes and the next larger one; with a custom size to none', () => {
  assert.deepEqual(changeOptions('small', sizes), ['medium']);
  assert.deepEqual(changeOptions('medium', sizes), ['small', 'large']);
  assert.deepEqual(changeOptions('large', sizes), ['small', 'medium']);
  assert.deepEqual(changeOptions('custom', sizes), []);
  assert.deepEqual(smallerSizes('large', sizes), ['small', 'medium']);
  assert.deepEqual(smallerSizes('custom', sizes), []);
  assert.deepEqual(changeOptions('small', { ...sizes, quotaSizeOrder: [] }), []);
});

test('a quota is exceeded by greater usage; an unlimited one never is, and an uncounted resource is unused', () => {
  assert.equal(isExceeded({ nova: { cores: 21 } }, quotaOf(small)), true);
  assert.equal(isExceeded({ nova: { cores: 20 } }, quotaOf(small)), false);
  assert.equal(isExceeded({ nova: { cores: 21 } }, { nova: { cores: -1 } }), false);
  assert.equal(isExceeded({ trove: { volumes: 9 } }, quotaOf(small)), false);
});
