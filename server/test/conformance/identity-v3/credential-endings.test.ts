import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS } from '../../../src/lib/limits.ts';
import { forEachEngine } from '../../support/engines.ts';
import type { Exchange } from '../../support/http-exchange.ts';
import { appoint, byToken, type CloudV3, startV3 } from './asking.ts';

const bySecret = ({ id, secret }: { id: string; secret: string }) => ({
  methods: ['application_credential'],
  application_credential: { id, secret },
});

interface Credential {
  readonly id: string;
  readonly secret: string;
}

forEachEngine((_engine, open) => {
  let cloud: CloudV3;
  let project: string;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startV3(open);
      project = await cloud.project('lab');
      for (const role of ['member', 'project_mod']) await appoint(cloud, project, cloud.first, role);
      await body();
    });
  const login = () => cloud.tokenOf(cloud.first, { project: { id: project } });
  const secretOf = (answer: Exchange) => {
    assert.equal(answer.status, 201, answer.text);
    return String(answer.headers['x-subject-token']);
  };
  const exchanged = async (token: string) =>
    secretOf(await cloud.logIn(byToken(token), { project: { id: project } }));
  const withCredential = async (credential: Credential) => secretOf(await cloud.logIn(bySecret(credential)));
  const credential = async (token: string, name: string, more: object = {}): Promise<Credential> => {
    const path = `/users/${cloud.first.uuid}/application_credentials`;
    const body = { application_credential: { name, unrestricted: true, ...more } };
    const answer = await cloud.ask('POST', path, { token, body });
    assert.equal(answer.status, 201, answer.text);
    return answer.json.application_credential;
  };
  const native = (token: string, method: string, path: string, body?: object): Promise<Exchange> =>
    cloud.send(`/api${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
  const named = async (token: string, name: string, more: object = {}): Promise<string> => {
    const answer = await native(token, 'POST', `/users/${cloud.first.uuid}/tokens`, { name, ...more });
    assert.equal(answer.status, 201, answer.text);
    return answer.json.token;
  };
  const idOf = async (token: string) => (await cloud.domain.tokens.authenticate(token)).token.id;
  const end = async (subject: string, token = cloud.first.token) => {
    const headers = { 'x-subject-token': subject };
    assert.equal((await cloud.ask('DELETE', '/auth/tokens', { token, headers })).status, 204);
  };
  const alive = async (token: string) => (await native(token, 'GET', '/me')).status === 200;
  const usable = async (made: Credential) => (await cloud.logIn(bySecret(made))).status === 201;
  /** Which of these can be used: tokens, and application credentials by a login. */
  const use = (...made: readonly (string | Credential)[]) =>
    Promise.all(made.map((one) => (typeof one === 'string' ? alive(one) : usable(one))));

  check('revoking a token ends all that came of it, directly or through others', async () => {
    const own = await login();
    const child = await exchanged(own);
    const grandchild = await exchanged(child);
    const laptop = await named(grandchild, 'laptop');
    const robot = await credential(grandchild, 'robot');
    const program = await withCredential(robot);
    const helper = await credential(program, 'helper');
    const helping = await withCredential(helper);
    const other = await login();
    const all = [own, child, grandchild, laptop, robot, program, helper, helping];
    assert.deepEqual(
      await use(...all),
      all.map(() => true),
    );
    await end(own);
    assert.deepEqual(
      await use(...all),
      all.map(() => false),
    );
    assert.deepEqual(await use(other), [true]);
  });

  check('an operator who revokes a narrowed token ends the tokens that it was exchanged for', async () => {
    const { secret, token } = await cloud.domain.tokens.issue(cloud.first.uuid, { name: 'cut', project });
    const child = await exchanged(secret);
    const path = `/users/${cloud.first.uuid}/tokens/${token.id}`;
    assert.equal((await native(cloud.adminToken, 'DELETE', path)).status, 204);
    assert.deepEqual(await use(secret, child), [false, false]);
  });

  check('a logout ends the tokens that the login was exchanged for, and leaves what it created', async () => {
    const own = await login();
    const child = await exchanged(own);
    const laptop = await named(own, 'laptop');
    const robot = await credential(child, 'robot');
    await end(own, own);
    assert.deepEqual(await use(own, child, laptop, robot), [false, false, true, true]);
  });

  check('what outlived its login ends with the credential that the login came of', async () => {
    const { token: first } = cloud.first;
    const laptop = await named(first, 'laptop');
    const session = await exchanged(laptop);
    const robot = await credential(session, 'robot');
    const spare = await named(session, 'spare');
    await end(session, session);
    assert.deepEqual(await use(laptop, robot, spare), [true, true, true]);
    await end(laptop);
    assert.deepEqual(await use(first, laptop, robot, spare), [true, false, false, false]);
  });

  check('a login that gives way to newer ones leaves what came of it', async () => {
    const own = await login();
    const child = await exchanged(own);
    const robot = await credential(own, 'robot');
    const { loginTokens } = cloud.domain;
    for (let logins = 0; logins < LIMITS.password_logins_per_account; logins += 1)
      await loginTokens.issue(cloud.first.uuid, 'password');
    assert.deepEqual(await use(own, child, robot), [false, true, true]);
  });

  check(
    'a token that replaces all others ends the application credentials made with them, and names them',
    async () => {
      const own = await login();
      const robot = await credential(own, 'robot');
      const answer = await native(cloud.first.token, 'POST', `/users/${cloud.first.uuid}/tokens`, {
        name: 'only',
        replace: true,
      });
      assert.equal(answer.status, 201, answer.text);
      const { token, replaced, replaced_application_credentials } = answer.json;
      assert.deepEqual(
        replaced.map(({ name }: { name: string }) => name),
        ['test', 'password login'],
      );
      assert.deepEqual(replaced_application_credentials, [{ id: robot.id, name: 'robot' }]);
      assert.deepEqual(await use(own, robot, token), [false, false, true]);
    },
  );

  check(
    'deleting an application credential ends the tokens of credentials that were made with it',
    async () => {
      const own = await login();
      const robot = await credential(own, 'robot');
      const helper = await credential(await withCredential(robot), 'helper');
      const helping = await withCredential(helper);
      const path = `/users/${cloud.first.uuid}/application_credentials/${robot.id}`;
      assert.equal((await cloud.ask('DELETE', path, { token: cloud.first.token })).status, 204);
      assert.deepEqual(await use(own, robot, helper, helping), [true, false, false, false]);
    },
  );

  check('the record of a revocation names what ended with it', async () => {
    const own = await login();
    await credential(own, 'robot');
    const child = await exchanged(own);
    const id = await idOf(child);
    await end(own);
    const answer = await native(cloud.adminToken, 'GET', `/audit?subject=${cloud.first.uuid}&limit=1`);
    const [{ action, before }] = answer.json.items;
    assert.equal(action, 'token.revoke');
    assert.deepEqual(before.also_ended, [{ token: id, name: 'exchanged token' }]);
    assert.deepEqual(before.also_ended_application_credentials[0].name, 'robot');
  });
});
