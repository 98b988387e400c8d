import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine, START_MS } from '../../../test/support/engines.ts';
import { HOUR_MS, partsOver, person, refusal } from '../../../test/support/parts.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Principal } from './principal.ts';

forEachEngine((engine, open) => {
  async function withAccount(options: Parameters<typeof partsOver>[1] = {}) {
    const parts = partsOver(await open(), options);
    await parts.roles.ensureBuiltIn();
    const account = await parts.accounts.createActive(person('user@example.org'));
    return { ...parts, account, uuid: account.uuid };
  }

  test('an account has many tokens, each of which stands for it', async () => {
    const { tokens, uuid, account } = await withAccount();
    const one = await tokens.issue(uuid, { name: 'one' });
    const two = await tokens.issue(uuid, { name: 'two', project: 'p', roles: ['member'] });
    assert.match(one.secret, /^[A-Za-z0-9_-]{43}$/);
    for (const { secret, token } of [one, two]) {
      const principal = await tokens.authenticate(secret);
      assert.deepEqual(principal, { account, token, grants: [], termsPending: false, holds: true });
    }
    assert.deepEqual(await tokens.list(uuid), [one.token, two.token]);
    assert.deepEqual([two.token.project, two.token.roles], ['p', ['member']]);
    assert.deepEqual(await tokens.list('a\0b'), []);
  });

  test('a token bound to a project, or narrowed to roles, carries no others', async () => {
    const { tokens, roles, uuid } = await withAccount();
    await roles.grant(uuid, 'admin');
    await roles.grant(uuid, 'member', 'p');
    await roles.grant(uuid, 'project_mod', 'p');
    await roles.grant(uuid, 'member', 'q');
    const carried = async (options: { project?: string; roles?: string[] }) => {
      const { secret } = await tokens.issue(uuid, { name: 't', ...options });
      const { grants } = await tokens.authenticate(secret);
      return grants.map(({ role, project }) => `${role.name}@${project ?? '*'}`).sort();
    };
    assert.deepEqual(await carried({}), ['admin@*', 'member@p', 'member@q', 'project_mod@p']);
    assert.deepEqual(await carried({ project: 'p' }), ['member@p', 'project_mod@p']);
    assert.deepEqual(await carried({ roles: ['member'] }), ['member@p', 'member@q']);
    assert.deepEqual(await carried({ project: 'p', roles: ['project_mod', 'admin'] }), ['project_mod@p']);
  });

  test('a token with a scope can be validated and opens nothing', async () => {
    const { tokens, uuid } = await withAccount();
    const { secret } = await tokens.issue(uuid, { name: 't', scope: 'https://files.example.org/a' });
    assert.equal((await tokens.lookup(secret))?.token.scope, 'https://files.example.org/a');
    await assert.rejects(async () => tokens.authenticate(secret), refusal('token_unknown'));
  });

  test('a token ends when its lifetime does, and is still known', async () => {
    const { tokens, uuid, clock } = await withAccount();
    const usual = await tokens.issue(uuid, { name: 'usual' });
    const endless = await tokens.issue(uuid, { name: 'endless', expiresAt: null });
    assert.equal(usual.token.expiresAt, START_MS + 720 * HOUR_MS);
    clock.advance(720 * HOUR_MS);
    await tokens.authenticate(usual.secret);
    clock.advance(1);
    assert.throws(() => tokens.authenticate(usual.secret), refusal('token_expired'));
    assert.equal((await tokens.lookup(usual.secret))?.account.uuid, uuid);
    await tokens.authenticate(endless.secret);
  });

  test('the checks come in order: known, active, unexpired, terms signed', async () => {
    const { tokens, accounts, terms, uuid, clock } = await withAccount();
    const { secret } = await tokens.issue(uuid, { name: 't', expiresAt: START_MS + 1 });
    const refused = (code: string) => assert.rejects(async () => tokens.authenticate(secret), refusal(code));
    await assert.rejects(async () => tokens.authenticate('unknown'), refusal('token_unknown'));
    await assert.rejects(async () => tokens.authenticate(''), refusal('token_unknown'));
    await terms.add('<p>Be kind.</p>');
    await refused('terms_unsigned');
    clock.advance(2);
    await refused('token_expired');
    await accounts.deactivate(uuid, 'gone');
    await refused('account_inactive');
  });

  test('a remembered principal is answered without a promise', async () => {
    const { tokens, uuid } = await withAccount();
    const { secret } = await tokens.issue(uuid, { name: 't' });
    const first = tokens.lookup(secret);
    assert.ok(first instanceof Promise);
    const principal = await first;
    assert.equal(tokens.lookup(secret), principal);
    assert.equal(tokens.authenticate(secret), principal);
  });

  test('any change of the account, its roles or tokens makes a fresh principal; others keep theirs', async () => {
    const { tokens, accounts, roles, terms, uuid } = await withAccount();
    const other = await accounts.createActive(person('other@example.org'));
    const mine = await tokens.issue(uuid, { name: 'mine' });
    const theirs = await tokens.issue(other.uuid, { name: 'theirs' });
    const look = async (secret: string) => (await tokens.lookup(secret)) as Principal;
    const kept = await look(theirs.secret);

    assert.equal((await look(mine.secret)).account.firstName, 'Test');
    await accounts.update(uuid, { firstName: 'Changed' });
    assert.equal((await look(mine.secret)).account.firstName, 'Changed');
    await roles.grant(uuid, 'member', 'p-1');
    assert.deepEqual(
      (await look(mine.secret)).grants.map(({ role, project }) => [role.name, project]),
      [['member', 'p-1']],
    );
    await roles.revoke(uuid, 'member', 'p-1');
    assert.deepEqual((await look(mine.secret)).grants, []);
    await accounts.deactivate(uuid, 'holiday');
    assert.equal((await look(mine.secret)).account.active, false);
    assert.equal(await look(theirs.secret), kept);
    await terms.add('New terms');
    assert.equal((await look(theirs.secret)).termsPending, true);
    assert.equal((await look(mine.secret)).termsPending, true);
    await accounts.signTerms(uuid);
    assert.equal((await look(mine.secret)).termsPending, false);
    assert.equal((await look(theirs.secret)).termsPending, true);
  });

  test('a revoked token is unknown at once', async () => {
    const { tokens, accounts, uuid } = await withAccount();
    const made = [];
    for (const name of ['a', 'b', 'c']) made.push(await tokens.issue(uuid, { name }));
    const [a, b, c] = made as [(typeof made)[0], (typeof made)[0], (typeof made)[0]];
    for (const { secret } of made) await tokens.authenticate(secret);
    await tokens.revoke(uuid, a.token.id);
    assert.equal(await tokens.lookup(a.secret), undefined);
    await assert.rejects(tokens.revoke(uuid, a.token.id), refusal('token_not_found'));
    const stranger = await accounts.create(person('stranger@example.org'));
    await assert.rejects(tokens.revoke(stranger.uuid, b.token.id), refusal('token_not_found'));
    const only = await tokens.issue(uuid, { name: 'only', replace: true });
    for (const { secret } of [b, c]) assert.equal(await tokens.lookup(secret), undefined);
    assert.equal((await tokens.lookup(only.secret))?.token.id, only.token.id);
    assert.deepEqual(await tokens.list(uuid), [only.token]);
  });

  test('the tokens of a replaced registration are gone with it', async () => {
    const { tokens, accounts } = await withAccount();
    const first = await accounts.create(person('again@example.org'));
    const { secret } = await tokens.issue(first.uuid, { name: 't' });
    assert.equal((await tokens.lookup(secret))?.account.uuid, first.uuid);
    await accounts.create(person('again@example.org'));
    assert.equal(await tokens.lookup(secret), undefined);
  });

  test('a token of an older installation is taken over as it is, once', async () => {
    const { tokens, uuid } = await withAccount();
    const secret = '0Mv/8ahOCoACzLwTHfcW+A==';
    assert.equal((await tokens.issue(uuid, { name: 'old', secret })).secret, secret);
    assert.equal((await tokens.authenticate(secret)).token.name, 'old');
    await assert.rejects(tokens.issue(uuid, { name: 'twice', secret }), refusal('invalid_field'));
    for (const bad of ['short', 'x'.repeat(257), `${'x'.repeat(20)} y`, `${'x'.repeat(20)}ü`]) {
      await assert.rejects(tokens.issue(uuid, { name: 'bad', secret: bad }), refusal('invalid_field'));
    }
  });

  test('the number of tokens is bounded, and expired ones make room', async () => {
    const { tokens, uuid, account, storage, clock } = await withAccount();
    const row = (index: number) => ({
      account_id: account.id,
      digest: Buffer.from(String(index)),
      name: 'filler',
      created_at: 0,
      expires_at: index === 0 ? START_MS + 1 : null,
    });
    const rows = Array.from({ length: LIMITS.tokens_per_account }, (_, index) => row(index));
    await storage.transaction(({ db }) => db.insertInto('tokens').values(rows).execute());
    await assert.rejects(tokens.issue(uuid, { name: 'more' }), refusal('too_many_tokens'));
    clock.advance(10);
    await tokens.issue(uuid, { name: 'more' });
    await assert.rejects(tokens.issue(uuid, { name: 'too many' }), refusal('too_many_tokens'));
  });

  test('a token needs an account, and a name of one line', async () => {
    const { tokens, uuid } = await withAccount();
    await assert.rejects(tokens.issue('unknown', { name: 't' }), refusal('account_not_found'));
    await assert.rejects(tokens.issue(uuid, { name: '' }), refusal('invalid_field'));
    await assert.rejects(tokens.issue(uuid, { name: 'a\nb' }), refusal('invalid_field'));
  });

  // Only PostgreSQL has nodes.
  const onNodes = engine === 'postgres' ? test : () => undefined;

  onNodes('what another node changes is heard of within a second', async () => {
    const { tokens, accounts, storage, uuid, clock } = await withAccount();
    const elsewhere = partsOver(storage, { seed: 'elsewhere' });
    const { secret } = await tokens.issue(uuid, { name: 't' });
    await tokens.authenticate(secret);
    await elsewhere.accounts.deactivate(uuid, 'by another node');
    clock.advance(1001);
    await assert.rejects(async () => tokens.authenticate(secret), refusal('account_inactive'));
    assert.equal((await accounts.get(uuid)).active, false);
  });
});
