import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { ADMIN_TOKEN } from '../../support/harness.ts';
import { PASSWORD } from '../cloud.ts';
import {
  ADMIN,
  appoint,
  byPassword,
  byToken,
  type CloudV3,
  named,
  refused,
  SYSTEM,
  startV3,
  UNKNOWN_ID,
} from './asking.ts';

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const TOKENS = '/auth/tokens';

forEachEngine((_engine, open) => {
  let cloud: CloudV3;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startV3(open);
      await body();
    });
  const about = (secret: string) => ({ 'x-subject-token': secret });
  const show = (token: string, subject: string, query = '') =>
    cloud.ask('GET', TOKENS + query, { token, headers: about(subject) });

  check('a password is exchanged for a token, by the id or by the name and domain of its user', async () => {
    const { first } = cloud;
    const users = [
      { id: first.uuid },
      named(first.email),
      { name: 'TEST1@example.ORG', domain: { name: 'Default' } },
    ];
    for (const user of users) {
      const answer = await cloud.logIn(byPassword(user), 'unscoped');
      assert.equal(answer.status, 201, answer.text);
      assert.match(String(answer.headers['x-subject-token']), /^[\w-]{43}$/);
      const { token } = answer.json;
      assert.deepEqual(Object.keys(token), ['methods', 'user', 'audit_ids', 'expires_at', 'issued_at']);
      assert.deepEqual(token.methods, ['password']);
      assert.deepEqual(token.user, {
        domain: { id: 'default', name: 'Default' },
        id: first.uuid,
        name: first.email,
        password_expires_at: null,
      });
      assert.equal(token.issued_at, '2026-01-15T12:00:00.000000Z');
      assert.match(token.expires_at, MOMENT);
      assert.match(token.audit_ids[0], /^[\w-]{22}$/);
    }
  });

  check('without a requested scope the token is for the default project', async () => {
    const { first } = cloud;
    const { token } = (await cloud.logIn(byPassword({ id: first.uuid }))).json;
    assert.equal(token.project.id, first.uuid);
    assert.equal(token.is_domain, false);
    assert.deepEqual(
      token.roles.map(({ name }: { name: string }) => name),
      ['member'],
    );
  });

  check('a user with a role on a project gets a token for it, by id or by name', async () => {
    const { first, second } = cloud;
    const project = await cloud.project('numbers');
    await appoint(cloud, project, first, 'project_mod');
    const scopes = [
      { project: { id: project } },
      { project: { name: 'numbers', domain: { name: 'default' } } },
    ];
    for (const scope of scopes) {
      const { token } = (await cloud.logIn(byPassword(named(first.email)), scope)).json;
      assert.deepEqual(token.project, {
        domain: { id: 'default', name: 'Default' },
        id: project,
        name: 'numbers',
      });
      assert.deepEqual(
        token.roles.map(({ name }: { name: string }) => name),
        ['member', 'project_mod'],
      );
      assert.ok(token.catalog.length > 3);
      refused(await cloud.logIn(byPassword(named(second.email)), scope), 401);
    }
    for (const scope of [
      { project: { id: UNKNOWN_ID } },
      { project: { name: 'x', domain: { id: 'default' } } },
    ]) {
      refused(await cloud.logIn(byPassword(named(first.email)), scope), 401);
    }
  });

  check('a user with a role on the whole cloud gets a token for the system or the domain', async () => {
    const system = (await cloud.logIn(byPassword(named(ADMIN.email), ADMIN.password), SYSTEM)).json.token;
    assert.deepEqual(system.system, { all: true });
    assert.deepEqual(
      system.roles.map(({ name }: { name: string }) => name),
      ['admin'],
    );
    for (const domain of [{ id: 'default' }, { name: 'Default' }]) {
      const { token } = (await cloud.logIn(byPassword(named(ADMIN.email), ADMIN.password), { domain })).json;
      assert.deepEqual(token.domain, { id: 'default', name: 'Default' });
      assert.equal(token.system, undefined);
    }
    refused(await cloud.logIn(byPassword(named(cloud.first.email)), SYSTEM), 401);
    refused(await cloud.logIn(byPassword(named(cloud.first.email)), { domain: { id: 'default' } }), 401);
    refused(await cloud.logIn(byPassword(named(ADMIN.email), ADMIN.password), { domain: { id: 'x' } }), 401);
  });

  check('a token is exchanged for one of another scope, with the same expiry', async () => {
    const unscoped = await cloud.logIn(byPassword(named(ADMIN.email), ADMIN.password), 'unscoped');
    cloud.clock.advance(60_000);
    const answer = await cloud.logIn(byToken(unscoped.headers['x-subject-token']), SYSTEM);
    const { token } = answer.json;
    assert.deepEqual(token.methods, ['token', 'password']);
    assert.equal(token.expires_at, unscoped.json.token.expires_at);
    assert.equal(token.audit_ids[1], unscoped.json.token.audit_ids[0]);
    assert.notEqual(token.audit_ids[0], token.audit_ids[1]);
  });

  check('a token of a project cannot be exchanged for another scope', async () => {
    const token = await cloud.tokenOf(ADMIN);
    const { json } = await show(token, token);
    const same = await cloud.logIn(byToken(token), { project: { id: json.token.project.id } });
    assert.equal(same.status, 201);
    assert.equal((await cloud.logIn(byToken(token))).json.token.project.id, json.token.project.id);
    for (const scope of [SYSTEM, 'unscoped', { domain: { id: 'default' } }]) {
      refused(await cloud.logIn(byToken(token), scope), 401);
    }
  });

  check("an operator has the operator's rights here, whatever the scope of the login", async () => {
    for (const scope of [undefined, SYSTEM]) {
      const token = await cloud.tokenOf(ADMIN, scope);
      assert.equal((await cloud.ask('GET', '/users', { token })).status, 200);
    }
  });

  check('several methods must identify the same user', async () => {
    const { first, second } = cloud;
    const both = (token: string) => ({
      ...byPassword(named(first.email)),
      ...byToken(token),
      methods: ['password', 'token'],
    });
    assert.equal((await cloud.logIn(both(first.token), 'unscoped')).status, 201);
    refused(await cloud.logIn(both(second.token), 'unscoped'), 401);
  });

  check('any failed login gets the same error', async () => {
    const { first, second } = cloud;
    await cloud.domain.accounts.deactivate(second.uuid, 'test');
    const answers = await Promise.all(
      [
        byPassword(named(first.email), 'not the password'),
        byPassword(named(first.email), ''),
        byPassword(named('unknown@example.org')),
        byPassword(named('unknown')),
        byPassword({ id: first.email }),
        byPassword(named(first.uuid)),
        byPassword({ id: '\0' }),
        byPassword({ name: first.email, domain: { id: 'other' } }),
        byPassword(named(second.email)),
        byToken('unknown'),
        byToken(second.token),
        byToken(cloud.component.token),
        { methods: ['saml2'], totp: {} },
        { methods: ['application_credential'], application_credential: { id: 'x', secret: 'y' } },
      ].map((identity) => cloud.logIn(identity)),
    );
    for (const answer of answers) refused(answer, 401);
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  });

  check('a malformed login is a bad request with the reason', async () => {
    const identity = byPassword(named(cloud.first.email));
    const bodies: [unknown, RegExp][] = [
      ['', /JSON/],
      ['{"auth":', /JSON/],
      [Buffer.from([0x7b, 0xff]), /UTF-8/],
      ['[]', /object/],
      ['null', /object/],
      [{}, /^auth: is missing/],
      [{ auth: [] }, /^auth: must be an object/],
      [{ auth: {} }, /^auth\.identity: is missing/],
      [{ auth: { identity: {} } }, /methods/],
      [{ auth: { identity: { methods: [] } } }, /methods/],
      [{ auth: { identity: { methods: 'password' } } }, /methods: must be a list/],
      [{ auth: { identity: { methods: [7] } } }, /methods/],
      [{ auth: { identity: { methods: ['password'] } } }, /identity\.password: is missing/],
      [{ auth: { identity: { methods: ['password'], password: { user: {} } } } }, /user\.name: is missing/],
      [{ auth: { identity: byPassword({ name: cloud.first.email }) } }, /user\.domain: is missing/],
      [{ auth: { identity: byPassword({ id: 7 }) } }, /user\.id: must be a string/],
      [{ auth: { identity: byPassword({ id: 'x' }, 7) } }, /password: must be a string/],
      [{ auth: { identity: byToken(null) } }, /token\.id: is missing/],
      [{ auth: { identity, scope: 'scoped' } }, /scope/],
      [{ auth: { identity, scope: {} } }, /scope/],
      [{ auth: { identity, scope: { ...SYSTEM, project: { id: 'x' } } } }, /scope/],
      [{ auth: { identity, scope: { system: { all: false } } } }, /all/],
      [{ auth: { identity, scope: { project: { name: 'x' } } } }, /domain: is missing/],
      [{ auth: { identity, scope: { project: [] } } }, /project: must be an object/],
    ];
    for (const [body, message] of bodies) {
      refused(await cloud.ask('POST', TOKENS, { body }), 400, message);
    }
    const deep = 100_000;
    refused(await cloud.ask('POST', TOKENS, { body: '['.repeat(deep) + ']'.repeat(deep) }), 400);
    refused(await cloud.ask('POST', TOKENS, { body: JSON.stringify('x'.repeat(2 ** 21)) }), 413);
  });

  check('guessing a password is throttled, for its account and address only', async () => {
    const { first, second } = cloud;
    const guess = () => cloud.logIn(byPassword(named(first.email), 'a wrong guess'));
    for (const answer of await Promise.all(Array.from({ length: 30 }, guess))) refused(answer, 401);
    refused(await cloud.logIn(byPassword(named(first.email))), 401);
    const v2 = { passwordCredentials: { username: first.email, password: PASSWORD } };
    assert.equal((await cloud.post('/identity/v2.0/tokens', { auth: v2 })).status, 401);
    assert.equal((await cloud.logIn(byPassword(named(second.email)))).status, 201);
    cloud.clock.advance(60 * 60_000);
    assert.equal((await cloud.logIn(byPassword(named(first.email)))).status, 201);
  });

  check('simultaneous successful logins do not count against each other', async () => {
    const logins = Array.from({ length: 20 }, () => cloud.logIn(byPassword(named(cloud.first.email))));
    for (const answer of await Promise.all(logins)) assert.equal(answer.status, 201);
  });

  check('a token can be validated by itself, its account, operators and components', async () => {
    const { first, second, component } = cloud;
    const secret = await cloud.tokenOf(first);
    for (const token of [secret, first.token, ADMIN_TOKEN, component.token]) {
      const answer = await show(token, secret);
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.headers['x-subject-token'], secret);
      assert.equal(answer.json.token.user.id, first.uuid);
      assert.ok(answer.json.token.catalog);
      assert.equal((await show(token, secret, '?nocatalog')).json.token.catalog, undefined);
      const head = await cloud.ask('HEAD', TOKENS, { token, headers: about(secret) });
      assert.equal(head.status, 200);
      assert.equal(head.text, '');
    }
    refused(await show(second.token, secret), 403);
    refused(await show('unknown', secret), 401);
    refused(await cloud.ask('GET', TOKENS, { headers: about(secret) }), 401);
    refused(await cloud.ask('GET', TOKENS, { token: secret }), 400, /X-Subject-Token/);
    refused(await show(ADMIN_TOKEN, 'unknown'), 404);
  });

  check('an API token of the account is a token without a scope', async () => {
    const { first } = cloud;
    const { token } = (await show(first.token, first.token)).json;
    assert.deepEqual(token.methods, ['token']);
    assert.equal(token.project, undefined);
    const { secret } = await cloud.domain.tokens.issue(first.uuid, { name: 'for ever', expiresAt: null });
    assert.match((await show(secret, secret)).json.token.expires_at, MOMENT);
  });

  check('a revoked token is refused', async () => {
    const { first, second, component } = cloud;
    const secret = await cloud.tokenOf(first);
    refused(await cloud.ask('DELETE', TOKENS, { token: second.token, headers: about(secret) }), 403);
    refused(await cloud.ask('DELETE', TOKENS, { token: component.token, headers: about(secret) }), 401);
    const gone = await cloud.ask('DELETE', TOKENS, { token: first.token, headers: about(secret) });
    assert.equal(gone.status, 204);
    assert.equal(gone.text, '');
    refused(await show(secret, secret), 401);
    refused(await show(ADMIN_TOKEN, secret), 404);
    refused(await cloud.ask('GET', '/auth/projects', { token: secret }), 401);
  });

  check(
    'a token of a project ends with the project, with the last role there, and with the account',
    async () => {
      const { first } = cloud;
      const project = await cloud.project('numbers');
      await appoint(cloud, project, first, 'member');
      const scope = { project: { id: project } };
      let secret = await cloud.tokenOf(first, scope);
      const good = async () => (await show(ADMIN_TOKEN, secret)).status;
      const usable = async () => (await cloud.ask('GET', '/auth/projects', { token: secret })).status;
      await cloud.operate('PATCH', `/projects/${project}`, { project: { enabled: false } });
      assert.deepEqual([await good(), await usable()], [404, 401]);
      refused(await cloud.logIn(byPassword(named(first.email)), scope), 401);
      await cloud.operate('PATCH', `/projects/${project}`, { project: { enabled: true } });
      assert.deepEqual([await good(), await usable()], [200, 200]);
      const member = await cloud.role('member');
      await cloud.operate('DELETE', `/projects/${project}/users/${first.uuid}/roles/${member}`);
      assert.deepEqual([await good(), await usable()], [404, 401]);
      await appoint(cloud, project, first, 'member');
      assert.deepEqual([await good(), await usable()], [404, 401], 'a new role does not bring it back');
      secret = await cloud.tokenOf(first, scope);
      assert.deepEqual([await good(), await usable()], [200, 200]);
      await cloud.operate('DELETE', `/users/${first.uuid}`);
      assert.deepEqual([await good(), await usable()], [404, 401]);
    },
  );

  check('an expired token is refused', async () => {
    const secret = await cloud.tokenOf(cloud.first);
    cloud.clock.advance(721 * 3_600_000);
    refused(await cloud.ask('GET', '/auth/projects', { token: secret }), 401);
    refused(await show(await cloud.tokenOf(ADMIN, SYSTEM), secret), 404);
  });

  check('a token has the same rights in the other dialects', async () => {
    const secret = await cloud.tokenOf(cloud.first);
    const v2 = await cloud.post('/identity/v2.0/tokens', { auth: { token: { id: secret } } });
    assert.equal(v2.json.access.user.id, cloud.first.uuid);
    assert.equal(v2.json.access.token.tenant.id, cloud.first.uuid);
  });

  check('logins do not fill an account with tokens', async () => {
    const unscoped = await cloud.tokenOf(cloud.first, 'unscoped');
    for (let n = 0; n < 105; n += 1) await cloud.logIn(byToken(unscoped));
    assert.equal((await cloud.domain.tokens.list(cloud.first.uuid)).length, 102);
    assert.equal((await show(unscoped, unscoped)).status, 200);
  });

  check('the versions are listed, and v3 describes itself at all of its addresses', async () => {
    for (const path of ['/identity', '/identity/']) {
      const { values } = (await cloud.send(path)).json.versions;
      assert.deepEqual(
        values.map(({ id }: { id: string }) => id),
        ['v2.0', 'v3.14'],
      );
    }
    for (const path of ['/identity/v3', '/identity/v3/', '/v3', '/v3/']) {
      const { version } = (await cloud.send(path)).json;
      assert.equal(version.id, 'v3.14');
      assert.equal(version.status, 'stable');
      assert.deepEqual(version.links, [{ rel: 'self', href: 'http://127.0.0.1:8700/identity/v3/' }]);
    }
    const login = { auth: { identity: byPassword(named(cloud.first.email)) } };
    assert.equal((await cloud.post('/v3/auth/tokens', login)).status, 201);
  });

  check(
    'an unsupported path is not found, and wrong methods are refused before everything else',
    async () => {
      for (const path of [
        '/credentials',
        '/groups/x',
        '/OS-TRUST/trusts',
        '/role_inferences',
        '/nowhere',
        '/users/x/y/z',
      ]) {
        refused(await cloud.ask('GET', path, { token: ADMIN_TOKEN }), 404);
      }
      for (const [method, path] of [
        ['PUT', TOKENS],
        ['PATCH', '/users'],
        ['DELETE', '/roles'],
        ['POST', '/limits'],
      ]) {
        const answer = await cloud.ask(method ?? '', path ?? '');
        refused(answer, 405);
        assert.match(String(answer.headers.allow), /GET/);
      }
    },
  );

  check('the catalog has the dialect and the workflow, with one endpoint per interface', async () => {
    const secret = await cloud.tokenOf(cloud.first);
    const { catalog } = (await cloud.ask('GET', '/auth/catalog', { token: secret })).json;
    const of = (type: string) => catalog.filter((entry: { type: string }) => entry.type === type);
    const [identity, older] = of('identity');
    assert.equal(identity.name, 'identity_v3');
    assert.equal(older.name, 'astakos_identity');
    assert.deepEqual(
      identity.endpoints.map(({ interface: kind, url }: { interface: string; url: string }) => [kind, url]),
      ['public', 'internal', 'admin'].map((kind) => [kind, 'http://127.0.0.1:8700/identity/v3']),
    );
    assert.equal(identity.endpoints[0].region, 'RegionOne');
    for (const type of ['admin-logic', 'registration']) {
      assert.equal(of(type)[0].endpoints[0].url, 'http://127.0.0.1:8700/v1');
    }
    const before = JSON.stringify(catalog);
    await cloud.domain.services.ensureBuiltIn('http://127.0.0.1:8700');
    const after = (await cloud.ask('GET', '/auth/catalog', { token: secret })).json.catalog;
    assert.equal(JSON.stringify(after), before, 'ids are stable');
  });
});
