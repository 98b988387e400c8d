import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringifyExact } from '../../../src/lib/text/json.ts';
import { forEachEngine } from '../../support/engines.ts';
import { startV3 } from '../identity-v3/asking.ts';
import { asker } from '../native/asking.ts';

/** Ways to send a name of some kind; each returns the status and the text. */
type Make = (name: string) => Promise<{ status: number; said: string }>;

const NAME = 'Caf\u00e9 R\u00e9union';
/** Other spellings of a name: decomposed, full width, with a no-break space, with two spaces. */
const SAME = [
  NAME.normalize('NFD'),
  'Ｃａｆ\u00e9 R\u00e9union',
  'Caf\u00e9\u00a0R\u00e9union',
  'Caf\u00e9  R\u00e9union',
];
/** Characters that no name contains: invisible ones, direction marks, control characters. */
const REFUSED = [
  'Caf\u200b\u00e9',
  'Caf\u00e9\u00ad',
  '\u202eeluR',
  '\u2066Caf\u00e9\u2069',
  'Caf\ufeff\u00e9',
  'a\u3164b',
  'a\u0007b',
  'a\u2028b',
];

forEachEngine((_engine, open) => {
  test('two spellings of one name are one name, for every kind of name and in every dialect', async (t) => {
    const cloud = await startV3(open);
    const api = asker(cloud);
    const native =
      (path: string, bodyOf: (name: string) => object): Make =>
      async (name) => {
        const { status, body } = await api('POST', path, bodyOf(name));
        return {
          status,
          said: stringifyExact(body),
        };
      };
    const v3 =
      (path: string, key: string, token = cloud.adminToken): Make =>
      async (name) => {
        const { status, text } = await cloud.ask('POST', path, { token, body: { [key]: { name } } });
        return { status, said: text };
      };
    const project = await cloud.project('base');
    await cloud.operate(
      'PUT',
      `/projects/${project}/users/${cloud.first.uuid}/roles/${await cloud.role('member')}`,
    );
    const login = await cloud.tokenOf(cloud.first, { project: { id: project } });
    const imported =
      (kind: 'service' | 'resource'): Make =>
      async (name) => {
        const service = kind === 'service' ? name : 'carrier';
        const resource =
          kind === 'resource' ? { r: { name, service_type: 't', service_origin: service } } : {};
        const document = {
          [service]: { component: 'testing', type: 't', endpoints: [], resources: resource },
        };
        const before =
          kind === 'service' ? await cloud.domain.services.list() : await cloud.domain.resources.all();
        const { status, body } = await api('POST', '/services/import', document);
        const after =
          kind === 'service' ? await cloud.domain.services.list() : await cloud.domain.resources.all();
        // A document may name again what is registered: then nothing is added.
        const added = after.length > before.length;
        return { status: status === 200 && !added ? 409 : status, said: stringifyExact(body) };
      };
    const kinds: Record<string, Make[]> = {
      project: [
        v3('/projects', 'project'),
        native('/projects', (name) => ({ name, end_date: '2031-01-01' })),
      ],
      role: [native('/roles', (name) => ({ name, description: '' })), v3('/roles', 'role')],
      component: [native('/components', (name) => ({ name }))],
      service: [imported('service')],
      resource: [imported('resource')],
      'application credential': [
        v3(`/users/${cloud.first.uuid}/application_credentials`, 'application_credential', login),
      ],
    };
    for (const [kind, ways] of Object.entries(kinds)) {
      await t.test(kind, async () => {
        const [first] = ways;
        const made = await first?.(NAME);
        assert.ok([200, 201].includes(made?.status ?? 0), `${kind}: ${made?.said}`);
        for (const make of ways) {
          for (const name of [NAME, ...SAME]) {
            const { status, said } = await make(name);
            assert.equal(status, 409, `${kind} ${JSON.stringify(name)}: ${status} ${said}`);
          }
          for (const name of REFUSED) {
            const { status, said } = await make(name);
            assert.ok([400, 422].includes(status), `${kind} ${JSON.stringify(name)}: ${status} ${said}`);
          }
        }
      });
    }
    await t.test('look-ups accept every spelling of a name', async () => {
      const spelled = encodeURIComponent(NAME.normalize('NFD'));
      const pasted = encodeURIComponent('Caf\u200b\u00e9 R\u00e9union\u00ad');
      for (const path of ['components', 'services', 'resources']) {
        for (const name of [spelled, pasted]) {
          const { status, body } = await api('GET', `/${path}/${name}`);
          assert.equal(status, 200, `${path} ${name}`);
          assert.equal(body['name'], NAME);
        }
      }
      const found = await api('GET', `/projects?name=${spelled}`);
      assert.equal((found.body['items'] as object[]).length, 1);
      assert.equal((await cloud.operate('GET', `/projects?name=${spelled}`)).json.projects.length, 1);
      const [named] = (await cloud.operate('GET', `/projects?name=${spelled}`)).json.projects;
      const role = `/projects/${named.id}/users/${cloud.first.uuid}/roles/${await cloud.role('member')}`;
      assert.equal((await cloud.operate('PUT', role)).status, 204);
      const scope = { project: { name: NAME.normalize('NFD'), domain: { id: 'default' } } };
      assert.notEqual(await cloud.tokenOf(cloud.first, scope), '');
      assert.equal((await cloud.operate('GET', `/roles?name=${spelled}`)).json.roles.length, 1);
      const credentials = `/users/${cloud.first.uuid}/application_credentials?name=${spelled}`;
      const listed = await cloud.ask('GET', credentials, { token: login });
      assert.equal(listed.json.application_credentials.length, 1, listed.text);
      const quota = await api('GET', `/quotas?resource=${spelled}&user=${cloud.first.uuid}`);
      const resources = (quota.body['items'] as { resource: string }[]).map(({ resource }) => resource);
      assert.deepEqual([...new Set(resources)], [NAME]);
      const commission = await cloud.post(
        '/account/v1.0/commissions',
        {
          name: '',
          auto_accept: true,
          provisions: [
            {
              holder: `user:${cloud.first.uuid}`,
              source: `project:${cloud.first.uuid}`,
              resource: NAME.normalize('NFD'),
              quantity: 1,
            },
          ],
        },
        { 'x-auth-token': cloud.component.token },
      );
      assert.equal(commission.status, 201, commission.text);
      cloud.clock.advance(3_600_000);
      const asUser = asker(cloud, cloud.first.token);
      const since = 'from=2026-01-15T00:00Z';
      for (const ask of [api, asUser]) {
        const usage = await ask('GET', `/usage?user=${cloud.first.uuid}&resource=${spelled}&${since}`);
        const used = (usage.body['items'] as { resource: string }[]).map((series) => series.resource);
        assert.deepEqual([...new Set(used)], [NAME], stringifyExact(usage.body));
      }
      const limits = { [NAME.normalize('NFD')]: { project_capacity: 1, member_capacity: 1 } };
      const applied = await cloud.post(
        '/account/v1.0/projects',
        { name: 'limits.example.org', end_date: '2031-01-01T00:00:00Z', resources: limits },
        { 'x-auth-token': cloud.first.token },
      );
      assert.equal(applied.status, 201, applied.text);
    });

    await t.test('a token has a visible name, in the composed form', async () => {
      for (const name of REFUSED) {
        assert.equal(
          (await api('POST', `/users/${cloud.first.uuid}/tokens`, { name })).status,
          400,
          JSON.stringify(name),
        );
      }
      const { body } = await api('POST', `/users/${cloud.first.uuid}/tokens`, {
        name: NAME.normalize('NFD'),
      });
      assert.equal(body['name'], NAME);
    });
  });
});
