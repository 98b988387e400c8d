import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Cloud,
  FOREIGN,
  HIDDEN,
  ROOMY,
  startCloud,
  VISIBLE,
} from '../../../server/test/conformance/account-v1/cloud.ts';
import { resourcesOf, startProjectCloud } from '../../../server/test/conformance/account-v1/project-cloud.ts';
import { forEachEngine } from '../../../server/test/support/engines.ts';
import { ADMIN_TOKEN } from '../../../server/test/support/harness.ts';
import {
  type AccountClient,
  BadRequest,
  BadValue,
  Conflict,
  ConnectionError,
  NotFound,
  Purser,
  PurserError,
  type PurserOptions,
  QuotaLimit,
} from '../../src/index.ts';
import { recordedTransport } from '../recorded-transport.ts';

const UNLIMITED = 9223372036854775807n;
/** The smallest integer that a JavaScript number cannot hold. */
const UNEVEN = 9007199254740993n;
const UNKNOWN_UUID = '00000000-0000-4000-8000-000000000000';
const QUICK = { wait: async () => {}, now: () => 0, random: () => 0 };

const serviceOf = ({ purser, service }: Cloud, more: Partial<PurserOptions> = {}): AccountClient =>
  new Purser({ url: purser.url, token: service, ...more }).account;
const userOf = ({ purser, user }: Cloud): AccountClient =>
  new Purser({ url: purser.url, token: user.token }).account;
const usageOf = async (cloud: Cloud, resource = VISIBLE): Promise<bigint | undefined> =>
  (await userOf(cloud).getQuotas())[cloud.user.uuid]?.[resource]?.usage;

