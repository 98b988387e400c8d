import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PurserError } from '../../lib/errors.ts';
import { BatchError, Batcher, BatchRolledBack } from './batcher.ts';

const bounds = { batch_max: 4, queue_max: 6 };

test('jobs that arrive together share a batch and each gets its own verdict, in order', async () => {
  const batches: number[][] = [];
  const batcher = new Batcher<number, number>(async (jobs) => {
    batches.push(jobs);
    return jobs.map((job) => job * 10);
  }, bounds);
  const verdicts = await Promise.all([1, 2, 3, 4, 5].map((job) => batcher.submit(job)));
  assert.deepEqual(verdicts, [10, 20, 30, 40, 50]);
  assert.deepEqual(batches, [[1, 2, 3, 4], [5]]);
});

test('beyond the bound of the queue a job is refused at once and the others are not touched', async () => {
  const batcher = new Batcher<number, number>(async (jobs) => jobs, bounds);
  const accepted = [1, 2, 3, 4, 5, 6].map((job) => batcher.submit(job));
  await assert.rejects(batcher.submit(7), (error: PurserError) => error.code === 'too_busy');
  assert.deepEqual(await Promise.all(accepted), [1, 2, 3, 4, 5, 6]);
});

test('a job that breaks its batch harms only itself', async () => {
  const batcher = new Batcher<number, number>(async (jobs) => {
    if (jobs.includes(13)) throw new BatchRolledBack(new Error('13 is unlucky'));
    return jobs;
  }, bounds);
  const outcomes = await Promise.allSettled([1, 13, 3].map((job) => batcher.submit(job)));
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.match(String((outcomes[1] as PromiseRejectedResult).reason), /13 is unlucky/);
});

test('of many jobs each has a verdict or an error of its own, in its place', async () => {
  const batcher = new Batcher<number, number>(async (jobs) => {
    if (jobs.includes(13)) throw new BatchRolledBack(new Error('13 is unlucky'));
    return jobs;
  }, bounds);
  const [first, second, third] = await batcher.submitAll([1, 13, 3]);
  assert.deepEqual([first, third], [1, 3]);
  assert.ok(second instanceof BatchError);
  assert.deepEqual(await batcher.submitAll([]), []);
  await assert.rejects(
    batcher.submitAll([1, 2, 3, 4, 5, 6, 7]),
    (error: PurserError) => error.code === 'too_busy',
  );
});

test('a batch whose fate is unknown is never tried again', async () => {
  let runs = 0;
  const batcher = new Batcher<number, number>(async () => {
    runs += 1;
    throw new Error('connection lost while committing');
  }, bounds);
  const outcomes = await Promise.allSettled([1, 2].map((job) => batcher.submit(job)));
  assert.equal(runs, 1);
  assert.ok(outcomes.every(({ status }) => status === 'rejected'));
});

test('closing waits for the jobs taken and refuses new ones', async () => {
  const done: number[] = [];
  const batcher = new Batcher<number, number>(async (jobs) => {
    done.push(...jobs);
    return jobs;
  }, bounds);
  const pending = [1, 2, 3, 4, 5].map((job) => batcher.submit(job));
  await batcher.close();
  assert.deepEqual(done, [1, 2, 3, 4, 5]);
  await Promise.all(pending);
  await assert.rejects(batcher.submit(6), (error: PurserError) => error.code === 'shutting_down');
});

test('where batches may run ahead, two are under way at the most and each job is in one', async () => {
  const under: number[][] = [];
  let most = 0;
  let finished = 0;
  const finish: (() => void)[] = [];
  const batcher = new Batcher<number, number>(
    async (jobs) => {
      under.push(jobs);
      most = Math.max(most, under.length - finished);
      await new Promise<void>((resolve) => finish.push(resolve));
      finished += 1;
      return jobs;
    },
    { batch_max: 16, queue_max: 100, ahead: true },
  );
  const numbers = Array.from({ length: 60 }, (_, number) => number);
  const verdicts = Promise.all(numbers.map((number) => batcher.submit(number)));
  let done = false;
  const closed = batcher.close().then(() => {
    done = true;
  });
  while (!done) {
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    // The later of two ends first, as when the earlier has to be tried again.
    finish.pop()?.();
  }
  await closed;
  assert.deepEqual(await verdicts, numbers);
  assert.deepEqual(
    under.flat().sort((a, b) => a - b),
    numbers,
  );
  assert.equal(most, 2);
});
