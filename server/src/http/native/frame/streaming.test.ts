import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptAlive } from './streaming.ts';

test('while the next piece is being computed, line breaks keep the connection alive', async () => {
  let go: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => {
    go = resolve;
  });
  async function* pieces(): AsyncGenerator<string> {
    yield '[';
    await gone;
    yield '1]';
  }
  const received: string[] = [];
  for await (const piece of keptAlive(pieces(), 1)) {
    received.push(piece);
    if (received.length === 4) go();
  }
  assert.deepEqual(received, ['[', '\n', '\n', '\n', '1]']);
});

test('an error of the source is passed on, and a client that disconnects ends the source', async () => {
  let ended = 0;
  async function* failing(): AsyncGenerator<string> {
    try {
      yield 'a';
      throw new Error('broken');
    } finally {
      ended += 1;
    }
  }
  const kept = keptAlive(failing());
  assert.equal((await kept.next()).value, 'a');
  await assert.rejects(kept.next(), /broken/);
  const left = keptAlive(failing());
  await left.next();
  await left.return(undefined);
  assert.equal(ended, 2);
});
