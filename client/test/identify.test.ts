import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCloud } from '../../server/test/conformance/account-v1/cloud.ts';
import { forEachEngine } from '../../server/test/support/engines.ts';
import {
  BadValue,
  ConnectionError,
  fetchTransport,
  Purser,
  type TransportResponse,
  Unauthorized,
} from '../src/index.ts';

forEachEngine((_engine, open) => {
  /** A cloud, and the client of a service with its own clock and a count of its requests. */
  async function start() {
    const cloud = await startCloud(open);
    const state = { now: cloud.purser.clock.now(), sent: 0, down: false, repeats: false };
    let last: TransportResponse | undefined;
    const send = fetchTransport();
    const client = new Purser({
      url: cloud.purser.url,
      token: cloud.service,
      retries: 0,
      timing: { now: () => state.now, random: () => 0, wait: async () => undefined },
      transport: async (request) => {
        state.sent += 1;
        if (state.down) throw new Error('down');
        if (!state.repeats || last === undefined) last = await send(request);
        return last;
      },
    });
    return { ...cloud, client, state };
  }

  test('identify returns user, projects, roles and expiry; for a token bound to a project, only that project', async () => {
    const { client, user, purser, addUser } = await start();
    const identity = await client.identify(user.token);
    assert.deepEqual(
      { ...identity, expiresAt: identity.expiresAt instanceof Date },
      {
        ...{ user: user.uuid, username: 'test1@example.org', name: 'Test User', operator: false },
        ...{ project: null, projects: [user.uuid], roles: identity.roles, expiresAt: true },
      },
    );
    const bound = await purser.domain.tokens.issue(user.uuid, { name: 'bound', project: user.uuid });
    assert.deepEqual((await client.identify(bound.secret)).project, user.uuid);
    const other = await addUser('other@example.org');
    assert.equal((await client.identify(other.token)).user, other.uuid);
    assert.equal((await client.identify(purser.adminToken)).operator, true);
  });

  test('concurrent calls share a request, and the result is cached for a minute', async () => {
    const { client, user, purser, state } = await start();
    const all = await Promise.all(Array.from({ length: 50 }, () => client.identify(user.token)));
    assert.deepEqual([new Set(all.map((one) => one.user)).size, state.sent], [1, 1]);
    await purser.domain.accounts.deactivate(user.uuid, 'left');
    state.now += 59_999;
    assert.equal((await client.identify(user.token)).user, user.uuid);
    await assert.rejects(client.identify(user.token, { maxAgeMs: 0 }), Unauthorized);
    const { length } = await Promise.allSettled([client.identify(user.token), client.identify(user.token)]);
    assert.deepEqual([length, state.sent], [2, 2]);
  });

  test('the cache holds 10,000 results and evicts the least recently used one', async () => {
    const { client, user, addUser, state } = await start();
    const other = await addUser('other@example.org');
    for (const token of [user.token, other.token, user.token]) await client.identify(token);
    await assert.rejects(client.identify('unknown'), Unauthorized);
    // Thousands of equal requests add nothing: the recorded answer is repeated for them.
    state.repeats = true;
    for (let n = 3; n < 10_000; n += 1) await assert.rejects(client.identify(`unknown-${n}`), Unauthorized);
    state.repeats = false;
    assert.equal(state.sent, 10_000);
    await client.identify(other.token);
    assert.equal(state.sent, 10_000, 'the cache is full, and nothing is evicted yet');
    await client.identify(user.token);
    await assert.rejects(client.identify('another'), Unauthorized);
    assert.equal(state.sent, 10_001);
    await assert.rejects(client.identify('unknown'), Unauthorized);
    assert.equal(state.sent, 10_002, 'the least recently used result was evicted');
    for (const token of [user.token, other.token]) await client.identify(token);
    assert.equal(state.sent, 10_002);
  });

  test('no result is cached beyond the expiry of the token, and a refusal for five seconds only', async () => {
    const { client, user, purser, state } = await start();
    const expiresAt_ms = state.now + 10_000;
    const brief = await purser.domain.tokens.issue(user.uuid, { name: 'brief', expiresAt: expiresAt_ms });
    await client.identify(brief.secret);
    state.now += 9_999;
    await client.identify(brief.secret);
    assert.equal(state.sent, 1);
    state.now += 1;
    purser.clock.advance(10_001);
    await assert.rejects(client.identify(brief.secret), Unauthorized);
    state.now += 4_999;
    await assert.rejects(client.identify(brief.secret), Unauthorized);
    assert.equal(state.sent, 2);
    state.now += 1;
    await assert.rejects(client.identify(brief.secret), Unauthorized);
    assert.equal(state.sent, 3);
  });

  test('a failure to reach the service is not cached: the next call sends a request', async () => {
    const { client, user, state } = await start();
    state.down = true;
    await assert.rejects(client.identify(user.token), ConnectionError);
    state.down = false;
    assert.equal((await client.identify(user.token)).user, user.uuid);
    assert.equal(state.sent, 2);
  });

  test('a caller that stops waiting does not cancel the request for others', async () => {
    const { client, user, state } = await start();
    const leaving = new AbortController();
    const gone = client.identify(user.token, { signal: leaving.signal });
    const stays = client.identify(user.token);
    leaving.abort('enough');
    assert.equal(await gone.catch((reason) => reason), 'enough');
    assert.deepEqual([(await stays).user, state.sent], [user.uuid, 1]);
  });

  test('an invalid token is refused without a request', async () => {
    const { client, state } = await start();
    for (const token of ['', 'a b', 'ä', undefined as unknown as string]) {
      await assert.rejects(client.identify(token), BadValue);
    }
    assert.equal(state.sent, 0);
  });

  test('an error carries the frame of the code that made the call, also where calls share a request', async () => {
    const { client, user, state } = await start();
    async function frameOfTheCaller(make: () => Promise<unknown>): Promise<void> {
      const error = await make().then(
        () => assert.fail(`${make} succeeded`),
        (reason: Error) => reason,
      );
      assert.match(error.stack ?? '', /identify\.test\.ts:\d+/, `${make}\n${error.stack}`);
      assert.ok(error instanceof Error);
    }
    const much = { user: user.uuid, resources: { 'service1.r11': 1000 }, name: 'much' };
    const asUser = new Purser({ url: client.api.connection.addresses.base, token: user.token });
    const calls: (() => Promise<unknown>)[] = [
      async () => await client.api.getUser('unknown'),
      async () => await asUser.api.getUser('unknown'),
      async () => {
        for await (const one of client.api.listUsers.all()) assert.fail(String(one));
      },
      async () => await client.account.getQuotas(),
      async () =>
        await client.account.issueOneCommission({ holder: 'x', source: 'x', provisions: { nothing: 1 } }),
      async () => await asUser.workflow.tasks.list({ filters: { nonsense: { exact: 1 } } as never }),
      async () => await client.reserve(much, () => undefined),
      async () => await client.release(much, () => undefined),
      async () => await client.reassign({ ...much, from: user.uuid, to: 'x' }, () => undefined),
      async () => await asUser.reconcile({ exists: () => true }),
      async () => await client.identify('unknown-token'),
      async () => await client.identify('unknown-token'),
    ];
    for (const call of calls) await frameOfTheCaller(call);
    const together = Array.from({ length: 3 }, () =>
      frameOfTheCaller(async () => await client.reserve(much, () => 1)),
    );
    await Promise.all(together);
    state.down = true;
    for (const call of calls.slice(0, 9).filter((_, at) => ![1, 5].includes(at)))
      await frameOfTheCaller(call);
    const shared = Array.from({ length: 3 }, () =>
      frameOfTheCaller(async () => await client.identify('other-token')),
    );
    await Promise.all(shared);
    asUser.close();
  });

  test('an e-mail address instead of a uuid is refused before a request is sent', async () => {
    const { client, state } = await start();
    const reservation = { user: 'ada@example.org', resources: { 'service1.r11': 1 }, name: 'x' };
    await assert.rejects(
      client.reserve(reservation, () => undefined),
      {
        name: 'BadValue',
        message: /^'user' must be a uuid, but 'ada@example\.org' is an e-mail address/,
      },
    );
    assert.equal(state.sent, 0);
  });

  test('a release beyond the usage is refused with the usage', async () => {
    const { client, user } = await start();
    const release = { user: user.uuid, resources: { 'service1.r11': 3 }, name: 'x' };
    await assert.rejects(
      client.release(release, () => undefined),
      (error: Error) => {
        const { message, details, excess } = error as unknown as Record<string, unknown>;
        assert.equal(message, "The user's usage of service1.r11 would fall below zero.");
        assert.equal(details, 'service1.r11: 0 in use, 3 to be released.');
        assert.equal((excess as { available: bigint }).available, 0n);
        return true;
      },
    );
  });
});
