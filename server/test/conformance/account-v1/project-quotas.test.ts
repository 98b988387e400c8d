import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { ADMIN_TOKEN } from '../../support/harness.ts';
import { HIDDEN, ROOMY, VISIBLE } from './cloud.ts';
import {
  expect,
  type ProjectCloud,
  refused,
  resourcesOf,
  startProjectCloud,
  UNLIMITED,
  type User,
} from './project-cloud.ts';

forEachEngine((_engine, open) => {
  /** Requests of services and members about one project's resource. */
  const of = ({ call, service }: ProjectCloud, project: string, resource = VISIBLE) => ({
    charge: (user: User, quantity: number, extra: object = { auto_accept: true }) =>
      call('POST', '/commissions', service, {
        provisions: [
          { holder: `user:${user.uuid}`, source: `project:${project}`, resource, quantity },
          { holder: `project:${project}`, source: null, resource, quantity },
        ],
        ...extra,
      }),
    /** The user's view; undefined if it does not contain the project. */
    own: async (user: User) => expect(200, await call('GET', '/quotas', user.token))[project]?.[resource],
    /** The service's view. */
    known: async (user: User) =>
      expect(200, await call('GET', `/service_quotas?user=${user.uuid}`, service))[user.uuid][project]?.[
        resource
      ],
  });
  const numbers = (limit: unknown, usage: unknown, project_limit: unknown, project_usage = usage) => ({
    limit,
    usage,
    pending: 0,
    project_limit,
    project_usage,
    project_pending: 0,
  });

  test('an accepted member has the member limits; a removed member has none, and the usage stays', async () => {
    const cloud = await startProjectCloud(open);
    const { active, join, actOnMembership, owner, plain } = cloud;
    const project = await active({ resources: resourcesOf(100, 10) });
    const { own, known, charge } = of(cloud, project);
    const membership = expect(200, await join(project, plain.token)).id;
    assert.equal(await own(plain), undefined);
    assert.equal((await charge(plain, 1)).status, 404);
    expect(200, await actOnMembership(membership, 'accept', owner.token));
    assert.deepEqual(await own(plain), numbers(10, 0, 100));
    expect(201, await charge(plain, 7));
    expect(200, await actOnMembership(membership, 'remove', owner.token));
    assert.equal(await own(plain), undefined);
    assert.deepEqual(await known(plain), numbers(0, 7, 100));
    refused413(await charge(plain, 1));
    expect(201, await charge(plain, -3));
    expect(200, await join(project, plain.token));
    expect(200, await actOnMembership(membership, 'accept', owner.token));
    assert.deepEqual(await own(plain), numbers(10, 4, 100));
  });

  test('a suspended project limits all members to 0, until it is resumed', async () => {
    const cloud = await startProjectCloud(open);
    const { active, member, act, plain } = cloud;
    const project = await active({ resources: resourcesOf(100, 10) });
    await member(project, plain);
    const { own, charge } = of(cloud, project);
    expect(201, await charge(plain, 2));
    for (const [stop, resume] of [
      ['suspend', 'unsuspend'],
      ['terminate', 'reinstate'],
    ] as const) {
      expect(200, await act(project, stop));
      assert.deepEqual(await own(plain), numbers(0, 2, 0));
      refused413(await charge(plain, 1));
      expect(200, await act(project, resume));
      assert.deepEqual(await own(plain), numbers(10, 2, 100));
    }
  });

  test('a member who waits to leave keeps the limits', async () => {
    const cloud = await startProjectCloud(open);
    const { active, member, actOnMembership, plain } = cloud;
    const project = await active({ resources: resourcesOf(100, 10), leave_policy: 'moderated' });
    const membership = await member(project, plain);
    expect(200, await actOnMembership(membership, 'leave', plain.token));
    const { own, charge } = of(cloud, project);
    expect(201, await charge(plain, 1));
    assert.deepEqual(await own(plain), numbers(10, 1, 100));
  });

  test('a deactivated account keeps only its usage, and gets its limits back', async () => {
    const cloud = await startProjectCloud(open);
    const { active, member, act, owner, plain, purser, membership, project: show } = cloud;
    const { accounts, tokens } = purser.domain;
    const project = await active({ resources: resourcesOf(100, 10) });
    const { own, known, charge } = of(cloud, project);
    const id = await member(project, plain);
    expect(201, await charge(plain, 3));
    await accounts.deactivate(plain.uuid, 'away');
    assert.equal((await membership(id)).state, 'suspended');
    assert.deepEqual(await known(plain), numbers(0, 3, 100));
    await accounts.activate(plain.uuid);
    // Its tokens have ended permanently.
    const back = { ...plain, token: (await tokens.issue(plain.uuid, { name: 'anew' })).secret };
    assert.deepEqual(await own(back), numbers(10, 3, 100));

    // The owner's projects are suspended with the account, but not those suspended for other reasons.
    const stopped = await active();
    expect(200, await act(stopped, 'suspend'));
    await accounts.deactivate(owner.uuid, 'away');
    assert.deepEqual(await own(back), numbers(0, 3, 0));
    await accounts.activate(owner.uuid);
    assert.deepEqual(await own(back), numbers(10, 3, 100));
    assert.equal((await show(stopped, ADMIN_TOKEN)).state, 'suspended');
  });

  test("members share the project's capacity; a member's effective limit is what remains of it", async () => {
    const cloud = await startProjectCloud(open);
    const { active, member, owner, plain } = cloud;
    const project = await active({ resources: resourcesOf(6, 5) });
    await member(project, owner);
    await member(project, plain);
    const { own, charge } = of(cloud, project);
    expect(201, await charge(owner, 5));
    expect(201, await charge(plain, 1));
    const over = await charge(plain, 1);
    assert.equal(over.status, 413);
    const { provision, limit, usage } = over.json.overLimit.data;
    assert.deepEqual([provision.holder, provision.source, limit, usage], [`project:${project}`, null, 6, 6]);
    const seen = await own(plain);
    const others = seen.project_usage - seen.usage;
    assert.equal(Math.min(seen.limit, seen.project_limit - others), 1);
    assert.deepEqual(seen, numbers(5, 1, 6, 6));
  });

  test('a modification can lower limits below the usage; members stay', async () => {
    const cloud = await startProjectCloud(open);
    const { active, member, modify, decide, plain, membership } = cloud;
    const project = await active({ resources: resourcesOf(100, 10) });
    const id = await member(project, plain);
    const { own, charge } = of(cloud, project);
    expect(201, await charge(plain, 8));
    expect(200, await decide(project, 'approve', await modify(project, { resources: resourcesOf(4, 2) })));
    assert.deepEqual(await own(plain), numbers(2, 8, 4));
    refused413(await charge(plain, 1));
    expect(201, await charge(plain, -8));
    assert.equal((await membership(id)).state, 'accepted');
  });

  test('a resource that an application does not name gets the project default, also if it is hidden', async () => {
    const cloud = await startProjectCloud(open);
    const { active, member, plain, apply, project: show, purser } = cloud;
    const waiting = await apply({ resources: resourcesOf(1, 1) });
    assert.deepEqual(Object.keys((await show(waiting.id)).resources), [VISIBLE]);
    await purser.domain.resources.modify(ROOMY, { projectDefault: 12n });
    const project = await active({ resources: resourcesOf(UNLIMITED, UNLIMITED) });
    await member(project, plain);
    assert.deepEqual(await of(cloud, project).known(plain), numbers(UNLIMITED, 0, UNLIMITED));
    assert.deepEqual(await of(cloud, project, ROOMY).known(plain), numbers(12, 0, 12));
    assert.deepEqual(await of(cloud, project, HIDDEN).known(plain), numbers(UNLIMITED, 0, UNLIMITED));
    assert.equal(await of(cloud, project, HIDDEN).own(plain), undefined);
  });

  test('changes apply to the next commission', async () => {
    const cloud = await startProjectCloud(open);
    const { active, member, act, plain, modify, decide } = cloud;
    const project = await active({ resources: resourcesOf(1, 1) });
    await member(project, plain);
    const { charge } = of(cloud, project);
    for (let round = 0; round < 5; round += 1) {
      expect(201, await charge(plain, 1));
      refused413(await charge(plain, 1));
      const application = await modify(project, { resources: resourcesOf(2 + round, 2 + round) });
      expect(200, await act(project, 'suspend'));
      refused413(await charge(plain, 1));
      expect(200, await decide(project, 'approve', application));
    }
  });

  function refused413(answer: Awaited<ReturnType<ProjectCloud['call']>>): void {
    assert.equal(answer.status, 413, answer.text);
    assert.equal(answer.json.overLimit.data.name, 'NoCapacityError');
  }

  test('pending applications are counted on the own project of the applicant', async () => {
    const { apply, decide, owner, admin, purser, modify } = await startProjectCloud(open);
    const { ledger } = purser.domain;
    const pending = async (user: string): Promise<bigint> => {
      for await (const rows of ledger.userQuotas({ users: [user], resources: ['astakos.pending_app'] })) {
        return rows[0]?.member.usage ?? -1n;
      }
      return -1n;
    };
    const [one, two] = [await apply(), await apply()];
    assert.equal(await pending(owner.uuid), 2n);
    expect(200, await decide(one.id, 'approve', one.application));
    expect(200, await decide(two.id, 'deny', two.application));
    assert.equal(await pending(owner.uuid), 0n);
    await modify(one.id, { description: '1' });
    await modify(one.id, { description: '2' });
    assert.equal(await pending(owner.uuid), 1n);
    const byOperator = await modify(one.id, { description: '3' }, admin);
    assert.equal(await pending(owner.uuid), 0n);
    expect(200, await decide(one.id, 'cancel', byOperator));
    refused(409, await decide(one.id, 'cancel', byOperator));
  });
});
