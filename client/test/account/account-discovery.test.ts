import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCloud, VISIBLE } from '../../../server/test/conformance/account-v1/cloud.ts';
import { forEachEngine } from '../../../server/test/support/engines.ts';
import {
  BadRequest,
  BadValue,
  ConnectionError,
  fetchTransport,
  InvalidResponse,
  NotFound,
  Purser,
  PurserError,
  QuotaLimit,
  TimeoutError,
  Unauthorized,
  Unavailable,
} from '../../src/index.ts';
import { recordedTransport } from '../recorded-transport.ts';
import { accountService, catalogOf, startOlderServer } from './older-server.ts';

const TOKENS = 'POST /identity/v2.0/tokens';
const statusIs =
  (status: number) =>
  (error: unknown): boolean =>
    error instanceof PurserError && error.status === status;

forEachEngine((_engine, open) => {
  test('the URL of the service or of its identity service is accepted, also with a path', async () => {
    for (const base of ['http://127.0.0.1:8700', 'https://cloud.example.org/accounts/of/all']) {
      const { purser, user } = await startCloud(open, { PURSER_BASE_URL: base });
      for (const path of ['', '/', '/identity/v2.0', '/identity/v2.0/']) {
        const { account } = new Purser({ url: purser.url + path, token: user.token });
        assert.equal((await account.authenticate()).access.user.id, user.uuid);
        assert.equal((await account.getQuotas())[user.uuid]?.[VISIBLE]?.limit, 100n);
        assert.ok((await account.getServices()).length > 0);
      }
    }
  });

  test('the catalog is requested once, and only when an address is needed', async () => {
    const { purser, user } = await startCloud(open);
    const { transport, sent, requests } = recordedTransport();
    const { account } = new Purser({ url: purser.url, token: user.token, transport });
    await account.authenticate();
    assert.deepEqual([sent, requests[0]?.body !== undefined], [[TOKENS], true]);
    await Promise.all(Array.from({ length: 20 }, () => account.getQuotas()));
    await account.getServices();
    await account.getProjects();
    const bare = requests.filter(({ url, body }) => url.endsWith('/tokens') && body === undefined);
    assert.equal(bare.length, 1);
    assert.equal(sent.length, 24);
  });

  test('a failure to read the catalog is reported, and not cached', async () => {
    const { purser, user } = await startCloud(open);
    const carry = fetchTransport();
    let down = true;
    const { account } = new Purser({
      url: purser.url,
      token: user.token,
      retries: 0,
      transport: async (request) => {
        if (down) throw new Error('No way.');
        return carry(request);
      },
    });
    await assert.rejects(Promise.all([account.getQuotas(), account.getQuotas()]), ConnectionError);
    down = false;
    assert.ok((await account.getQuotas())[user.uuid]);
  });

  test('a caller that stops waiting for the catalog does not affect other callers', async () => {
    const { purser, user } = await startCloud(open);
    const carry = fetchTransport();
    const gate = Promise.withResolvers<void>();
    const { transport, sent } = recordedTransport();
    const { account } = new Purser({
      url: purser.url,
      token: user.token,
      transport: async (request) => {
        if (request.body !== undefined || !request.url.endsWith('/tokens')) return transport(request);
        sent.push('waits');
        await gate.promise;
        return carry(request);
      },
    });
    const reason = new Error('Enough.');
    const controller = new AbortController();
    const impatient = account.getQuotas({ signal: controller.signal });
    const hasty = account.getQuotas({ timeoutMs: 1 });
    const patient = account.getQuotas();
    await assert.rejects(hasty, TimeoutError);
    controller.abort(reason);
    await assert.rejects(impatient, reason);
    await assert.rejects(account.getQuotas({ signal: AbortSignal.abort(reason) }), reason);
    gate.resolve();
    assert.ok((await patient)[user.uuid]);
    assert.deepEqual(sent, ['waits', 'GET /account/v1.0/quotas']);
  });

  test('the error class follows the status: unknown token, unknown path, wrong address', async () => {
    const { purser, user } = await startCloud(open);
    const stranger = new Purser({ url: purser.url, token: 'unknown' }).account;
    await assert.rejects(stranger.authenticate(), Unauthorized);
    await assert.rejects(stranger.getQuotas(), Unauthorized);
    const lost = new Purser({ url: `${purser.url}/nowhere`, token: user.token }).account;
    await assert.rejects(lost.authenticate(), NotFound);
    await assert.rejects(lost.getQuotas(), NotFound);
    for (const url of ['ftp://example.org', 'example.org', '']) {
      assert.throws(() => new Purser({ url, token: user.token }), BadValue);
    }
  });
});

