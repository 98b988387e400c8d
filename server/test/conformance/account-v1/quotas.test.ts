import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { FOREIGN, HIDDEN, ROOMY, startCloud, VISIBLE } from './cloud.ts';

const NEUTRAL = { usage: 0, pending: 0, project_usage: 0, project_pending: 0 };

forEachEngine((_engine, open) => {
  test('the visible resources are public', async () => {
    const { call } = await startCloud(open);
    const { status, json, headers } = await call('GET', '/resources');
    assert.equal(status, 200);
    assert.match(headers.get('cache-control') ?? '', /no-store/);
    assert.deepEqual(json[VISIBLE], {
      service: 'service1',
      description: 'resource 11',
      unit: null,
      ui_visible: true,
      api_visible: true,
    });
    assert.equal(json[ROOMY].unit, 'bytes');
    assert.equal(json[HIDDEN], undefined);
    assert.equal(json['astakos.pending_app'], undefined);
  });

  test('a user sees the quotas of the system project, visible resources only', async () => {
    const { call, user } = await startCloud(open);
    const { status, json } = await call('GET', '/quotas', user.token);
    assert.equal(status, 200);
    const unlimited = 9223372036854775807n;
    assert.deepEqual(json, {
      [user.uuid]: {
        [VISIBLE]: { limit: 100, project_limit: 100, ...NEUTRAL },
        [ROOMY]: { limit: unlimited, project_limit: unlimited, ...NEUTRAL },
        [FOREIGN]: { limit: unlimited, project_limit: unlimited, ...NEUTRAL },
      },
    });
  });

  test('quotas require the right kind of token', async () => {
    const { call, service, user } = await startCloud(open);
    for (const path of ['/quotas', '/service_quotas', '/service_project_quotas']) {
      assert.equal((await call('GET', path)).status, 401);
      assert.equal((await call('GET', path, path === '/quotas' ? service : user.token)).status, 401);
      const wrong = await call('POST', path);
      assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'GET']);
      assert.equal((await call('HEAD', path)).status, 405);
    }
    const byQuery = await call('GET', `/quotas?X-Auth-Token=${user.token}`, 'bad');
    assert.equal(byQuery.status, 200, 'a token in the query wins over the header');
  });

  test('the token of an account that is not accepted is refused', async () => {
    const { call, purser } = await startCloud(open);
    const { accounts, tokens } = purser.domain;
    const { uuid } = await accounts.create({ email: 'new@example.org', firstName: 'N', lastName: 'N' });
    const { secret } = await tokens.issue(uuid, { name: 'early' });
    const answer = await call('GET', '/quotas', secret);
    assert.deepEqual([answer.status, answer.json.unauthorized.message], [401, 'User inactive']);
  });

  test('a service sees all users, its own resources only, hidden ones included', async () => {
    const { call, service, otherService, user, addUser } = await startCloud(open);
    const second = await addUser('test2@example.org');
    const all = await call('GET', '/service_quotas', service);
    assert.deepEqual(Object.keys(all.json).includes(second.uuid), true);
    assert.deepEqual(Object.keys(all.json[user.uuid][user.uuid]).sort(), [HIDDEN, VISIBLE, ROOMY].sort());
    assert.equal(all.json[user.uuid][user.uuid][HIDDEN].limit, 5);
    const other = await call('GET', '/service_quotas', otherService);
    assert.deepEqual(Object.keys(other.json[user.uuid][user.uuid]), [FOREIGN]);
  });

  test('quotas are filtered by lists of users and projects', async () => {
    const { call, service, user, addUser } = await startCloud(open);
    const second = await addUser('test2@example.org');
    const get = async (query: string) => {
      const { status, json } = await call('GET', `/service_quotas?${query}`, service);
      return status === 200 ? Object.keys(json).sort() : status;
    };
    assert.deepEqual(await get(`user=${user.uuid}`), [user.uuid]);
    assert.deepEqual(await get(`user=${user.uuid},unknown`), [user.uuid]);
    assert.deepEqual(await get(`user=${user.uuid},${second.uuid}`), [user.uuid, second.uuid].sort());
    assert.deepEqual(await get(`project=${second.uuid}`), [second.uuid]);
    assert.deepEqual(await get('user=unknown'), 404);
    assert.deepEqual(await get('user='), 404);
    assert.deepEqual(await get('project=unknown'), []);
    assert.deepEqual(await get(`user=${user.uuid}&project=${second.uuid}`), 404);
  });

  test('a service sees the quotas of projects', async () => {
    const { call, service, user } = await startCloud(open);
    const one = await call('GET', `/service_project_quotas?project=${user.uuid}`, service);
    assert.deepEqual(one.json[user.uuid][VISIBLE], {
      project_limit: 100,
      project_usage: 0,
      project_pending: 0,
    });
    assert.equal((await call('GET', '/service_project_quotas?project=unknown', service)).status, 404);
    const all = await call('GET', '/service_project_quotas', service);
    assert.ok(Object.keys(all.json).length >= 2);
  });

  test('a resource that is hidden later is no longer shown, and still enforced', async () => {
    const cloud = await startCloud(open);
    const { call, service, user, purser } = cloud;
    await purser.domain.resources.modify(VISIBLE, { apiVisible: false, uiVisible: false });
    assert.equal((await call('GET', '/resources')).json[VISIBLE], undefined);
    assert.equal((await call('GET', '/quotas', user.token)).json[user.uuid][VISIBLE], undefined);
    const { json } = await call('GET', `/service_quotas?user=${user.uuid}`, service);
    assert.equal(json[user.uuid][user.uuid][VISIBLE].limit, 100);
    assert.equal((await cloud.issue({ [VISIBLE]: 101 })).status, 413);
  });

  test('a changed default applies to users accepted later, not to existing ones', async () => {
    const { call, purser, user, addUser } = await startCloud(open);
    await purser.domain.resources.modify(VISIBLE, { systemDefault: 7n });
    const second = await addUser('test2@example.org');
    assert.equal((await call('GET', '/quotas', user.token)).json[user.uuid][VISIBLE].limit, 100);
    assert.equal((await call('GET', '/quotas', second.token)).json[second.uuid][VISIBLE].limit, 7);
  });

  test('a list longer than one chunk is one valid document', async () => {
    const { call, service, purser } = await startCloud(open);
    const { ledger, storage } = purser.domain;
    await storage.transaction(async (tx) => {
      await ledger.openProject(tx, 'big');
      await ledger.setPools(tx, 'big', [{ resource: VISIBLE, capacity: 10n, memberCapacity: 1n }]);
      for (let index = 0; index < 1300; index += 1) await ledger.setSeat(tx, 'big', `member-${index}`, true);
    });
    const { status, json } = await call('GET', '/service_quotas', service);
    assert.equal(status, 200);
    assert.equal(Object.keys(json).filter((user) => user.startsWith('member-')).length, 1300);
    assert.deepEqual(json['member-777'], { big: { [VISIBLE]: { limit: 1, project_limit: 10, ...NEUTRAL } } });
  });
});
