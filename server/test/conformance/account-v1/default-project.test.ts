import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { expect, type ProjectCloud, refused, startProjectCloud, type User } from './project-cloud.ts';

forEachEngine((_engine, open) => {
  const choosing = ({ call, purser }: ProjectCloud) => ({
    choose: (project_id: unknown, token: string) =>
      call('POST', '/myaccount/default_project', token, { project_id }),
    /** The project that a token acts on. */
    tenant: async ({ token }: User) => {
      const response = await purser.fetch('/identity/v2.0/tokens', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ auth: { token: { id: token } } }),
      });
      const { access } = (await response.json()) as { access: { token: { tenant: { id: string } } } };
      return access.token.tenant.id;
    },
  });

  test('members choose the project that their tokens act on', async () => {
    const cloud = await startProjectCloud(open);
    const { active, member, plain, purser } = cloud;
    const { choose, tenant } = choosing(cloud);
    assert.equal(await tenant(plain), plain.uuid);
    const id = await active();
    assert.equal(refused(404, await choose(id, plain.token)), 'This is not a valid membership request.');
    const { id: number } = await purser.domain.projects.get(id);
    assert.equal(
      refused(404, await choose(number, plain.token)),
      `There is no project identified by ${number}.`,
    );
    await member(id, plain);
    const chosen = await choose(id, plain.token);
    assert.deepEqual([chosen.status, chosen.text], [200, '']);
    assert.equal(await tenant(plain), id);
    expect(200, await choose(plain.uuid, plain.token));
    assert.equal(await tenant(plain), plain.uuid);
    expect(200, await choose(number, plain.token));
    assert.equal(await tenant(plain), id);
    const { actor, action } = (await purser.domain.audit.list({ limit: 1 }))[0] ?? {};
    assert.deepEqual([actor, action], [plain.uuid, 'account.update'], 'the actor is recorded');
  });

  test('a choice that races the end of the membership or of the project never leaves it the default', async () => {
    const cloud = await startProjectCloud(open);
    const { active, member, plain, owner, actOnMembership, act } = cloud;
    const { choose, tenant } = choosing(cloud);
    for (let round = 0; round < 4; round += 1) {
      const id = await active({ name: `round${round}.example.org` });
      const membership = await member(id, plain);
      const end = () =>
        round % 2 === 0 ? actOnMembership(membership, 'remove', owner.token) : act(id, 'terminate');
      const [chosen, ended] = await Promise.all([choose(id, plain.token), end()]);
      assert.ok([200, 403, 409].includes(chosen.status), chosen.text);
      expect(200, ended);
      assert.equal(await tenant(plain), plain.uuid);
    }
  });

  test('the default reverts to the system project when the membership or the project ends', async () => {
    const cloud = await startProjectCloud(open);
    const { active, member, plain, owner, actOnMembership, act, addUser, join, admin } = cloud;
    const { choose, tenant } = choosing(cloud);
    const id = await active();
    const membership = await member(id, plain);
    expect(200, await choose(id, plain.token));
    expect(200, await actOnMembership(membership, 'remove', owner.token));
    assert.equal(await tenant(plain), plain.uuid);
    assert.equal(
      refused(403, await choose(id, plain.token)),
      'You do not have the permissions to perform this action.',
    );
    expect(200, await join(id, plain.token));
    refused(403, await choose(id, plain.token));
    expect(200, await actOnMembership(membership, 'accept', admin));
    expect(200, await choose(id, plain.token));
    expect(200, await actOnMembership(membership, 'leave', plain.token));
    assert.equal(await tenant(plain), plain.uuid);

    const other = await addUser('other@example.org');
    const ending = await active();
    await member(ending, other);
    expect(200, await choose(ending, other.token));
    expect(200, await act(ending, 'terminate'));
    assert.equal(await tenant(other), other.uuid);
    refused(409, await choose(ending, other.token));
    expect(200, await act(ending, 'reinstate'));
    expect(200, await act(ending, 'suspend'));
    refused(403, await choose(ending, other.token));
  });

  test('a value that names no project is refused', async () => {
    const cloud = await startProjectCloud(open);
    const { call, plain } = cloud;
    const { choose } = choosing(cloud);
    const path = '/myaccount/default_project';
    refused(401, await call('POST', path, undefined, { project_id: plain.uuid }));
    refused(401, await call('POST', path, 'nonsense', { project_id: plain.uuid }));
    assert.equal(refused(403, await call('POST', path, plain.token, {})), 'Project id not specified');
    refused(403, await choose(null, plain.token));
    for (const unknown of ['111111111111111111', 'nosuchproject', '', 'a\0b', 10n ** 20n, -1, 0]) {
      refused(404, await choose(unknown, plain.token), String(unknown));
    }
    for (const wrong of [true, [], {}, [plain.uuid]]) refused(400, await choose(wrong, plain.token));
    refused(400, await call('POST', path, plain.token, '{"project_id": 1.5}'));
  });

  test('accounts that are not accepted or not active cannot choose', async () => {
    const cloud = await startProjectCloud(open);
    const { purser, plain, call } = cloud;
    const { choose } = choosing(cloud);
    const { accounts, tokens } = purser.domain;
    const pending = await accounts.create({ email: 'new@example.org', firstName: 'N', lastName: 'N' });
    const token = (await tokens.issue(pending.uuid, { name: 'early' })).secret;
    const message = async (secret: string) => {
      const answer = await choose(pending.uuid, secret);
      assert.equal(answer.headers.get('allow'), '');
      return refused(405, answer);
    };
    assert.equal(await message(token), 'User account does not have a verified email address.');
    await accounts.verify(pending.uuid);
    assert.equal(await message(token), 'User account is not moderated.');
    await accounts.reject(pending.uuid, 'unknown person');
    assert.equal(await message(token), 'This account has been rejected.');
    await accounts.deactivate(plain.uuid, 'away');
    assert.equal(await message(plain.token), 'User account is not active.');
    refused(401, await call('GET', '/projects', plain.token));
    await accounts.activate(plain.uuid);
    refused(401, await call('GET', '/projects', plain.token));
    const anew = (await tokens.issue(plain.uuid, { name: 'anew' })).secret;
    expect(200, await choose(plain.uuid, anew));
  });
});