test('only paths of the catalog are used, and only those of the right service and version', async () => {
  const { url, requests } = await startOlderServer({
    'POST /astakos/identity/v2.0/tokens': catalogOf(
      { name: 'other', type: 'account', endpoints: [{ versionId: 'v1.0', publicURL: 'https://x/other' }] },
      accountService(
        'https://internal.example.org:8443/elsewhere/account/v1.0/',
        'http://ui.example.org/pages/',
      ),
    ),
    'GET /elsewhere/account/v1.0/quotas': {},
    'GET /pages/get_services': [],
  });
  for (const address of [`${url}/astakos`, `${url}/astakos/identity/v2.0`]) {
    const { account } = new Purser({ url: address, token: 'token' });
    assert.deepEqual(await account.getQuotas(), {});
    assert.deepEqual(await account.getServices(), []);
  }
  assert.equal(requests.length, 6);
});

test('without a catalog entry of the account service, the default paths apply', async () => {
  for (const catalog of [
    catalogOf(),
    catalogOf({ name: 'astakos_account', type: 'account', endpoints: [] }),
    catalogOf(accountService('', null)),
    { access: {} },
    [],
  ]) {
    const { url, requests } = await startOlderServer({
      'POST /astakos/identity/v2.0/tokens': catalog,
      'GET /astakos/account/v1.0/quotas': {},
      'GET /astakos/ui/get_services': [],
    });
    const { account } = new Purser({ url: `${url}/astakos`, token: 'token' });
    assert.deepEqual(await account.getQuotas(), {});
    assert.deepEqual(await account.getServices(), []);
    assert.equal(requests.length, 3);
  }
});

const older = (answers: Record<string, unknown>) => startOlderServer({ [TOKENS]: catalogOf(), ...answers });

test('the formats of older servers are accepted', async () => {
  const leaf = { limit: 5, usage: 1, pending: 0 };
  const { url } = await older({
    [TOKENS]: {
      access: {
        token: { id: 't', expires: '2013-06-19T15:23:59+00:00', tenant: { id: 'u', name: 'A B' } },
        user: { id: 'u', name: 'A B', roles: [{ id: 1, name: 'default' }], roles_links: [] },
        serviceCatalog: [],
      },
    },
    'GET /account/v1.0/authenticate': {
      id: '12',
      username: 'a@example.org',
      uuid: 'u',
      email: '[a@example.org]',
      name: 'A B',
      auth_token_created: 1371655439000,
      auth_token_expires: 'Wed, 19 Jun 2013 15:23:59 GMT',
    },
    'GET /account/v1.0/quotas': { system: { 'cyclades.vm': leaf } },
    'GET /account/v1.0/projects': [
      { id: 5, max_members: 3, resources: { 'cyclades.vm': { member_capacity: 2, project_capacity: null } } },
    ],
  });
  const { account } = new Purser({ url, token: 'token' });
  const { roles } = (await account.authenticate()).access.user;
  assert.deepEqual(roles, [{ id: '1', name: 'default' }]);
  const info = await account.getUserInfo();
  assert.deepEqual(
    [info.id, info.displayname, info.email, info.groups, info.auth_token],
    [12, 'a@example.org', ['a@example.org'], [], null],
  );
  assert.equal(info.auth_token_created?.toISOString(), '2013-06-19T15:23:59.000Z');
  assert.equal(info.auth_token_expires?.toISOString(), '2013-06-19T15:23:59.000Z');
  assert.deepEqual(await account.getQuotas(), {
    system: { 'cyclades.vm': { limit: 5n, usage: 1n, pending: 0n } },
  });
  const [project] = await account.getProjects();
  assert.equal(project?.max_members, 3n);
  assert.deepEqual(project?.resources, { 'cyclades.vm': { member_capacity: 2n, project_capacity: null } });
});

