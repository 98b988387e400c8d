import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from './clock.ts';
import { Remembered } from './remembered.ts';

const memory = (options: { capacity?: number; ttl_ms?: number; clock?: ManualClock } = {}) =>
  new Remembered<string>({
    capacity: options.capacity ?? 10,
    ttl_ms: options.ttl_ms ?? Number.POSITIVE_INFINITY,
    clock: options.clock ?? new ManualClock(0),
  });

test('a value is remembered until its time is over', async () => {
  const clock = new ManualClock(0);
  const values = memory({ ttl_ms: 10, clock });
  await values.load('a', async () => 'one');
  clock.advance(10);
  assert.equal(values.get('a'), 'one');
  clock.advance(1);
  assert.equal(values.get('a'), undefined);
});

test('dropping a group forgets its values and no others', async () => {
  const values = memory();
  const groupOf = (value: string) => value.slice(0, 1);
  await values.load('a', async () => 'x1', groupOf);
  await values.load('b', async () => 'x2', groupOf);
  await values.load('c', async () => 'y1', groupOf);
  values.drop('x');
  assert.deepEqual([values.get('a'), values.get('b'), values.get('c')], [undefined, undefined, 'y1']);
  values.dropAll();
  assert.equal(values.get('c'), undefined);
});

test('what was being read while something was dropped is not remembered', async () => {
  const values = memory();
  const loading = values.load('a', async () => 'old');
  values.drop('a');
  assert.equal(await loading, 'old');
  assert.equal(values.get('a'), undefined);
});

test('nothing is not remembered, and the memory is bounded', async () => {
  const values = memory({ capacity: 4 });
  assert.equal(await values.load('a', async () => undefined), undefined);
  const keys = Array.from({ length: 100 }, (_, index) => `key ${index}`);
  for (const key of keys) await values.load(key, async () => key);
  assert.equal(values.get('key 99'), 'key 99');
  assert.ok(keys.filter((key) => values.get(key) !== undefined).length <= 4);
});
