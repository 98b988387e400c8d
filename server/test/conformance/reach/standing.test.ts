import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStorage } from '../../../src/storage/open.ts';
import { forEachEngine } from '../../support/engines.ts';
import { startPurser } from '../../support/harness.ts';
import { type Cloud, startCloud } from '../cloud.ts';
import { ask, byPassword, enrol, logIn, onProject, projectOf } from './bearers.ts';

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
