import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStorage } from '../../../src/storage/open.ts';
import { forEachEngine } from '../../support/engines.ts';
import { startPurser } from '../../support/harness.ts';
import { type Cloud, startCloud } from '../cloud.ts';
import { ask, byCredential, byPassword, byToken, enrol, logIn, onProject, projectOf } from './bearers.ts';

/** Each dialect's response to a token: 200, or the status of an unknown token. */
async function answers(cloud: Cloud, token: string): Promise<number[]> {
  const own = await Promise.all(
    ['/api/me', '/account/v1.0/authenticate', '/identity/v2.0/tenants', '/identity/v3/auth/projects'].map(
      (path) => ask(cloud, token, 'GET', path),
    ),
  );
  const workflow = await ask(cloud, token, 'GET', '/v1/openstack/quotas');
  const identified = await cloud.post('/identity/v2.0/tokens', { auth: { token: { id: token } } });
  const asked = { 'x-auth-token': cloud.component.token };
  const v2 = await cloud.send(`/identity/v2.0/tokens/${token}`, { headers: asked });
  const v3 = await cloud.send('/identity/v3/auth/tokens', {
    headers: { ...asked, 'x-subject-token': token },
  });
  return [...own, workflow, identified, v2, v3].map(({ status }) => status);
}
const GOOD = [200, 200, 200, 200, 200, 200, 200, 200];
/** In the order above; a validation reports a missing token. */
const ABSENT = [401, 401, 401, 401, 401, 401, 404, 404];

