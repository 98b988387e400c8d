import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { until } from '../../server/test/support/until.ts';
import { type ExampleCloud, startExampleCloud } from './example-services.ts';

const MIB = 2 ** 20;

forEachEngine((_engine, open) => {
  const objectStore = (limit = 100n) =>
    startExampleCloud(open, {
      name: 'object-store',
      component: 'object-store',
      services: 'client/examples/object-store/services.json',
      limits: { 'objects.bytes': limit },
      settings: (folder) => ({ FOLDER: `${folder}/objects` }),
    });
  const vmService = () =>
    startExampleCloud(open, {
      name: 'vm-service',
      component: 'compute',
      services: 'docs/examples/compute-services.json',
      limits: { 'cyclades.vm': 3n, 'cyclades.ram': BigInt(4096 * MIB) },
      settings: (folder) => ({ DATABASE: `${folder}/servers.db` }),
    });
  /** Usage of machines and of memory in MiB, and the pending number of machines. */
  const used = async (cloud: ExampleCloud, project?: string) => {
    const [machines, pending] = await cloud.usage('cyclades.vm', project);
    const [bytes] = await cloud.usage('cyclades.ram', project);
    return [machines, bytes / MIB, pending];
  };

  test('the object store charges bytes, the difference on overwriting, and releases them', async () => {
    const cloud = await objectStore();
    const { ask } = await cloud.start();
    const bytes = async () => (await cloud.usage('objects.bytes')).join();
    assert.deepEqual((await ask('PUT', '/a%2Fb.txt', 'x'.repeat(60))).json, { name: 'a/b.txt', size: 60 });
    assert.equal(await bytes(), '60,0');
    assert.equal((await ask('GET', '/a%2Fb.txt')).text, 'x'.repeat(60));
    assert.equal((await ask('PUT', '/a%2Fb.txt', 'y'.repeat(90))).status, 201);
    assert.equal(await bytes(), '90,0');
    assert.equal((await ask('PUT', '/a%2Fb.txt', 'z'.repeat(20))).status, 201);
    assert.equal(await bytes(), '20,0');
    const refused = await ask('PUT', '/big', 'x'.repeat(81));
    assert.equal(refused.status, 413);
    assert.deepEqual(refused.json, {
      error: '81 of objects.bytes are required, but only 80 of 100 are available.',
      resource: 'objects.bytes',
      requested: '81',
      limit: '100',
      usage: '20',
      left: '80',
    });
    assert.equal((await ask('GET', '/big')).status, 404);
    assert.deepEqual(
      (await ask('GET', '/')).json.map(({ name, size }: { name: string; size: number }) => [name, size]),
      [['a/b.txt', 20]],
    );
    assert.equal((await ask('DELETE', '/a%2Fb.txt')).status, 204);
    assert.equal(await bytes(), '0,0');
    assert.equal((await ask('GET', '/a%2Fb.txt')).status, 404);
    assert.equal((await ask('GET', '/', undefined, { authorization: 'Bearer wrong' })).status, 401);
    assert.equal((await ask('PUT', '/x', 'x', { 'x-project': cloud.purser.adminToken })).status, 403);
  });

  test('after concurrent writes of one object, the charge equals the stored object', async () => {
    const cloud = await objectStore(2n ** 62n);
    const { ask } = await cloud.start();
    const writes = Array.from({ length: 20 }, (_, number) =>
      ask('PUT', `/${number % 3}`, 'x'.repeat(1 + number * 7)),
    );
    assert.ok((await Promise.all(writes)).every(({ status }) => status === 201));
    const listed: { size: number }[] = (await ask('GET', '/')).json;
    const sum = listed.reduce((total, { size }) => total + size, 0);
    assert.deepEqual(await cloud.usage('objects.bytes'), [sum, 0]);
  });

  test('an aborted upload is not charged; one that a crash interrupts is released at the next start', async () => {
    const cloud = await objectStore();
    const first = await cloud.start();
    const { ask } = first;
    await ask('PUT', '/a', 'x'.repeat(10));
    const upload = () =>
      request(`${first.url}/a`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${cloud.token}`, 'content-length': 50 },
      }).on('error', () => undefined);
    const reserved = async (wanted: number) => {
      await until('the bytes are reserved', async () => (await cloud.usage('objects.bytes'))[0] === wanted);
    };
    const broken = upload();
    broken.write('half');
    await reserved(50);
    broken.destroy();
    await reserved(10);
    const cut = upload();
    cut.write('half');
    await reserved(50);
    await first.kill();
    assert.deepEqual(await cloud.usage('objects.bytes'), [50, 40]);
    const second = await cloud.start();
    assert.deepEqual(await cloud.usage('objects.bytes'), [10, 0]);
    assert.equal((await second.ask('GET', '/a')).text, 'x'.repeat(10));
  });

  test('an object that was stored or removed before a crash is charged or released at the next start', async () => {
    const cloud = await objectStore();
    const gate = await cloud.gate();
    const first = await cloud.start(gate.url);
    await first.ask('PUT', '/kept', 'x'.repeat(10));
    await first.ask('PUT', '/gone', 'x'.repeat(20));
    gate.close();
    first.begin('PUT', '/kept', 'y'.repeat(15));
    first.begin('DELETE', '/gone');
    await gate.reached;
    const sizes = async ({ ask }: typeof first) =>
      (await ask('GET', '/')).json.map(({ name, size }: { name: string; size: number }) => `${name} ${size}`);
    // Both are done, and neither acceptance arrives.
    await until('both are done', async () => (await sizes(first)).join() === 'kept 15');
    await first.kill();
    assert.deepEqual(await cloud.usage('objects.bytes'), [35, 25]);
    const second = await cloud.start();
    assert.deepEqual(await sizes(second), ['kept 15']);
    assert.deepEqual(await cloud.usage('objects.bytes'), [15, 0]);
    assert.deepEqual(await cloud.purser.domain.ledger.pending('object-store'), []);
  });

  test('the service for machines charges creation, resizing and reassignment, and releases on deletion', async () => {
    const cloud = await vmService();
    const { ask } = await cloud.start();
    const { status, json: server } = await ask('POST', '/servers', { name: 'web', ram_mib: 1024 });
    assert.deepEqual([status, server.ram_mib, await used(cloud)], [201, 1024, [1, 1024, 0]]);
    assert.equal((await ask('POST', `/servers/${server.id}/resize`, { ram_mib: 3072 })).json.ram_mib, 3072);
    assert.deepEqual(await used(cloud), [1, 3072, 0]);
    assert.equal((await ask('POST', `/servers/${server.id}/resize`, { ram_mib: 5000 })).status, 413);
    assert.equal((await ask('POST', `/servers/${server.id}/resize`, { ram_mib: 2048 })).status, 200);
    assert.deepEqual(await used(cloud), [1, 2048, 0]);

    const project = await cloud.project({
      'cyclades.vm': { project_capacity: 2, member_capacity: 2 },
      'cyclades.ram': { project_capacity: '4GiB', member_capacity: '2GiB' },
    });
    const moved = await ask('POST', `/servers/${server.id}/reassignment`, { project });
    assert.deepEqual([moved.status, moved.json.project], [200, project]);
    assert.deepEqual(
      [await used(cloud), await used(cloud, project)],
      [
        [0, 0, 0],
        [1, 2048, 0],
      ],
    );
    const tooMuch = await ask('POST', '/servers', { name: 'db', ram_mib: 1, project });
    assert.deepEqual([tooMuch.status, tooMuch.json.left], [413, '0']);
    assert.equal((await ask('POST', '/servers', { name: 'x', ram_mib: 1, project: 'unknown' })).status, 403);

    assert.equal((await ask('GET', '/servers')).json.length, 1);
    assert.equal((await ask('DELETE', `/servers/${server.id}`)).status, 200);
    assert.equal((await ask('DELETE', `/servers/${server.id}`)).status, 404);
    assert.deepEqual([await used(cloud, project), (await ask('GET', '/servers')).json], [[0, 0, 0], []]);
  });

  test('a repeated request creates one server, also after a crash during the request', async () => {
    const cloud = await vmService();
    const gate = await cloud.gate();
    const first = await cloud.start(gate.url);
    const repeat = ({ ask }: Pick<typeof first, 'ask'>, key: string, ram_mib = 512) =>
      ask('POST', '/servers', { name: 'web', ram_mib }, { 'idempotency-key': key });
    const { json: one } = await repeat(first, 'one');
    assert.deepEqual((await repeat(first, 'one')).json, one);
    assert.equal((await repeat(first, 'one', 1024)).status, 409);
    gate.close();
    void repeat(first, 'two').catch(() => undefined);
    await gate.reached;
    await first.kill();
    assert.deepEqual(await used(cloud), [2, 1024, 1]);
    const second = await cloud.start();
    assert.deepEqual(await used(cloud), [2, 1024, 0]);
    assert.equal((await repeat(second, 'two')).status, 201);
    assert.equal((await second.ask('GET', '/servers')).json.length, 2);
    assert.deepEqual(await used(cloud), [2, 1024, 0]);
  });

  test('after a crash at any point, exactly the existing machines are charged', async () => {
    const cloud = await vmService();
    const gate = await cloud.gate();
    const first = await cloud.start(gate.url);
    const { json: a } = await first.ask('POST', '/servers', { name: 'a', ram_mib: 1024 });
    const { json: b } = await first.ask('POST', '/servers', { name: 'b', ram_mib: 1024 });
    gate.close();
    // All three are done, and no acceptance arrives.
    first.begin('POST', `/servers/${a.id}/resize`, { ram_mib: 512 });
    first.begin('DELETE', `/servers/${b.id}`);
    first.begin('POST', '/servers', { name: 'c', ram_mib: 256 });
    await gate.reached;
    await until('all three are done', async () => {
      const { json } = await first.ask('GET', '/servers');
      return json.map(({ ram_mib }: { ram_mib: number }) => ram_mib).join() === '512,256';
    });
    await first.kill();
    const second = await cloud.start();
    assert.deepEqual(await used(cloud), [2, 768, 0]);
    assert.deepEqual(
      (await second.ask('GET', '/servers')).json.map(({ name }: { name: string }) => name),
      ['a', 'c'],
    );
  });
});
