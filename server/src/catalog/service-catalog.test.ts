import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../test/support/engines.ts';
import { partsOver } from '../../test/support/parts.ts';

const BASE = 'https://accounts.example.org';

forEachEngine((engine, open) => {
  test('every service appears in order, with the keys that clients look for', async () => {
    const { services, components, serviceCatalog } = partsOver(await open());
    await services.ensureBuiltIn(BASE);
    await components.add({ name: 'bare' });
    await services.import({ idle: { component: 'bare', type: 'idle', endpoints: [] } });
    const entries = await serviceCatalog.entries();
    assert.deepEqual(
      entries.map(({ name }) => name),
      [
        'astakos_account',
        'astakos_identity',
        'astakos_weblogin',
        'identity_v3',
        'admin_logic',
        'registration',
        'idle',
      ],
    );
    assert.deepEqual(entries[2], {
      name: 'astakos_weblogin',
      type: 'astakos_weblogin',
      endpoints: [
        {
          versionId: '',
          publicURL: `${BASE}/weblogin`,
          'SNF:exposeVersion': 'True',
          'SNF:uiURL': `${BASE}/ui`,
          region: 'default',
          'SNF:webloginURL': `${BASE}/weblogin`,
        },
      ],
      endpoints_links: [],
    });
    assert.equal('SNF:webloginURL' in (entries[0]?.endpoints[0] ?? {}), false);
    assert.deepEqual(entries[6]?.endpoints, []);
  });

  test('the catalog is remembered until something in it changes', async () => {
    const { services, components, resources, serviceCatalog } = partsOver(await open());
    await services.ensureBuiltIn(BASE);
    const first = await serviceCatalog.entries();
    const { version } = serviceCatalog;
    assert.equal(serviceCatalog.entries(), first);
    await resources.modify('astakos.pending_app', { systemDefault: 3n });
    assert.equal(await serviceCatalog.entries(), first);
    assert.equal(serviceCatalog.version, version);
    await components.modify('astakos', { uiUrl: 'https://ui.example.org' });
    const second = await serviceCatalog.entries();
    assert.equal(second[0]?.endpoints[0]?.['SNF:uiURL'], 'https://ui.example.org');
    assert.equal(serviceCatalog.version, version + 1);
  });

  // Only PostgreSQL has nodes.
  const onNodes = engine === 'postgres' ? test : () => undefined;

  onNodes('what another node changes appears within a second', async () => {
    const storage = await open();
    const { services, serviceCatalog, resources, clock } = partsOver(storage);
    const elsewhere = partsOver(storage, { seed: 'elsewhere' });
    await services.ensureBuiltIn(BASE);
    assert.equal((await serviceCatalog.entries()).length, 6);
    assert.equal((await resources.all()).length, 1);
    await elsewhere.components.add({ name: 'c' });
    const r = { name: 'r', service_type: 't', service_origin: 's' };
    await elsewhere.services.import({ s: { component: 'c', type: 't', endpoints: [], resources: { r } } });
    assert.equal((await serviceCatalog.entries()).length, 6);
    clock.advance(1001);
    assert.equal((await serviceCatalog.entries()).length, 7);
    assert.equal((await resources.all()).length, 2);
  });
});
