import assert from 'node:assert/strict';
import { test } from 'node:test';
import { THE_SERVICE } from '../../../src/audit/actor.ts';
import { enrolApp } from '../../support/authenticators/enrolled-app.ts';
import { forEachEngine } from '../../support/engines.ts';
import { ADMIN_PASSWORD } from '../../support/harness.ts';
import { PASSWORD } from '../cloud.ts';
import { type CloudV3, refused, startV3 } from '../identity-v3/asking.ts';

const CHANGE = 'the change of a password in Identity v3';

/** Sends the right password of a user in every place that takes one, but the web and Identity v3's login. */
const PLACES: Readonly<
  Record<string, (cloud: CloudV3, password: string) => Promise<{ status: number; text: string }>>
> = {
  'the native login': (cloud, password) => cloud.post('/api/login', { email: cloud.first.email, password }),
  'Identity v2.0, in JSON': (cloud, password) =>
    cloud.post('/identity/v2.0/tokens', {
      auth: { passwordCredentials: { username: cloud.first.email, password } },
    }),
  [CHANGE]: (cloud, password) =>
    cloud.ask('POST', `/users/${cloud.first.uuid}/password`, {
      body: { user: { original_password: password, password: 'another password of some length' } },
    }),
};

forEachEngine((_engine, open) => {
  for (const [place, send] of Object.entries(PLACES)) {
    test(`the password alone of a user with a second factor is refused in ${place}`, async () => {
      const cloud = await startV3(open);
      const { uuid } = cloud.first;
      await enrolApp(cloud.domain, uuid);
      const before = await cloud.domain.tokens.list(uuid);
      const answer = await send(cloud, PASSWORD);
      assert.equal(answer.status, 401, answer.text);
      assert.match(answer.text, /its password alone is not enough/);
      assert.deepEqual(await cloud.domain.tokens.list(uuid), before);
      const wrong = await send(cloud, 'a wrong password');
      assert.equal(wrong.status, 401);
      assert.doesNotMatch(wrong.text, /not enough/);
      await cloud.domain.signInMethods.reset(uuid, THE_SERVICE);
      assert.ok((await send(cloud, PASSWORD)).status < 300);
    });

    test(`the password alone of a user who must have a second factor is refused in ${place}`, async () => {
      const cloud = await startV3(open, { PURSER_SECOND_FACTOR_REQUIRED: 'all' });
      const answer = await send(cloud, PASSWORD);
      assert.equal(answer.status, 401, answer.text);
      assert.match(answer.text, /must have a second factor/);
    });
  }

  test('a generated password is refused everywhere, until its owner has changed it', async () => {
    const cloud = await startV3(open);
    const { first, domain } = cloud;
    const fresh = 'another password of some length';
    await domain.accounts.update(first.uuid, { password: PASSWORD, passwordOnce: true });
    const v3 = (password: string) =>
      cloud.logIn({ methods: ['password'], password: { user: { id: first.uuid, password } } });
    for (const [place, send] of Object.entries(PLACES)) {
      if (place === CHANGE) continue;
      const answer = await send(cloud, PASSWORD);
      assert.equal(answer.status, 401, place);
      assert.match(answer.text, /was only for the first sign-in/);
    }
    refused(await v3(PASSWORD), 401, /was only for the first sign-in/);
    assert.equal((await domain.tokens.list(first.uuid)).length, 1);
    assert.equal((await PLACES[CHANGE]?.(cloud, PASSWORD))?.status, 204);
    assert.equal((await v3(fresh)).status, 201);
  });

  test('API tokens and application credentials of a user with a second factor go on working', async () => {
    const cloud = await startV3(open);
    const { uuid, token } = cloud.first;
    await cloud.domain.roles.create('tester', '');
    const project = await cloud.project('lab');
    await cloud.domain.roles.grant(uuid, 'tester', project);
    const scoped = await cloud.tokenOf(cloud.first, { project: { id: project } });
    const made = await cloud.ask('POST', `/users/${uuid}/application_credentials`, {
      token: scoped,
      body: { application_credential: { name: 'program' } },
    });
    assert.equal(made.status, 201, made.text);
    await enrolApp(cloud.domain, uuid);
    const { id, secret } = made.json.application_credential;
    const program = await cloud.logIn({
      methods: ['application_credential'],
      application_credential: { id, secret },
    });
    assert.equal(program.status, 201, program.text);
    assert.equal((await cloud.send('/api/me', { headers: { 'x-auth-token': token } })).status, 200);
  });

  test('a second factor is required of the roles in the setting, where they count', async () => {
    const cloud = await startV3(open, { PURSER_SECOND_FACTOR_REQUIRED: 'admin,curator' });
    const { first, second, domain } = cloud;
    await domain.roles.create('curator', '');
    const project = await cloud.project('lab');
    // On a project, `admin` is a word for the services of that project.
    await domain.roles.grant(second.uuid, 'admin', project);
    await domain.roles.grant(first.uuid, 'curator', project);
    const logIn = (email: string, password = PASSWORD) => cloud.post('/api/login', { email, password });
    assert.equal((await logIn(second.email)).status, 201);
    for (const answer of [await logIn(first.email), await logIn('admin@example.org', ADMIN_PASSWORD)]) {
      assert.equal(answer.status, 401);
      assert.equal(answer.json.code, 'second_factor_enrolment_required');
    }
  });

  test('Identity v3 tells a user who must have a second factor why the password is not enough', async () => {
    const cloud = await startV3(open, { PURSER_SECOND_FACTOR_REQUIRED: 'all' });
    const answer = await cloud.logIn({
      methods: ['password'],
      password: { user: { id: cloud.first.uuid, password: PASSWORD } },
    });
    refused(answer, 401, /must have a second factor/);
  });
});