test('a response of unexpected structure is an InvalidResponse', async () => {
  const wrong = [
    [],
    'text',
    true,
    {},
    { access: 1 },
    { serial: 'x' },
    { uuid_catalog: [] },
    { a: { b: { limit: 'x' } } },
  ];
  for (const body of wrong) {
    const { url } = await older({
      'POST /account/v1.0/user_catalogs': body,
      'POST /account/v1.0/commissions': body,
      'GET /account/v1.0/commissions': body,
      'POST /account/v1.0/commissions/action': body,
      'POST /account/v1.0/projects': body,
      'POST /account/v1.0/projects/memberships': body,
    });
    const { account } = new Purser({ url, token: 'token' });
    const { account: identity } = new Purser({
      url: (await startOlderServer({ [TOKENS]: body })).url,
      token: 'token',
    });
    const calls: (() => Promise<unknown>)[] = [
      () => account.getUsername('u'),
      () => account.getUuids(['u']),
      () => account.issueCommissionGeneric({}),
      () => account.resolveCommissions([], []),
      () => account.createProject({ name: 'a.example.org', end_date: new Date() }),
      () => account.joinProject('p'),
      identity.authenticate,
      identity.getEndpoints,
    ];
    if (!Array.isArray(body)) calls.push(account.getPendingCommissions);
    for (const call of calls) await assert.rejects(call(), InvalidResponse, JSON.stringify(body));
  }
});

test('a quantity that is not an integer is an InvalidResponse', async () => {
  const answer = (text: string) => (_request: unknown, response: { end(text: string): void }) =>
    response.end(text);
  const { url } = await older({
    'GET /account/v1.0/quotas': answer('{"p":{"r":{"limit":1.5}}}'),
    'GET /account/v1.0/projects/p': answer('{"id":"p","max_members":1e3}'),
    'GET /account/v1.0/commissions/1': answer('{"serial":1,"provisions":[{"quantity":"1"}]}'),
  });
  const { account } = new Purser({ url, token: 'token' });
  await assert.rejects(account.getQuotas(), InvalidResponse);
  await assert.rejects(account.getProject('p'), InvalidResponse);
  await assert.rejects(account.getCommissionInfo(1), InvalidResponse);
});

test('an unsuccessful response is an error of its status', async () => {
  const { url } = await older({
    'GET /account/v1.0/quotas': 302,
    'GET /account/v1.0/resources': 400,
    'GET /account/v1.0/projects': 503,
    'POST /account/v1.0/commissions': (_request: unknown, response: import('node:http').ServerResponse) =>
      response.writeHead(413, 'Request Entity Too Large').end('not for machines'),
  });
  const { account } = new Purser({ url, token: 'token', retries: 0 });
  await assert.rejects(account.getQuotas(), statusIs(302));
  await assert.rejects(account.getResources(), BadRequest);
  await assert.rejects(account.getProjects(), Unavailable);
  await assert.rejects(account.issueCommissionGeneric({}), (error: QuotaLimit) => {
    assert.ok(error instanceof QuotaLimit);
    assert.deepEqual(
      [error.message, error.details, error.excess],
      ['Request Entity Too Large', 'not for machines', undefined],
    );
    return true;
  });
});
