import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../../src/lib/text/json.ts';
import { forEachEngine } from '../../../support/engines.ts';
import { openOffice } from '../../workflow-v1/office.ts';
import { type Answer, asker, assertProblem, items } from '../asking.ts';

forEachEngine((_engine, open) => {
  const start = async () => {
    const office = await openOffice(open);
    const question = (method: string, more: object = {}) => ({ method, ...more });
    const ask = (token: string | null, api: string, body: object): Promise<Answer> =>
      asker(office, token)('POST', `/delegates/${api}`, body);
    return { ...office, question, asked: ask };
  };

  test('a person without an account signs up, and learns no more than in the workflow dialect', async () => {
    const { asked, newestTask, question } = await start();
    const input = { email: 'new@example.org', project_name: 'plan' };
    const { status, body } = await asked(null, 'SignUp', question('POST', { input }));
    assert.equal(status, 200);
    assert.deepEqual(body, { accepted: true, answer: { notes: ['task created'] }, replaced: [] });
    assert.equal((await newestTask()).task_type, 'create_project_and_user');
    const again = await asked(null, 'SignUp', question('POST', { input: { email: 'x' } }));
    assertProblem(again, 400, 'task_input');
  });

  test('a gate refuses callers without a token, and without a role on the project', async () => {
    const { asked, member, owner, stranger, project, adminToken, question } = await start();
    const list = question('GET');
    assertProblem(await asked(null, 'UserList', list), 401, 'token_missing');
    assertProblem(await asked(member.token, 'UserList', list), 403, 'forbidden');
    assert.equal((await asked(owner.token, 'UserList', list)).status, 200);
    const there = question('GET', { project });
    assertProblem(await asked(stranger.token, 'UserList', there), 403, 'forbidden');
    const seen = (await asked(adminToken, 'UserList', there)).body['answer'] as { users: { name: string }[] };
    assert.ok(seen.users.some(({ name }) => name === 'member@example.org'));
    assertProblem(
      await asked(owner.token, 'UserList', question('GET', { project: stranger.project })),
      403,
      'forbidden',
    );
  });

  test('a request that replaces an open task of its user names it, and the record joins the two', async () => {
    const office = await start();
    const { asked, owner, newestTask, question } = office;
    const change = (email: string) =>
      asked(owner.token, 'UserUpdateEmail', question('POST', { input: { new_email: email } }));
    assert.deepEqual((await change('first@example.org')).body['replaced'], []);
    const { uuid: first } = await newestTask();
    assert.deepEqual((await change('second@example.org')).body['replaced'], [first]);
    const { uuid: second } = await newestTask();
    const admin = asker(office, office.adminToken);
    const entry = async (action: string, subject: unknown) =>
      items(await admin('GET', `/audit?action=${action}&subject=${subject}`))[0]?.['after'];
    assert.deepEqual(await entry('task.cancel', first), { reason: 'duplicate', replaced_by: second });
    assert.equal(((await entry('task.create', second)) as JsonObject)['replaces'], first);
  });

  test('an API without authentication does not reveal that it replaces a task', async () => {
    const { asked, newestTask, question } = await start();
    const reset = () =>
      asked(null, 'UserResetPassword', question('POST', { input: { email: 'boss@example.org' } }));
    await reset();
    const { uuid } = await newestTask();
    assert.deepEqual((await reset()).body['replaced'], []);
    assert.notEqual((await newestTask()).uuid, uuid);
  });

  test("a refusal of a delegate API is a problem with the API's text", async () => {
    const { asked, owner, question } = await start();
    assertProblem(await asked(owner.token, 'Nothing', question('GET')), 404, 'delegate_not_found');
    assertProblem(await asked(owner.token, 'SignUp', question('GET')), 404, 'delegate_not_found');
    const unknown = question('GET', { params: { user_id: 'unknown' } });
    const missing = await asked(owner.token, 'UserDetail', unknown);
    assertProblem(missing, 404, 'delegate_found_nothing');
    assert.equal(missing.body['detail'], 'No user with this id.');
    const odd = await asked(
      owner.token,
      'UpdateProjectQuotas',
      question('GET', { query: { regions: 'Mars' } }),
    );
    assertProblem(odd, 400, 'invalid_request');
    assert.equal(odd.body['detail'], 'Region: Mars is not valid');
  });

  test('the list has every enabled API with its methods', async () => {
    const office = await openOffice(open);
    const { body } = await asker(office, null)('GET', '/delegates');
    const found = (body['items'] as { name: string; methods: string[] }[]).find(
      ({ name }) => name === 'UserRoles',
    );
    assert.deepEqual(found?.methods, ['GET', 'PUT', 'DELETE']);
  });
});
