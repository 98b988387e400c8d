import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openStorage } from '../../../src/storage/open.ts';
import { makeDatabase } from '../../support/engines.ts';
import { startCloud } from '../cloud.ts';

test('a wrong secret costs one password hash, whether the credential exists or not', async () => {
  const { url } = await makeDatabase('sqlite');
  const { domain, first, post } = await startCloud(async () => openStorage(url));
  const wanted = { project: first.uuid, name: 'known', roles: ['member'] };
  const by = { uuid: first.uuid, name: first.email, address: null };
  const owner = await domain.tokens.authenticate(first.token);
  const { credential } = await domain.applicationCredentials.create(owner, wanted, ['member'], by);
  await domain.applicationCredentials.create(
    owner,
    { ...wanted, name: 'chosen', secret: 'a secret that a person chose' },
    ['member'],
    by,
  );
  const user = { name: first.email, domain: { id: 'default' } };
  for (const reference of [
    { name: 'known', user },
    { name: 'chosen', user },
    { name: 'unknown', user },
    { name: 'known', user: { ...user, name: 'unknown@example.org' } },
    { id: credential.id },
    { id: '0'.repeat(32) },
  ]) {
    const before = domain.passwords.load.hashes;
    const identity = {
      methods: ['application_credential'],
      application_credential: { ...reference, secret: 'wrong' },
    };
    const answer = await post('/v3/auth/tokens', { auth: { identity } });
    assert.equal(answer.status, 401, answer.text);
    assert.equal(domain.passwords.load.hashes - before, 1, JSON.stringify(reference));
  }
});

test('a wrong password costs one password hash, whether the account exists or not, in every dialect', async () => {
  const { url } = await makeDatabase('sqlite');
  const { domain, first, post } = await startCloud(async () => openStorage(url));
  const { uuid } = await domain.accounts.createActive({
    email: 'without-password@example.org',
    firstName: 'No',
    lastName: 'Password',
  });
  const password = 'wrong';
  const native = (email: string) => ({ path: '/api/login', body: { email, password } });
  const v2 = (username: string) => ({
    path: '/identity/v2.0/tokens',
    body: { auth: { passwordCredentials: { username, password } } },
  });
  const v3 = (user: object) => ({
    path: '/v3/auth/tokens',
    body: { auth: { identity: { methods: ['password'], password: { user: { ...user, password } } } } },
  });
  const change = (user: string) => ({
    path: `/v3/users/${user}/password`,
    body: { user: { original_password: password, password: 'a new long password' } },
  });
  const domainOf = { domain: { id: 'default' } };
  const names = [first.email, 'without-password@example.org', 'unknown@example.org', 'unknown'];
  const uuids = [first.uuid, uuid, '00000000-0000-4000-8000-000000000000'];
  for (const { path, body } of [
    ...names.flatMap((name) => [native(name), v2(name), v3({ name, ...domainOf })]),
    ...uuids.flatMap((id) => [v3({ id }), change(id)]),
  ]) {
    const before = domain.passwords.load.hashes;
    const answer = await post(path, body);
    assert.equal(answer.status, 401, answer.text);
    assert.equal(domain.passwords.load.hashes - before, 1, `${path} ${JSON.stringify(body)}`);
  }
});

test('every promise of SECURITY.md names tests that exist', () => {
  const root = new URL('../../../../', import.meta.url);
  const lines = readFileSync(new URL('SECURITY.md', root), 'utf8').split('\n');
  const promises = lines.filter((line) => /^\| [A-Z]/.test(line) && !line.startsWith('| Promise'));
  assert.ok(promises.length > 15);
  for (const promise of promises) {
    const files = [...promise.matchAll(/`([\w./-]+\.test\.ts)`/g)].map(([, file]) => file);
    assert.ok(files.length > 0, promise);
    for (const file of files)
      assert.match(readFileSync(new URL(file ?? '', root), 'utf8'), /\b(?:test|check)\(/, file);
  }
});
