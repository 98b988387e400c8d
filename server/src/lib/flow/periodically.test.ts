import assert from 'node:assert/strict';
import { beforeEach, mock, suite, test } from 'node:test';
import { periodically } from './periodically.ts';

/** Lets promises that are settled run what waits for them. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

suite('a periodic task', () => {
  const errors: unknown[] = [];
  const onError = (error: unknown): void => {
    errors.push((error as Error).message);
  };

  beforeEach((context) => {
    errors.length = 0;
    mock.timers.enable({ apis: ['setTimeout'] });
    if ('after' in context) context.after(() => mock.timers.reset());
  });

  const pass = async (ms: number): Promise<void> => {
    mock.timers.tick(ms);
    await settled();
  };

  test('runs first after its period and then once per period', async () => {
    let runs = 0;
    const run = async (): Promise<undefined> => {
      runs += 1;
    };
    const stop = periodically({ every_ms: 100, run, onError });
    await pass(99);
    assert.equal(runs, 0);
    await pass(1);
    assert.equal(runs, 1);
    await pass(100);
    assert.equal(runs, 2);
    await stop();
  });

  test('never overlaps itself: the next wait begins when a run has ended', async () => {
    const ends: (() => void)[] = [];
    let runs = 0;
    const run = async (): Promise<undefined> => {
      runs += 1;
      await new Promise<void>((resolve) => ends.push(resolve));
    };
    const stop = periodically({ every_ms: 100, run, onError });
    await pass(100);
    await pass(1000);
    assert.equal(runs, 1);
    ends.pop()?.();
    await settled();
    await pass(99);
    assert.equal(runs, 1);
    await pass(1);
    assert.equal(runs, 2);
    ends.pop()?.();
    await stop();
  });

  test('waits as long as its run returned, once', async () => {
    const waits = [10, undefined];
    let runs = 0;
    const run = async (): Promise<number | undefined> => {
      runs += 1;
      return waits.shift();
    };
    const stop = periodically({ every_ms: 100, run, onError });
    await pass(100);
    await pass(10);
    assert.equal(runs, 2);
    await pass(99);
    assert.equal(runs, 2);
    await pass(1);
    assert.equal(runs, 3);
    await stop();
  });

  test('goes on after a failure and reports the same failure once until a run succeeds', async () => {
    const outcomes = ['down', 'down', 'full', undefined, 'full'];
    const run = async (): Promise<undefined> => {
      const message = outcomes.shift();
      if (message !== undefined) throw new Error(message);
    };
    const stop = periodically({ every_ms: 1, run, onError });
    for (let turn = 0; turn < 6; turn += 1) await pass(1);
    assert.deepEqual(errors, ['down', 'full', 'full']);
    await stop();
  });

  test('stops at once, and the stop waits for the run under way', async () => {
    let end = (): void => undefined;
    const order: string[] = [];
    const run = async (): Promise<undefined> => {
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      order.push('run ended');
    };
    const stop = periodically({ every_ms: 1, run, onError });
    await pass(1);
    const stopped = stop().then(() => order.push('stopped'));
    await settled();
    assert.deepEqual(order, []);
    end();
    await stopped;
    await pass(1000);
    assert.deepEqual(order, ['run ended', 'stopped']);
  });
});
