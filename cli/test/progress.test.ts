import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import type { Out } from '../src/io.ts';
import { run } from '../src/main.ts';

/** A stream that says it is a terminal, or not, and waits for a text to be written to it. */
class Screen extends Writable {
  text = '';
  readonly isTTY: boolean;

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    this.emit('written');
    done();
  }

  async shows(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) await once(this, 'written');
  }
}

/** A list of two pages, the second of which waits until it is let go. */
async function slowList() {
  let letGo = (): void => undefined;
  const gone = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let asked = (): void => undefined;
  const second = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const role = (id: number) => ({ id, name: `role${id}`, description: '' });
  const server = createServer(async (request, response) => {
    const last = request.url?.includes('after=next');
    if (last) {
      asked();
      await gone;
    }
    const items = last ? [role(3)] : [role(1), role(2)];
    response.end(JSON.stringify({ items, next: last ? null : 'next' }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, letGo, second, close: () => server.close() };
}

async function listing(isTTY: boolean, meanwhile: (screen: Screen) => Promise<void>) {
  const { url, letGo, second, close } = await slowList();
  const [stdout, stderr] = [new Screen(false), new Screen(isTTY)];
  const env = { PURSER_URL: url, PURSER_TOKEN: 'some-token' };
  const streams = { stdin: Readable.from(['']), stdout: stdout as Out, stderr: stderr as Out };
  const ending = run(['role', 'list', '--field', 'name'], { env, cwd: process.cwd(), ...streams });
  await second;
  await meanwhile(stderr);
  letGo();
  assert.equal(await ending, 0);
  close();
  assert.equal(stdout.text, 'role1\nrole2\nrole3\n');
  return stderr.text;
}

test('at a terminal, a long list shows how much was read, and leaves nothing of it behind', async () => {
  const shown = await listing(true, (screen) => screen.shows(/Reading: \d+ s, 2 so far/));
  assert.ok(shown.endsWith('\r\u001b[K'));
});

test('where nobody looks on, nothing is shown', async () => {
  assert.equal(await listing(false, async () => undefined), '');
});
