import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { openStorage } from '../../src/storage/open.ts';
import { makeDatabase } from '../support/engines.ts';
import { ADMIN_TOKEN } from '../support/harness.ts';
import { type Exchange, exchange } from '../support/http-exchange.ts';
import { startCloud } from './cloud.ts';

const BASE_URL = 'https://cloud.example.org/purser/main';

const database = await makeDatabase('sqlite');
const cloud = await startCloud(async () => openStorage(database.url), { PURSER_BASE_URL: BASE_URL });
after(database.remove);

/** The service behind a base URL with a path: its links and redirects lead back to it. */
describe('a base URL with a path', () => {
  const operator = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
  const keystone = { 'x-auth-token': ADMIN_TOKEN, 'content-type': 'application/json' };

  /** Requests an address from a response, as a client that reached the service by its base URL. */
  const follow = (address: string, from: string, headers: Record<string, string>): Promise<Exchange> => {
    const target = new URL(address, `${BASE_URL}${from}`);
    // The workflow dialect uses the host of the request.
    assert.ok(
      [BASE_URL, cloud.url].some((base) => new URL(base).origin === target.origin),
      address,
    );
    assert.ok(target.pathname.startsWith('/purser/main/'), `${address}, from ${from}`);
    return exchange(new URL(cloud.url).origin, target.pathname + target.search, { headers });
  };

  test('Location of every created object is below it', async () => {
    const made: [path: string, body: object][] = [
      ['/api/users', { email: 'made@example.org', first_name: 'A', last_name: 'B' }],
      ['/api/components', { name: 'made', base_url: 'http://made.example.org' }],
      ['/api/webhooks', { url: 'https://93.184.216.34/', events: ['*'] }],
      ['/api/resources', { name: 'service1.made', service: 'service1' }],
    ];
    const create = async (path: string, body: object): Promise<Exchange> => {
      const sent = { method: 'POST', headers: operator, body: JSON.stringify(body) };
      const answer = await exchange(cloud.url, path, sent);
      assert.equal(answer.status, 201, `${path}: ${answer.text}`);
      const { location } = answer.headers;
      assert.ok(location, `${path} answers no Location`);
      assert.equal((await follow(location, path, operator)).status, 200, location);
      return answer;
    };
    for (const [path, body] of made) await create(path, body);
    const { json: application } = await create('/api/projects', {
      name: 'made.example.org',
      owner: cloud.first.uuid,
      end_date: '2028-01-01T00:00:00Z',
    });
    const approved = await exchange(cloud.url, `/api/applications/${application.id}/action`, {
      method: 'POST',
      headers: operator,
      body: JSON.stringify({ action: 'approve' }),
    });
    assert.equal(approved.status, 200, approved.text);
    await create(`/api/projects/${application.project}/memberships`, { user: cloud.second.uuid });
    const source = `project:${cloud.first.uuid}`;
    const one = { resource: 'service1.disk', quantity: 0 };
    const provisions = [
      { ...one, holder: `user:${cloud.first.uuid}`, source },
      { ...one, holder: source, source: null },
    ];
    const component = {
      authorization: `Bearer ${cloud.component.token}`,
      'content-type': 'application/json',
    };
    const issued = await exchange(cloud.url, '/api/commissions', {
      method: 'POST',
      headers: component,
      body: JSON.stringify({ provisions }),
    });
    assert.equal(issued.status, 201, issued.text);
    const found = await follow(String(issued.headers.location), '/api/commissions', component);
    assert.equal(found.status, 200);
    assert.equal(found.json.serial, issued.json.serial);
  });

  test('redirects lead to pages', async () => {
    const browser = { accept: 'text/html' };
    for (const path of ['/', '/?a=1', '/ui', '/im', '/im/', '/im/landing', '/im/nowhere', '/api/docs']) {
      let answer = await exchange(cloud.url, path, { headers: browser });
      let at = path;
      for (let hops = 0; answer.status >= 300 && answer.status < 400 && hops < 4; hops += 1) {
        const location = String(answer.headers.location);
        answer = await follow(location, at, browser);
        at = new URL(location, `${BASE_URL}${at}`).pathname.replace('/purser/main', '');
      }
      assert.equal(answer.status, 200, `${path}: ${answer.status} ${answer.headers.location}`);
    }
  });

  test('the files that pages and documents refer to exist', async () => {
    const pages = ['/ui/', '/api/docs', '/api/docs/', '/ui/landing', '/weblogin'];
    for (const path of pages) {
      const page = await exchange(cloud.url, path);
      for (const [, address = ''] of page.text.matchAll(/(?:href|src|action)="([^"#]+)/g)) {
        if (/^(?:https?:)?\/\/(?!cloud\.example\.org)/.test(address)) continue;
        const answer = await follow(address, path, {});
        assert.ok(answer.status < 400, `${path} refers to ${address}: ${answer.status}`);
      }
    }
    const { servers } = (await exchange(cloud.url, '/api/openapi.json')).json;
    assert.deepEqual(servers, [{ url: BASE_URL }]);
  });

  test('links in responses of every dialect lead back to the service', async () => {
    const sources: [path: string, headers: Record<string, string>][] = [
      ['/', {}],
      ['/v1/', {}],
      ['/identity/', {}],
      ['/identity/v2.0/', {}],
      ['/identity/v3', {}],
      ['/v3', {}],
      ['/v3/users', keystone],
      ['/v3/users?limit=1', keystone],
      ['/v3/projects', keystone],
      ['/v3/roles', keystone],
      ['/v3/role_assignments', keystone],
      ['/v3/domains', keystone],
      ['/v3/services', keystone],
      ['/v3/auth/projects', keystone],
      ['/v3/auth/domains', keystone],
      [`/v3/users/${cloud.first.uuid}`, keystone],
      ['/ui/get_menu', {}],
      [`/ui/get_menu?X-Auth-Token=${cloud.first.token}`, {}],
    ];
    let followed = 0;
    for (const [path, headers] of sources) {
      const answer = await exchange(cloud.url, path, { headers });
      assert.ok(answer.status < 400, `${path}: ${answer.text}`);
      for (const address of new Set(ownAddresses(answer.json))) {
        const there = await follow(address, path, { ...headers, accept: 'application/json' });
        assert.ok(there.status < 400, `${path} links to ${address}: ${there.status} ${there.text}`);
        followed += 1;
      }
    }
    assert.ok(followed > 20, String(followed));
  });

  test('the catalog and the headers name the service by its base URL', async () => {
    const body = JSON.stringify({ auth: { token: { id: cloud.first.token } } });
    const access = await exchange(cloud.url, '/identity/v2.0/tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const own = ownAddresses(access.json.access.serviceCatalog);
    assert.ok(own.length > 0);
    for (const address of own) assert.ok(address.startsWith(`${BASE_URL}/`), address);
    const refused = await exchange(cloud.url, '/v3/users');
    assert.equal(refused.headers['www-authenticate'], `Keystone uri="${BASE_URL}/identity/v3"`);
  });
});

/** All texts in a JSON value that look like addresses of this service, or would be resolved against one. */
function ownAddresses(value: unknown): string[] {
  if (typeof value === 'string') {
    return /^(?:https:\/\/cloud\.example\.org|https?:\/\/127\.|https?:\/\/localhost|\/)/.test(value)
      ? [value]
      : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(ownAddresses);
}
