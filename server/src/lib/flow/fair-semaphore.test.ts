import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FairSemaphore } from './fair-semaphore.ts';

/** Work that ends on request; `order` has the names in the order in which work began. */
function workshop(places: number, queue: number) {
  const semaphore = new FairSemaphore(places, queue);
  const order: string[] = [];
  const finish: (() => void)[] = [];
  const outcomes: Promise<string>[] = [];
  const send = (source: string): void => {
    const work = () => {
      order.push(source);
      return new Promise<string>((resolve) => finish.push(() => resolve('done')));
    };
    outcomes.push(semaphore.run(source, work).catch((error) => error.code));
  };
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const finishOne = async () => {
    finish.shift()?.();
    await settle();
  };
  return { send, order, outcomes, settle, finishOne };
}

test('a flood of one source delays the work of another by what is under way, and no more', async () => {
  const { send, order, settle, finishOne } = workshop(2, 256);
  for (let n = 0; n < 200; n += 1) send('flood');
  send('person');
  await settle();
  await finishOne();
  await finishOne();
  assert.deepEqual(order.slice(2), ['flood', 'person']);
});

test('sources take turns', async () => {
  const { send, order, settle, finishOne } = workshop(1, 256);
  for (const source of ['a', 'a', 'a', 'b', 'b', 'c']) send(source);
  await settle();
  for (let n = 0; n < 6; n += 1) await finishOne();
  assert.deepEqual(order, ['a', 'a', 'b', 'c', 'a', 'b']);
});

test('where all is full, a source that has less takes a place from the one that has most', async () => {
  const { send, outcomes, order, settle, finishOne } = workshop(1, 4);
  for (let n = 0; n < 6; n += 1) send('flood');
  send('person');
  await settle();
  // The sixth found the queue full, the fifth gave way.
  assert.equal(await outcomes[5], 'too_busy');
  assert.equal(await outcomes[4], 'too_busy');
  for (let n = 0; n < 5; n += 1) await finishOne();
  assert.deepEqual(order, ['flood', 'flood', 'person', 'flood', 'flood']);
  assert.equal(await outcomes[6], 'done');
});
