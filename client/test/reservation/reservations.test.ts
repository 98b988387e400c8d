import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HIDDEN, ROOMY, VISIBLE } from '../../../server/test/conformance/account-v1/cloud.ts';
import { forEachEngine } from '../../../server/test/support/engines.ts';
import {
  AlreadyDone,
  BadRequest,
  BadValue,
  Conflict,
  ConnectionError,
  NotFound,
  QuotaLimit,
  type Transport,
  Unauthorized,
  Unavailable,
  Unresolved,
} from '../../src/index.ts';
import { startReserving } from './reserving.ts';

const HUGE = 9007199254740993n;

forEachEngine((_engine, open) => {
  const start = async () => {
    const reserving = await startReserving(open);
    const { uuid: user } = reserving.user;
    const vm = (name: string, quantity = 1) => ({ user, resources: { [VISIBLE]: quantity }, name });
    return { ...reserving, reserving, user, vm };
  };
  const never = (): never => assert.fail('the work must not be run');

  test('successful work is charged exactly, and the call returns its result', async () => {
    const { client, user, usage, commissions } = await start();
    const seen: unknown[] = [];
    const server = await client.reserve(
      { user, project: user, resources: { [VISIBLE]: 1, [ROOMY]: HUGE }, name: 'create server 17' },
      async ({ serial, name, interrupted, signal }) => {
        seen.push(serial, name, interrupted, signal, await usage(ROOMY));
        return { id: 17 };
      },
    );
    assert.deepEqual(server, { id: 17 });
    assert.deepEqual(seen, [1, 'create server 17', false, undefined, [HUGE, HUGE]]);
    assert.deepEqual(
      [await usage(), await usage(ROOMY)],
      [
        [1, 0],
        [HUGE, 0],
      ],
    );
    const [commission] = await commissions();
    assert.deepEqual([commission.state, commission.name], ['accepted', 'create server 17']);
  });

  test('failed work is not charged, and the call rejects with its error', async () => {
    const { client, vm, usage } = await start();
    const broken = new Error('the hypervisor is down');
    const fails = async () => {
      throw broken;
    };
    const throws = () => {
      throw broken;
    };
    await assert.rejects(client.reserve(vm('create server 1'), fails), (error) => error === broken);
    await assert.rejects(client.reserve(vm('create server 2'), throws), (error) => error === broken);
    assert.deepEqual(await usage(), [0, 0]);
  });

  test('the error of the work is thrown even if the rejection fails; reconciliation rejects the commission later', async () => {
    const { client, vm, usage, reserving } = await start();
    const broken = new Error('the hypervisor is down');
    await assert.rejects(
      client.reserve(vm('create server 1'), async () => {
        reserving.through = async () => {
          throw new Error('the network is down');
        };
        throw broken;
      }),
      (error) => error === broken,
    );
    reserving.through = undefined;
    assert.deepEqual(await usage(), [1, 1]);
    const result = await client.reconcile({ olderThanMs: 0, exists: () => false });
    assert.deepEqual([result.rejected, await usage()], [1, [0, 0]]);
  });

  test('a refusal is a QuotaLimit with exact numbers, and the work is not run', async () => {
    const { client, user, vm, another } = await start();
    await client.reserve(vm('create servers', 98), () => undefined);
    await assert.rejects(client.reserve(vm('create servers', 3), never), (error) => {
      assert.ok(error instanceof QuotaLimit);
      assert.deepEqual(error.excess, {
        holder: `user:${user}`,
        source: `project:${user}`,
        resource: VISIBLE,
        requested: 3n,
        limit: 100n,
        usage: 98n,
        available: 2n,
      });
      assert.deepEqual([error.status, error.code], [413, 'no_capacity']);
      return true;
    });
    const unknown = { user, resources: { 'no.such': 1 }, name: 'x' };
    await assert.rejects(client.reserve(unknown, never), NotFound);
    await assert.rejects(client.release(vm('delete servers', 99), never), QuotaLimit);
    await assert.rejects(client.reserve(vm('x'.repeat(4097)), never), BadRequest);
    await assert.rejects(client.reserve(vm(''), never), BadValue);
    await assert.rejects(client.reserve({ ...vm('x'), resources: { [VISIBLE]: 1.5 } }, never), BadValue);
    await assert.rejects(client.release(vm('x', -1), never), BadValue);
    // JSON has null for it, which means never.
    await assert.rejects(client.reserve({ ...vm('x'), expiresInSeconds: Number.NaN }, never), BadValue);
    await assert.rejects(client.reserve(vm('x'), never, { retries: -1 }), BadValue);
    await assert.rejects(client.reserve(vm('x'), never, { timeoutMs: 0 }), BadValue);
    await assert.rejects(another({ token: 'wrong' }).reserve(vm('x'), never), Unauthorized);
  });

  test('force exceeds the limit', async () => {
    const { client, vm, usage } = await start();
    await client.reserve({ ...vm('create servers', 150), force: true }, () => undefined);
    assert.deepEqual(await usage(), [150, 0]);
  });

  test('a release lowers the usage, and does not if the work fails', async () => {
    const { client, user, vm, usage } = await start();
    await client.reserve(vm('create servers', 5), () => undefined);
    await client.release(vm('delete servers', 2), () => undefined);
    assert.deepEqual(await usage(), [3, 0]);
    await assert.rejects(
      client.release(vm('delete servers', 2), () => {
        throw new Error('still there');
      }),
      /still there/,
    );
    assert.deepEqual(await usage(), [3, 0]);
    await client.reserve({ user, resources: { [VISIBLE]: -3, [ROOMY]: 7 }, name: 'resize' }, () => undefined);
    assert.deepEqual(
      [await usage(), await usage(ROOMY)],
      [
        [0, 0],
        [7, 0],
      ],
    );
  });

  test('a reassignment moves a charge between projects completely or not at all', async () => {
    const { client, user, vm, usage, purser, addUser } = await start();
    const { uuid: other } = await addUser('test2@example.org');
    await client.reserve(vm('create servers', 3), () => undefined);
    const move = { user, from: user, to: other, resources: { [VISIBLE]: 2 }, name: 'move server 1' };
    await assert.rejects(client.reassign(move, never), NotFound);
    await purser.domain.storage.transaction(async (tx) => {
      await purser.domain.ledger.setSeat(tx, other, user, true);
      await purser.domain.ledger.setPools(tx, other, [
        { resource: VISIBLE, capacity: 10n, memberCapacity: 10n },
      ]);
    });
    assert.equal(await client.reassign(move, () => 'moved'), 'moved');
    assert.deepEqual(
      [await usage(VISIBLE, user), await usage(VISIBLE, other)],
      [
        [1, 0],
        [2, 0],
      ],
    );
    const back = { ...move, from: other, to: user, resources: { [VISIBLE]: 1 } };
    await assert.rejects(
      client.reassign(back, () => {
        throw new Error('no');
      }),
      /no/,
    );
    assert.deepEqual(
      [await usage(VISIBLE, user), await usage(VISIBLE, other)],
      [
        [1, 0],
        [2, 0],
      ],
    );
  });

  test('less than was reserved can be accepted', async () => {
    const { client, user, usage, commissions } = await start();
    const upload = { user, resources: { [ROOMY]: 1000, [VISIBLE]: 1 }, name: 'put a.txt' };
    await client.reserve(upload, (reserved) => {
      assert.throws(() => reserved.acceptOnly({ [ROOMY]: 1001 }), BadValue);
      assert.throws(() => reserved.acceptOnly({ [ROOMY]: -1 }), BadValue);
      assert.throws(() => reserved.acceptOnly({ [HIDDEN]: 1 }), BadValue);
      assert.throws(() => reserved.acceptOnly({ [HIDDEN]: 0 }), BadValue);
      reserved.acceptOnly({ [ROOMY]: 12 });
    });
    assert.deepEqual(
      [await usage(ROOMY), await usage()],
      [
        [12, 0],
        [1, 0],
      ],
    );
    assert.equal((await commissions())[0].accepted.length, 4);
    const removal = { user, resources: { [ROOMY]: 12 }, name: 'empty the bin' };
    await client.release(removal, (reserved) => {
      assert.throws(() => reserved.acceptOnly({ [ROOMY]: -5 }), BadValue);
      reserved.acceptOnly({ [ROOMY]: 5 });
    });
    assert.deepEqual(await usage(ROOMY), [7, 0]);
  });

  test('a thousand concurrent reservations take few requests, and each is charged', async () => {
    const { client, user, sent, usage } = await start();
    const results = await Promise.all(
      Array.from({ length: 1000 }, (_, number) =>
        client.reserve({ user, resources: { [ROOMY]: number }, name: `put ${number}` }, async () => number),
      ),
    );
    assert.equal(results.length, 1000);
    assert.ok(sent.length <= 8, sent.join('\n'));
    assert.deepEqual(await usage(ROOMY), [499_500, 0]);
  });

  test('a batch has a bound in number and in size', async () => {
    const { client, user, sent, usage } = await start();
    const put = (number: number, name = `put ${number}`) =>
      client.reserve({ user, resources: { [ROOMY]: 1 }, name }, () => undefined);
    await Promise.all(Array.from({ length: 2500 }, (_, number) => put(number)));
    const bulks = () => sent.filter((one) => one.endsWith('/bulk')).length;
    assert.equal(bulks(), 3);
    await Promise.all(Array.from({ length: 400 }, (_, number) => put(number, 'n'.repeat(4096))));
    assert.equal(bulks(), 5);
    assert.deepEqual(await usage(ROOMY), [2900, 0]);
  });

  test('in a batch, each call has its own result', async () => {
    const { client, user, sent, usage } = await start();
    const charge = (quantity: number, resource = VISIBLE) =>
      client.reserve({ user, resources: { [resource]: quantity }, name: 'one of many' }, () => quantity);
    const verdicts = await Promise.allSettled([
      charge(60),
      charge(60),
      charge(30),
      charge(1, 'none'),
      charge(10),
    ]);
    assert.deepEqual(
      verdicts.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.name)),
      [60, 'QuotaLimit', 30, 'NotFound', 10],
    );
    assert.equal(sent.filter((one) => one.endsWith('/bulk')).length, 1);
    assert.deepEqual(await usage(), [100, 0]);
  });

  test('a batch that fails as a whole fails all its calls', async () => {
    const { client, vm, reserving, usage } = await start();
    reserving.through = async () => ({ status: 503, reason: '', header: () => null, text: '' });
    const verdicts = await Promise.allSettled([
      client.reserve(vm('a'), never),
      client.reserve(vm('b'), never),
    ]);
    assert.ok(verdicts.every((one) => one.status === 'rejected' && one.reason instanceof Unavailable));
    reserving.through = undefined;
    assert.deepEqual(await usage(), [0, 0]);
  });

  test('in a batch, a short timeout of one call does not shorten those of others', async () => {
    const { client, vm, reserving, sent, usage } = await start();
    let failing = 2;
    reserving.through = async (request, send) => {
      if (failing === 0) return send(request);
      failing -= 1;
      throw new Error('the connection was reset');
    };
    const impatient = client.reserve(vm('a'), () => 'a', { retries: 0 });
    const usual = client.reserve(vm('b'), () => 'b');
    assert.deepEqual(await Promise.all([impatient, usual]), ['a', 'b']);
    assert.equal(sent.length, 4);
    failing = 3;
    await assert.rejects(
      Promise.race([
        client.reserve(vm('c'), never, { retries: 1 }),
        client.reserve(vm('d'), never, { retries: 2 }),
      ]),
      ConnectionError,
    );
    assert.deepEqual([sent.length, failing, await usage()], [7, 0, [2, 0]]);
  });

  test('a lost response causes neither a second charge nor a missing one', async () => {
    const { client, user, reserving, sent, usage, commissions } = await start();
    const lost = new Set<string>();
    reserving.through = async (request, send) => {
      const answer = await send(request);
      if (lost.has(request.url)) return answer;
      lost.add(request.url);
      throw new Error('the connection was reset');
    };
    const reservation = { user, resources: { [VISIBLE]: 1, [ROOMY]: 10 }, name: 'create server 1' };
    await client.reserve(reservation, (reserved) => assert.equal(reserved.interrupted, false));
    await client.reserve(reservation, (reserved) => reserved.acceptOnly({ [ROOMY]: 4 }));
    assert.equal(sent.length, 7);
    assert.deepEqual(
      [await usage(), await usage(ROOMY)],
      [
        [2, 0],
        [14, 0],
      ],
    );
    assert.equal((await commissions()).length, 2);
  });

  test('a reservation with a lost response is released by a reconciliation', async () => {
    const { client, vm, reserving, usage } = await start();
    reserving.through = async (request, send) => {
      await send(request);
      throw new Error('the connection was reset');
    };
    await assert.rejects(client.reserve(vm('create server 1'), never, { retries: 0 }), ConnectionError);
    reserving.through = undefined;
    assert.deepEqual(await usage(), [1, 1]);
    await client.reconcile({ olderThanMs: 0, exists: () => false });
    assert.deepEqual(await usage(), [0, 0]);
  });

  test('if the acceptance fails, the commission stays pending and the error has the result', async () => {
    const { client, vm, reserving, usage } = await start();
    const work = async () => {
      reserving.through = async () => {
        throw new Error('the network is down');
      };
      return { id: 1 };
    };
    await assert.rejects(client.reserve(vm('create server 1'), work), (error) => {
      assert.ok(error instanceof Unresolved);
      const { serial, reservation, state, result, cause, code } = error;
      assert.deepEqual(
        [serial, reservation, state, result, code],
        [1, 'create server 1', 'pending', { id: 1 }, 'unresolved'],
      );
      assert.ok(cause instanceof ConnectionError);
      return true;
    });
    reserving.through = undefined;
    assert.deepEqual(await usage(), [1, 1]);
    const asked: unknown[] = [];
    await client.reconcile({
      olderThanMs: 0,
      exists: ({ name }) => {
        asked.push(name);
        return true;
      },
    });
    assert.deepEqual([asked, await usage()], [['create server 1'], [1, 0]]);
  });

  test('work that outlasts its reservation is charged again, or the caller receives an error', async () => {
    const { client, vm, purser, usage, commissions } = await start();
    const slow = { ...vm('create servers', 60), expiresInSeconds: 60 };
    const late = async () => {
      purser.clock.advance(61_000);
      return 'late';
    };
    assert.equal(await client.reserve(slow, late), 'late');
    assert.deepEqual(await usage(), [60, 0]);
    assert.deepEqual(
      (await commissions()).map(({ state, reason }) => [state, reason]),
      [
        ['rejected', 'expired'],
        ['accepted', null],
      ],
    );
    await assert.rejects(
      client.reserve({ ...slow, resources: { [VISIBLE]: 40 } }, async () => {
        await late();
        await purser.domain.ledger.expireOverdue();
        await client.reserve(vm('another client was faster', 20), () => undefined);
        return 'too late';
      }),
      (error) => {
        assert.ok(error instanceof Unresolved && error.cause instanceof QuotaLimit);
        assert.deepEqual([error.state, error.result, error.serial], ['rejected', 'too late', 3]);
        return true;
      },
    );
    assert.deepEqual(await usage(), [80, 0]);
  });

  test('work that outlasts its reservation is charged again with the reduced quantities', async () => {
    const { client, user, vm, purser, usage } = await start();
    const resources = { [VISIBLE]: 60, [ROOMY]: 7 };
    const upload = { user, resources, name: 'upload', expiresInSeconds: 60 };
    await client.reserve(upload, async ({ acceptOnly }) => {
      purser.clock.advance(61_000);
      await purser.domain.ledger.expireOverdue();
      await client.reserve(vm('another client was faster', 70), () => undefined);
      acceptOnly({ [VISIBLE]: 30 });
    });
    assert.deepEqual(
      [await usage(), await usage(ROOMY)],
      [
        [100, 0],
        [7, 0],
      ],
    );
  });

  test('a call that is aborted before its request is sent is never charged, and does not affect others', async () => {
    const { client, vm, reserving, usage, commissions } = await start();
    const gate = gated();
    reserving.through = gate.through;
    const first = client.reserve(vm('first'), () => 'first');
    await gate.reached;
    const leaving = new AbortController();
    const left = client.reserve(vm('left'), never, { signal: leaving.signal });
    const stays = client.reserve(vm('stays'), () => 'stays');
    leaving.abort('changed my mind');
    await assert.rejects(left, (reason) => reason === 'changed my mind');
    await assert.rejects(
      client.reserve(vm('gone'), never, { signal: leaving.signal }),
      (reason) => reason === 'changed my mind',
    );
    gate.open();
    assert.deepEqual(await Promise.all([first, stays]), ['first', 'stays']);
    assert.deepEqual([await usage(), (await commissions()).length], [[2, 0], 2]);
  });

  test('a call that is aborted during its request is withdrawn, and does not affect others', async () => {
    const { client, vm, reserving, usage, commissions } = await start();
    const gate = gated();
    reserving.through = gate.through;
    const leaving = new AbortController();
    const left = client.reserve(vm('left'), never, { signal: leaving.signal });
    const hasty = client.reserve(vm('hasty'), never, { timeoutMs: 1 });
    const stays = client.reserve(vm('stays'), () => 'stays');
    await gate.reached;
    leaving.abort('changed my mind');
    await assert.rejects(left, (reason) => reason === 'changed my mind');
    await assert.rejects(hasty, { name: 'TimeoutError' });
    gate.open();
    assert.equal(await stays, 'stays');
    // One request resolves all three.
    await client.reserve(vm('after'), () => undefined);
    assert.deepEqual(
      (await commissions()).map(({ name, state }) => [name, state]),
      [
        ['left', 'rejected'],
        ['hasty', 'rejected'],
        ['stays', 'accepted'],
        ['after', 'accepted'],
      ],
    );
    assert.deepEqual(await usage(), [2, 0]);
  });

  test('the work receives the signal of the caller; completed work is charged despite an abort', async () => {
    const { client, vm, usage } = await start();
    const leaving = new AbortController();
    const { signal } = leaving;
    const done = await client.reserve(
      vm('create server 1'),
      (reserved) => {
        leaving.abort('too late');
        return reserved.signal?.reason;
      },
      { signal },
    );
    assert.deepEqual([done, await usage()], ['too late', [1, 0]]);
  });

  test('with a key, completed work is not repeated', async () => {
    const { client, vm, another, usage } = await start();
    const keyed = { ...vm('create server 17'), key: 'request 4711' };
    await client.reserve(keyed, () => 17);
    await assert.rejects(another().reserve(keyed, never), (error) => {
      assert.ok(error instanceof AlreadyDone && error instanceof Conflict);
      assert.deepEqual([error.serial, error.code], [1, 'already_done']);
      return true;
    });
    const found = await client.reserve({ ...keyed, whenDone: async (serial) => serial + 16 }, never);
    assert.deepEqual([found, await usage()], [17, [1, 0]]);
    await assert.rejects(client.reserve({ ...keyed, name: 'create server 18' }, never), {
      code: 'key_reused',
    });
  });

  test('with a key, interrupted work is run again with `interrupted`, and stays pending if it fails', async () => {
    const { client, vm, another, usage, commissions } = await start();
    const keyed = { ...vm('create server 17'), key: 'request 4711' };
    const dead = another();
    let reached = () => {};
    const running = new Promise<void>((resolve) => {
      reached = resolve;
    });
    // The work of the first process never ends.
    void dead.reserve(keyed, () => {
      reached();
      return new Promise(() => undefined);
    });
    await running;
    await assert.rejects(dead.reserve(keyed, never), { code: 'in_progress' });
    await assert.rejects(
      client.reserve(keyed, ({ interrupted }) => {
        throw new Error(`interrupted: ${interrupted}`);
      }),
      /interrupted: true/,
    );
    assert.deepEqual(await usage(), [1, 1]);
    assert.equal(
      await client.reserve(keyed, ({ interrupted, serial }) => `${interrupted} ${serial}`),
      'true 1',
    );
    assert.deepEqual([await usage(), (await commissions()).length], [[1, 0], 1]);
  });

  test('with a key, a failed attempt is repeated by all callers with the same key', async () => {
    const { client, vm, another, usage, commissions } = await start();
    const keyed = { ...vm('create server 17'), key: 'request 4711' };
    const fails = () => {
      throw new Error('the hypervisor is down');
    };
    await assert.rejects(client.reserve(keyed, fails), /hypervisor/);
    await assert.rejects(client.reserve(keyed, fails), /hypervisor/);
    assert.equal(await client.reserve(keyed, ({ interrupted }) => interrupted), false);
    await assert.rejects(another().reserve(keyed, never), AlreadyDone);
    assert.deepEqual(
      (await commissions()).map(({ state }) => state),
      ['rejected', 'rejected', 'accepted'],
    );
    assert.deepEqual(await usage(), [1, 0]);
  });
});

/** Blocks requests until it is opened. */
function gated(): {
  through: (request: Parameters<Transport>[0], send: Transport) => ReturnType<Transport>;
  reached: Promise<void>;
  open(): void;
} {
  const waiting = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  return {
    through: async (request, send) => {
      reached.resolve();
      await waiting.promise;
      return send(request);
    },
    reached: reached.promise,
    open: waiting.resolve,
  };
}
