import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine, START_MS } from '../../test/support/engines.ts';
import { refusal } from '../../test/support/parts.ts';
import { OPERATOR, projectsOver } from '../../test/support/projects-parts.ts';
import { UNLIMITED } from '../lib/limits.ts';

const DAY_MS = 86_400_000;
const endDate = START_MS + 100 * DAY_MS;
const vm = (memberCapacity: bigint, capacity: bigint) => ({ resource: 'vm', memberCapacity, capacity });

forEachEngine((_engine, open) => {
  async function prepared() {
    const parts = await projectsOver(await open());
    const owner = await parts.newUser('owner@example.org');
    const member = await parts.newUser('member@example.org');
    const { applications, ledger } = parts;
    /** An active project with room for two machines, one per member. */
    const active = async (changes: object = {}) => {
      const name = `lab${Math.random().toString(36).slice(2)}.example.org`;
      const { project, application } = await applications.apply(owner, {
        name,
        endDate,
        resources: [vm(1n, 2n)],
        ...changes,
      });
      await applications.decide(OPERATOR, application, 'approve');
      return project;
    };
    const quota = async (user: string, project: string, resource = 'vm') => {
      for await (const rows of ledger.userQuotas({
        users: [user],
        projects: [project],
        resources: [resource],
      })) {
        const [row] = rows;
        if (row) return [row.member.limit, row.pool.limit];
      }
      return undefined;
    };
    const pendingApp = async (user: string) => {
      for await (const rows of ledger.userQuotas({ users: [user], resources: ['astakos.pending_app'] })) {
        return rows[0]?.member.usage;
      }
      return undefined;
    };
    return { ...parts, owner, member, active, quota, pendingApp };
  }

  test('a project goes from application to membership, and its limits follow at every step', async () => {
    const { projects, applications, memberships, projectControl, owner, member, quota, told, roles } =
      await prepared();
    const { project, application } = await applications.apply(
      owner,
      { name: 'lab.example.org', endDate, resources: [vm(1n, 2n)] },
      'please',
    );
    const before = await projects.view(owner, project);
    assert.deepEqual(
      [before.status, before.lastApplication?.comments, before.resources],
      ['pending', 'please', [vm(1n, 2n)]],
    );
    await assert.rejects(projects.view(member, project), refusal('forbidden'));
    await assert.rejects(applications.decide(owner, application, 'approve'), refusal('forbidden'));
    await assert.rejects(memberships.join(member, project), refusal('project_state'));

    await applications.decide(OPERATOR, application, 'approve', { reason: 'welcome' });
    const view = await projects.view(owner, project);
    assert.equal(view.project.state, 'active');
    assert.equal(view.lastApplication?.response, 'welcome');
    assert.deepEqual(
      view.resources.map(({ resource, capacity, memberCapacity }) => [resource, capacity, memberCapacity]),
      [
        ['astakos.pending_app', UNLIMITED, UNLIMITED],
        ['disk', 0n, 0n],
        ['hidden_ip', UNLIMITED, UNLIMITED],
        ['vm', 2n, 1n],
      ],
    );
    assert.deepEqual(
      (await roles.grantsOf(owner.uuid)).map(({ role, project: place }) => [role.name, place]),
      [['project_admin', project]],
    );

    const { id, state } = await memberships.join(member, project);
    assert.equal(state, 'requested');
    assert.equal(await quota(member.uuid, project), undefined);
    assert.deepEqual((await memberships.view(owner, id)).allowed, ['accept', 'reject']);
    assert.deepEqual((await memberships.view(member, id)).allowed, ['cancel']);
    await memberships.act(owner, id, 'accept', null);
    assert.deepEqual(await quota(member.uuid, project), [1n, 2n]);
    assert.deepEqual(await projects.activeOf(member.uuid), [member.uuid, project]);
    assert.equal((await projects.get(project)).members, 1);

    await projectControl.act(OPERATOR, project, 'suspend', 'maintenance');
    assert.deepEqual(await quota(member.uuid, project), [0n, 0n]);
    assert.deepEqual(await projects.activeOf(member.uuid), [member.uuid]);
    await projectControl.act(OPERATOR, project, 'unsuspend', null);
    assert.deepEqual(await quota(member.uuid, project), [1n, 2n]);

    await memberships.act(member, id, 'leave', null);
    assert.deepEqual(await quota(member.uuid, project), [0n, 2n]);
    assert.equal((await projects.get(project)).members, 0);
    assert.deepEqual(told, [
      'submitted',
      'approved',
      `wants to join ${member.uuid}`,
      `member accepted ${member.uuid}`,
      'project suspended',
      'project resumed',
    ]);
    const history = await projects.history(owner, project, { limit: 100 });
    assert.deepEqual(
      history.map(({ action, actorName }) => `${action} ${actorName}`),
      [
        'membership.leave member@example.org',
        'project.unsuspend operator',
        'project.suspend operator',
        'membership.accept owner@example.org',
        'membership.join member@example.org',
        'application.approve operator',
        'application.submit owner@example.org',
      ],
    );
    await assert.rejects(projects.history(member, project, { limit: 1 }), refusal('forbidden'));
  });

  test('a modification is a set of changes that counts when it is approved', async () => {
    const { projects, applications, projectControl, active, owner, quota, memberships, member } =
      await prepared();
    const project = await active({ joinPolicy: 'auto' });
    await memberships.join(member, project);
    const first = await applications.modify(owner, project, { homepage: 'https://lab.example.org' });
    const second = await applications.modify(owner, project, { resources: [vm(3n, 4n)] }, 'more');
    assert.equal((await applications.get(owner, first.application)).state, 'replaced');
    await assert.rejects(
      applications.decide(OPERATOR, first.application, 'approve'),
      refusal('application_not_last'),
    );
    const { lastApplication } = await projects.view(owner, project);
    const homepage = 'https://lab.example.org';
    assert.deepEqual(lastApplication?.changes, { homepage, resources: [vm(3n, 4n)] });
    assert.deepEqual(lastApplication?.replaced, {
      application: first.application,
      kept: { homepage },
      dropped: {},
    });
    const change = [{ resource: 'vm', before: vm(1n, 2n), after: vm(3n, 4n) }];
    assert.deepEqual(await applications.preview(OPERATOR, second.application), change);
    assert.deepEqual(await quota(member.uuid, project), [1n, 2n]);
    await applications.decide(OPERATOR, second.application, 'approve');
    assert.deepEqual(await quota(member.uuid, project), [3n, 4n]);
    assert.equal((await projects.get(project)).homepage, homepage);
    await projectControl.modify(OPERATOR, project, { resources: [vm(5n, 6n)] });
    assert.deepEqual(await applications.preview(OPERATOR, second.application), change);
    assert.deepEqual(await applications.preview(OPERATOR, first.application), []);
  });

  test('what an application changed that was approved long ago is read from the record', async () => {
    const { applications, active, owner, storage, projectControl } = await prepared();
    const project = await active();
    const { application } = await applications.modify(owner, project, { resources: [vm(3n, 4n)] });
    await applications.decide(OPERATOR, application, 'approve');
    await storage.transaction(({ db }) => db.updateTable('applications').set({ applied: null }).execute());
    await projectControl.modify(OPERATOR, project, { resources: [vm(5n, 6n)] });
    assert.deepEqual(await applications.preview(OPERATOR, application), [
      { resource: 'vm', before: vm(1n, 2n), after: vm(3n, 4n) },
    ]);
  });

  test('a denied project can be amended, a dismissed one only by the older form', async () => {
    const { projects, applications, owner, member } = await prepared();
    const { project, application } = await applications.apply(owner, {
      name: 'a.example.org',
      endDate,
      resources: [vm(1n, 9n)],
    });
    await assert.rejects(
      applications.modify(owner, project, { name: 'b.example.org' }),
      refusal('project_state'),
    );
    await assert.rejects(applications.decide(owner, application, 'dismiss'), refusal('application_state'));
    await applications.decide(OPERATOR, application, 'deny', { reason: 'too much' });
    assert.equal((await projects.view(owner, project)).lastApplication?.response, 'too much');
    await assert.rejects(applications.modify(member, project, {}), refusal('forbidden'));
    const again = await applications.modify(owner, project, { resources: [vm(1n, 2n)] });
    const { changes, creates } = await applications.get(owner, again.application);
    assert.deepEqual([changes.name, changes.resources, creates], ['a.example.org', [vm(1n, 2n)], true]);
    await applications.decide(OPERATOR, again.application, 'deny');
    await applications.decide(owner, again.application, 'dismiss');
    assert.equal((await projects.get(project)).state, 'deleted');
    await assert.rejects(applications.modify(owner, project, {}), refusal('project_state'));
    const third = await applications.modify(owner, project, {}, '', { anew: 'any' });
    await applications.decide(OPERATOR, third.application, 'approve');
    assert.equal((await projects.view(owner, project)).project.state, 'active');
  });

  test('pending applications count against the applicant, once each, whatever becomes of them', async () => {
    const { applications, projectControl, owner, pendingApp } = await prepared();
    const limit = { resource: 'astakos.pending_app', capacity: 2n, memberCapacity: 2n };
    await projectControl.modify(OPERATOR, owner.uuid, { resources: [limit] });
    const wanted = (name: string) => ({ name, endDate });
    const [first, second] = [
      await applications.apply(owner, wanted('a.b')),
      await applications.apply(owner, wanted('a.b')),
    ];
    assert.equal(await pendingApp(owner.uuid), 2n);
    await assert.rejects(applications.apply(owner, wanted('a.c')), refusal('too_many_pending'));
    await applications.apply({ ...owner, operator: true }, wanted('a.c'));
    assert.equal(await pendingApp(owner.uuid), 3n);
    await applications.decide(OPERATOR, first.application, 'approve');
    await applications.decide(owner, second.application, 'cancel');
    assert.equal(await pendingApp(owner.uuid), 1n);
    const change = await applications.modify(owner, first.project, { homepage: 'x' });
    await applications.modify(owner, first.project, { homepage: 'y' });
    assert.equal(await pendingApp(owner.uuid), 2n);
    await assert.rejects(
      applications.decide(owner, change.application, 'cancel'),
      refusal('application_not_last'),
    );
  });

  test('of two approvals of one application one wins, and the project has its limits once', async () => {
    const { applications, owner, projects } = await prepared();
    const { project, application } = await applications.apply(owner, { name: 'a.b', endDate });
    const outcomes = await Promise.allSettled([
      applications.decide(OPERATOR, application, 'approve'),
      applications.decide(OPERATOR, application, 'approve'),
      applications.decide(OPERATOR, application, 'deny'),
    ]);
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'application_state');
    }
    const view = await projects.view(owner, project);
    assert.equal(view.project.state === 'active', view.lastApplication?.state === 'approved');
  });

  test('of those who want the last place one gets it, and of two projects with one name one comes alive', async () => {
    const { active, applications, memberships, owner, projects, newUser } = await prepared();
    const project = await active({ maxMembers: 1n });
    const people = await Promise.all(['a', 'b', 'c'].map((name) => newUser(`${name}@example.org`)));
    const enrolled = await Promise.allSettled(
      people.map(({ uuid }) => memberships.enroll(owner, project, { uuid })),
    );
    assert.equal(enrolled.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const outcome of enrolled) {
      if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'project_full');
    }
    assert.equal((await projects.get(project)).members, 1);
    const twins = [
      await applications.apply(owner, { name: 'same', endDate }),
      await applications.apply(owner, { name: 'same', endDate }),
    ];
    const approved = await Promise.allSettled(
      twins.map(({ application }) => applications.decide(OPERATOR, application, 'approve')),
    );
    assert.deepEqual(approved.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    for (const outcome of approved) {
      if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'project_name_taken');
    }
  });

  test('a name is free again when its project ends, and taken when it comes back', async () => {
    const { applications, projectControl, owner } = await prepared();
    const [first, second] = [
      await applications.apply(owner, { name: 'same', endDate }),
      await applications.apply(owner, { name: 'same', endDate }),
    ];
    await applications.decide(OPERATOR, first.application, 'approve');
    await assert.rejects(
      applications.decide(OPERATOR, second.application, 'approve'),
      refusal('project_name_taken'),
    );
    await projectControl.act(OPERATOR, first.project, 'terminate', null);
    await applications.decide(OPERATOR, second.application, 'approve');
    await assert.rejects(
      projectControl.act(OPERATOR, first.project, 'reinstate', null),
      refusal('project_name_taken'),
    );
    const renamed = await applications.modify(owner, first.project, { name: 'other' });
    await applications.decide(OPERATOR, renamed.application, 'approve');
    await assert.rejects(
      projectControl.modify(OPERATOR, first.project, { name: 'same' }),
      refusal('project_name_taken'),
    );
  });

  test('a deactivation suspends what the account holds, and a reactivation brings back just that', async () => {
    const { accounts, active, memberships, projectControl, projects, owner, member, quota } =
      await prepared();
    const [mine, held] = [await active(), await active()];
    await projectControl.act(OPERATOR, held, 'suspend', 'on hold');
    const theirs = await active();
    const { id } = await memberships.enroll(owner, theirs, { uuid: member.uuid });
    await accounts.deactivate(owner.uuid, 'gone');
    await accounts.deactivate(member.uuid, 'gone');
    assert.deepEqual(
      [(await projects.get(mine)).state, (await projects.get(held)).state],
      ['suspended', 'suspended'],
    );
    assert.equal((await memberships.view(OPERATOR, id)).membership.state, 'suspended');
    await accounts.activate(owner.uuid);
    assert.deepEqual(
      [(await projects.get(mine)).state, (await projects.get(held)).state],
      ['active', 'suspended'],
    );
    assert.deepEqual(await quota(member.uuid, theirs), [0n, 2n]);
    await accounts.activate(member.uuid);
    assert.deepEqual(await quota(member.uuid, theirs), [1n, 2n]);
    assert.equal((await projects.get(theirs)).members, 1);
  });

  test('a moderated leave waits for the owner, who may deny it; the dates tell the latest of each state', async () => {
    const { active, memberships, owner, member, clock, quota } = await prepared();
    const project = await active({ leavePolicy: 'moderated' });
    const { id } = await memberships.enroll(owner, project, { name: 'Member@Example.org' });
    clock.advance(1000);
    assert.equal((await memberships.act(member, id, 'leave', null)).state, 'leave_requested');
    assert.deepEqual(await quota(member.uuid, project), [1n, 2n]);
    await assert.rejects(memberships.act(member, id, 'deny_leave', null), refusal('forbidden'));
    clock.advance(1000);
    await memberships.act(owner, id, 'deny_leave', 'stay');
    await memberships.act(member, id, 'leave', null);
    await memberships.act(member, id, 'cancel_leave', null);
    clock.advance(1000);
    const removed = await memberships.act(owner, id, 'remove', 'bye');
    assert.deepEqual(removed.dates, {
      accepted: START_MS + 2000,
      leave_requested: START_MS + 2000,
      removed: START_MS + 3000,
    });
    assert.deepEqual([removed.reason, removed.roles], ['bye', []]);
    const back = await memberships.enroll(owner, project, { uuid: member.uuid }, ['project_mod']);
    assert.deepEqual([back.id, back.roles], [id, ['member', 'project_mod']]);
  });

  test('a project ends at its date, after the warnings; one that was brought back later is left to operators', async () => {
    const { active, applications, projectControl, projectExpiry, projects, owner, clock, told } =
      await prepared();
    const project = await active();
    told.length = 0;
    for (let day = 0; day < 100; day += 1) {
      await projectExpiry.sweep();
      clock.advance(DAY_MS);
    }
    assert.deepEqual(told, ['expiring 30', 'expiring 14', 'expiring 7', 'expiring 1']);
    assert.equal((await projects.get(project)).state, 'active');
    assert.deepEqual(
      (await projectExpiry.expired(OPERATOR, { limit: 10 })).map(({ uuid }) => uuid),
      [project],
    );
    assert.deepEqual(await projectExpiry.sweep(), { terminated: 1, warned: 0 });
    assert.equal((await projects.get(project)).state, 'terminated');
    assert.equal(told.at(-1), 'project expired');
    await projectControl.act(OPERATOR, project, 'reinstate', null);
    assert.deepEqual(await projectExpiry.sweep(), { terminated: 0, warned: 0 });
    await assert.rejects(applications.renew(owner, project, endDate), refusal('invalid_field'));
    const { application } = await applications.renew(owner, project, endDate + 200 * DAY_MS);
    await applications.decide(OPERATOR, application, 'approve');
    assert.deepEqual(await projectExpiry.expired(OPERATOR, { limit: 10 }), []);
  });

  test('all system projects can be changed at once, but those excluded', async () => {
    const { projectControl, owner, member, quota } = await prepared();
    const { changed, replaced } = await projectControl.modifySystemProjects(
      OPERATOR,
      { resources: [vm(5n, 6n)] },
      [member.uuid],
    );
    assert.equal(changed, 1);
    assert.deepEqual(
      replaced.map(({ capacity, projects }) => [capacity, projects]),
      [[UNLIMITED, 1]],
    );
    assert.deepEqual(await quota(owner.uuid, owner.uuid), [5n, 6n]);
    assert.deepEqual(await quota(member.uuid, member.uuid), [UNLIMITED, UNLIMITED]);
    await assert.rejects(
      projectControl.modifySystemProjects(OPERATOR, { name: 'x' }),
      refusal('project_locked_fields'),
    );
    await assert.rejects(projectControl.modifySystemProjects(owner, {}), refusal('forbidden'));
  });

  test('a token that is bound to one project, or to some roles, decides nowhere else', async () => {
    const { active, memberships, projects, owner, member, applications } = await prepared();
    const [mine, other] = [await active(), await active()];
    const { id } = await memberships.join(member, other);
    const bound = (project: string | null, roles: string[] | null) => ({
      ...owner,
      token: { project, roles },
    });
    const within = bound(mine, null);
    assert.equal((await projects.view(within, mine)).full, true);
    assert.equal((await projects.view(within, other)).full, false);
    await assert.rejects(applications.modify(within, other, {}), refusal('forbidden'));
    await assert.rejects(memberships.act(within, id, 'accept', null), refusal('forbidden'));
    const asMember = bound(null, ['member']);
    await assert.rejects(memberships.act(asMember, id, 'accept', null), refusal('forbidden'));
    assert.equal(
      (await memberships.act(bound(other, ['project_admin']), id, 'accept', null)).state,
      'accepted',
    );
  });

  test('lists show what one may see, a page at a time', async () => {
    const { active, applications, memberships, projects, owner, member, newUser } = await prepared();
    const open = await active();
    const closed = await active({ private: true });
    const { project: waiting } = await applications.apply(owner, { name: 'w', endDate });
    const stranger = await newUser('stranger@example.org');
    const seen = async (by: typeof owner, query: object = {}) =>
      (await projects.list(by, { limit: 10, ...query })).map(({ project }) => project.uuid);
    assert.deepEqual(await seen(stranger), [open, stranger.uuid]);
    assert.deepEqual(await seen(owner), [owner.uuid, open, closed, waiting]);
    assert.deepEqual(await seen(owner, { statuses: ['pending'] }), [waiting]);
    assert.deepEqual(await seen(owner, { statuses: ['uninitialized'] }), []);
    assert.deepEqual(await seen(owner, { mode: 'related', system: false, limit: 1 }), [open]);
    await memberships.enroll(owner, closed, { uuid: member.uuid });
    assert.deepEqual(await seen(member, { mode: 'member' }), [member.uuid, closed]);
    await assert.rejects(seen(member, { member: owner.uuid }), refusal('forbidden'));
    const rows = await memberships.list(owner, { limit: 10, project: closed });
    assert.deepEqual(
      rows.map(({ membership, allowed }) => [membership.username, allowed]),
      [['member@example.org', ['remove']]],
    );
    assert.deepEqual(await memberships.list(stranger, { limit: 10, project: closed }), []);
  });
});
