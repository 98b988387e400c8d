import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VISIBLE } from '../../../server/test/conformance/account-v1/cloud.ts';
import {
  END_DATE_SHOWN,
  type ProjectCloud,
  resourcesOf,
  startProjectCloud,
} from '../../../server/test/conformance/account-v1/project-cloud.ts';
import { forEachEngine } from '../../../server/test/support/engines.ts';
import {
  type AccountClient,
  BadRequest,
  BadValue,
  Conflict,
  ConnectionError,
  Forbidden,
  NotFound,
  type ProjectSpecs,
  Purser,
  type PurserOptions,
} from '../../src/index.ts';
import { recordedTransport } from '../recorded-transport.ts';

const UNLIMITED = 9223372036854775807n;
const UNEVEN = 9007199254740993n;
const UNKNOWN_UUID = '00000000-0000-4000-8000-000000000000';
const END = new Date('2113-05-05T20:20:20Z');

const SPECS: ProjectSpecs = {
  name: 'lab.example.org',
  end_date: END,
  homepage: 'https://lab.example.org',
  description: 'a lab',
  comments: 'please',
  join_policy: 'auto',
  max_members: UNEVEN,
  resources: { [VISIBLE]: { project_capacity: UNLIMITED, member_capacity: UNEVEN } },
};

const clientOf = (
  { purser }: ProjectCloud,
  { token }: { token: string },
  more: Partial<PurserOptions> = {},
): AccountClient => new Purser({ url: purser.url, token, ...more }).account;

