import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { exchange } from '../../support/http-exchange.ts';
import { errors, fieldErrors, notes, openOffice, PASSWORD, says, UNKNOWN } from './office.ts';

const GONE = errors('This token does not exist or has expired.');
const DAY_MS = 86_400_000;

forEachEngine((_engine, open) => {
  test('a token is described any number of times, whatever follows it in the path', async () => {
    const { ask, resetPassword, tokenOf, owner } = await openOffice(open);
    await resetPassword(owner.email);
    const token = await tokenOf(owner.email);
    for (const path of [
      `/v1/tokens/${token}`,
      `/v1/token/${token}/`,
      `/v1/tokens/${token}/x/y`,
      `/v1/tokens/${token}-x?a`,
    ]) {
      says(await ask(null, 'GET', path), 200, {
        actions: ['ResetUserPasswordAction'],
        required_fields: ['password'],
        task_type: 'reset_user_password',
        requires_authentication: false,
      });
    }
    says(
      await ask(null, 'POST', `/v1/token/${token}/x`, PASSWORD),
      200,
      notes('Token submitted successfully.'),
    );
  });

  test('the list of tokens shows no secrets: the listed ids cannot be submitted', async () => {
    const { ask, resetPassword, tokenOf, owner, member, told, clock } = await openOffice(open);
    await resetPassword(owner.email);
    clock.advance(1000);
    await resetPassword(member.email);
    const { tokens } = await told('admin', 'GET', '/v1/tokens/');
    const { tasks } = await told('admin', 'GET', '/v1/tasks');
    assert.deepEqual(
      tokens.map(({ task }: { task: string }) => task),
      tasks.map(({ uuid }: { uuid: string }) => uuid),
    );
    const [{ token, task, ...rest }] = tokens;
    assert.deepEqual(rest, {
      task_type: 'reset_user_password',
      created_on: '2026-01-15T12:00:01Z',
      expires: '2026-01-16T12:00:01Z',
    });
    assert.match(token, /^[0-9a-f]{32}$/);
    assert.notEqual(token, await tokenOf(member.email));
    says(await ask(null, 'POST', `/v1/tokens/${token}`, PASSWORD), 404, GONE);
    says(await ask(null, 'GET', `/v1/tokens/${token}`), 404, GONE);
  });

  test('an unknown token answers 404, whatever the body', async () => {
    const { ask } = await openOffice(open);
    for (const body of [undefined, {}, [1], PASSWORD, '{not json']) {
      says(await ask(null, 'POST', `/v1/tokens/${UNKNOWN}`, body), 404, GONE);
    }
    says(await ask(null, 'GET', `/v1/tokens/${UNKNOWN}`), 404, GONE);
  });

  test('a token is submitted with an object that has the required fields; other fields are ignored', async () => {
    const { ask, resetPassword, tokenOf, owner, domain, newestTask, url } = await openOffice(open);
    await resetPassword(owner.email);
    const path = `/v1/tokens/${await tokenOf(owner.email)}`;
    says(
      await ask(null, 'POST', path, [1]),
      400,
      errors('Improperly formated json. Should be a key-value object.'),
    );
    says(
      await ask(null, 'POST', path, '"text"'),
      400,
      errors('Improperly formated json. Should be a key-value object.'),
    );
    const malformed = await ask(null, 'POST', path, '{"a":');
    assert.deepEqual([malformed.status, malformed.json.errors.length], [400, 1], malformed.text);
    const unread = await exchange(url, path, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{}',
    });
    says(unread, 415, errors('Unsupported media type "text/plain" in request.'));
    const missing = fieldErrors({ password: ['This field is required.'] });
    for (const nothing of [undefined, {}, '[]', 'null', '0', '""', { confirm: true }]) {
      says(await ask(null, 'POST', path, nothing), 400, missing);
    }
    says(
      await ask(null, 'POST', path, { ...PASSWORD, more: 1 }),
      200,
      notes('Token submitted successfully.'),
    );
    assert.ok(await domain.accounts.verifyPassword(owner.email, PASSWORD.password));
    assert.equal((await newestTask()).completed, true);
    says(await ask(null, 'POST', path, PASSWORD), 404, GONE);
  });

  test('an expired token is listed on request, and is deleted when it is used or cleaned up', async () => {
    const { ask, resetPassword, tokenOf, owner, member, told, clock } = await openOffice(open);
    await resetPassword(owner.email);
    await resetPassword(member.email);
    const token = await tokenOf(owner.email);
    assert.deepEqual((await told('admin', 'GET', '/v1/tokens?expired=true')).tokens, []);
    clock.advance(DAY_MS);
    assert.deepEqual((await told('admin', 'GET', '/v1/tokens')).tokens, []);
    assert.equal((await told('admin', 'GET', '/v1/tokens?expired=true')).tokens.length, 2);
    says(await ask(null, 'POST', `/v1/tokens/${token}`, PASSWORD), 404, GONE);
    assert.equal((await told('admin', 'GET', '/v1/tokens?expired=true')).tokens.length, 1);
    says(await ask('admin', 'DELETE', '/v1/token'), 200, notes('Deleted all expired tokens.'));
    assert.deepEqual((await told('admin', 'GET', '/v1/tokens?expired=true')).tokens, []);
    says(await ask('admin', 'DELETE', '/v1/tokens'), 200, notes('Deleted all expired tokens.'));
  });

  test('the lifetime of a token is set by its type of task', async () => {
    const config = { workflow: { tasks: { reset_user_password: { token_expiry: 60 } } } };
    const { resetPassword, owner, told } = await openOffice(open, { config });
    await resetPassword(owner.email);
    assert.equal((await told('admin', 'GET', '/v1/tokens')).tokens[0].expires, '2026-01-15T12:01:00Z');
  });

  test('reissuing a token ends the old one', async () => {
    const { ask, invite, tokenOf, owner, told, newestTask } = await openOffice(open);
    says(
      await ask('admin', 'POST', '/v1/tokens', {}),
      400,
      fieldErrors({ task: ['This field is required.'] }),
    );
    says(
      await ask('admin', 'POST', '/v1/tokens', { task: null }),
      400,
      fieldErrors({ task: ['This field is required.'] }),
    );
    for (const task of [UNKNOWN, 'x', 5, {}, '\u0000']) {
      says(await ask('admin', 'POST', '/v1/tokens', { task }), 404, errors('No task with this id.'));
    }
    await invite('new@example.org');
    const old = await tokenOf('new@example.org');
    const { uuid: task } = await newestTask();
    says(await ask(owner, 'POST', '/v1/tokens', { task }), 200, notes('Token reissued.'));
    const fresh = await tokenOf('new@example.org');
    assert.notEqual(fresh, old);
    assert.equal((await told('admin', 'GET', '/v1/tokens')).tokens.length, 1);
    says(await ask(null, 'POST', `/v1/tokens/${old}`, PASSWORD), 404, GONE);
    assert.equal((await ask(null, 'POST', `/v1/tokens/${fresh}`, PASSWORD)).status, 200);
    const completed = await ask(owner, 'POST', '/v1/token', { task });
    says(completed, 400, errors('This task has already been completed.'));
  });

  test('a task that is not approved has no token to reissue', async () => {
    const { ask, signUp, newestTask, told } = await openOffice(open);
    await signUp('plan', 'new@example.org');
    const { uuid } = await newestTask();
    says(
      await ask('admin', 'POST', '/v1/tokens', { task: uuid }),
      400,
      errors('This task has not been approved.'),
    );
    assert.deepEqual((await told('admin', 'GET', '/v1/tokens')).tokens, []);
  });

  test('a submission that has become impossible is refused, and the token stays valid', async () => {
    const { ask, signUp, newestTask, tokenOf, told, backends, domain } = await openOffice(open);
    await signUp('plan', 'new@example.org');
    await told('admin', 'POST', `/v1/tasks/${(await newestTask()).uuid}`, { approved: true });
    const token = await tokenOf('new@example.org');
    const project = await backends.identity.findProject('plan', 'default');
    const operator = { uuid: null, name: 'operator', address: null, operator: true };
    await domain.projectControl.act(operator, project?.id ?? '', 'terminate', null);
    says(await ask(null, 'POST', `/v1/tokens/${token}`, PASSWORD), 400, errors('actions invalid'));
    assert.equal((await newestTask()).completed, false);
    assert.equal((await ask(null, 'GET', `/v1/tokens/${token}`)).status, 200);
  });

  test('a type of task can require an authenticated submitter', async () => {
    const features = {
      name: 'careful',
      tasks: [
        {
          name: 'careful_reset',
          actions: ['ResetUserPasswordAction'],
          duplicates: 'cancel' as const,
          tokenRequiresAuthentication: true,
        },
      ],
    };
    const { ask, owner, domain, tokenOf } = await openOffice(open, { featureSets: [features] });
    await domain.workflow.tasks.create('careful_reset', {}, { email: owner.email });
    const path = `/v1/tokens/${await tokenOf(owner.email)}`;
    assert.equal((await ask(null, 'GET', path)).json.requires_authentication, true);
    for (const body of [PASSWORD, {}, [1], '{not json']) {
      says(await ask(null, 'POST', path, body), 401, errors('This token requires authentication to submit.'));
    }
    says(await ask(owner, 'POST', path, PASSWORD), 200, notes('Token submitted successfully.'));
  });
});
