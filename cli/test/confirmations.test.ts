import assert from 'node:assert/strict';
import { test } from 'node:test';
import { purserHere } from './support/running.ts';

const ENV = { PURSER_URL: 'http://127.0.0.1:9', PURSER_TOKEN: 'some-token' };
const ID = '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11';
const TASK = 'e8b3f57f5da64bf3a6bf4f9bbd3a40b5';

test('what is hard to undo is refused without a terminal unless --yes says so, and nothing is sent before', async () => {
  const commands = [
    ['component', 'remove', 'compute'],
    ['component', 'modify', 'compute', '--purge-services'],
    ['user', 'token', 'ada@example.org', 'revoke', '3'],
    ['user', 'modify', 'ada@example.org', '--renew-token'],
    ['membership', 'remove', '17'],
    ['project', 'terminate', ID],
    ['project', 'terminate-expired'],
    ['project', 'set-limits', '--all-system-projects', '--limit', 'cyclades.vm', '4', '4'],
    ['task', 'cancel', TASK],
    ['approval', 'deny', TASK],
    ['token', 'clear-expired'],
    ['webhook', 'remove', '3'],
  ];
  for (const args of commands) {
    const { code, stdout, stderr } = await purserHere(args, { env: ENV });
    assert.deepEqual([code, stdout], [2, ''], `${args.join(' ')}: ${stderr}`);
    assert.match(stderr, /^.*\? Confirm with --yes where there is no terminal\.\n$/);
    // No server listens at this address, so any request ends with 3.
    assert.equal((await purserHere([...args, '--yes'], { env: ENV })).code, 3, args.join(' '));
  }
});