forEachEngine((_engine, open) => {
  test('a project is applied for, changed and terminated, with exact numbers', async () => {
    const cloud = await startProjectCloud(open);
    const owner = clientOf(cloud, cloud.owner);
    const operator = clientOf(cloud, { token: cloud.admin });
    const { id, application } = await owner.createProject(SPECS);
    const applied = await owner.getProject(id);
    assert.deepEqual(
      [applied.state, applied.max_members, applied.end_date, applied.resources, applied.owner],
      ['uninitialized', UNEVEN, END_DATE_SHOWN, SPECS.resources, cloud.owner.uuid],
    );
    assert.deepEqual(
      [applied.application, applied.applicant, applied.pending_application, applied.comments],
      [application, cloud.owner.uuid, application, 'please'],
    );
    assert.deepEqual(
      [applied.last_application?.id, applied.last_application?.max_members, applied.last_application?.state],
      [application, UNEVEN, 'pending'],
    );
    assert.equal(
      await operator.applicationAction({ project: id, application }, 'approve', 'welcome'),
      undefined,
    );
    assert.equal((await owner.getProject(id)).state, 'active');

    const change = await owner.modifyProject(id, {
      max_members: 7,
      resources: { [VISIBLE]: { project_capacity: 9007199254740991, member_capacity: 0n } },
      description: null,
    });
    assert.equal(change.id, id);
    const { last_application: pending } = await owner.getProject(id);
    assert.deepEqual(
      [pending?.id, pending?.name, pending?.max_members, pending?.description],
      [change.application, null, 7n, null],
    );
    await operator.applicationAction({ application: change.application }, 'approve');
    const changed = await owner.getProject(id);
    assert.equal(changed.max_members, 7n);
    assert.deepEqual(changed.resources[VISIBLE], {
      project_capacity: 9007199254740991n,
      member_capacity: 0n,
    });

    for (const [action, state] of [
      ['suspend', 'suspended'],
      ['unsuspend', 'active'],
      ['terminate', 'terminated'],
      ['reinstate', 'active'],
    ] as const) {
      assert.equal(await operator.projectAction(id, action, `because of ${action}`), undefined);
      assert.equal((await owner.getProject(id)).state, state);
    }
    assert.ok(!Number.isNaN(Date.parse((await owner.getProject(id)).deactivation_date ?? '')));
    await assert.rejects(operator.projectAction(id, 'unsuspend'), Conflict);
  });

  test('the reason of an action is stored, for both forms of naming an application', async () => {
    const cloud = await startProjectCloud(open);
    const owner = clientOf(cloud, cloud.owner);
    const operator = clientOf(cloud, { token: cloud.admin });
    const responses: unknown[] = [];
    for (const byProject of [true, false]) {
      const { id, application } = await owner.createProject({
        ...SPECS,
        name: `lab${byProject}.example.org`,
      });
      const reference = byProject ? { project: id, application } : { application };
      await operator.applicationAction(reference, 'deny', 'too large');
      const { state, response } = await owner.getApplication(application);
      responses.push([state, response]);
      await owner.applicationAction(reference, 'dismiss');
    }
    assert.deepEqual(responses, Array(2).fill(['denied', 'too large']));
    const { id } = await owner.createProject(SPECS);
    const other = await owner.createProject({ ...SPECS, name: 'other.example.org' });
    await assert.rejects(
      operator.applicationAction({ project: id, application: other.application }, 'approve'),
      Conflict,
    );
    await owner.applicationAction({ project: other.id, application: other.application }, 'cancel');
    assert.equal((await owner.getApplication(other.application)).state, 'cancelled');
  });

  test('projects are found by name, state, owner and mode', async () => {
    const cloud = await startProjectCloud(open);
    const { owner, plain } = cloud;
    const account = clientOf(cloud, owner);
    const active = await cloud.active({ name: 'one.example.org' });
    const { id: waiting } = await cloud.apply({ name: 'waiting.example.org' });
    const ids = async (...filter: Parameters<AccountClient['getProjects']>): Promise<string[]> =>
      (await account.getProjects(...filter)).map(({ id }) => id).filter((id) => id !== owner.uuid);
    assert.deepEqual((await ids()).sort(), [active, waiting].sort());
    assert.deepEqual(await ids({ name: 'waiting.example.org' }), [waiting]);
    assert.deepEqual(await ids({ name: 'a&b=c d' }), []);
    assert.deepEqual(await ids({ state: 'active' }), [active]);
    assert.deepEqual(await ids({ owner: owner.uuid, state: 'uninitialized' }), [waiting]);
    assert.deepEqual(await ids({ owner: plain.uuid }), []);
    assert.deepEqual(await ids({ mode: 'active' }), [active]);
    assert.deepEqual(await ids({ mode: 'member' }), []);
    const [system] = (await account.getProjects({ mode: 'member' })).filter(({ id }) => id === owner.uuid);
    assert.deepEqual([system?.system_project, system?.owner], [true, null]);
    await assert.rejects(account.getProjects({ state: 'pending' as 'active' }), BadRequest);
  });

  test('applications are listed, by project and one by one', async () => {
    const cloud = await startProjectCloud(open);
    const account = clientOf(cloud, cloud.owner);
    const first = await account.createProject(SPECS);
    const second = await account.createProject({
      name: 'second.example.org',
      end_date: '2113-5-5T20:20:20Z',
    });
    const numbers = (await account.getApplications()).map(({ id }) => id);
    assert.deepEqual(numbers, [first.application, second.application]);
    const [only, ...rest] = await account.getApplications({ project: second.id });
    assert.deepEqual(rest, []);
    assert.deepEqual(only, await account.getApplication(second.application));
    assert.deepEqual(
      [only?.project, only?.state, only?.end_date, only?.applicant],
      [second.id, 'pending', END_DATE_SHOWN, cloud.owner.uuid],
    );
    assert.equal((await account.getApplication(first.application)).max_members, UNEVEN);
    await assert.rejects(account.getApplication(987654), NotFound);
    await assert.rejects(clientOf(cloud, cloud.plain).getApplication(first.application), Forbidden);
  });

  test('users join, are enrolled, accepted and removed', async () => {
    const cloud = await startProjectCloud(open);
    const { plain, user } = cloud;
    const owner = clientOf(cloud, cloud.owner);
    const joining = clientOf(cloud, plain);
    const project = await cloud.active({ join_policy: 'moderated', resources: resourcesOf(10, 4) });
    const { id } = await joining.joinProject(project);
    const asked = await owner.getMembership(id);
    assert.deepEqual(
      [asked.user, asked.project, asked.state, [...asked.allowed_actions].sort()],
      [plain.uuid, project, 'requested', ['accept', 'reject']],
    );
    assert.ok(asked.requested !== undefined && asked.accepted === undefined);
    assert.equal(await owner.membershipAction(id, 'accept', 'welcome'), undefined);
    assert.equal((await joining.getQuotas())[project]?.[VISIBLE]?.limit, 4n);
    await assert.rejects(joining.joinProject(project), Conflict);

    const enrolled = await owner.enrollMember(project, 'test1@example.org');
    assert.equal((await owner.getMembership(enrolled.id)).user, user.uuid);
    const of = async (account: AccountClient, filter = {}): Promise<number[]> =>
      (await account.getMemberships(filter)).map((membership) => membership.id);
    assert.deepEqual((await of(owner, { project })).sort(), [id, enrolled.id].sort());
    assert.deepEqual(await of(joining, { project }), [id]);
    assert.deepEqual(await of(owner, { project: UNKNOWN_UUID }), []);

    await owner.membershipAction(enrolled.id, 'remove');
    assert.equal((await owner.getMembership(enrolled.id)).state, 'removed');
    await joining.membershipAction(id, 'leave', 'bye');
    assert.equal((await joining.getMembership(id)).state, 'removed');

    await assert.rejects(joining.joinProject(UNKNOWN_UUID), NotFound);
    await assert.rejects(owner.enrollMember(project, 'unknown@example.org'), Conflict);
    await assert.rejects(joining.enrollMember(project, 'test1@example.org'), Forbidden);
    await assert.rejects(owner.getMembership(987654), NotFound);
    await assert.rejects(joining.membershipAction(enrolled.id, 'bad' as 'leave'), BadRequest);
  });

  test('forbidden and invalid calls have the right errors', async () => {
    const cloud = await startProjectCloud(open);
    const owner = clientOf(cloud, cloud.owner);
    const plain = clientOf(cloud, cloud.plain);
    const { id } = await owner.createProject(SPECS);
    await assert.rejects(plain.getProject(id), Forbidden);
    await assert.rejects(owner.getProject(UNKNOWN_UUID), NotFound);
    await assert.rejects(owner.projectAction(id, 'suspend'), Forbidden);
    await assert.rejects(owner.projectAction(id, 'bad' as 'suspend'), BadRequest);
    await assert.rejects(owner.modifyProject(id, { max_members: 1 }), Conflict);
    await assert.rejects(owner.createProject({ ...SPECS, name: 'no domain' }), BadRequest);
    await assert.rejects(owner.createProject({ ...SPECS, end_date: '2113-05-05' }), BadRequest);
    await assert.rejects(owner.createProject({ ...SPECS, max_members: 2 ** 53 }), BadValue);
    await assert.rejects(owner.modifyProject(id, { end_date: new Date('never') }), BadValue);
    await assert.rejects(
      owner.createProject({ ...SPECS, resources: { [VISIBLE]: null as never } }),
      BadValue,
    );
    const inexact = { [VISIBLE]: { project_capacity: 2 ** 60, member_capacity: 1 } };
    await assert.rejects(owner.modifyProject(id, { resources: inexact }), BadValue);
    for (const nothing of [undefined, null, {}] as unknown as string[]) {
      await assert.rejects(owner.getProject(nothing), BadValue);
      await assert.rejects(owner.modifyProject(nothing, {}), BadValue);
      await assert.rejects(owner.projectAction(nothing, 'suspend'), BadValue);
      await assert.rejects(owner.projectAction(id, nothing as 'suspend'), BadValue);
      await assert.rejects(owner.joinProject(nothing), BadValue);
      await assert.rejects(owner.enrollMember(nothing, 'a@b.c'), BadValue);
      await assert.rejects(owner.enrollMember(id, nothing), BadValue);
      const number = nothing as unknown as number;
      await assert.rejects(owner.getMembership(number), BadValue);
      await assert.rejects(owner.membershipAction(number, 'leave'), BadValue);
      await assert.rejects(owner.getApplication(number), BadValue);
      await assert.rejects(owner.applicationAction({ application: number }, 'approve'), BadValue);
    }
  });

  test('changes of projects, applications and memberships are not retried', async () => {
    const cloud = await startProjectCloud(open);
    const { transport, sent, loseAnswerOf } = recordedTransport();
    const timing = { wait: async () => {}, now: () => 0, random: () => 0 };
    const owner = clientOf(cloud, cloud.owner, { transport, timing });
    const project = await cloud.active({ join_policy: 'auto' });
    await owner.getResources();
    sent.length = 0;
    const below = '/account/v1.0/projects';
    const calls: [string, () => Promise<unknown>][] = [
      [`POST ${below}`, () => owner.createProject(SPECS)],
      [`PUT ${below}/${project}`, () => owner.modifyProject(project, { max_members: 3 })],
      [`POST ${below}/${project}/action`, () => owner.projectAction(project, 'suspend')],
      [`POST ${below}/apps/1/action`, () => owner.applicationAction({ application: 1 }, 'approve')],
      [`POST ${below}/memberships`, () => owner.joinProject(project)],
      [`POST ${below}/memberships/1/action`, () => owner.membershipAction(1, 'leave')],
    ];
    for (const [call, make] of calls) {
      loseAnswerOf(call);
      await assert.rejects(make(), ConnectionError);
    }
    assert.deepEqual(
      sent,
      calls.map(([call]) => call),
    );
    loseAnswerOf(`GET ${below}/${project}`);
    assert.equal((await owner.getProject(project)).id, project);
  });
});
