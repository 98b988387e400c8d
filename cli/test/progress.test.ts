import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Progress, showProgress } from '../src/input/progress.ts';
import { type Io, processIo, withIo } from '../src/io.ts';

/** Runs work that shows how far it is, on a terminal or not; answers what the last line of stderr has been, by time. */
async function watch(
  t: TestContext,
  isTTY: boolean,
  begin: () => Progress,
  { columns = 80, TERM = 'xterm' } = {},
) {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'] });
  let written = '';
  const stderr = Object.assign(Object.create(process.stderr), {
    isTTY,
    columns,
    write: (text: string) => {
      written += text;
      return true;
    },
  });
  const io: Io = { ...processIo(), env: { TERM }, stderr };
  const progress = await withIo(io, async () => begin());
  return {
    progress,
    line: () => written.split('\r\u001b[K').at(-1) ?? '',
    later: (ms: number) => t.mock.timers.tick(ms),
  };
}

test('work that takes less than a second shows nothing', async (t) => {
  const { progress, line, later } = await watch(t, true, () => showProgress('Working', 10));
  later(900);
  progress.end();
  assert.equal(line(), '');
});

test('a bar says how much is done and how long the rest will take, and goes away at the end', async (t) => {
  const { progress, line, later } = await watch(t, true, () => showProgress('Working', 200));
  progress.reached(50);
  later(4_000);
  assert.equal(line(), 'Working: [######..................] 50 of 200, 12 s left');
  progress.reached(200);
  later(200);
  assert.equal(line(), 'Working: [########################] 200 of 200, 0 s left');
  progress.end();
  assert.equal(line(), '');
});

test('where the total is unknown, the count and the time are shown', async (t) => {
  const { progress, line, later } = await watch(t, true, () => showProgress('Reading'));
  later(1_200);
  assert.equal(line(), 'Reading: 1 s');
  progress.reached(3000);
  later(2_000);
  assert.equal(line(), 'Reading: 3 s, 3000 so far');
});

test('nothing is shown where no terminal is', async (t) => {
  const { progress, line, later } = await watch(t, false, () => showProgress('Working', 10));
  later(60_000);
  progress.end();
  assert.equal(line(), '');
});

test('a narrow terminal sees as much as fits on its line, which can be wiped', async (t) => {
  const { progress, line, later } = await watch(t, true, () => showProgress('Working', 200), { columns: 20 });
  later(4_000);
  assert.equal(line(), 'Working: [.........');
  progress.end();
  assert.equal(line(), '');
});

test('nothing is shown on a terminal that cannot wipe a line', async (t) => {
  const { progress, line, later } = await watch(t, true, () => showProgress('Working', 10), { TERM: 'dumb' });
  later(60_000);
  progress.end();
  assert.equal(line(), '');
});