forEachEngine((engine, open, freshUrl) => {
  test("a project's token is refused in every dialect once the project or the account's role in it has ended", async () => {
    const cloud = await startCloud(open);
    const { first, second, admin } = cloud;
    const project = await projectOf(cloud, 'lab', first.uuid);
    await enrol(cloud, project, second.uuid, ['project_mod']);
    const act = async (action: string) => {
      const answer = await admin('POST', `/api/projects/${project}/action`, { action });
      assert.equal(answer.status, 200, await answer.text());
    };
    const bound = await cloud.domain.tokens.issue(first.uuid, { name: 'bound', project });
    const tokens = [bound.secret, await logIn(cloud, byPassword(second.email), onProject(project))];
    const all = () => Promise.all(tokens.map((token) => answers(cloud, token)));
    assert.deepEqual(await all(), [GOOD, GOOD]);
    await act('suspend');
    assert.deepEqual(await all(), [ABSENT, ABSENT]);
    await act('unsuspend');
    assert.deepEqual(await all(), [GOOD, GOOD]);
    await act('terminate');
    assert.deepEqual(await all(), [ABSENT, ABSENT]);
    await act('reinstate');
    assert.deepEqual(await all(), [GOOD, GOOD]);
    const { items } = (await (await admin('GET', `/api/memberships?project=${project}`)).json()) as {
      items: { id: number }[];
    };
    const removed = await admin('POST', `/api/memberships/${items[0]?.id}/action`, { action: 'remove' });
    assert.equal(removed.status, 200);
    assert.deepEqual(await all(), [GOOD, ABSENT]);
  });

  test('a token without any of the roles left on its project, or bound to no project, is refused', async () => {
    const cloud = await startCloud(open);
    const { first, second, domain } = cloud;
    const project = await projectOf(cloud, 'lab', first.uuid);
    await enrol(cloud, project, second.uuid, ['project_mod']);
    const issue = async (wanted: { project: string; roles?: string[] }) =>
      (await domain.tokens.issue(second.uuid, { name: 'bound', ...wanted })).secret;
    const moderating = await issue({ project, roles: ['project_mod'] });
    assert.deepEqual(await answers(cloud, moderating), GOOD);
    await domain.roles.revoke(second.uuid, 'project_mod', project);
    assert.deepEqual(await answers(cloud, moderating), ABSENT);
    for (const wanted of ['nowhere', first.uuid]) {
      assert.deepEqual(await answers(cloud, await issue({ project: wanted })), ABSENT, wanted);
    }
    const own = await issue({ project: second.uuid });
    assert.equal((await ask(cloud, own, 'GET', '/api/me')).status, 200);
  });

  for (const way of ['is removed', 'leaves', 'loses the last role', 'is moved out by a task'] as const) {
    test(`a member who ${way} and joins again has none of the former credentials of the project`, async () => {
      const cloud = await startCloud(open);
      const { first, second, domain } = cloud;
      const project = await projectOf(cloud, 'lab', first.uuid);
      const other = await projectOf(cloud, 'other', first.uuid);
      for (const each of [project, other]) await enrol(cloud, each, second.uuid);
      const bound = await domain.tokens.issue(second.uuid, { name: 'bound', project });
      const login = await logIn(cloud, byPassword(second.email), onProject(project));
      const path = `/identity/v3/users/${second.uuid}/application_credentials`;
      const made = await ask(cloud, login, 'POST', path, { application_credential: { name: 'robot' } });
      const credential = made.json.application_credential;
      const ending = [bound.secret, login, await logIn(cloud, byCredential(credential))];
      ending.push(await logIn(cloud, byToken(login), onProject(project)));
      const staying = [second.token, await logIn(cloud, byPassword(second.email), onProject(other))];
      const works = async (tokens: readonly string[]) => {
        const found = await Promise.all(tokens.map((token) => ask(cloud, token, 'GET', '/api/me')));
        return found.map(({ status }) => status);
      };
      assert.deepEqual(await works([...ending, ...staying]), Array(6).fill(200));
      const membership = async () => {
        const answer = await ask(cloud, second.token, 'GET', `/api/memberships?project=${project}`);
        return answer.json.items[0].id;
      };
      if (way === 'is removed' || way === 'leaves') {
        const action = way === 'leaves' ? 'leave' : 'remove';
        const by = way === 'leaves' ? second.token : first.token;
        const answer = await ask(cloud, by, 'POST', `/api/memberships/${await membership()}/action`, {
          action,
        });
        assert.equal(answer.status, 200, answer.text);
      } else if (way === 'loses the last role') {
        const roles = await ask(cloud, cloud.adminToken, 'GET', '/identity/v3/roles?name=member');
        const role = `/identity/v3/projects/${project}/users/${second.uuid}/roles/${roles.json.roles[0].id}`;
        assert.equal((await ask(cloud, cloud.adminToken, 'DELETE', role)).status, 204);
      } else {
        const leader = await logIn(cloud, byPassword(first.email), onProject(project));
        const roles = `/v1/openstack/users/${second.uuid}/roles`;
        const answer = await ask(cloud, leader, 'DELETE', roles, { roles: ['member'] });
        assert.equal(answer.status, 202, answer.text);
      }
      assert.deepEqual(await works([...ending, ...staying]), [401, 401, 401, 401, 200, 200]);
      await enrol(cloud, project, second.uuid);
      assert.deepEqual(await works([...ending, ...staying]), [401, 401, 401, 401, 200, 200]);
      const again = await cloud.post('/identity/v3/auth/tokens', {
        auth: { identity: byCredential(credential) },
      });
      assert.equal(again.status, 401);
      const anew = await logIn(cloud, byPassword(second.email), onProject(project));
      assert.deepEqual(await works([anew]), [200]);
    });
  }

  test('a role that is revoked and granted again does not bring back the credentials that carried it', async () => {
    const cloud = await startCloud(open);
    const { first, second, domain } = cloud;
    const project = await projectOf(cloud, 'lab', first.uuid);
    await enrol(cloud, project, second.uuid, ['project_mod']);
    const issue = async (wanted: { project?: string; roles?: string[] }) =>
      (await domain.tokens.issue(second.uuid, { name: 'bound', ...wanted })).secret;
    const all = await issue({ project });
    const moderating = await issue({ project, roles: ['project_mod'] });
    const member = await issue({ project, roles: ['member'] });
    const anywhere = await issue({ roles: ['project_mod'] });
    const role = async (method: string) => {
      const path = `/api/projects/${project}/members/${second.uuid}/roles/project_mod`;
      assert.equal((await ask(cloud, first.token, method, path)).status, 204);
    };
    const works = async () => {
      const tokens = [moderating, anywhere, all, member, second.token];
      const found = await Promise.all(tokens.map((token) => ask(cloud, token, 'GET', '/api/me')));
      return found.map(({ status }) => status);
    };
    const rolesOf = async (token: string) => (await domain.tokens.authenticate(token)).grants.length;
    const both = await issue({ project, roles: ['member', 'project_mod'] });
    assert.deepEqual([await works(), await rolesOf(both)], [[200, 200, 200, 200, 200], 2]);
    await role('DELETE');
    assert.deepEqual([await works(), await rolesOf(both)], [[401, 401, 200, 200, 200], 1]);
    await role('PUT');
    assert.deepEqual([await works(), await rolesOf(both)], [[401, 401, 200, 200, 200], 1]);
  });

  test('an operator who is one again has none of the tokens that were narrowed to that power', async () => {
    const cloud = await startCloud(open);
    const { first, domain, adminToken } = cloud;
    const role = async (method: string) => {
      const answer = await ask(cloud, adminToken, method, `/api/users/${first.uuid}/roles/admin`);
      assert.equal(answer.status, 204, answer.text);
    };
    await role('PUT');
    const { secret } = await domain.tokens.issue(first.uuid, { name: 'narrowed', roles: ['admin'] });
    const system = await logIn(cloud, byPassword(first.email), { system: { all: true } });
    const works = async () => {
      const tokens = [secret, system, first.token];
      const found = await Promise.all(tokens.map((token) => ask(cloud, token, 'GET', '/api/users')));
      return found.map(({ status }) => status);
    };
    assert.deepEqual(await works(), [200, 200, 200]);
    await role('DELETE');
    assert.deepEqual(await works(), [401, 401, 403]);
    await role('PUT');
    assert.deepEqual(await works(), [401, 401, 200]);
  });

  test('the standing of a bound token is cached, also when another project ends', async () => {
    const cloud = await startCloud(open);
    const project = await projectOf(cloud, 'lab', cloud.first.uuid);
    const other = await projectOf(cloud, 'other');
    const { secret } = await cloud.domain.tokens.issue(cloud.first.uuid, { name: 'bound', project });
    // A response without a promise has read nothing.
    const isRemembered = () => !(cloud.domain.tokens.authenticate(secret) instanceof Promise);
    await cloud.domain.tokens.authenticate(secret);
    assert.ok(isRemembered());
    const ended = await cloud.admin('POST', `/api/projects/${other}/action`, { action: 'suspend' });
    assert.equal(ended.status, 200);
    assert.ok(isRemembered());
  });

  if (engine === 'postgres') {
    test('another node refuses the tokens of a project within a second of its end', async () => {
      const url = await freshUrl();
      const here = await startCloud(async () => openStorage(url, 6));
      const project = await projectOf(here, 'lab', here.first.uuid);
      const { secret } = await here.domain.tokens.issue(here.first.uuid, { name: 'bound', project });
      const there = await startPurser(() => openStorage(url, 6));
      const me = () => there.fetch('/api/me', { headers: { 'x-auth-token': secret } });
      assert.equal((await me()).status, 200);
      await here.admin('POST', `/api/projects/${project}/action`, { action: 'suspend' });
      there.clock.advance(1001);
      assert.equal((await me()).status, 401);
    });
  }
});
