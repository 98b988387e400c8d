import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { type CatalogService, getTokenFromCookie, NoEndpoints, parseEndpoints } from '../../src/index.ts';

const endpoint = (region: string, versionId: string) => ({
  region,
  versionId,
  publicURL: `https://${region}.example.org/${versionId}`,
});
const service = (name: string, type: string, ...endpoints: CatalogService['endpoints']): CatalogService => ({
  name,
  type,
  endpoints,
  endpoints_links: [],
});
const CATALOG = {
  access: {
    serviceCatalog: [
      service('compute', 'compute', endpoint('north', 'v2.0'), endpoint('south', 'v2.0')),
      service('images', 'image', endpoint('north', 'v1.0')),
      service('empty', 'image'),
    ],
  },
};

const found = (criteria: Parameters<typeof parseEndpoints>[1]): string[] =>
  parseEndpoints(CATALOG, criteria).flatMap(({ name, endpoints }) =>
    endpoints.map(({ region }) => `${name} ${region}`),
  );

test('endpoints match all of the criteria', () => {
  assert.deepEqual(found({}), ['compute north', 'compute south', 'images north']);
  assert.deepEqual(found({ name: 'compute' }), ['compute north', 'compute south']);
  assert.deepEqual(found({ type: 'image' }), ['images north']);
  assert.deepEqual(found({ region: 'north' }), ['compute north', 'images north']);
  assert.deepEqual(found({ versionId: 'v2.0', region: 'south' }), ['compute south']);
  for (const criteria of [
    { name: 'compute', type: 'image' },
    { region: 'west' },
    { name: 'images', versionId: 'v2.0' },
    { name: 'empty' },
    { name: '' },
  ]) {
    assert.throws(() => found(criteria), NoEndpoints);
  }
});

test('a response without a catalog has no endpoints', () => {
  for (const nothing of [undefined, null, {}, { access: {} }, { access: { serviceCatalog: 1 } }]) {
    assert.throws(() => parseEndpoints(nothing as unknown as typeof CATALOG), NoEndpoints);
  }
  const bare = { access: { serviceCatalog: [{ name: 'bare' }] } } as unknown as typeof CATALOG;
  assert.throws(() => parseEndpoints(bare), NoEndpoints);
});

test('changes of the result do not change the catalog', () => {
  const before = structuredClone(CATALOG);
  const [first] = parseEndpoints(CATALOG, { region: 'south' }) as unknown as {
    name: string;
    endpoints: object[];
  }[];
  assert.ok(first);
  first.name = 'other';
  Object.assign(first.endpoints[0] ?? {}, { publicURL: 'https://elsewhere.example.org' });
  first.endpoints.length = 0;
  assert.deepEqual(CATALOG, before);
});

const NAME = '_pithos2_a';

test('the token is found in a cookie header, a request, or a map of cookies', () => {
  const header = `a=b; ${NAME}=uuid%7Ctoken%3D%2B+%C3%BC; c=d`;
  const token = 'token=++ü';
  for (const source of [
    header,
    `${NAME}="uuid%7Ctoken%3D%2B+%C3%BC"`,
    `${NAME}=uuid|token%3D%2B+%C3%BC`,
    ` ${NAME} =uuid|token%3D%2B+%C3%BC|more`,
    new Request('https://example.org', { headers: { cookie: header } }),
    { headers: new Headers({ cookie: header }) },
    { headers: { cookie: header } },
    new Map([[NAME, 'uuid%7Ctoken%3D%2B+%C3%BC']]),
    { [NAME]: 'uuid%7Ctoken%3D%2B+%C3%BC' },
  ]) {
    assert.equal(getTokenFromCookie(source, NAME), token);
  }
});

test('the token is found in a request of a real server', async () => {
  const { promise, resolve } = Promise.withResolvers<IncomingMessage>();
  const server = createServer((request, response) => {
    resolve(request);
    response.end();
  }).listen(0);
  const { port } = server.address() as AddressInfo;
  await fetch(`http://127.0.0.1:${port}`, { headers: { cookie: `x=1; ${NAME}=uuid%7Csecret` } });
  assert.equal(getTokenFromCookie(await promise, NAME), 'secret');
  server.close();
});

test('an invalid cookie has no token, without an error', () => {
  for (const source of [
    '',
    'other=uuid|token',
    `x${NAME}=uuid|token`,
    `${NAME}`,
    `${NAME}=`,
    `${NAME}=uuid`,
    `${NAME}=uuid|`,
    `${NAME}=uuid%7`,
    `${NAME}=uuid%7C%ff`,
    { headers: {} },
    { headers: new Headers() },
    new Map(),
    {},
    undefined,
    null,
    7,
    { headers: null },
    { headers: 'text' },
  ]) {
    assert.equal(getTokenFromCookie(source as string, NAME), null, JSON.stringify(source));
  }
  assert.equal(getTokenFromCookie({}, 'constructor'), null);
});
