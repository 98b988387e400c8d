import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { HIDDEN, startCloud, VISIBLE } from './cloud.ts';
import { END_DATE, expect, refused, startProjectCloud, UNLIMITED } from './project-cloud.ts';

forEachEngine((_engine, open) => {
  test("a client of the older generation charges a user's system project", async () => {
    const { call, service, user } = await startCloud(open);
    const charge = (quantity: number) => ({
      holder: user.uuid,
      source: 'system',
      resource: VISIBLE,
      quantity,
    });
    const issued = await call('POST', '/commissions', service, { provisions: [charge(60), charge(10)] });
    assert.equal(issued.status, 201, issued.text);
    const { json } = await call('GET', '/quotas', user.token);
    const { usage, pending, project_usage, project_pending } = json[user.uuid][VISIBLE];
    assert.deepEqual([usage, pending, project_usage, project_pending], [70, 70, 70, 70]);
    const accepted = await call('POST', `/commissions/${issued.json.serial}/action`, service, { accept: '' });
    assert.equal(accepted.status, 200);
  });

  test("a refusal uses the names of such a client's request", async () => {
    const { call, service, user } = await startCloud(open);
    const provision = { holder: user.uuid, source: 'system', resource: VISIBLE, quantity: 101 };
    const refused = await call('POST', '/commissions', service, { provisions: [provision] });
    assert.equal(refused.status, 413);
    assert.deepEqual(refused.json.overLimit.data, {
      name: 'NoCapacityError',
      provision,
      limit: 100,
      usage: 0,
    });
    const missing = { ...provision, holder: 'unknown' };
    const unknown = await call('POST', '/commissions', service, { provisions: [missing] });
    assert.equal(unknown.status, 404);
    assert.deepEqual(unknown.json.itemNotFound.data.provision, missing);
  });

  test('a component that charges from `system` gets quotas and commissions with that name', async () => {
    const { call, service, otherService, user, issue } = await startCloud(open);
    const charge = (resource: string, quantity: number) => ({
      holder: user.uuid,
      source: 'system',
      resource,
      quantity,
    });
    const quotas = async (token: string) =>
      expect(200, await call('GET', `/service_quotas?user=${user.uuid}`, token));
    assert.deepEqual(Object.keys((await quotas(service))[user.uuid]), [user.uuid]);
    const provisions = [charge(VISIBLE, 60), charge(HIDDEN, 2)];
    const beyond = await call('POST', '/commissions', service, { provisions: [charge(VISIBLE, 101)] });
    assert.equal(beyond.status, 413);
    assert.deepEqual(
      Object.keys((await quotas(service))[user.uuid]),
      [user.uuid],
      'a refusal changes nothing',
    );
    const { serial } = expect(201, await call('POST', '/commissions', service, { provisions }));
    const shown = expect(200, await call('GET', `/commissions/${serial}`, service));
    const key = (one: { resource: string; quantity: number }) => `${one.resource} ${one.quantity}`;
    assert.deepEqual(
      shown.provisions.toSorted((a: (typeof provisions)[0], b: (typeof provisions)[0]) =>
        key(a).localeCompare(key(b)),
      ),
      provisions.toSorted((a, b) => key(a).localeCompare(key(b))),
    );
    const { system } = (await quotas(service))[user.uuid];
    assert.deepEqual(system[HIDDEN], { limit: 5, usage: 2, pending: 2 });
    assert.deepEqual(Object.keys(system[VISIBLE]), ['limit', 'usage', 'pending']);
    assert.deepEqual(Object.keys(expect(200, await call('GET', '/service_quotas', service))[user.uuid]), [
      'system',
    ]);
    refused(404, await call('GET', '/service_quotas?user=unknown', service));
    // Other components get the newer names, and so does this one once it uses them.
    const other = expect(200, await call('GET', '/service_quotas', otherService));
    assert.deepEqual(Object.keys(other[user.uuid]), [user.uuid]);
    expect(201, await issue({ [VISIBLE]: 1 }));
    assert.deepEqual(Object.keys((await quotas(service))[user.uuid]), [user.uuid]);
  });

  test('a token used in the older forms gets quotas and projects in the older names', async () => {
    const { call, owner, plain, apply, active } = await startProjectCloud(open);
    await active();
    const waiting = await apply();
    const older = async (token: string) => 'system' in expect(200, await call('GET', '/quotas', token));
    const state = async (token: string) =>
      expect(200, await call('GET', `/projects/${waiting.id}`, token)).state;
    assert.equal(await older(owner.token), false);
    assert.equal(await state(owner.token), 'uninitialized');
    refused(400, await call('GET', '/projects?body=7', owner.token));
    assert.equal(await older(owner.token), false, 'a refusal changes nothing');
    expect(200, await call('GET', `/projects/apps?project=${waiting.id}`, owner.token));
    assert.equal(
      await older(owner.token),
      false,
      'clients from between the generations name projects by uuid',
    );
    expect(200, await call('GET', '/projects/apps', owner.token));
    const { system } = expect(200, await call('GET', '/quotas', owner.token));
    assert.deepEqual(system[VISIBLE], { limit: 100, usage: 0, pending: 0 });
    assert.equal(await state(owner.token), 'pending');
    const names = async (token: string, query = '') =>
      expect(200, await call('GET', `/projects${query}`, token)).map(({ id }: { id: string }) => id);
    const publicly = await names(plain.token);
    assert.equal(publicly.length, 2, 'a public project that one has nothing to do with');
    expect(200, await call('GET', '/projects/apps', plain.token));
    assert.deepEqual(await names(plain.token), [plain.uuid]);
    assert.deepEqual(await names(plain.token, '?mode=default'), publicly);
    assert.equal(await older(plain.token), false, 'newer forms count too');
  });

  test('the generation can be set for all clients', async () => {
    const older = await startCloud(open, { PURSER_ACCOUNT_GENERATION: 'a' });
    assert.deepEqual(Object.keys((await older.call('GET', '/quotas', older.user.token)).json), ['system']);
    const { json } = await older.call('GET', '/service_quotas', older.service);
    assert.deepEqual(Object.keys(json[older.user.uuid]), ['system']);
    const newer = await startCloud(open, { PURSER_ACCOUNT_GENERATION: 'b' });
    const provision = { holder: newer.user.uuid, source: 'system', resource: VISIBLE, quantity: 1 };
    const issued = await newer.call('POST', '/commissions', newer.service, { provisions: [provision] });
    const shown = await newer.call('GET', `/commissions/${issued.json.serial}`, newer.service);
    assert.equal(shown.json.provisions.length, 2);
  });

  test("the capacity of a project without one is the sum of its members' capacities", async () => {
    const { apply, project, active, call, owner, modify } = await startProjectCloud(open);
    const capacityOf = async (changes: object, project_capacity: unknown, member_capacity: unknown) => {
      const { id } = await apply({
        ...changes,
        resources: { [VISIBLE]: { project_capacity, member_capacity } },
      });
      const shown = await project(id);
      expect(
        200,
        await call('POST', `/projects/apps/${shown.application}/action`, owner.token, { cancel: '' }),
      );
      return shown.resources[VISIBLE].project_capacity;
    };
    assert.equal(await capacityOf({ max_members: 5 }, null, 7), 35);
    assert.equal(await capacityOf({ max_members: 0 }, null, 0), 0);
    assert.equal(await capacityOf({ max_members: 'inf' }, null, 7), UNLIMITED);
    assert.equal(await capacityOf({}, null, 7), UNLIMITED);
    assert.equal(await capacityOf({ max_members: 5 }, null, UNLIMITED), UNLIMITED);
    assert.equal(await capacityOf({ max_members: 2n ** 62n }, null, 3), UNLIMITED);
    assert.equal(await capacityOf({ max_members: 5 }, 10, 7), 10);
    const id = await active({ max_members: 4, end_date: END_DATE });
    await modify(id, { resources: { [VISIBLE]: { project_capacity: null, member_capacity: 6 } } });
    assert.equal((await project(id)).last_application.resources[VISIBLE].project_capacity, 24);
    await modify(id, {
      max_members: 3,
      resources: { [VISIBLE]: { project_capacity: null, member_capacity: 6 } },
    });
    assert.equal((await project(id)).last_application.resources[VISIBLE].project_capacity, 18);
  });
});
