import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHEAP_HASHING } from '../../../test/support/cheap-hashing.ts';
import { refusal } from '../../../test/support/parts.ts';
import { Passwords } from './passwords.ts';

test('a hash is a PHC string of its own each time, and only its password matches', async () => {
  const passwords = new Passwords();
  const [a, b] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
  assert.match(a, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.notEqual(a, b);
  assert.equal(await passwords.matches(a, 'correct horse'), true);
  assert.equal(await passwords.matches(a, 'correct horsf'), false);
  assert.equal(await passwords.matches('$argon2id$nonsense', 'correct horse'), false);
});

test('a hash by another implementation, of another cost, is understood', async () => {
  // The reference argon2 command line: salt "somesalt", -id -t 2 -m 16 -p 1, password "password".
  const phc = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  assert.equal(await new Passwords().matches(phc, 'password'), true);
});

test('letters composed differently make the same password', async () => {
  const passwords = new Passwords();
  assert.equal(
    await passwords.matches(await passwords.hash('pässwörter'), 'pässwörter'.normalize('NFD')),
    true,
  );
});

test('without a hash the same work is done, and nothing matches', async () => {
  const passwords = new Passwords();
  const phc = await passwords.hash('correct horse');
  // Work, not time: other processes make the one longer, but hardly the other.
  const work = async (stored: string | null): Promise<number> => {
    const before = process.cpuUsage();
    for (let round = 0; round < 5; round += 1)
      assert.equal(await passwords.matches(stored, 'wrong horse'), false);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  await work(null);
  const ratio = (await work(null)) / (await work(phc));
  assert.ok(ratio > 1 / 3 && ratio < 3, `${ratio}`);
});

test('without a hash the cost is that of new hashes, in each of its numbers', async () => {
  // A cost that argon2 refuses shows which numbers are used.
  for (const wrong of [{ memory_kib: 1 }, { passes: 0 }, { lanes: 0 }]) {
    const passwords = new Passwords({ ...CHEAP_HASHING, ...wrong });
    await assert.rejects(passwords.hash('correct horse'), RangeError);
    await assert.rejects(passwords.matches(null, 'correct horse'), RangeError);
  }
});

test('what is too short, too long or not text cannot be a password', async () => {
  const passwords = new Passwords(CHEAP_HASHING);
  for (const password of ['', 'seven77', '👍'.repeat(7), 'x'.repeat(1025), 'with\0zero', 'half\ud800pair']) {
    await assert.rejects(passwords.hash(password), refusal('invalid_field'), password);
  }
  for (const password of ['eight888', '👍'.repeat(8), 'x'.repeat(1024)]) {
    assert.match(await passwords.hash(password), /^\$argon2id/);
  }
});

test('beyond the queue the answer is "too busy", at once', async () => {
  const passwords = new Passwords(CHEAP_HASHING);
  const phc = await passwords.hash('correct horse');
  const outcomes = await Promise.allSettled(
    Array.from({ length: 300 }, () => passwords.matches(phc, 'correct horse')),
  );
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  assert.equal(refused.length, 300 - 256 - 2);
  for (const outcome of refused) assert.equal((outcome as PromiseRejectedResult).reason.code, 'too_busy');
});
