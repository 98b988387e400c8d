import assert from 'node:assert/strict';
import { test } from 'node:test';
import { THE_SERVICE } from '../../../src/audit/actor.ts';
import { LIMITS } from '../../../src/lib/limits.ts';
import { forEachEngine } from '../../support/engines.ts';
import { ADMIN_TOKEN } from '../../support/harness.ts';
import type { Person } from '../cloud.ts';
import { appoint, byToken, type CloudV3, named, refused, SYSTEM, startV3, UNKNOWN_ID } from './asking.ts';

const bySecret = (id: string, secret: string) => ({
  methods: ['application_credential'],
  application_credential: { id, secret },
});

forEachEngine((_engine, open) => {
  let cloud: CloudV3;
  let project: string;
  /** A credential of the first user, for the project. */
  let token: string;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startV3(open);
      project = await cloud.project('numbers');
      await appoint(cloud, project, cloud.first, 'project_mod');
      token = await cloud.tokenOf(cloud.first, { project: { id: project } });
      await body();
    });
  const path = ({ uuid }: Person) => `/users/${uuid}/application_credentials`;
  const create = (wanted: unknown, by = token) =>
    cloud.ask('POST', path(cloud.first), { token: by, body: { application_credential: wanted } });
  const roleNames = (roles: { name: string }[]) => roles.map(({ name }) => name);

  check('a program logs in with a credential, for its project and with its roles', async () => {
    const wanted = { name: 'robot', description: 'Counts', roles: [{ name: 'member' }] };
    const created = await create(wanted);
    assert.equal(created.status, 201, created.text);
    const { secret, ...shown } = created.json.application_credential;
    assert.equal(shown.project_id, project);
    assert.equal(shown.unrestricted, false);
    assert.equal(shown.expires_at, null);
    assert.deepEqual(roleNames(shown.roles), ['member']);
    const list = await cloud.ask('GET', path(cloud.first), { token });
    assert.deepEqual(list.json.application_credentials, [shown], 'its secret is shown once');
    const one = await cloud.ask('GET', `${path(cloud.first)}/${shown.id}`, { token });
    assert.deepEqual(one.json.application_credential, shown);

    const byName = (user: object) => ({
      methods: ['application_credential'],
      application_credential: { name: 'robot', secret, user },
    });
    for (const identity of [
      bySecret(shown.id, secret),
      byName({ id: cloud.first.uuid }),
      byName(named(cloud.first.email)),
    ]) {
      const answer = await cloud.logIn(identity);
      assert.equal(answer.status, 201, answer.text);
      const login = answer.json.token;
      assert.deepEqual(login.methods, ['application_credential']);
      assert.deepEqual(login.application_credential, { id: shown.id, name: 'robot', restricted: true });
      assert.equal(login.project.id, project);
      assert.equal(login.user.id, cloud.first.uuid);
      assert.deepEqual(roleNames(login.roles), ['member']);
    }
    for (const identity of [
      bySecret(shown.id, 'wrong'),
      bySecret('wrong', secret),
      byName({ id: cloud.second.uuid }),
      byName({ name: cloud.first.email, domain: { id: 'other' } }),
    ]) {
      refused(await cloud.logIn(identity), 401);
    }
    for (const scope of [SYSTEM, 'unscoped', { project: { id: cloud.first.uuid } }]) {
      refused(await cloud.logIn(bySecret(shown.id, secret), scope), 401);
    }
  });

  check('a login by credential creates nothing that outlasts it, unless that was allowed', async () => {
    const logIn = async (unrestricted: boolean) => {
      const { json } = await create({ name: `u ${unrestricted}`, unrestricted });
      const { id, secret } = json.application_credential;
      return String((await cloud.logIn(bySecret(id, secret))).headers['x-subject-token']);
    };
    const restricted = await logIn(false);
    refused(await create({ name: 'more' }, restricted), 403);
    refused(await cloud.logIn(byToken(restricted)), 401);
    assert.equal((await create({ name: 'more' }, await logIn(true))).status, 201);
    const { secret: bound } = await cloud.domain.tokens.issue(cloud.first.uuid, { name: 'bound', project });
    refused(await create({ name: 'yet more' }, bound), 403);
    const exchanged = await cloud.logIn(byToken(bound));
    refused(await create({ name: 'yet more' }, String(exchanged.headers['x-subject-token'])), 403);
    assert.equal((await create({ name: 'from the whole' }, cloud.first.token)).status, 201);
  });

  check(
    'a credential has the roles that its user still has, and ends with the project and the account',
    async () => {
      const { json } = await create({ name: 'robot' });
      const { id, secret, roles } = json.application_credential;
      assert.deepEqual(roleNames(roles), ['member', 'project_mod']);
      const logIn = () => cloud.logIn(bySecret(id, secret));
      const mod = `/projects/${project}/users/${cloud.first.uuid}/roles/${await cloud.role('project_mod')}`;
      await cloud.operate('DELETE', mod);
      assert.deepEqual(roleNames((await logIn()).json.token.roles), ['member']);
      await cloud.operate('PUT', mod);
      assert.deepEqual(roleNames((await logIn()).json.token.roles), ['member'], 'it does not come back');
      await cloud.operate('PATCH', `/projects/${project}`, { project: { enabled: false } });
      refused(await logIn(), 401);
      await cloud.operate('PATCH', `/projects/${project}`, { project: { enabled: true } });
      assert.equal((await logIn()).status, 201);
      await cloud.operate('DELETE', `/users/${cloud.first.uuid}`);
      refused(await logIn(), 401);
    },
  );

  check('the audit record has the creation and the deletion of a credential, never its secret', async () => {
    const { secret, ...made } = (await create({ name: 'robot' })).json.application_credential;
    await cloud.ask('DELETE', `${path(cloud.first)}/${made.id}`, { token });
    const entries = await cloud.domain.audit.list({ subject: cloud.first.uuid, limit: 2 });
    const { id, name, unrestricted, expires_at } = made;
    const facts = { id, name, project, roles: roleNames(made.roles), unrestricted, expires_at };
    assert.deepEqual(
      entries.map(({ action, actor, before, after }) => [action, actor, before, after]),
      [
        ['application_credential.remove', cloud.first.uuid, facts, null],
        ['application_credential.add', cloud.first.uuid, null, facts],
      ],
    );
    assert.ok(!JSON.stringify(entries).includes(secret));
  });

  check('deleting a credential ends its tokens', async () => {
    const { id, secret } = (await create({ name: 'robot' })).json.application_credential;
    const made = String((await cloud.logIn(bySecret(id, secret))).headers['x-subject-token']);
    assert.equal((await cloud.ask('GET', '/auth/projects', { token: made })).status, 200);
    refused(await cloud.ask('DELETE', `${path(cloud.first)}/${id}`, { token: made }), 403);
    refused(await cloud.ask('DELETE', `${path(cloud.second)}/${id}`, { token: cloud.second.token }), 404);
    assert.equal((await cloud.ask('DELETE', `${path(cloud.first)}/${id}`, { token })).status, 204);
    refused(await cloud.ask('GET', '/auth/projects', { token: made }), 401);
    refused(await cloud.logIn(bySecret(id, secret)), 401);
    refused(await cloud.ask('DELETE', `${path(cloud.first)}/${id}`, { token }), 404);
    refused(await cloud.ask('GET', `${path(cloud.first)}/${id}`, { token }), 404);
  });

  check('a credential expires, and its tokens no later', async () => {
    const expires_at = '2026-01-15T13:00:00';
    const { json } = await create({ name: 'brief', expires_at });
    const { id, secret } = json.application_credential;
    assert.equal(json.application_credential.expires_at, '2026-01-15T13:00:00.000000Z');
    const login = await cloud.logIn(bySecret(id, secret));
    assert.equal(login.json.token.expires_at, '2026-01-15T13:00:00.000000Z');
    cloud.clock.advance(3_600_001);
    refused(await cloud.logIn(bySecret(id, secret)), 401);
    const made = String(login.headers['x-subject-token']);
    refused(await cloud.ask('GET', '/auth/projects', { token: made }), 401);
  });

  check('a secret may be chosen, like a password, and guessing it is throttled', async () => {
    const secret = 'a secret of some length';
    const { id } = (await create({ name: 'chosen', secret })).json.application_credential;
    assert.equal((await cloud.logIn(bySecret(id, secret))).status, 201);
    refused(await create({ name: 'short', secret: 'short' }), 400);
    for (let n = 0; n < LIMITS.login_failures; n += 1)
      refused(await cloud.logIn(bySecret(id, `guess ${n}`)), 401);
    refused(await cloud.logIn(bySecret(id, secret)), 401);
  });

  check('an invalid credential is a bad request', async () => {
    const wrong: unknown[] = [
      {},
      { name: '' },
      { name: 7 },
      { name: 'x', roles: 'member' },
      { name: 'x', roles: ['member'] },
      { name: 'x', roles: [{}] },
      { name: 'x', roles: [{ name: 'nothing' }] },
      { name: 'x', roles: [{ name: 'admin' }] },
      { name: 'x', roles: [] },
      { name: 'x', unrestricted: 'yes' },
      { name: 'x', expires_at: 'tomorrow' },
      { name: 'x', expires_at: '2025-01-01T00:00:00Z' },
      { name: 'x', expires_at: '2026-13-01T00:00:00Z' },
      { name: 'x', access_rules: [{ path: '/' }] },
      { name: 'x', description: 7 },
      [],
    ];
    for (const wanted of wrong) refused(await create(wanted), 400);
    assert.equal((await create({ name: 'x', access_rules: [], description: null })).status, 201);
    refused(await create({ name: 'x' }), 409);
  });

  check('users can manage only their own credentials', async () => {
    const { second } = cloud;
    const { id } = (await create({ name: 'robot' })).json.application_credential;
    const body = { application_credential: { name: 'theirs' } };
    for (const by of [second.token, ADMIN_TOKEN]) {
      refused(await cloud.ask('POST', path(cloud.first), { token: by, body }), 403);
    }
    refused(await cloud.ask('GET', path(cloud.first), { token: second.token }), 403);
    refused(await cloud.ask('GET', `${path(cloud.first)}/${id}`, { token: second.token }), 403);
    refused(await cloud.ask('GET', path(cloud.first)), 401);
    assert.equal((await cloud.operate('GET', path(cloud.first))).json.application_credentials.length, 1);
    refused(await cloud.operate('GET', `/users/${UNKNOWN_ID}/application_credentials`), 404);
    assert.equal((await cloud.operate('DELETE', `${path(cloud.first)}/${id}`)).status, 204);
  });

  check('the number of credentials of an account is limited', async () => {
    const { applicationCredentials, tokens } = cloud.domain;
    const caller = await tokens.authenticate(cloud.first.token);
    for (let n = 0; n < LIMITS.application_credentials_per_account; n += 1) {
      await applicationCredentials.create(caller, { name: `${n}`, project }, ['member'], THE_SERVICE);
    }
    refused(await create({ name: 'one too many' }), 409);
  });
});
