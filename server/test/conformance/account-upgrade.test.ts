import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type RawBuilder, sql } from 'kysely';
import { digestSecret } from '../../src/lib/secrets.ts';
import { migrate, shippedMigrations } from '../../src/storage/migrate.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { forEachEngine, makeDatabase, START_MS } from '../support/engines.ts';
import { startPurser } from '../support/harness.ts';
import { asker, items } from './native/asking.ts';

/** Rows as versions before the account standing (0009) wrote them. */
async function writeOlderRows(storage: Storage): Promise<void> {
  const run = (statement: RawBuilder<unknown>) => storage.transaction(({ db }) => statement.execute(db));
  const account = (id: number, name: string, { verified = 1, moderated = 1, active = 1 } = {}) =>
    run(sql`INSERT INTO accounts (id, uuid, email, username, first_name, last_name, email_verified, moderated, active,
        created_at, updated_at)
      VALUES (${id}, ${`${name}-uuid`}, ${`${name}@example.org`}, ${`${name}@example.org`}, 'A', 'B', ${verified},
        ${moderated}, ${active}, 0, 0)`);
  const token = (account_id: number, secret: string, name: string, origin: object | null = null) =>
    run(sql`INSERT INTO tokens (account_id, digest, name, created_at, origin)
      VALUES (${account_id}, ${digestSecret(secret)}, ${name}, 0, ${origin && JSON.stringify(origin)})`);
  const credential = (account_id: number, id: string) =>
    run(sql`INSERT INTO application_credentials (uuid, account_id, project, name, secret_hash, roles, unrestricted, created_at)
      VALUES (${id}, ${account_id}, 'p', 'robot', ${`sha256:${digestSecret(id).toString('hex')}`}, '[]', 0, 0)`);
  await account(101, 'active');
  await account(102, 'gone', { active: 0 });
  await account(103, 'waiting', { moderated: 0, active: 0 });
  await account(104, 'unverified', { verified: 0, moderated: 0, active: 0 });
  const login = {
    methods: ['token', 'password'],
    breadth: null,
    ancestor: null,
    whole: true,
    credential: null,
  };
  await token(101, 'given', 'laptop');
  await token(101, 'login', 'password login');
  await token(101, 'exchanged', 'exchanged token');
  await token(101, 'scoped', 'horizon', login);
  await token(102, 'old', 'laptop');
  await credential(101, 'kept');
  await credential(102, 'ended');
}

forEachEngine((engine) => {
  test('an upgrade to accounts with a standing ends what inactive accounts had, and keeps what active ones have', async () => {
    const { url, remove } = await makeDatabase(engine);
    const storage = openStorage(url, 2);
    await migrate(
      storage,
      START_MS,
      shippedMigrations().filter(({ name }) => name < '0009'),
    );
    await writeOlderRows(storage);
    const purser = await startPurser(() => storage);
    after(remove);
    const operate = asker(purser);
    const status = async (token: string) => (await asker(purser, token)('GET', '/me')).status;
    const shown = async (name: string) => {
      const { body } = await operate('GET', `/users/${name}-uuid`);
      return [body['state'], body['ended_by']];
    };
    assert.deepEqual(await shown('active'), ['active', null]);
    assert.deepEqual(await shown('gone'), ['inactive', 'operator']);
    assert.deepEqual(await shown('waiting'), ['pending_moderation', null]);
    assert.deepEqual(await shown('unverified'), ['pending_verification', null]);
    for (const token of ['given', 'login', 'exchanged', 'scoped'])
      assert.equal(await status(token), 200, token);
    const credentials = async (name: string) =>
      (await purser.domain.applicationCredentials.list(`${name}-uuid`)).map(({ id }) => id);
    assert.deepEqual([await credentials('active'), await credentials('gone')], [['kept'], []]);

    const refused = await asker(purser, 'old')('GET', '/me');
    assert.deepEqual([refused.status, refused.body['code']], [401, 'account_inactive']);
    const revived = await operate('POST', '/users/gone-uuid/action', { action: 'activate' });
    assert.equal(revived.status, 200);
    assert.equal(await status('old'), 401, 'it does not come back with the account');
    assert.deepEqual(items(await operate('GET', '/users/gone-uuid/tokens')), []);

    const password = 'staple battery horse';
    assert.equal((await operate('PATCH', '/users/active-uuid', { password })).status, 200);
    for (const token of ['login', 'exchanged', 'scoped']) assert.equal(await status(token), 401, token);
    assert.equal(await status('given'), 200);
  });
});