forEachEngine((_engine, open) => {
  test('quotas are exact for the user and for the component', async () => {
    const cloud = await startCloud(open);
    const { uuid } = cloud.user;
    const account = serviceOf(cloud);
    await account.issueOneCommission({ holder: uuid, source: uuid, provisions: { [ROOMY]: UNEVEN } });
    await account.issueOneCommission({
      holder: uuid,
      source: uuid,
      provisions: { [VISIBLE]: 3 },
      autoAccept: true,
    });
    const roomy = {
      limit: UNLIMITED,
      usage: UNEVEN,
      pending: UNEVEN,
      project_limit: UNLIMITED,
      project_usage: UNEVEN,
      project_pending: UNEVEN,
    };
    const visible = {
      limit: 100n,
      usage: 3n,
      pending: 0n,
      project_limit: 100n,
      project_usage: 3n,
      project_pending: 0n,
    };
    const own = await userOf(cloud).getQuotas();
    assert.deepEqual(own[uuid]?.[ROOMY], roomy);
    assert.deepEqual(own[uuid]?.[VISIBLE], visible);
    assert.equal(own[uuid]?.[HIDDEN], undefined);

    const mine = await account.serviceGetQuotas({ user: uuid });
    assert.deepEqual(Object.keys(mine), [uuid]);
    assert.deepEqual(mine[uuid]?.[uuid]?.[ROOMY], roomy);
    assert.equal(mine[uuid]?.[uuid]?.[HIDDEN]?.limit, 5n);
    assert.equal(mine[uuid]?.[uuid]?.[FOREIGN], undefined);
    const pool = { project_limit: 100n, project_usage: 3n, project_pending: 0n };
    assert.deepEqual((await account.serviceGetProjectQuotas({ project: uuid }))[uuid]?.[VISIBLE], pool);
  });

  test('a component lists the quotas of one user, of several, or of all', async () => {
    const cloud = await startCloud(open);
    const second = await cloud.addUser('second@example.org');
    const account = serviceOf(cloud);
    const both = [cloud.user.uuid, second.uuid].sort();
    const all = await account.serviceGetQuotas();
    for (const uuid of both) assert.ok(all[uuid]);
    assert.deepEqual(
      Object.keys(await account.serviceGetQuotas({ user: [...both, UNKNOWN_UUID] })).sort(),
      both,
    );
    assert.deepEqual(Object.keys(await account.serviceGetQuotas({ user: both, project: second.uuid })), [
      second.uuid,
    ]);
    assert.deepEqual(await account.serviceGetQuotas({ project: [UNKNOWN_UUID] }), {});
    await assert.rejects(account.serviceGetQuotas({ user: UNKNOWN_UUID }), NotFound);
    assert.deepEqual(Object.keys(await account.serviceGetProjectQuotas({ project: both })).sort(), both);
    assert.ok((await account.serviceGetProjectQuotas())[second.uuid]);
    await assert.rejects(account.serviceGetProjectQuotas({ project: UNKNOWN_UUID }), NotFound);
    for (const user of [null, [undefined]] as unknown as string[]) {
      await assert.rejects(account.serviceGetQuotas({ user }), BadValue);
    }
  });

  test('a commission of a user is charged to user and project, in every form of arguments', async () => {
    const cloud = await startCloud(open);
    const account = serviceOf(cloud);
    const { uuid } = cloud.user;
    const holder = uuid;
    const expected = [
      { holder: `user:${uuid}`, source: `project:${uuid}`, resource: VISIBLE, quantity: 2n },
      { holder: `project:${uuid}`, source: null, resource: VISIBLE, quantity: 2n },
    ];
    const serials = [
      await account.issueOneCommission({ holder, provisions: { [uuid]: { [VISIBLE]: 2 } }, name: 'a' }),
      await account.issueOneCommission({
        holder,
        provisions: [{ project: uuid, resource: VISIBLE, quantity: 2n }],
        name: 'a',
      }),
      await account.issueOneCommission({ holder, source: uuid, provisions: { [VISIBLE]: 2 }, name: 'a' }),
      await account.issueOneCommission({ holder, source: 'system', provisions: { [VISIBLE]: 2 }, name: 'a' }),
      await account.issueCommissionGeneric({
        userProvisions: [{ user: uuid, project: uuid, resource: VISIBLE, quantity: 2 }],
        projectProvisions: [{ project: uuid, resource: VISIBLE, quantity: 2 }],
        name: 'a',
      }),
      await account.issueCommissionGeneric({
        userProvisions: { [uuid]: { [uuid]: { [VISIBLE]: 2 } } },
        projectProvisions: { [uuid]: { [VISIBLE]: 2 } },
        name: 'a',
      }),
    ];
    assert.deepEqual(await account.getPendingCommissions(), serials);
    for (const serial of serials) {
      const { issue_time, ...info } = await account.getCommissionInfo(serial);
      assert.deepEqual(info, { serial, name: 'a', provisions: expected });
      assert.equal(Date.parse(issue_time), cloud.purser.clock.now());
    }
    assert.equal(await usageOf(cloud), 12n);
  });

  test('a commission can have only provisions of projects or none, and can be accepted immediately', async () => {
    const cloud = await startCloud(open);
    const account = serviceOf(cloud);
    const { uuid } = cloud.user;
    await account.issueCommissionGeneric({
      projectProvisions: { [uuid]: { [VISIBLE]: 1 } },
      autoAccept: true,
    });
    const quota = (await userOf(cloud).getQuotas())[uuid]?.[VISIBLE];
    assert.deepEqual([quota?.usage, quota?.project_usage, quota?.project_pending], [0n, 1n, 0n]);
    assert.ok(Number.isInteger(await account.issueCommissionGeneric({})));
  });

  test('a commission beyond a limit is a QuotaLimit with a readable message and exact numbers', async () => {
    const cloud = await startCloud(open);
    const account = serviceOf(cloud);
    const { uuid } = cloud.user;
    const charge = (resource: string, quantity: bigint, force = false) =>
      account.issueOneCommission({ holder: uuid, source: uuid, provisions: { [resource]: quantity }, force });
    await charge(VISIBLE, 40n);
    await assert.rejects(charge(VISIBLE, UNEVEN), (error: QuotaLimit) => {
      assert.ok(error instanceof QuotaLimit);
      assert.equal(error.status, 413);
      assert.equal(error.message, `The user's limit of ${VISIBLE} would be exceeded.`);
      assert.equal(error.details, `${VISIBLE}: 60 available, ${UNEVEN} requested.`);
      assert.deepEqual(error.excess, {
        holder: `user:${uuid}`,
        source: `project:${uuid}`,
        resource: VISIBLE,
        requested: UNEVEN,
        limit: 100n,
        usage: 40n,
        available: 60n,
      });
      return true;
    });
    await assert.rejects(charge(VISIBLE, -41n), (error: QuotaLimit) => {
      assert.ok(error instanceof QuotaLimit);
      assert.match(error.message, /would fall below zero/);
      return true;
    });
    assert.equal(await usageOf(cloud), 40n);
    assert.ok(await charge(VISIBLE, 61n, true));
    assert.equal(await usageOf(cloud), 101n);
  });

  test('errors use display names for resources of well-known services', async () => {
    const cloud = await startCloud(open);
    const { purser, user } = cloud;
    await purser.domain.services.import({
      compute: {
        component: 'component1',
        type: 'compute',
        endpoints: [{ versionId: 'v2.0', publicURL: 'http://one.example.org/compute/v2.0' }],
        resources: {
          vm: { name: 'cyclades.vm', desc: 'servers', service_type: 'compute', service_origin: 'compute' },
        },
      },
    });
    await purser.domain.resources.modify('cyclades.vm', { systemDefault: 1n });
    const { uuid } = await cloud.addUser('new@example.org');
    assert.notEqual(uuid, user.uuid);
    const charge = serviceOf(cloud).issueOneCommission({
      holder: uuid,
      source: uuid,
      provisions: { 'cyclades.vm': 2 },
    });
    await assert.rejects(charge, {
      name: 'QuotaLimit',
      message: "The user's limit of virtual servers would be exceeded.",
      details: 'cyclades.vm: 1 available, 2 requested.',
    });
  });

  test('an unknown holding is NotFound', async () => {
    const cloud = await startCloud(open);
    const account = serviceOf(cloud);
    const { uuid } = cloud.user;
    for (const commission of [
      { holder: uuid, source: UNKNOWN_UUID, provisions: { [VISIBLE]: 1 } },
      { holder: uuid, source: uuid, provisions: { 'no.such': 1 } },
    ]) {
      await assert.rejects(account.issueOneCommission(commission), NotFound);
    }
  });

  test('inexact quantities and invalid names are refused before a request is sent', async () => {
    const cloud = await startCloud(open);
    const { transport, sent } = recordedTransport();
    const account = serviceOf(cloud, { transport });
    const { uuid } = cloud.user;
    for (const quantity of [1.5, 2 ** 53, Number.NaN, '1', null, undefined, true] as number[]) {
      const provisions = { [VISIBLE]: quantity };
      const item = { user: uuid, project: uuid, from: uuid, to: uuid, resource: VISIBLE, quantity };
      await assert.rejects(account.issueOneCommission({ holder: uuid, source: uuid, provisions }), BadValue);
      await assert.rejects(account.issueOneCommission({ holder: uuid, provisions: [item] }), BadValue);
      await assert.rejects(account.issueCommissionGeneric({ userProvisions: [item] }), BadValue);
      await assert.rejects(account.issueCommissionGeneric({ projectProvisions: [item] }), BadValue);
      await assert.rejects(account.issueResourceReassignment({ holder: uuid, provisions: [item] }), BadValue);
    }
    for (const nothing of [undefined, null, {}] as unknown as string[]) {
      await assert.rejects(account.issueOneCommission({ holder: nothing, provisions: [] }), BadValue);
      await assert.rejects(account.issueResourceReassignment({ holder: nothing, provisions: [] }), BadValue);
    }
    for (const provisions of [undefined, null, 'x'] as unknown as object[]) {
      await assert.rejects(
        account.issueOneCommission({ holder: uuid, provisions: { a: provisions } as never }),
        BadValue,
      );
    }
    const unnamed = { user: uuid, project: uuid, from: uuid, to: uuid, quantity: 1 } as never;
    await assert.rejects(account.issueOneCommission({ holder: uuid, provisions: [unnamed] }), BadValue);
    await assert.rejects(account.issueCommissionGeneric({ userProvisions: [unnamed] }), BadValue);
    await assert.rejects(account.issueCommissionGeneric({ projectProvisions: [unnamed] }), BadValue);
    await assert.rejects(
      account.issueResourceReassignment({ holder: uuid, provisions: [unnamed] }),
      BadValue,
    );
    await assert.rejects(account.resolveCommissions(undefined as never, []), BadValue);
    for (const key of ['', 'a b', 'ü', 'a\n', 'x'.repeat(256)]) {
      await assert.rejects(account.issueCommissionGeneric({ key }), BadValue);
    }
    for (const serial of [undefined, null, '1', 1.5, -1, 2 ** 53] as number[]) {
      await assert.rejects(account.getCommissionInfo(serial), BadValue);
      await assert.rejects(account.acceptCommission(serial), BadValue);
      await assert.rejects(account.rejectCommission(serial), BadValue);
      await assert.rejects(account.resolveCommissions([serial], []), BadValue);
    }
    assert.deepEqual(sent, []);
  });

  test('resources move from one project to another completely or not at all', async () => {
    const cloud = await startProjectCloud(open);
    const { user } = cloud;
    const shared = await cloud.active({ resources: resourcesOf(10, 4), join_policy: 'auto' });
    await new Purser({ url: cloud.purser.url, token: user.token }).account.joinProject(shared);
    const account = serviceOf(cloud);
    const holder = user.uuid;
    const autoAccept = true;
    await account.issueOneCommission({ holder, source: holder, provisions: { [VISIBLE]: 6 }, autoAccept });
    const move = { holder, from: holder, to: shared, autoAccept } as const;
    await account.issueResourceReassignment({ ...move, provisions: { [VISIBLE]: 3 } });
    await account.issueResourceReassignment({
      holder,
      provisions: [{ from: holder, to: shared, resource: VISIBLE, quantity: 1n }],
      autoAccept,
    });
    const usages = async (): Promise<(bigint | undefined)[]> => {
      const quotas = await userOf(cloud).getQuotas();
      return [holder, shared].flatMap((project) => [
        quotas[project]?.[VISIBLE]?.usage,
        quotas[project]?.[VISIBLE]?.project_usage,
      ]);
    };
    assert.deepEqual(await usages(), [2n, 2n, 4n, 4n]);
    await assert.rejects(
      account.issueResourceReassignment({ ...move, provisions: { [VISIBLE]: 1 } }),
      QuotaLimit,
    );
    assert.deepEqual(await usages(), [2n, 2n, 4n, 4n]);
    // Without a source, provisions of one commission can be on several projects.
    await account.issueOneCommission({
      holder,
      provisions: { [holder]: { [VISIBLE]: 1 }, [shared]: { [VISIBLE]: -1 } },
      autoAccept,
    });
    assert.deepEqual(await usages(), [3n, 3n, 3n, 3n]);
  });

  test('a commission is resolved once; unknown and already resolved ones have different errors', async () => {
    const cloud = await startCloud(open);
    const account = serviceOf(cloud);
    const holder = cloud.user.uuid;
    const issue = () => account.issueOneCommission({ holder, source: holder, provisions: { [VISIBLE]: 1 } });
    const [first, second, third, fourth] = [await issue(), await issue(), await issue(), await issue()];
    assert.equal(await account.acceptCommission(first), undefined);
    assert.equal(await account.rejectCommission(second), undefined);
    assert.equal(await usageOf(cloud), 3n);
    assert.equal(await account.acceptCommission(first), undefined);
    await assert.rejects(account.rejectCommission(first), NotFound);
    await assert.rejects(account.getCommissionInfo(first), NotFound);
    await assert.rejects(account.acceptCommission(987654321), NotFound);
    await assert.rejects(account.commissionAction(third, 'bad' as 'accept'), BadRequest);
    const other = new Purser({ url: cloud.purser.url, token: cloud.otherService }).account;
    await assert.rejects(other.getCommissionInfo(third), NotFound);
    await assert.rejects(other.acceptCommission(third), NotFound);

    const { accepted, rejected, failed } = await account.resolveCommissions(
      [third, 987654321, fourth],
      [second, fourth],
    );
    assert.deepEqual([accepted, rejected], [[third], [second]]);
    assert.deepEqual(failed, [
      [987654321, { itemNotFound: { code: 404, message: 'serial 987654321 does not exist' } }],
      [fourth, { badRequest: { code: 400, message: `cannot both accept and reject serial ${fourth}` } }],
    ]);
    assert.deepEqual(await account.resolveCommissions([], []), { accepted: [], rejected: [], failed: [] });
    assert.deepEqual(await account.getPendingCommissions(), [fourth]);
  });

  test('a call with a lost response is retried without a second effect', async () => {
    const cloud = await startCloud(open);
    const { transport, sent, requests, loseAnswerOf } = recordedTransport();
    const account = serviceOf(cloud, { transport, timing: QUICK });
    const holder = cloud.user.uuid;
    await account.getResources();
    sent.length = 0;

    loseAnswerOf('POST /account/v1.0/commissions');
    const commission = { holder, source: holder, provisions: { [VISIBLE]: 1 } };
    const serial = await account.issueOneCommission(commission);
    assert.deepEqual(sent, Array(2).fill('POST /account/v1.0/commissions'));
    const [one, two] = requests.slice(-2).map(({ headers }) => headers['idempotency-key']);
    assert.match(one ?? '', /^[0-9a-f]{32}$/);
    assert.equal(one, two);
    assert.deepEqual(await account.getPendingCommissions(), [serial]);

    loseAnswerOf(`POST /account/v1.0/commissions/${serial}/action`);
    await account.acceptCommission(serial);
    const another = await account.issueOneCommission(commission);
    assert.notEqual(another, serial);
    loseAnswerOf('POST /account/v1.0/commissions/action');
    assert.deepEqual(await account.resolveCommissions([], [another]), {
      accepted: [],
      rejected: [another],
      failed: [],
    });
    assert.equal(await usageOf(cloud), 1n);
  });

  test('a key of the caller makes a request idempotent, and belongs to one request', async () => {
    const cloud = await startCloud(open);
    const account = serviceOf(cloud);
    const holder = cloud.user.uuid;
    const commission = { holder, source: holder, provisions: { [VISIBLE]: 1 }, key: 'server-17-create' };
    const serial = await account.issueOneCommission(commission);
    assert.equal(await account.issueOneCommission(commission), serial);
    await assert.rejects(
      account.issueOneCommission({ ...commission, provisions: { [VISIBLE]: 2 } }),
      Conflict,
    );
    assert.equal(await usageOf(cloud), 1n);
  });

  test('commissions are not retried on an older server, or if a call disables retries', async () => {
    const cloud = await startCloud(open);
    const holder = cloud.user.uuid;
    for (const [server, retries] of [
      ['astakos', undefined],
      ['purser', 0],
    ] as const) {
      const { transport, sent, loseAnswerOf } = recordedTransport();
      const account = serviceOf(cloud, { transport, server, timing: QUICK });
      const options = { ...(retries !== undefined && { retries }) };
      await account.getResources();
      sent.length = 0;
      loseAnswerOf('POST /account/v1.0/commissions');
      const issue = account.issueOneCommission(
        { holder, source: holder, provisions: { [VISIBLE]: 1 } },
        options,
      );
      await assert.rejects(issue, ConnectionError);
      const [serial = 0] = await account.getPendingCommissions();
      loseAnswerOf(`POST /account/v1.0/commissions/${serial}/action`);
      await assert.rejects(account.acceptCommission(serial, options), ConnectionError);
      loseAnswerOf('POST /account/v1.0/commissions/action');
      await assert.rejects(account.resolveCommissions([serial], [], options), ConnectionError);
      assert.equal(sent.filter((call) => call.startsWith('POST')).length, 3);
    }
    assert.equal(await usageOf(cloud), 2n);
  });

  test('a status 413 is a QuotaLimit only when a commission is issued', async () => {
    const cloud = await startCloud(open);
    const account = serviceOf(cloud);
    const tooMany = Array.from({ length: 10_001 }, (_, index) => `name${index}`);
    await assert.rejects(
      account.serviceGetUuids(tooMany),
      (error: PurserError) =>
        error instanceof PurserError && !(error instanceof QuotaLimit) && error.status === 413,
    );
    const admin = new Purser({ url: cloud.purser.url, token: ADMIN_TOKEN }).account;
    assert.ok((await admin.getQuotas()) !== undefined);
    const tooLong = account.issueCommissionGeneric({ name: 'x'.repeat(2_000_000) });
    await assert.rejects(
      tooLong,
      (error: QuotaLimit) => error instanceof QuotaLimit && error.excess === undefined,
    );
  });
});
