import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { TEST_TIME_MS } from '../../support/harness.ts';
import type { Exchange } from '../../support/http-exchange.ts';
import { PASSWORD, person } from '../cloud.ts';
import { appoint, byToken, type CloudV3, refused, startV3 } from './asking.ts';

const HOUR_MS = 3_600_000;
const at = (ms: number) => new Date(TEST_TIME_MS + ms).toISOString();
const bySecret = ({ id, secret }: { id: string; secret: string }) => ({
  methods: ['application_credential'],
  application_credential: { id, secret },
});
const roleNames = (roles: { name: string }[]) => roles.map(({ name }) => name);

forEachEngine((_engine, open) => {
  let cloud: CloudV3;
  let project: string;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startV3(open, { PURSER_ADMIN_API: 'true' });
      project = await cloud.project('lab');
      for (const role of ['member', 'project_admin']) await appoint(cloud, project, cloud.first, role);
      await body();
    });
  const path = () => `/users/${cloud.first.uuid}/application_credentials`;
  const create = (token: string, wanted: object): Promise<Exchange> =>
    cloud.ask('POST', path(), { token, body: { application_credential: wanted } });
  const made = async (token: string, wanted: object) => {
    const answer = await create(token, wanted);
    assert.equal(answer.status, 201, answer.text);
    return answer.json.application_credential;
  };
  const login = async (credential: { id: string; secret: string }): Promise<string> => {
    const answer = await cloud.logIn(bySecret(credential));
    assert.equal(answer.status, 201, answer.text);
    return String(answer.headers['x-subject-token']);
  };
  const works = async (token: string) =>
    (await cloud.ask('GET', '/auth/tokens', { token, headers: { 'x-subject-token': token } })).status === 200;

  check('a credential made with a credential has its roles and its project, and ends no later', async () => {
    const own = await cloud.tokenOf(cloud.first, { project: { id: project } });
    const parent = await made(own, {
      name: 'parent',
      roles: [{ name: 'member' }],
      unrestricted: true,
      expires_at: at(HOUR_MS),
    });
    const narrow = await login(parent);
    refused(await create(narrow, { name: 'more', roles: [{ name: 'project_admin' }] }), 400);
    refused(await create(narrow, { name: 'longer', expires_at: at(HOUR_MS + 1000) }), 400);
    const child = await made(narrow, { name: 'child' });
    assert.deepEqual(
      roleNames(child.roles),
      ['member'],
      'not what the account has, but what the token carries',
    );
    assert.equal(child.project_id, project);
    assert.equal(Date.parse(child.expires_at), TEST_TIME_MS + HOUR_MS);
    const shorter = await made(narrow, {
      name: 'shorter',
      expires_at: at(HOUR_MS / 2),
      roles: [{ name: 'member' }],
    });
    assert.equal(Date.parse(shorter.expires_at), TEST_TIME_MS + HOUR_MS / 2);

    // A user's own login creates credentials that outlast it.
    assert.equal((await made(own, { name: 'lasting' })).expires_at, null);
    // It ends with the token that it was created with.
    const grandchild = await login(child);
    assert.equal(await works(grandchild), true);
    assert.equal((await cloud.ask('DELETE', `${path()}/${parent.id}`, { token: own })).status, 204);
    assert.equal(await works(grandchild), false);
    refused(await cloud.logIn(bySecret(child)), 401);
  });

  check(
    'a token narrowed to roles or to a project is exchanged only for an equal one, and ends with it',
    async () => {
      const { tokens } = cloud.domain;
      const cut = await tokens.issue(cloud.first.uuid, {
        name: 'cut',
        project,
        roles: ['member'],
        expiresAt: TEST_TIME_MS + HOUR_MS,
      });
      const answer = await cloud.logIn(byToken(cut.secret), { project: { id: project } });
      assert.equal(answer.status, 201, answer.text);
      assert.deepEqual(roleNames(answer.json.token.roles), ['member']);
      assert.equal(Date.parse(answer.json.token.expires_at), TEST_TIME_MS + HOUR_MS);
      refused(await create(String(answer.headers['x-subject-token']), { name: 'robot' }), 403);
    },
  );

  check("a token that is created with a project's token is for that project", async () => {
    const other = await cloud.project('workshop');
    await appoint(cloud, other, cloud.first, 'member');
    const own = await cloud.tokenOf(cloud.first, { project: { id: project } });
    const issue = (wanted: object) =>
      cloud.send(`/api/users/${cloud.first.uuid}/tokens`, {
        method: 'POST',
        headers: { authorization: `Bearer ${own}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'made', ...wanted }),
      });
    const before = await cloud.domain.tokens.list(cloud.first.uuid);
    const answer = await issue({ project: other });
    assert.deepEqual([answer.status, answer.json.code], [400, 'invalid_field'], answer.text);
    assert.deepEqual(await cloud.domain.tokens.list(cloud.first.uuid), before);
    for (const wanted of [{}, { project }]) {
      const made = await issue(wanted);
      assert.deepEqual([made.status, made.json.project], [201, project], made.text);
    }
  });

  for (const change of ['by the person', 'by an operator', 'through the users API'] as const) {
    check(`a password changed ${change} ends all that came of logins with the old one`, async () => {
      const given = await cloud.domain.tokens.issue(cloud.first.uuid, { name: 'given by an operator' });
      const own = await cloud.tokenOf(cloud.first, { project: { id: project } });
      const rescoped = String(
        (await cloud.logIn(byToken(own), { project: { id: project } })).headers['x-subject-token'],
      );
      const parent = await made(own, { name: 'parent', unrestricted: true });
      const child = await made(await login(parent), { name: 'child' });
      const grandchild = await login(child);
      for (const token of [own, rescoped, grandchild, given.secret]) assert.equal(await works(token), true);

      const manager = await person(cloud, 'manager@example.org', 'M', 'M');
      await cloud.domain.roles.create('admin-api', '');
      await cloud.domain.roles.grant(manager.uuid, 'admin-api');
      const password = 'staple battery horse';
      const answer =
        change === 'by the person'
          ? await cloud.ask('POST', `/users/${cloud.first.uuid}/password`, {
              body: { user: { original_password: PASSWORD, password } },
            })
          : change === 'by an operator'
            ? await cloud.operate('PATCH', `/users/${cloud.first.uuid}`, { user: { password } })
            : await cloud.send(`/identity/v2.0/users/${cloud.first.uuid}`, {
                method: 'PUT',
                headers: { 'x-auth-token': manager.token, 'content-type': 'application/json' },
                body: JSON.stringify({ user: { password } }),
              });
      assert.ok(answer.status < 300, answer.text);
      for (const token of [own, rescoped, grandchild]) assert.equal(await works(token), false);
      for (const credential of [parent, child]) refused(await cloud.logIn(bySecret(credential)), 401);
      assert.equal(await works(given.secret), true, 'what no login made stays');
    });
  }

  check("a program that manages users cannot undo or replace an operator's decision", async () => {
    const { domain, first, second } = cloud;
    await domain.roles.create('admin-api', '');
    await domain.roles.grant(first.uuid, 'admin-api');
    const act = (uuid: string, body: object) =>
      cloud.send(`/identity/v2.0/users/${uuid}/action`, {
        method: 'POST',
        headers: { 'x-auth-token': first.token, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await domain.accounts.deactivate(second.uuid, 'abuse');
    assert.equal((await act(second.uuid, { activate: {} })).json.user.is_active, false);
    await act(second.uuid, { deactivate: { reason: 'mine' } });
    const { endedBy, deactivatedReason } = await domain.accounts.get(second.uuid);
    assert.deepEqual([endedBy, deactivatedReason], ['operator', 'abuse']);
  });

  for (const end of ['disabled', 'deleted'] as const) {
    check(`an account that was ${end} and is reactivated has none of its former credentials`, async () => {
      const own = await cloud.tokenOf(cloud.first, { project: { id: project } });
      const credential = await made(own, { name: 'robot' });
      const given = await cloud.domain.tokens.issue(cloud.first.uuid, { name: 'given', expiresAt: null });
      const user = `/users/${cloud.first.uuid}`;
      if (end === 'disabled') await cloud.operate('PATCH', user, { user: { enabled: false } });
      else await cloud.operate('DELETE', user);
      const { state, endedBy } = await cloud.domain.accounts.get(cloud.first.uuid);
      assert.deepEqual([state, endedBy], [end === 'disabled' ? 'inactive' : 'deleted', 'operator']);
      assert.deepEqual(await cloud.domain.tokens.list(cloud.first.uuid), []);
      assert.equal((await cloud.operate('PATCH', user, { user: { enabled: true } })).json.user.enabled, true);
      for (const token of [own, given.secret]) assert.equal(await works(token), false);
      refused(await cloud.logIn(bySecret(credential)), 401);
      assert.deepEqual(await cloud.domain.applicationCredentials.list(cloud.first.uuid), []);
      assert.equal(await works(await cloud.tokenOf(cloud.first, { project: { id: project } })), true);
    });
  }
});
