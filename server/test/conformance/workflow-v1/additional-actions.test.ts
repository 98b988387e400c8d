import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { errors, notes, openOffice, PASSWORD, says } from './office.ts';

/** Sign-ups with more actions, and their settings. */
const withActions = (additional_actions: string[], actions: object = {}) => ({
  config: { workflow: { tasks: { create_project_and_user: { additional_actions, actions } } } },
});

interface SeenAction {
  action_name: string;
  valid: boolean;
}

forEachEngine((_engine, open) => {
  test('additional actions of a sign-up set quotas, add default users and send mails', async () => {
    const office = await openOffice(
      open,
      withActions(['SetProjectQuotaAction', 'AddDefaultUsersToProjectAction', 'SendAdditionalEmailAction'], {
        SetProjectQuotaAction: { region_sizes: { RegionOne: 'medium' } },
        AddDefaultUsersToProjectAction: { default_users: ['mod@example.org'], default_roles: ['member'] },
        SendAdditionalEmailAction: {
          approve: {
            subject: 'A new project',
            template: 'initial.txt',
            email_additional_addresses: ['sales@example.org'],
          },
        },
      }),
    );
    const { ask, signUp, newestTask, tokenOf, mailsTo, backends, moderator } = office;
    says(await signUp('plan', 'new@example.org'), 202, notes('task created'));
    const { uuid } = await newestTask();
    says(await ask('admin', 'POST', `/v1/tasks/${uuid}`, { approved: true }), 202, notes('created token'));
    const token = await tokenOf('new@example.org');
    says(
      await ask(null, 'POST', `/v1/tokens/${token}`, PASSWORD),
      200,
      notes('Token submitted successfully.'),
    );
    const project = (await backends.identity.findProject('plan', 'default'))?.id ?? '';
    const { nova } = await backends.quota.quota(project, 'RegionOne');
    assert.equal(Number(nova?.['instances']), 50);
    assert.deepEqual(await backends.identity.getRoles(moderator.uuid, project), ['member']);
    const told = await mailsTo('sales@example.org');
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /^Subject: A new project\r?$/m);
  });

  test('without a network backend, a task that needs a network is invalid and says why', async () => {
    const { ask, newestTask } = await openOffice(open, withActions(['NewProjectDefaultNetworkAction']));
    const body = { project_name: 'plan', email: 'new@example.org', setup_network: true };
    says(await ask(null, 'POST', '/v1/openstack/sign-up', body), 202, notes('task created'));
    const { uuid, actions, action_notes } = await newestTask();
    const network = actions.find(
      ({ action_name }: SeenAction) => action_name === 'NewProjectDefaultNetworkAction',
    );
    assert.equal(network.valid, false);
    assert.ok(action_notes.NewProjectDefaultNetworkAction.length > 0);
    says(await ask('admin', 'POST', `/v1/tasks/${uuid}`, { approved: true }), 400, errors('actions invalid'));
    const without = { ...body, setup_network: false, region: 'RegionOne' };
    says(await ask('admin', 'PUT', `/v1/tasks/${uuid}`, without), 200, notes('Task successfully updated.'));
    assert.equal((await ask('admin', 'POST', `/v1/tasks/${uuid}`, { approved: true })).status, 202);
  });

  test('tasks stored under an old type name continue; tasks of an unknown type answer 503', async () => {
    const { ask, invite, newestTask, tokenOf, domain, told } = await openOffice(open);
    await invite('new@example.org');
    const token = await tokenOf('new@example.org');
    const { uuid } = await newestTask();
    const storedAs = (task_type: string) =>
      domain.storage.transaction(({ db }) =>
        db.updateTable('tasks').set({ task_type }).where('uuid', '=', uuid).execute(),
      );
    await storedAs('unknown_type');
    const unavailable = await ask(null, 'GET', `/v1/tokens/${token}`);
    assert.equal(unavailable.status, 503, unavailable.text);
    assert.deepEqual(Object.keys(unavailable.json), ['errors']);
    assert.equal((await ask(null, 'POST', `/v1/tokens/${token}`, PASSWORD)).status, 503);
    assert.equal((await told('admin', 'GET', `/v1/tasks/${uuid}`)).task_type, 'unknown_type');
    await storedAs('invite_user');
    assert.equal((await told(null, 'GET', `/v1/tokens/${token}`)).task_type, 'invite_user');
    says(
      await ask(null, 'POST', `/v1/tokens/${token}`, PASSWORD),
      200,
      notes('Token submitted successfully.'),
    );
  });

  test('an inactive delegate API answers 404', async () => {
    const { ask, signUp } = await openOffice(open, {
      config: { api: { active_delegate_apis: ['UserList'] } },
    });
    says(await signUp('plan', 'new@example.org'), 404, errors('Not found.'));
    assert.equal((await ask(null, 'GET', '/v1/openstack/users')).status, 401);
  });
});
