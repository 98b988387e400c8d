import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { notAllowed, person, startCloud, unauthorized } from '../cloud.ts';

forEachEngine((_engine, open) => {
  test('programs on the same machine can read the number of users, as JSON or by a callback', async () => {
    const cloud = await startCloud(open);
    const { accounts } = cloud.domain;
    await accounts.create({ email: 'new@example.org', firstName: 'N', lastName: 'N' });
    for (const path of ['/admin/stats', '/admin/stats/']) {
      const answer = await cloud.send(path);
      assert.equal(answer.headers['content-type'], 'application/json');
      assert.deepEqual(answer.json, { users: { total: 4, active: 3 } });
    }
    const wrapped = await cloud.send('/admin/stats?callback=cb');
    assert.equal(wrapped.text, 'cb({"users":{"total":4,"active":3}})');
    assert.equal((await cloud.send('/admin/stats?callback=a(b)')).status, 400);
    notAllowed(await cloud.send('/admin/stats', { method: 'POST' }), 'GET');
    assert.equal((await cloud.send('/admin/')).status, 404);
  });

  test('details require the role, and are always JSON', async () => {
    const cloud = await startCloud(open, { PURSER_ADMIN_STATS_GROUPS: 'counters,others' });
    const { accounts, roles, resources } = cloud.domain;
    await roles.create('counters', '');
    const { uuid, token } = await person(cloud, 'counter@example.org', 'C', 'C');
    const ask = (secret: string, query = '') =>
      cloud.send(`/admin/stats/detail${query}`, { headers: { 'x-auth-token': secret } });
    unauthorized(await cloud.send('/admin/stats/detail'), 'Access denied. No authentication token');
    assert.deepEqual((await ask(token)).json, { forbidden: { code: 403, message: '', details: '' } });
    await roles.grant(uuid, 'counters');
    const { uuid: rejected } = await accounts.create({
      email: 'r@example.org',
      firstName: 'R',
      lastName: 'R',
    });
    await accounts.verify(rejected);
    await accounts.reject(rejected, 'unknown');
    await accounts.create({ email: 'new@example.org', firstName: 'N', lastName: 'N' });
    await resources.modify('service1.disk', { systemDefault: 2n ** 62n });
    await cloud.domain.accounts.createActive({ email: 'last@example.org', firstName: 'L', lastName: 'L' });
    const answer = await ask(token, '?format=xml');
    assert.equal(answer.status, 200, answer.text);
    const { datetime, providers, users, resources: shown } = answer.json;
    assert.equal(datetime, 'Thu Jan 15 12:00:00 2026');
    assert.deepEqual(providers, ['local']);
    const all = { total: 7, verified: 6, active: 5 };
    assert.deepEqual(users, { all, local: { ...all, exclusive: 5 } });
    assert.deepEqual(shown.local, shown.all);
    const disk = { used: 0, allocated: Number(2n ** 62n), unit: 'bytes', description: 'Disk space' };
    assert.deepEqual(shown.all['service1.disk'], disk);
    assert.match(answer.text, /"allocated":4611686018427387904\b/);
  });
});
