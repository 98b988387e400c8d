import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEntry } from '../../../../src/audit/audit.ts';
import { forEachEngine } from '../../../support/engines.ts';
import { startPurser, TEST_TIME_MS, type TestPurser } from '../../../support/harness.ts';
import { type Answer, type Ask, addUser, asker, assertProblem, fieldsOf, items } from '../asking.ts';

forEachEngine((_engine, open) => {
  let purser: TestPurser;
  let ask: Ask;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      purser = await startPurser(open);
      ask = asker(purser);
      await body();
    });

  const record = (...entries: Partial<AuditEntry>[]): Promise<void> => {
    const common = { actor: null, actorName: 'ada', address: null, action: 'thing.do', subject: '1' };
    return purser.domain.storage.transaction((tx) =>
      purser.domain.audit.record(
        tx,
        entries.map((entry) => ({ ...common, ...entry })),
      ),
    );
  };

  const subjects = async (query: string): Promise<unknown[]> => {
    const answer = await ask('GET', `/audit?${query}`);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return items(answer).map(({ subject }) => subject);
  };

  check('entries are returned as they were made, with exact integers', async () => {
    const before = { limit: 2n ** 63n - 1n, names: ['a', 'ü'] };
    await record({ actor: 'x', address: '192.0.2.1', before, after: null, reason: 'Because.\nReally.' });
    const [entry, ...others] = items(await ask('GET', '/audit?action=thing.do'));
    assert.equal(typeof entry?.['id'], 'number');
    assert.deepEqual(others, []);
    assert.deepEqual(entry, {
      id: entry?.['id'],
      at: new Date(TEST_TIME_MS).toISOString(),
      actor: 'x',
      actor_name: 'ada',
      address: '192.0.2.1',
      action: 'thing.do',
      subject: '1',
      before,
      after: null,
      reason: 'Because.\nReally.',
    });
  });

  check('creating, logging in for and revoking tokens is recorded, without their secrets', async () => {
    const { id, token: first } = await addUser(ask, 'ada@example.org');
    await ask('PATCH', `/users/${id}`, { password: 'correct horse battery staple' });
    const own = asker(purser, first);
    assert.deepEqual(await subjects('action=token.add'), [], 'the first comes with the user');
    const { id: made_with } = items(await ask('GET', `/users/${id}/tokens`))[0] ?? {};
    const login = await ask('POST', '/login', {
      email: 'ada@example.org',
      password: 'correct horse battery staple',
    });
    const narrow = { name: 'laptop', roles: ['member'], expires_at: null };
    const made = await own('POST', `/users/${id}/tokens`, narrow);
    assert.equal((await ask('DELETE', `/users/${id}/tokens/${made.body['id']}`)).status, 204);
    const replaced = items(await ask('GET', `/users/${id}/tokens`)).map(({ id: token, name }) => ({
      token,
      name,
    }));
    const only = await own('POST', `/users/${id}/tokens`, { name: 'only', replace: true });
    const entries = items(await ask('GET', `/audit?subject=${id}&limit=4`));
    const facts = ({ body: { id: token, name, expires_at } }: Answer) => ({ token, name, expires_at });
    const laptop = { ...facts(made), roles: ['member'], made_with };
    assert.deepEqual(
      entries.map(({ action, actor_name, before, after }) => [action, actor_name, before, after]),
      [
        ['token.add', 'ada@example.org', null, { ...facts(only), replace: true, replaced, made_with }],
        ['token.revoke', 'admin@example.org', laptop, null],
        ['token.add', 'ada@example.org', null, laptop],
        ['token.add', 'ada@example.org', null, facts(login)],
      ],
    );
    for (const { body } of [made, login, only]) {
      assert.ok(!JSON.stringify(entries).includes(String(body['token'])));
    }
    const left = items(await ask('GET', `/users/${id}/tokens`));
    assert.deepEqual(
      left.map(({ name }) => name),
      ['only'],
    );
  });

  check('entries are sorted newest first, page by page, also those of one moment', async () => {
    for (const subject of ['a', 'b', 'c']) {
      await record({ subject: `${subject}1` }, { subject: `${subject}2` });
      purser.clock.advance(1);
    }
    const all = ['c2', 'c1', 'b2', 'b1', 'a2', 'a1'];
    assert.deepEqual(await subjects('action=thing.do'), all);
    const found: unknown[] = [];
    for (let after = ''; ; ) {
      const answer = await ask('GET', `/audit?action=thing.do&limit=4${after}`);
      found.push(...items(answer).map(({ subject }) => subject));
      await record({ subject: 'meanwhile' });
      if (answer.body['next'] === null) break;
      after = `&after=${answer.body['next']}`;
    }
    assert.deepEqual(found, all);
  });

  check('filters select by actor, action, subject and time', async () => {
    const { id } = await addUser(ask, 'ada@example.org');
    const { id: other } = await addUser(ask, 'grace@example.org');
    await record({ subject: 's1', actor: id }, { subject: 's2', actor: other });
    purser.clock.advance(86_400_000);
    await record({ subject: 's3', actor: id, action: 'other.do' }, { subject: 's1', actor: id });
    assert.deepEqual(await subjects('actor=ada@example.org'), ['s1', 's3', 's1']);
    assert.deepEqual(await subjects(`actor=${other}`), ['s2']);
    assert.deepEqual(await subjects('action=other.do'), ['s3']);
    assert.deepEqual(await subjects('subject=s1'), ['s1', 's1']);
    assert.deepEqual(await subjects('since=2026-01-16'), ['s1', 's3']);
    assert.deepEqual(await subjects('until=2026-01-16&action=thing.do'), ['s2', 's1']);
    assert.deepEqual(
      await subjects('action=thing.do&since=2026-01-15T12:00Z&until=2026-01-15T12:00:00.001Z'),
      ['s2', 's1'],
    );
    assert.deepEqual(await subjects('subject=s1&actor=ada@example.org&since=2026-01-16&action=thing.do'), [
      's1',
    ]);
    assert.deepEqual(await subjects('subject=nothing'), []);
    assertProblem(await ask('GET', '/audit?actor=unknown@example.org'), 404, 'account_not_found');
    assert.deepEqual(fieldsOf(await ask('GET', '/audit?since=now')), ['since']);
    assert.deepEqual(fieldsOf(await ask('GET', '/audit?after=x')), ['after']);
  });

  check(
    'a failed request leaves no entry, long values are cut, and many entries are recorded at once',
    async () => {
      const { storage, audit } = purser.domain;
      const entry = { actor: null, actorName: 'ada', address: null, action: 'thing.do', subject: '1' };
      const failing = storage.transaction(async (tx) => {
        await audit.record(tx, entry);
        throw new Error('changed my mind');
      });
      await assert.rejects(failing, /changed my mind/);
      assert.deepEqual(await subjects('action=thing.do'), []);
      await record({ subject: 'é'.repeat(5000) });
      assert.equal(String((await subjects(''))[0]).length, 512);
      await record(...Array.from({ length: 2500 }, (_, n) => ({ subject: `many ${n}` })));
      assert.equal((await subjects('limit=1000'))[0], 'many 2499');
    },
  );

  check(
    "operators' changes of accounts, roles and resources are recorded with actor, subject, before and after",
    async () => {
      const { id } = await addUser(ask, 'ada@example.org');
      await ask('PATCH', `/users/${id}`, { last_name: 'King', password: 'correct horse battery' });
      await ask('POST', `/users/${id}/action`, { action: 'deactivate', reason: 'gone' });
      await ask('PUT', `/users/${id}/roles/admin`);
      await ask('PUT', `/users/${id}/roles/admin`);
      await ask('DELETE', `/users/${id}/roles/admin`);
      await ask('PATCH', '/resources/astakos.pending_app', { system_default: 3 });
      const entries = items(await ask('GET', '/audit?actor=admin@example.org')).reverse();
      assert.deepEqual(
        entries.map(({ action, subject, before, after, reason }) => [action, subject, before, after, reason]),
        [
          ['account.verify', id, { state: 'pending_verification' }, { state: 'pending_moderation' }, null],
          ['account.accept', id, { state: 'pending_moderation' }, { state: 'active' }, 'manual'],
          [
            'account.update',
            id,
            { lastName: 'Person', password: 'not shown' },
            { lastName: 'King', password: 'not shown' },
            null,
          ],
          ['account.deactivate', id, { state: 'active' }, { state: 'inactive' }, 'gone'],
          ['role.grant', id, null, { user: id, role: 'admin' }, null],
          ['role.revoke', id, { user: id, role: 'admin' }, null, null],
          [
            'resource.modify',
            'astakos.pending_app',
            {
              systemDefault: 2n ** 63n - 1n,
              projectDefault: 2n ** 63n - 1n,
              uiVisible: false,
              apiVisible: false,
            },
            { systemDefault: 3, projectDefault: 2n ** 63n - 1n, uiVisible: false, apiVisible: false },
            null,
          ],
        ],
      );
      for (const { actor_name, address } of entries) {
        assert.deepEqual([actor_name, address], ['admin@example.org', '127.0.0.1']);
      }
    },
  );

  check('only operators can read it', async () => {
    const { token } = await addUser(ask, 'ada@example.org');
    assertProblem(await asker(purser, token)('GET', '/audit'), 403, 'forbidden');
  });
});
