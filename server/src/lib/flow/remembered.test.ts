import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../clock.ts';
import { ALWAYS_FRESH, type Freshness, PolledFreshness } from './freshness.ts';
import { Remembered } from './remembered.ts';

const memory = (options: { capacity?: number; freshness?: Freshness } = {}) =>
  new Remembered<string>({
    capacity: options.capacity ?? 10,
    freshness: options.freshness ?? ALWAYS_FRESH,
  });

/** A number that other nodes raise, and how often it was looked at. */
function sharedNumber(clock: ManualClock) {
  const shared = { value: 0, looks: 0 };
  const read = async () => {
    shared.looks += 1;
    return shared.value;
  };
  return { shared, freshness: new PolledFreshness(read, clock, 1000) };
}

test('without changes a value is kept, at the cost of one check per second', async () => {
  const clock = new ManualClock(0);
  const { shared, freshness } = sharedNumber(clock);
  const values = memory({ freshness });
  let loads = 0;
  const load = async () => {
    loads += 1;
    return 'one';
  };
  await values.load('a', load);
  for (let second = 0; second < 5; second += 1) {
    assert.equal(values.get('a'), 'one');
    clock.advance(1001);
    assert.equal(values.get('a'), undefined, 'not believed without a look');
    const both = await Promise.all([values.load('a', load), values.load('a', load)]);
    assert.deepEqual(both, ['one', 'one']);
  }
  assert.deepEqual([loads, shared.looks], [1, 6]);
});

test('what another node has changed is loaded again within the bound', async () => {
  const clock = new ManualClock(0);
  const { shared, freshness } = sharedNumber(clock);
  const values = memory({ freshness });
  await values.load('a', async () => 'old');
  shared.value += 1;
  assert.equal(values.get('a'), 'old');
  clock.advance(1001);
  assert.equal(await values.load('a', async () => 'new'), 'new');
  assert.equal(values.get('a'), 'new');
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
