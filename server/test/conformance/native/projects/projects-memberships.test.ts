import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../../support/engines.ts';
import { assertProblem, fieldsOf, items } from '../asking.ts';
import { type ProjectsCloud, startProjects, succeeded } from './projects-cloud.ts';

const NOON = '2026-01-15T12:00:00.000Z';

forEachEngine((_engine, open) => {
  let cloud: ProjectsCloud;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startProjects(open);
      await body();
    });
  const act = (id: unknown, action: string, ask = cloud.owner.ask, reason?: string) =>
    ask('POST', `/memberships/${id}/action`, { action, ...(reason !== undefined && { reason }) });
  const join = (project: string, ask = cloud.member.ask) =>
    ask('POST', `/projects/${project}/memberships`, {});

  check('a user asks to join and is accepted; both see their allowed actions', async () => {
    const { owner, member, stranger, operator, active, purser } = cloud;
    const project = await active();
    const answer = await join(project);
    const asked = succeeded(answer, 201);
    assert.equal(answer.headers.get('location'), `/api/memberships/${asked['id']}`);
    assert.deepEqual(asked, {
      id: asked['id'],
      user: member.uuid,
      username: member.email,
      project,
      state: 'requested',
      since: NOON,
      dates: { requested: NOON },
      reason: null,
      roles: [],
      allowed_actions: ['cancel'],
    });
    const path = `/memberships/${asked['id']}`;
    assert.deepEqual(succeeded(await owner.ask('GET', path))['allowed_actions'], ['accept', 'reject']);
    assert.deepEqual(succeeded(await operator('GET', path))['allowed_actions'], [
      'cancel',
      'accept',
      'reject',
    ]);
    assertProblem(await stranger.ask('GET', path), 403, 'forbidden');
    assertProblem(await act(asked['id'], 'accept', member.ask), 403, 'forbidden');
    assertProblem(await join(project), 409, 'membership_state');
    purser.clock.advance(60_000);
    const accepted = succeeded(await act(asked['id'], 'accept', owner.ask, 'Welcome'));
    assert.deepEqual(
      [accepted['state'], accepted['since'], accepted['reason'], accepted['allowed_actions']],
      ['accepted', '2026-01-15T12:01:00.000Z', 'Welcome', ['remove']],
    );
    const shown = items(await member.ask('GET', `/quotas?project=${project}`));
    assert.ok(shown.length > 0);
  });

  check('every action on a membership has its documented effect', async () => {
    const { owner, member, operator, joined } = cloud;
    const { project, membership } = await joined({ leave_policy: 'moderated' });
    const moves: [string, ProjectsCloud['operator'], string][] = [
      ['leave', member.ask, 'leave_requested'],
      ['cancel_leave', member.ask, 'accepted'],
      ['leave', member.ask, 'leave_requested'],
      ['deny_leave', owner.ask, 'accepted'],
      ['remove', owner.ask, 'removed'],
    ];
    for (const [action, ask, state] of moves) {
      assert.equal(succeeded(await act(membership, action, ask))['state'], state, action);
    }
    assertProblem(await act(membership, 'remove'), 409, 'membership_state');
    const rejoin = async () => succeeded(await join(project), 201);
    assert.equal((await rejoin())['id'], membership);
    assert.equal(succeeded(await act(membership, 'cancel', member.ask))['state'], 'cancelled');
    await rejoin();
    assert.equal(succeeded(await act(membership, 'reject', owner.ask, 'Not now'))['reason'], 'Not now');
    assertProblem(await act(9999, 'accept'), 404, 'membership_not_found');
    assertProblem(await operator('GET', '/memberships/9999'), 404, 'membership_not_found');
    assert.deepEqual(fieldsOf(await act(membership, 'expel')), ['action']);
    assert.deepEqual(fieldsOf(await operator('GET', '/memberships/x')), ['membership']);
  });

  check('managers enroll by uuid and by e-mail address, also into private projects', async () => {
    const { owner, member, stranger, operator, active } = cloud;
    const project = await active({ private: true, max_members: 2 });
    const enrol = (user: string, roles?: string[], ask = owner.ask) =>
      ask('POST', `/projects/${project}/memberships`, { user, ...(roles && { roles }) });
    assertProblem(await join(project), 403, 'forbidden');
    assertProblem(await enrol(stranger.uuid, undefined, stranger.ask), 403, 'forbidden');
    const moderator = succeeded(await enrol('MEMBER@example.org', ['project_mod']), 201);
    assert.deepEqual([moderator['state'], moderator['user']], ['accepted', member.uuid]);
    assert.ok((moderator['roles'] as string[]).includes('project_mod'));
    assertProblem(await enrol(member.uuid), 409, 'membership_state');
    assert.equal(succeeded(await enrol(stranger.uuid, undefined, member.ask), 201)['user'], stranger.uuid);
    assertProblem(await enrol(owner.uuid), 409, 'project_full');
    assertProblem(await enrol('unknown@example.org'), 404, 'account_not_found');
    assert.deepEqual(fieldsOf(await enrol(owner.uuid, ['admin'])), ['roles.0']);
    const aimless = await operator('POST', `/projects/${project}/memberships`, { roles: ['project_mod'] });
    assert.deepEqual(fieldsOf(aimless), ['roles']);
    assertProblem(await operator('POST', '/projects/nothing/memberships', {}), 404, 'project_not_found');
  });

  check('managers grant and revoke roles on their project', async () => {
    const { owner, member, stranger, operator, joined } = cloud;
    const { project, membership } = await joined();
    const role = (method: string, user: string, name: string, ask = owner.ask) =>
      ask(method, `/projects/${project}/members/${user}/roles/${name}`);
    const roles = async () =>
      succeeded(await operator('GET', `/memberships/${membership}`))['roles'] as string[];
    assert.equal((await role('PUT', member.email, 'project_admin')).status, 204);
    assert.equal((await role('PUT', member.uuid, 'project_admin')).status, 204);
    assert.ok((await roles()).includes('project_admin'));
    assert.equal(succeeded(await member.ask('GET', `/projects/${project}`))['managed'], true);
    assert.equal((await role('DELETE', member.email, 'project_admin')).status, 204);
    assert.ok(!(await roles()).includes('project_admin'));
    assert.equal(succeeded(await member.ask('GET', `/projects/${project}`))['managed'], false);
    assertProblem(await role('PUT', member.uuid, 'project_mod', member.ask), 403, 'forbidden');
    assertProblem(await role('PUT', stranger.uuid, 'project_mod'), 404, 'membership_not_found');
    assertProblem(await role('PUT', 'unknown@example.org', 'project_mod'), 404, 'account_not_found');
    assertProblem(await role('PUT', 'unknown@example.org', 'project_mod', stranger.ask), 403, 'forbidden');
    assert.deepEqual(fieldsOf(await role('PUT', member.uuid, 'admin')), ['role']);
  });

  check('users list the memberships that concern them, with every filter', async () => {
    const { owner, member, stranger, operator, joined } = cloud;
    const { project, membership } = await joined();
    const waiting = succeeded(await join(project, stranger.ask), 201)['id'];
    const ids = async (query: string, ask = operator, path = '/memberships') =>
      items(await ask('GET', `${path}?${query}`)).map(({ id }) => id);
    const ofProject = `project=${project}`;
    assert.deepEqual(await ids(ofProject), [membership, waiting]);
    assert.deepEqual(await ids(ofProject, owner.ask), [membership, waiting]);
    assert.deepEqual(await ids(ofProject, member.ask), [membership]);
    assert.deepEqual(await ids('state=requested'), [waiting]);
    assert.deepEqual(await ids(`state=requested,accepted&${ofProject}`), [membership, waiting]);
    assert.deepEqual(await ids(`user=${member.email}&${ofProject}`), [membership]);
    assert.equal((await ids('')).length, (await ids(`limit=1000&state=accepted`)).length + 1);
    const members = `/projects/${project}/members`;
    assert.deepEqual(await ids('', owner.ask, members), [membership, waiting]);
    assert.deepEqual(await ids('state=accepted', owner.ask, members), [membership]);
    assert.deepEqual(await ids('limit=1', owner.ask, members), [membership]);
    assert.deepEqual(await ids('', member.ask, members), [membership]);
    assert.deepEqual(fieldsOf(await operator('GET', '/memberships?state=here')), ['state']);
    assert.deepEqual(fieldsOf(await owner.ask('GET', `${members}?state=here`)), ['state']);
    assertProblem(await operator('GET', '/memberships?user=unknown@example.org'), 404, 'account_not_found');
    assertProblem(await operator('GET', '/projects/nothing/members'), 404, 'project_not_found');
  });
});
