import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { UNLIMITED } from '../../../../src/lib/limits.ts';
import { stringifyExact } from '../../../../src/lib/text/json.ts';
import { forEachEngine } from '../../../support/engines.ts';
import { startPurser, type TestPurser } from '../../../support/harness.ts';
import { type Ask, addUser, asker, assertProblem, fieldsOf, items } from '../asking.ts';

const DOCUMENT = JSON.parse(
  readFileSync(new URL('../../../../../docs/examples/compute-services.json', import.meta.url), 'utf8'),
);

forEachEngine((_name, open) => {
  let purser: TestPurser;
  let ask: Ask;
  const check = (guarantee: string, body: () => Promise<void> | void) =>
    test(guarantee, async () => {
      purser = await startPurser(open);
      ask = asker(purser);
      await ask('POST', '/components', { name: 'compute', base_url: 'http://127.0.0.1:8801' });
      const imported = await ask('POST', '/services/import', DOCUMENT);
      assert.equal(imported.status, 200, stringifyExact(imported.body));
      await body();
    });

  check('the example document registers services and resources, without a warning', async () => {
    const { body } = await ask('POST', '/services/import', DOCUMENT);
    assert.deepEqual(body['warnings'], []);
    assert.equal((body['messages'] as string[])[0], 'Updated service cyclades_compute.');
    const { body: service } = await ask('GET', '/services/cyclades_compute');
    assert.equal(service['component'], 'compute');
    assert.equal(service['type'], 'compute');
    assert.deepEqual(service['endpoints'], [
      { versionId: 'v2.0', publicURL: 'http://127.0.0.1:8801/compute/v2.0' },
    ]);
    const names = items(await ask('GET', '/resources')).map(({ name }) => name);
    for (const name of ['cyclades.vm', 'cyclades.cpu', 'cyclades.ram', 'cyclades.disk']) {
      assert.ok(names.includes(name), name);
    }
  });

  check('an import names every value that it replaces, and nothing where it replaces nothing', async () => {
    const unchanged = await ask('POST', '/services/import', DOCUMENT);
    assert.deepEqual(unchanged.body['replaced'], []);
    const document = structuredClone(DOCUMENT);
    const service = document['cyclades_compute'];
    const was = service.endpoints;
    service.endpoints = [{ versionId: 'v3.0', publicURL: 'http://127.0.0.1:8801/compute/v3.0' }];
    const [resource] = Object.values<{ name: string; desc: string }>(service.resources);
    assert.ok(resource);
    const { name, desc } = resource;
    resource.desc = 'Another description';
    const { body } = await ask('POST', '/services/import', document);
    assert.deepEqual(body['replaced'], [
      {
        kind: 'service',
        name: 'cyclades_compute',
        field: 'endpoints',
        old_value: was,
        new_value: service.endpoints,
      },
      { kind: 'resource', name, field: 'description', old_value: desc, new_value: 'Another description' },
    ]);
    // A resource that the document leaves out stays.
    const without = { cyclades_compute: { ...service, resources: {} } };
    assert.deepEqual((await ask('POST', '/services/import', without)).body['replaced'], []);
    assert.equal((await ask('GET', `/resources/${name}`)).status, 200);
  });

  check("an endpoint outside of the component's base URL causes a warning", async () => {
    const endpoints = [{ publicURL: 'http://elsewhere.example.org/x' }];
    const document = { stray: { component: 'compute', type: 'x', endpoints } };
    const { status, body } = await ask('POST', '/services/import', document);
    assert.equal(status, 200);
    assert.equal((body['warnings'] as string[]).length, 1);
  });

  check(
    'a document states the limits that a new resource starts with, and the response says for how many holdings',
    async () => {
      const { body: document } = { body: structuredClone(DOCUMENT) };
      await ask('POST', '/services/import', document);
      await addUser(ask, 'one@example.org');
      const [[name, service] = ['', {}]] = Object.entries(document as Record<string, object>);
      const gpu = (defaults: object) => ({
        [name]: {
          ...service,
          resources: {
            gpu: {
              name: 'cloud.gpu',
              service_type: 'compute',
              service_origin: name,
              unit: 'bytes',
              ...defaults,
            },
          },
        },
      });
      for (const wrong of [-1, 1.5, '', 'many', true, null, '99999999999999999999', [], 2 ** 63 * 2]) {
        for (const field of ['system_default', 'project_default']) {
          const refused = await ask('POST', '/services/import', gpu({ [field]: wrong }));
          assert.equal(refused.status, 400, `${field} ${wrong}`);
        }
      }
      const { status, body } = await ask(
        'POST',
        '/services/import',
        gpu({ system_default: '2GiB', project_default: 5 }),
      );
      assert.equal(status, 200);
      const limits = { resource: 'cloud.gpu', system_default: 2 ** 31, project_default: 5 };
      assert.deepEqual(body['resources'], [{ ...limits, users: 2, projects: 0 }]);
      assert.deepEqual(body['warnings'], []);
      const quotas = items(await ask('GET', '/quotas?resource=cloud.gpu'));
      assert.deepEqual(
        quotas.map(({ limit }) => limit),
        [2 ** 31, 2 ** 31],
      );
      const again = await ask('POST', '/services/import', gpu({ system_default: 1 }));
      assert.deepEqual(again.body['resources'], []);
      assert.match(String(again.body['warnings']), /is registered already and keeps its defaults/);
      const shown = await ask('GET', '/resources/cloud.gpu');
      assert.deepEqual([shown.body['system_default'], shown.body['project_default']], [2 ** 31, 5]);
    },
  );

  check('a resource is added to a registered service, with limits of 0 unless stated', async () => {
    await addUser(ask, 'one@example.org');
    const wanted = { name: 'cyclades.gpu', service: 'cyclades_compute' };
    const rehearsed = await ask('POST', '/rehearsals', { method: 'POST', path: '/resources', body: wanted });
    assert.equal(rehearsed.status, 200, stringifyExact(rehearsed.body));
    const added = await ask('POST', '/resources', wanted);
    assert.equal(added.status, 201, stringifyExact(added.body));
    const { users, projects, ...resource } = added.body;
    assert.deepEqual([users, projects], [2, 0]);
    assert.deepEqual((await ask('GET', '/resources/cyclades.gpu')).body, resource);
    const { id: _id, ...described } = resource;
    assert.deepEqual(described, {
      ...{ name: 'cyclades.gpu', description: null, unit: null },
      ...{ service_type: 'compute', service_origin: 'cyclades_compute', component: 'compute' },
      ...{ system_default: 0, project_default: 0, api_visible: true, ui_visible: true },
    });
    const limits = items(await ask('GET', '/quotas?resource=cyclades.gpu')).map(({ limit }) => limit);
    assert.deepEqual(limits, [0, 0]);
    assert.match(String(added.headers.get('location')), /\/api\/resources\/cyclades\.gpu$/);
    const recorded = items(await ask('GET', '/audit?action=resource.add')).map(({ subject }) => subject);
    assert.ok(recorded.includes('cyclades.gpu'));

    const service = (await ask('GET', '/services/cyclades_compute')).body['id'];
    const hidden = await ask('POST', '/resources', {
      ...{ name: 'cyclades.slot', service: String(service), description: 'Slots', unit: 'bytes' },
      ...{ system_default: '2GiB', project_default: 'inf', api_visible: false },
    });
    assert.equal(hidden.status, 201, stringifyExact(hidden.body));
    const { description, unit, system_default, project_default, ui_visible } = hidden.body;
    assert.deepEqual(
      [description, unit, system_default, project_default, ui_visible],
      ['Slots', 'bytes', 2 ** 31, UNLIMITED, false],
    );
    for (const [body, status, code] of [
      [{ ...wanted, unit: 'bytes' }, 409, 'resource_exists'],
      [{ ...wanted, name: 'new', service: 'unknown' }, 404, 'service_not_found'],
      [{ ...wanted, name: 'new', ui_visible: true, api_visible: false }, 400, 'resource_visibility'],
      [{ ...wanted, name: ' new' }, 400, 'invalid_field'],
      [{ ...wanted, name: 'new', system_default: -1 }, 400, 'invalid_request'],
    ] as const) {
      assertProblem(await ask('POST', '/resources', body), status, code);
    }
    assert.deepEqual((await ask('GET', '/resources/cyclades.gpu')).body, resource);
  });

  check('a document with any error imports nothing', async () => {
    const good = { component: 'compute', type: 'x', endpoints: [] };
    const cases: [unknown, number, string][] = [
      [{ fresh: good, other: { ...good, component: 'unknown' } }, 400, 'component_not_registered'],
      [{ fresh: good, other: { component: 'compute' } }, 400, 'service_malformed'],
      [{ fresh: good, other: 5 }, 400, 'service_malformed'],
      [{ fresh: good, other: { ...good, resources: [1] } }, 400, 'service_malformed'],
      [{ fresh: good, astakos_account: good }, 409, 'service_owned'],
      [[], 400, 'invalid_request'],
      ['text', 400, 'invalid_request'],
    ];
    for (const [document, status, code] of cases) {
      const answer = await ask('POST', '/services/import', document);
      assertProblem(answer, status, code);
      assertProblem(await ask('GET', '/services/fresh'), 404, 'service_not_found');
    }
  });

  check('new resources are unlimited, with the exact value', async () => {
    const { body } = await ask('GET', '/resources/cyclades.ram');
    assert.equal(body['system_default'], UNLIMITED);
    assert.equal(body['project_default'], 0);
    assert.equal(body['unit'], 'bytes');
    assert.equal(body['component'], 'compute');
    const text = await (await purser.admin('GET', '/api/resources/cyclades.ram')).text();
    assert.match(text, /"system_default":9223372036854775807,/);
  });

  check('limits are accepted as integers, texts with units, and inf', async () => {
    const cases: [unknown, bigint | number][] = [
      [0, 0],
      [5, 5],
      [9007199254740993n, 9007199254740993n],
      [UNLIMITED, UNLIMITED],
      ['inf', UNLIMITED],
      ['10', 10],
      ['1.5KiB', 1536],
      ['8GiB', 8589934592],
      ['9223372036854775807', UNLIMITED],
    ];
    for (const [system_default, read] of cases) {
      const { status, body } = await ask('PATCH', '/resources/cyclades.disk', { system_default });
      assert.equal(status, 200, String(system_default));
      assert.equal(body['system_default'], read);
    }
  });

  check('an invalid limit is refused, and changes nothing', async () => {
    const { body: before } = await ask('GET', '/resources/cyclades.vm');
    const wrong = [-1, UNLIMITED + 1n, true, null, [], {}, '', 'many', '-1', '9223372036854775808', '1.5'];
    for (const system_default of wrong) {
      const answer = await ask('PATCH', '/resources/cyclades.vm', { system_default });
      assert.equal(answer.status, 400, String(system_default));
      assert.deepEqual(fieldsOf(answer), ['system_default']);
    }
    for (const number of ['1.0', '1e3', '1e400', '123456789012345678901234567890']) {
      const response = await purser.fetch('/api/resources/cyclades.vm', {
        method: 'PATCH',
        headers: { authorization: `Bearer ${purser.adminToken}`, 'content-type': 'application/json' },
        body: `{"system_default":${number}}`,
      });
      assert.equal(response.status, 400, number);
    }
    assert.deepEqual((await ask('GET', '/resources/cyclades.vm')).body, before);
  });

  check('users see the resources that are visible in the API, and only those', async () => {
    const { token } = await addUser(ask, 'looker@example.org');
    const self = asker(purser, token);
    const names = async () => items(await self('GET', '/resources')).map(({ name }) => name);
    assert.ok((await names()).includes('cyclades.cpu'));
    const { body } = await ask('PATCH', '/resources/cyclades.cpu', { api_visible: false });
    assert.equal(body['ui_visible'], false);
    assert.ok(!(await names()).includes('cyclades.cpu'));
    assertProblem(await self('GET', '/resources/cyclades.cpu'), 404, 'resource_not_found');
    assert.equal((await ask('GET', '/resources/cyclades.cpu')).status, 200);
    const shown = await ask('PATCH', '/resources/cyclades.cpu', { ui_visible: true });
    assert.equal(shown.body['api_visible'], true);
    assertProblem(await self('PATCH', '/resources/cyclades.cpu', { system_default: 1 }), 403, 'forbidden');
  });

  check('unknown services and resources are not found', async () => {
    assertProblem(await ask('GET', '/services/nothing'), 404, 'service_not_found');
    assertProblem(await ask('GET', '/services/99999999999999999999'), 404, 'service_not_found');
    assertProblem(await ask('GET', '/resources/nothing'), 404, 'resource_not_found');
    assertProblem(await ask('PATCH', '/resources/nothing', { system_default: 1 }), 404, 'resource_not_found');
  });
});
