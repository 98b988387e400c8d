import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../test/support/engines.ts';
import { partsOver, refusal } from '../../test/support/parts.ts';
import type { PurserError } from '../lib/errors.ts';
import { UNLIMITED } from '../lib/limits.ts';
import { parseExact } from '../lib/text/json.ts';
import type { Resource } from './resources.ts';

const BASE = 'https://compute.example.org/cyclades';

const resource = (more: object = {}) => ({
  name: 'cyclades.vm',
  desc: 'Virtual machines',
  service_type: 'compute',
  service_origin: 'cyclades_compute',
  ...more,
});

const service = (more: object = {}) => ({
  component: 'cyclades',
  type: 'compute',
  endpoints: [{ versionId: 'v2.0', publicURL: `${BASE}/compute/v2.0`, 'SNF:exposeVersion': true }],
  ...more,
});

const unlimited = (name: string, users: number) =>
  `'${name}' is unlimited for ${users} users and for new ones, because the document states no system_default. ` +
  `To limit new users: purser resource modify ${name} --system-default N. To limit the users there are: ` +
  `purser project set-limits --all-system-projects --limit ${name} N N.`;

forEachEngine((_engine, open) => {
  async function prepared() {
    const parts = partsOver(await open());
    await parts.components.add({ name: 'cyclades', baseUrl: BASE, uiUrl: `${BASE}/ui` });
    await parts.components.add({ name: 'pithos' });
    return parts;
  }

  test('an import adds services with their endpoints and resources, and says so', async () => {
    const { services, resources } = await prepared();
    const heard: Resource[] = [];
    resources.onRegistered(async (_tx, resource) => {
      heard.push(resource);
      return { users: 3, projects: 2 };
    });
    const report = await services.import({
      cyclades_compute: service({
        prefix: 'compute',
        public: true,
        resources: {
          any: resource(),
          hidden: resource({
            name: 'cyclades.total_ram',
            unit: 'bytes',
            ui_visible: false,
            api_visible: false,
          }),
        },
      }),
    });
    assert.deepEqual(report, {
      messages: [
        'Added service cyclades_compute.',
        "Resource 'cyclades.vm' created in database with unlimited quota.",
        "Limits of 'cyclades.vm': unlimited for each of 3 users, 0 for each of 2 projects, and for new ones.",
        "Resource 'cyclades.total_ram' created in database with unlimited quota.",
        "Limits of 'cyclades.total_ram': unlimited for each of 3 users, unlimited for each of 2 projects, and for new ones.",
      ],
      warnings: [unlimited('cyclades.vm', 3), unlimited('cyclades.total_ram', 3)],
      resources: [
        {
          resource: 'cyclades.vm',
          systemDefault: UNLIMITED,
          projectDefault: 0n,
          users: 3,
          projects: 2,
        },
        {
          resource: 'cyclades.total_ram',
          systemDefault: UNLIMITED,
          projectDefault: UNLIMITED,
          users: 3,
          projects: 2,
        },
      ],
      replaced: [],
    });
    assert.deepEqual((await services.get('cyclades_compute')).endpoints, [
      { versionId: 'v2.0', publicURL: `${BASE}/compute/v2.0`, 'SNF:exposeVersion': 'True' },
    ]);
    const all = await resources.all();
    assert.deepEqual(heard, all);
    assert.deepEqual(all[0], {
      id: all[0]?.id,
      name: 'cyclades.vm',
      description: 'Virtual machines',
      unit: null,
      serviceType: 'compute',
      serviceOrigin: 'cyclades_compute',
      component: 'cyclades',
      systemDefault: UNLIMITED,
      projectDefault: 0n,
      uiVisible: true,
      apiVisible: true,
    });
    assert.deepEqual([all[1]?.unit, all[1]?.projectDefault, all[1]?.apiVisible], ['bytes', UNLIMITED, false]);
  });

  test('an import again updates type, endpoints and descriptions, not flags and defaults', async () => {
    const { services, resources } = await prepared();
    await services.import({ cyclades_compute: service({ resources: { vm: resource() } }) });
    await resources.modify('cyclades.vm', { systemDefault: 2n, projectDefault: 1n });
    const before = await services.get('cyclades_compute');
    const heard: Resource[] = [];
    resources.onRegistered(async (_tx, resource) => {
      heard.push(resource);
      return { users: 3, projects: 2 };
    });
    const report = await services.import({
      cyclades_compute: service({
        type: 'compute2',
        endpoints: [{ a: 1, b: false, publicURL: 'https://elsewhere.example.org' }, {}],
        resources: {
          vm: resource({ desc: 'Servers', unit: 'pieces', api_visible: false, ui_visible: false }),
        },
      }),
    });
    assert.deepEqual(report.messages, [
      'Updated service cyclades_compute.',
      "Resource 'cyclades.vm' updated in database.",
    ]);
    assert.deepEqual(
      report.replaced.map(({ name, field }) => [name, field]),
      [
        ['cyclades_compute', 'type'],
        ['cyclades_compute', 'endpoints'],
        ['cyclades.vm', 'description'],
      ],
    );
    assert.equal(report.warnings.length, 1);
    assert.match(report.warnings[0] ?? '', /'https:\/\/elsewhere.example.org' is not under the base URL/);
    assert.deepEqual(await services.get(before.id), {
      ...before,
      type: 'compute2',
      endpoints: [{ a: '1', b: 'False', publicURL: 'https://elsewhere.example.org' }, {}],
    });
    const vm = await resources.get('cyclades.vm');
    assert.deepEqual([vm.description, vm.unit], ['Servers', 'pieces']);
    assert.deepEqual(
      [vm.systemDefault, vm.projectDefault, vm.apiVisible, vm.uiVisible],
      [2n, 1n, true, true],
    );
    assert.deepEqual(heard, []);
  });

  test('a resource moves between services of one component, never to another component', async () => {
    const { services, resources } = await prepared();
    await services.import({ cyclades_compute: service({ resources: { vm: resource() } }) });
    const moved = resource({ service_origin: 'cyclades_other', service_type: 'other' });
    await services.import({ cyclades_other: service({ resources: { vm: moved } }) });
    const vm = await resources.get('cyclades.vm');
    assert.deepEqual([vm.serviceOrigin, vm.serviceType], ['cyclades_other', 'other']);
    const taken = service({ component: 'pithos', resources: { vm: resource({ service_origin: 'theft' }) } });
    await assert.rejects(services.import({ theft: taken }), refusal('resource_owned'));
    await assert.rejects(services.get('theft'), refusal('service_not_found'));
  });

  test('a resource whose service is gone can be taken over', async () => {
    const { services, resources, components } = await prepared();
    await services.import({ cyclades_compute: service({ resources: { vm: resource() } }) });
    await components.remove('cyclades');
    const report = await services.import({
      new: service({ component: 'pithos', resources: { vm: resource({ service_origin: 'new' }) } }),
    });
    assert.equal(report.messages[1], "Resource 'cyclades.vm' updated in database.");
    assert.equal((await resources.get('cyclades.vm')).component, 'pithos');
  });

  test('a service of another component, or of none, is refused and nothing is imported', async () => {
    const { services, serviceCatalog } = await prepared();
    await services.import({ mine: service() });
    const first = service({ resources: { vm: resource({ service_origin: 'first' }) } });
    await assert.rejects(
      services.import({ first, mine: service({ component: 'pithos' }) }),
      refusal('service_owned'),
    );
    await assert.rejects(services.import({ first, mine: service({ component: 'unknown' }) }), {
      ...refusal('component_not_registered'),
      message: "Component 'unknown' is not registered.",
    });
    assert.deepEqual(
      (await services.list()).map(({ name }) => name),
      ['mine'],
    );
    assert.equal((await serviceCatalog.entries()).length, 1);
  });

  test('a listener that fails undoes the import', async () => {
    const { services, resources } = await prepared();
    resources.onRegistered(async () => {
      throw new Error('no pools');
    });
    await assert.rejects(
      services.import({ cyclades_compute: service({ resources: { vm: resource() } }) }),
      /no pools/,
    );
    assert.deepEqual(await services.list(), []);
    assert.deepEqual(await resources.all(), []);
  });

  const malformed: [string, unknown, RegExp][] = [
    ['null', null, /The document must be an object/],
    ['a list', [], /The document must be an object/],
    ['a number', parseExact('1.5'), /The document must be an object/],
    ['a service that is text', { s: 'x' }, /Service 's' must be an object/],
    ['an empty name', { '': service() }, /The name of a service must not be empty/],
    ['a name with NUL', { 'a\0b': service() }, /The name of a service contains control characters/],
    ['a name too long', { ['x'.repeat(256)]: service() }, /longer than 255/],
    ['no component', { s: service({ component: undefined }) }, /Service 's': 'component' is missing/],
    ['a component that is a number', { s: service({ component: 1 }) }, /'component' must be a string/],
    ['no type', { s: service({ type: undefined }) }, /'type' is missing/],
    ['a type that is empty', { s: service({ type: '' }) }, /'type' must not be empty/],
    ['no endpoints', { s: service({ endpoints: undefined }) }, /'endpoints' is missing/],
    ['endpoints that are an object', { s: service({ endpoints: {} }) }, /'endpoints' must be a list/],
    ['an endpoint that is text', { s: service({ endpoints: ['x'] }) }, /endpoint 1 must be an object/],
    [
      'an endpoint that nests',
      { s: service({ endpoints: [{}, { a: {} }] }) },
      /endpoint 2: 'a' must be a string, a/,
    ],
    [
      'an endpoint value null',
      { s: service({ endpoints: [{ a: null }] }) },
      /'a' must be a string, a number/,
    ],
    [
      'an endpoint key too long',
      { s: service({ endpoints: [{ ['k'.repeat(256)]: '' }] }) },
      /not a usable key/,
    ],
    [
      'an endpoint value too long',
      { s: service({ endpoints: [{ a: 'x'.repeat(1025) }] }) },
      /longer than 1024/,
    ],
    ['an endpoint value with NUL', { s: service({ endpoints: [{ a: '\0' }] }) }, /control characters/],
    ['half a character', { s: service({ endpoints: [{ a: '\ud800' }] }) }, /control characters/],
    ['resources that are a list', { s: service({ resources: [] }) }, /'resources' must be an object/],
    ['a resource that is text', { s: service({ resources: { r: 'x' } }) }, /resource 'r' must be an object/],
    [
      'a resource without a name',
      { s: service({ resources: { r: {} } }) },
      /resource 'r': 'name' is missing/,
    ],
    ['a foreign origin', { s: service({ resources: { r: resource() } }) }, /'service_origin' must be 's'/],
    [
      'a flag that is text',
      { s: service({ resources: { r: resource({ service_origin: 's', ui_visible: 'yes' }) } }) },
      /'ui_visible' must be true or false/,
    ],
  ];
  test('a malformed document is refused with the place', async () => {
    const { services } = await prepared();
    for (const [what, document, reason] of malformed) {
      await assert.rejects(
        services.import(document),
        { ...refusal('service_malformed'), message: reason },
        what,
      );
      await assert.rejects(services.import(document), /^PurserError: Malformed service definition\. /, what);
    }
    assert.deepEqual(await services.list(), []);
  });

  test('all faults of a document are reported at once, and nothing is imported', async () => {
    const { services } = await prepared();
    const first = { component: 5, endpoints: [{ a: null }, 1], resources: { r: {}, t: 'x' } };
    const second = service({ type: '', resources: { r: resource() } });
    await assert.rejects(services.import({ first, second }), ({ code, data }: PurserError) => {
      assert.equal(code, 'service_malformed');
      assert.deepEqual(data['reasons'], [
        "Service 'first': 'component' must be a string.",
        "Service 'first': 'type' is missing.",
        "Service 'first': endpoint 1: 'a' must be a string, a number or a boolean.",
        "Service 'first': endpoint 2 must be an object.",
        "Service 'first': resource 'r': 'name' is missing.",
        "Service 'first': resource 't' must be an object.",
        "Service 'second': 'type' must not be empty.",
        "Service 'second': resource 'r': 'service_origin' must be 'second'.",
      ]);
      return true;
    });
    const strangers = { a: service({ component: 'ghost' }), b: service({ component: 'spectre' }) };
    await assert.rejects(
      services.import(strangers),
      /'ghost' is not registered\. .*'spectre' is not registered/,
    );
    assert.deepEqual(await services.list(), []);
  });

  test('what the UI shows the API must show', async () => {
    const { services } = await prepared();
    const contradiction = resource({ service_origin: 's', ui_visible: true, api_visible: false });
    await assert.rejects(
      services.import({ s: service({ resources: { r: contradiction } }) }),
      refusal('resource_visibility'),
    );
  });

  test('numbers in endpoints keep the spelling of the document', async () => {
    const { services } = await prepared();
    const endpoint = '{"big": 9223372036854775807, "decimal": 1.50, "__proto__": "x"}';
    const text = `{"s": {"component": "cyclades", "type": "t", "endpoints": [${endpoint}]}}`;
    await services.import(parseExact(text));
    const [stored] = (await services.get('s')).endpoints;
    assert.deepEqual(Object.entries(stored ?? {}), [
      ['big', '9223372036854775807'],
      ['decimal', '1.50'],
      ['__proto__', 'x'],
    ]);
  });

  test('services are paged by id, each with its own endpoints', async () => {
    const { services } = await prepared();
    const document = Object.fromEntries(
      [0, 1, 2, 3].map((count) => [
        `s${count}`,
        service({ endpoints: Array.from({ length: count }, (_, index) => ({ index })) }),
      ]),
    );
    await services.import(document);
    const [first, second] = await services.list({ limit: 2 });
    const rest = await services.list({ after: second?.id });
    assert.deepEqual(
      [first, second, ...rest].map((service) => service?.endpoints.length),
      [0, 1, 2, 3],
    );
    await assert.rejects(services.get('a\0b'), refusal('service_not_found'));
  });

  test('the service registers itself, once, and follows its base URL', async () => {
    const { services, components, resources } = partsOver(await open());
    await services.ensureBuiltIn('http://127.0.0.1:8700');
    await services.ensureBuiltIn('https://accounts.example.org/astakos');
    const listed = await services.list();
    assert.deepEqual(
      listed.map(({ name, type, endpoints }) => [name, type, endpoints]),
      [
        ['astakos_account', 'account', 'v1.0', 'account/v1.0'],
        ['astakos_identity', 'identity', 'v2.0', 'identity/v2.0'],
        ['astakos_weblogin', 'astakos_weblogin', '', 'weblogin'],
        ['identity_v3', 'identity', 'v3', 'identity/v3'],
        ['admin_logic', 'admin-logic', 'v1', 'v1'],
        ['registration', 'registration', 'v1', 'v1'],
      ].map(([name, type, versionId, path]) => [
        name,
        type,
        [
          {
            versionId,
            publicURL: `https://accounts.example.org/astakos/${path}`,
            'SNF:exposeVersion': 'True',
          },
        ],
      ]),
    );
    const component = await components.get('astakos');
    assert.equal(component.baseUrl, 'https://accounts.example.org/astakos');
    assert.equal(component.uiUrl, 'https://accounts.example.org/astakos/ui');
    const pending = await resources.get('astakos.pending_app');
    assert.deepEqual([pending.systemDefault, pending.projectDefault], [UNLIMITED, UNLIMITED]);
    assert.deepEqual([pending.apiVisible, pending.uiVisible], [false, false]);
  });

  test('nodes that start at the same moment register the service once', async () => {
    const storage = await open();
    const nodes = ['one', 'two', 'three'].map((seed) => partsOver(storage, { seed }));
    await Promise.all(nodes.map(({ services }) => services.ensureBuiltIn('http://127.0.0.1:8700')));
    const listed = (await nodes[0]?.services.list()) ?? [];
    assert.deepEqual(
      listed.map(({ endpoints }) => endpoints.length),
      [1, 1, 1, 1, 1, 1],
    );
  });
});
