import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Cloud, startCloud, VISIBLE } from '../../../server/test/conformance/account-v1/cloud.ts';
import { forEachEngine } from '../../../server/test/support/engines.ts';
import {
  BadRequest,
  BadValue,
  Conflict,
  fetchTransport,
  InvalidResponse,
  NotFound,
  Purser,
  type PurserOptions,
  path,
  QuotaLimit,
  type TransportRequest,
  Unauthorized,
} from '../../src/index.ts';

const UNLIMITED = 2n ** 63n - 1n;
/** The first integer that a JavaScript number cannot hold. */
const BEYOND = 2n ** 53n + 1n;

forEachEngine((_engine, open) => {
  let cloud: Cloud;
  let admin: Purser;
  let service: Purser;
  let sent: TransportRequest[];
  /** Whether the response to a request is lost after the service has processed it. */
  let lose: (request: TransportRequest) => boolean;

  const client = (options: Partial<PurserOptions> = {}): Purser => {
    const carry = fetchTransport();
    const purser = new Purser({
      url: cloud.purser.url,
      transport: async (request) => {
        sent.push(request);
        const answer = await carry(request);
        if (lose(request)) throw new Error('the line is cut');
        return answer;
      },
      timing: { now: Date.now, random: () => 0, wait: async () => undefined },
      ...options,
    });
    after(() => purser.close());
    return purser;
  };

  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      sent = [];
      lose = () => false;
      cloud = await startCloud(open);
      admin = client({ token: cloud.purser.adminToken });
      service = client({ token: cloud.service });
      await body();
    });

  const provisions = (quantity: number | bigint, resource = VISIBLE) => [
    { holder: `user:${cloud.user.uuid}`, source: `project:${cloud.user.uuid}`, resource, quantity },
    { holder: `project:${cloud.user.uuid}`, source: null, resource, quantity },
  ];
  const usage = async (): Promise<bigint | undefined> => {
    const query = { user: cloud.user.uuid, project: cloud.user.uuid, resource: VISIBLE };
    return (await admin.api.listQuotas(query)).items[0]?.usage;
  };
  const losingFirst = (): void => {
    let lost = false;
    lose = ({ method }) => {
      const first = !lost && method === 'POST';
      lost ||= first;
      return first;
    };
  };

  check('all of a list is read page by page, each page when it is needed', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await cloud.addUser(`${name}@example.org`);
    const queries = () => sent.map(({ url }) => new URL(url).searchParams);
    const names: string[] = [];
    sent = [];
    for await (const { username } of admin.api.listUsers.all({ state: 'active' }, { pageSize: 2 })) {
      assert.equal(sent.length, Math.floor(names.length / 2) + 1);
      names.push(username);
    }
    assert.deepEqual(names.length, 6);
    assert.equal(new Set(names).size, 6);
    for (const query of queries()) {
      assert.deepEqual([query.get('limit'), query.get('state')], ['2', 'active']);
    }
    const one = await admin.api.listUsers({ state: 'active', limit: 4 });
    const rest = await admin.api.listUsers({ state: 'active', limit: 4, after: one.next ?? '' });
    assert.deepEqual(
      [...one.items, ...rest.items].map(({ email }) => email),
      names,
    );
    assert.equal(rest.next, null);
  });

  check('who has seen enough of a list asks for no more of it', async () => {
    for (const name of ['a', 'b', 'c']) await cloud.addUser(`${name}@example.org`);
    sent = [];
    for await (const _user of admin.api.listUsers.all(undefined, { pageSize: 1 })) break;
    assert.equal(sent.length, 1);
    const controller = new AbortController();
    const { signal } = controller;
    const users = admin.api.listUsers.all({}, { pageSize: 1, signal });
    await users.next();
    controller.abort(new Error('enough'));
    await assert.rejects(users.next(), /enough/);
    assert.equal(sent.filter(({ signal: ended }) => !ended.aborted).length, 2);
  });

  check('what is no list ends as an error, not as a list without end', async () => {
    const answering = (text: string) =>
      client({ token: 'x', transport: async () => ({ status: 200, reason: '', header: () => null, text }) });
    for (const text of ['', '{}', '[]', '{"items": 5}']) {
      await assert.rejects(answering(text).api.listUsers.all().next(), InvalidResponse);
    }
    const short: unknown[] = [];
    for await (const user of answering('{"items": [1]}').api.listUsers.all()) short.push(user);
    assert.deepEqual(short, [1]);
  });

  check('a list below something names it first', async () => {
    for (const name of ['one', 'two', 'three']) {
      await admin.api.createToken(cloud.user.uuid, { name });
    }
    const names: string[] = [];
    for await (const { name } of admin.api.listTokens.all(cloud.user.uuid, {}, { pageSize: 2 })) {
      names.push(name);
    }
    assert.deepEqual(names.sort(), ['one', 'test', 'three', 'two']);
  });

  check('limits are exact beyond 2^53 on their way in and out, and always of one type', async () => {
    for (const limit of [UNLIMITED, BEYOND, 5n, 0n]) {
      const changed = await admin.api.changeResource(VISIBLE, { system_default: limit });
      assert.equal(changed.system_default, limit);
      assert.equal((await admin.api.getResource(VISIBLE)).system_default, limit);
    }
    assert.equal((await admin.api.changeResource(VISIBLE, { system_default: 7 })).system_default, 7n);
    assert.equal(
      (await admin.api.changeResource(VISIBLE, { system_default: 'inf' })).system_default,
      UNLIMITED,
    );
    await admin.api.changeSystemProjects({
      resources: { [VISIBLE]: { project_capacity: UNLIMITED, member_capacity: UNLIMITED } },
    });
    await service.api.issueCommission({ provisions: provisions(BEYOND), auto_accept: true });
    assert.equal(await usage(), BEYOND);
    const { items } = await admin.api.listCommissions();
    assert.deepEqual(
      items[0]?.provisions.map(({ quantity }) => quantity),
      [BEYOND, BEYOND],
    );
  });

  check('a number that may have lost digits is not sent', async () => {
    sent = [];
    for (const quantity of [2 ** 53, Number.NaN, Number.POSITIVE_INFINITY]) {
      await assert.rejects(service.api.issueCommission({ provisions: provisions(quantity) }), (error) => {
        assert.ok(error instanceof BadValue);
        assert.match(error.message, /^quantity is not an exact integer: /);
        return true;
      });
    }
    assert.equal(sent.length, 0);
  });

  check('a refusal is an error of its own kind, with what the problem says', async () => {
    const { api } = admin;
    const unknown = '00000000-0000-4000-8000-000000000000';
    await assert.rejects(api.getUser(unknown), (error) => {
      assert.ok(error instanceof NotFound);
      assert.deepEqual([error.status, error.code], [404, 'account_not_found']);
      return true;
    });
    await assert.rejects(api.createUser({ email: 'x', first_name: 'X', last_name: 'Y' }), BadRequest);
    const same = { email: 'test1@example.org', first_name: 'X', last_name: 'Y' };
    await assert.rejects(api.createUser(same), Conflict);
    await assert.rejects(client({ token: 'unknown-token' }).api.getMe(), Unauthorized);
    await assert.rejects(service.api.issueCommission({ provisions: provisions(101) }), (error) => {
      assert.ok(error instanceof QuotaLimit);
      assert.deepEqual([error.excess?.limit, error.excess?.available], [100n, 100n]);
      return true;
    });
  });

  check('a path part that names nothing is refused before anything is sent', async () => {
    sent = [];
    for (const name of ['', '.', '..']) await assert.rejects(admin.api.getUser(name), BadValue);
    await assert.rejects(Reflect.apply(admin.api.getUser, undefined, []), BadValue);
    assert.equal(sent.length, 0);
    await assert.rejects(admin.api.getComponent('a/../b?c#d'), NotFound);
    assert.match(sent[0]?.url ?? '', /\/api\/components\/a%2F..%2Fb%3Fc%23d$/);
  });

  check('a commission whose answer is lost is issued again, and only one comes of it', async () => {
    losingFirst();
    const issued = await service.api.issueCommission({ provisions: provisions(3), auto_accept: true });
    assert.equal(issued.replayed, true);
    assert.equal(await usage(), 3n);
    losingFirst();
    const { results } = await service.api.issueCommissions({
      commissions: [
        { provisions: provisions(1), auto_accept: true },
        { provisions: provisions(1), auto_accept: true, key: 'mine' },
        { provisions: provisions(500) },
      ],
    });
    assert.deepEqual(
      results.map((result) => ('problem' in result ? result.problem.code : result.replayed)),
      [true, true, 'no_capacity'],
    );
    assert.equal(await usage(), 5n);
    const mine = await service.api.issueCommission({
      provisions: provisions(1),
      auto_accept: true,
      key: 'mine',
    });
    assert.deepEqual([mine.replayed, await usage()], [true, 5n]);
  });

  check('two commissions are two, however alike', async () => {
    const one = await service.api.issueCommission({ provisions: provisions(1), auto_accept: true });
    const two = await service.api.issueCommission({ provisions: provisions(1), auto_accept: true });
    assert.notEqual(one.serial, two.serial);
    assert.equal(await usage(), 2n);
  });

  check('accepting and rejecting may be said again, and mean the same', async () => {
    const serials: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      serials.push((await service.api.issueCommission({ provisions: provisions(1) })).serial);
    }
    const [one = 0, two = 0, ...more] = serials;
    losingFirst();
    assert.equal((await service.api.acceptCommission(one)).state, 'accepted');
    losingFirst();
    assert.equal((await service.api.rejectCommission(two)).state, 'rejected');
    losingFirst();
    const resolved = await service.api.resolveCommissions({ accept: more });
    assert.deepEqual([resolved.accepted, resolved.resolved], [more, []]);
    assert.equal(await usage(), 3n);
  });

  check('what could be done twice is not sent twice', async () => {
    losingFirst();
    sent = [];
    const user = { email: 'once@example.org', first_name: 'O', last_name: 'N' };
    await assert.rejects(admin.api.createUser(user), { name: 'ConnectionError' });
    assert.equal(sent.length, 1);
    assert.equal((await admin.api.getUser(user.email)).email, user.email);
  });

  check('without a token only public operations can be called', async () => {
    const { api } = client();
    await assert.rejects(api.getCurrentTerms(), NotFound);
    sent = [];
    await assert.rejects(api.getMe(), BadValue);
    assert.equal(sent.length, 0);
  });

  check('methods can be handed on by themselves', async () => {
    const { getMe, listUsers } = admin.api;
    assert.equal((await getMe()).operator, true);
    assert.ok((await listUsers()).items.length > 0);
  });

  check('charges come as a table too', async () => {
    await service.api.issueCommission({ provisions: provisions(4), auto_accept: true });
    cloud.purser.clock.advance(2 * 3_600_000);
    const table = await admin.api.listChargesAsCsv({ from: '2026-01-15T12:00:00Z', per: 'user' });
    const [head, line, ...more] = table.trimEnd().split('\r\n');
    assert.match(head ?? '', /resource/);
    assert.match(line ?? '', /service1\.r11/);
    assert.deepEqual(more, []);
    await assert.rejects(admin.api.listChargesAsCsv({ from: 'tomorrow' }), BadRequest);
  });

  check('a raw call sends a text as it is and answers what came', async () => {
    const text = `{"system_default": ${BEYOND}}`;
    const headers = { 'content-type': 'application/json' };
    const { status, data } = await admin.api.call({
      method: 'PATCH',
      path: path`/resources/${VISIBLE}`,
      text,
      headers,
    });
    assert.equal(status, 200);
    assert.equal((data as { system_default: bigint }).system_default, BEYOND);
    assert.equal(sent.at(-1)?.body, text);
    const roles = path`/users/${cloud.user.uuid}/roles/${'admin'}`;
    for (const method of ['PUT', 'DELETE'] as const) {
      const done = await admin.api.call({ method, path: roles, query: { project: cloud.user.uuid } });
      assert.deepEqual([done.status, done.data], [204, undefined]);
    }
  });
});
