import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { errors, fieldErrors, notes, openOffice, PASSWORD, says } from './office.ts';

const RESET = notes('If user with email exists, reset token will be issued.');
const NO_USER = errors('No user with this id.');

/** What is created, and told to those who may look at it. */
const created = (task: { uuid: string }) => ({ notes: ['task created'], task: task.uuid });

forEachEngine((_engine, open) => {
  test('a sign-up takes names from the body, and domain, parent and region from the settings', async () => {
    const { ask, newestTask, mailsTo } = await openOffice(open);
    const body = {
      project_name: 'plan',
      email: 'new@example.org',
      domain_id: 'x',
      parent_id: 'y',
      region: 'z',
      setup_network: false,
      username: null,
    };
    says(await ask(null, 'POST', '/v1/actions/CreateProjectAndUser', body), 202, notes('task created'));
    const { project_id, keystone_user, actions } = await newestTask();
    assert.deepEqual([project_id, keystone_user], [null, {}]);
    assert.deepEqual(actions[0].data, {
      domain_id: 'default',
      email: 'new@example.org',
      parent_id: null,
      project_name: 'plan',
    });
    assert.match((await mailsTo('new@example.org'))[0] ?? '', /^Subject: \[Purser\] .+/m);
  });

  test('an equal sign-up is a duplicate on every route; a different one is not', async () => {
    const { ask, signUp } = await openOffice(open);
    says(await signUp('plan', 'new@example.org'), 202, notes('task created'));
    const again = { project_name: 'plan', email: 'new@example.org' };
    for (const path of ['openstack/sign-up', 'actions/CreateProjectAndUser', 'actions/CreateProject']) {
      says(await ask(null, 'POST', `/v1/${path}`, again), 409, errors('This Task already exists.'));
    }
    assert.equal((await signUp('other plan', 'new@example.org')).status, 202);
  });

  test('sign-ups and invitations for spellings of one address are one open task, which shows the first spelling', async () => {
    const { ask, told, signUp, invite, newestTask } = await openOffice(open);
    for (const [first, ...others] of [
      ['New@example.org', 'new@example.org', 'NEW@EXAMPLE.ORG', 'new@ｅxample.org', '"new"@example.org'],
      ['new@bücher.example', 'new@BÜCHER.example', 'new@xn--bcher-kva.example', 'NEW@bu\u0308cher.example'],
    ] as const) {
      says(await signUp('plan', first), 202, notes('task created'));
      assert.equal((await newestTask()).actions[0].data.email, first);
      for (const other of others) {
        const again = { project_name: 'plan', email: other };
        for (const path of ['openstack/sign-up', 'actions/CreateProjectAndUser']) {
          says(await ask(null, 'POST', `/v1/${path}`, again), 409, errors('This Task already exists.'));
        }
      }
    }
    assert.equal((await signUp('plan', 'new.other@example.org')).status, 202);

    const open_invitations = async () => {
      const filters = JSON.stringify({
        task_type: { exact: 'invite_user_to_project' },
        cancelled: { exact: false },
      });
      const { tasks } = await told('admin', 'GET', `/v1/tasks?filters=${encodeURIComponent(filters)}`);
      return tasks.map(({ actions }: { actions: { data: { email: string } }[] }) => actions[0]?.data.email);
    };
    await invite('guest@bücher.example');
    assert.deepEqual(await open_invitations(), ['guest@bücher.example']);
    await invite('Guest@xn--bcher-kva.example');
    assert.deepEqual(await open_invitations(), ['guest@bücher.example']);
  });

  test("a sign-up for the name of a user's own project is invalid, as for any existing project", async () => {
    const { ask, signUp, newestTask, owner } = await openOffice(open);
    for (const name of [`system:${owner.uuid}`, 'lab']) {
      says(await signUp(name, 'new@example.org'), 202, notes('task created'));
      const { uuid, action_notes } = await newestTask();
      const [note] = action_notes.NewProjectWithUserAction;
      assert.ok(note.startsWith(`Existing project with name '${name}'.`), note);
      const approval = await ask('admin', 'POST', `/v1/tasks/${uuid}`, { approved: true });
      says(approval, 400, errors('actions invalid'));
    }
  });

  test('invitations to a full or closed project are invalid from the start, and before an account is created', async () => {
    const { ask, invite, newestTask, owner, member, project, mailsTo, tokenOf, domain } =
      await openOffice(open);
    // An administrator's token stands for the account, in its own project.
    const invitation = { email: 'new@example.org', roles: ['member'] };
    says(await ask('admin', 'POST', '/v1/openstack/users', invitation), 400, errors('actions invalid'));
    const [note] = (await newestTask()).action_notes.NewUserAction.slice(-2);
    assert.match(note, /^Project with id \S+ accepts no further members\./);
    assert.deepEqual(await mailsTo('new@example.org'), []);
    const roles = (who: string) => `/v1/openstack/users/${who}/roles`;
    const given = await ask('admin', 'PUT', roles(member.uuid), { roles: ['member'] });
    says(given, 400, errors('actions invalid'));

    await invite('late@example.org');
    const path = `/v1/tokens/${await tokenOf('late@example.org')}`;
    const operator = { uuid: null, name: 'operator', address: null, operator: true };
    await domain.projectControl.modify(operator, project, { maxMembers: 1n });
    says(await invite('new@example.org'), 400, errors('actions invalid'));
    assert.equal((await ask(null, 'POST', path, PASSWORD)).status, 503);
    assert.equal(await domain.accounts.verifyPassword('late@example.org', PASSWORD.password), undefined);
    // Who takes part already can be given more.
    assert.equal((await ask(owner, 'PUT', roles(member.uuid), { roles: ['project_mod'] })).status, 202);
    await domain.projectControl.modify(operator, project, { maxMembers: 10n });
    says(await ask(null, 'POST', path, PASSWORD), 200, notes('Token submitted successfully.'));
  });

  test('each missing or invalid field has its message', async () => {
    const { ask, owner, invite } = await openOffice(open);
    says(
      await ask(null, 'POST', '/v1/openstack/sign-up', {}),
      400,
      fieldErrors({
        email: ['This field is required.'],
        project_name: ['This field is required.'],
      }),
    );
    const wrong = { email: [], project_name: 'x'.repeat(65) };
    const answer = await ask(null, 'POST', '/v1/openstack/sign-up', wrong);
    assert.deepEqual(Object.keys(answer.json.errors).sort(), ['email', 'project_name']);
    assert.deepEqual(answer.json.errors.project_name, ['Ensure this field has no more than 64 characters.']);
    says(
      await invite('not_a_valid_email', { roles: ['not_a_valid_role'] }),
      400,
      fieldErrors({
        email: ['Enter a valid email address.'],
        roles: ['"not_a_valid_role" is not a valid choice.'],
      }),
    );
    says(
      await invite('new@example.org', { roles: [] }),
      400,
      fieldErrors({
        non_field_errors: ["Must supply either 'roles' or 'inherited_roles', or both."],
      }),
    );
    says(
      await ask(null, 'POST', '/v1/openstack/users/password-reset', {}),
      400,
      fieldErrors({ email: ['This field is required.'] }),
    );
    says(
      await ask(owner, 'POST', '/v1/openstack/users/email-update', { new_email: 'new_test@examplecom' }),
      400,
      fieldErrors({ new_email: ['Enter a valid email address.'] }),
    );
  });

  test('an invited user without an account gets a mail, sets a password and becomes a member', async () => {
    const { ask, told, owner, invite, newestTask, tokenOf } = await openOffice(open);
    const answer = await invite('new@example.org');
    const { uuid } = await newestTask();
    says(answer, 202, created({ uuid }));
    const listed = async () =>
      (await told(owner, 'GET', '/v1/openstack/users')).users.find(
        ({ email }: { email: string }) => email === 'new@example.org',
      );
    assert.deepEqual(await listed(), {
      id: uuid,
      name: 'new@example.org',
      email: 'new@example.org',
      roles: ['member'],
      inherited_roles: [],
      cohort: 'Invited',
      status: 'Invited',
    });
    says(await invite('new@example.org'), 409, errors('This Task already exists.'));
    assert.equal(
      (await ask(null, 'POST', `/v1/tokens/${await tokenOf('new@example.org')}`, PASSWORD)).status,
      200,
    );
    const { id, ...member } = await listed();
    assert.deepEqual(member, {
      name: 'new@example.org',
      email: 'new@example.org',
      roles: ['member'],
      inherited_roles: [],
      cohort: 'Member',
      status: 'Active',
      manageable: true,
    });
    says(await ask(owner, 'GET', `/v1/openstack/users/${id}`), 200, {
      id,
      username: 'new@example.org',
      email: 'new@example.org',
      roles: ['member'],
      inherited_roles: [],
    });
    says(await ask(owner, 'GET', `/v1/openstack/users/${id}/roles`), 200, {
      roles: ['member'],
      inherited_roles: [],
    });
  });

  test('an existing user must confirm an invitation; a member need not', async () => {
    const { ask, newcomer, invite, newestTask, tokenOf, member, told, owner } = await openOffice(open);
    const old = await newcomer('old@example.org');
    await invite(old.email);
    const token = await tokenOf(old.email);
    assert.deepEqual((await told(null, 'GET', `/v1/tokens/${token}`)).required_fields, ['confirm']);
    says(
      await ask(null, 'POST', `/v1/tokens/${token}`, { confirm: true }),
      200,
      notes('Token submitted successfully.'),
    );
    assert.deepEqual((await told(owner, 'GET', `/v1/openstack/users/${old.uuid}/roles`)).roles, ['member']);
    await invite(member.email);
    assert.equal((await newestTask()).completed, true);
  });

  test('an invitation to another project, as an administrator, or without permission is refused', async () => {
    const { ask, invite, stranger, member, told, owner, newestTask } = await openOffice(open);
    says(await invite('a@example.org', { project_id: 'nowhere' }), 400, errors('actions invalid'));
    says(await invite('b@example.org', { project_id: stranger.project }), 400, errors('actions invalid'));
    says(await invite('c@example.org', { domain_id: 'elsewhere' }), 400, errors('actions invalid'));
    assert.equal((await invite('d@example.org', { roles: ['admin'] })).status, 400);
    assert.equal(
      (await ask(member, 'POST', '/v1/openstack/users', { email: 'e@example.org', roles: ['member'] }))
        .status,
      403,
    );
    assert.deepEqual((await told('admin', 'GET', '/v1/tokens')).tokens, []);
    const { users } = await told(owner, 'GET', '/v1/openstack/users');
    const invited = users.filter(({ cohort }: { cohort: string }) => cohort === 'Invited');
    assert.ok(invited.length > 0 && invited.every(({ status }: { status: string }) => status === 'Invalid'));
    assert.equal((await newestTask()).cancelled, false);
  });

  test('an invitation can be cancelled; a user cannot be deleted', async () => {
    const { ask, invite, newestTask, owner, stranger, member } = await openOffice(open);
    await invite('new@example.org');
    const { uuid } = await newestTask();
    says(await ask(stranger, 'DELETE', `/v1/openstack/users/${uuid}`), 404, 'Not found.');
    says(await ask(owner, 'DELETE', `/v1/openstack/users/${uuid}`), 200, 'Cancelled pending invite task!');
    says(await ask(owner, 'DELETE', `/v1/openstack/users/${uuid}`), 404, 'Not found.');
    const real = await ask(owner, 'DELETE', `/v1/openstack/users/${member.uuid}`);
    says(real, 501, errors('Revoking keystone users not implemented. Try removing all roles instead.'));
    says(await ask(owner, 'GET', '/v1/openstack/users/unknown'), 404, NO_USER);
    says(await ask(owner, 'GET', `/v1/openstack/users/${stranger.uuid}`), 404, NO_USER);
    says(await ask(owner, 'GET', `/v1/openstack/users/${stranger.uuid}/roles`), 404, NO_USER);
  });

  test('project managers grant and revoke roles in their own project', async () => {
    const { ask, told, owner, moderator, member, stranger, newestTask } = await openOffice(open);
    const path = `/v1/openstack/users/${member.uuid}/roles`;
    const rolesNow = async () => (await told(owner, 'GET', path)).roles.toSorted();
    const answer = await ask(owner, 'PUT', path, { roles: ['project_mod'] });
    says(answer, 202, created(await newestTask()));
    assert.equal((await newestTask()).completed, true);
    assert.deepEqual(await rolesNow(), ['member', 'project_mod']);
    assert.equal((await ask(owner, 'DELETE', path, { roles: ['project_mod'] })).status, 202);
    assert.deepEqual(await rolesNow(), ['member']);
    assert.equal((await ask(owner, 'PUT', path, { roles: ['member'] })).status, 202);
    says(await ask(moderator, 'PUT', path, { roles: ['project_admin'] }), 400, errors('actions invalid'));
    const ofOwner = `/v1/openstack/users/${owner.uuid}/roles`;
    says(await ask(moderator, 'PUT', ofOwner, { roles: ['member'] }), 400, errors('actions invalid'));
    says(
      await ask(owner, 'PUT', '/v1/openstack/users/unknown/roles', { roles: ['member'] }),
      400,
      errors('actions invalid'),
    );
    says(
      await ask(owner, 'PUT', path, { roles: ['member'], project_id: stranger.project }),
      400,
      errors('actions invalid'),
    );
    assert.deepEqual(await rolesNow(), ['member']);
    const edit = { user_id: member.uuid, project_id: member.project, roles: ['project_mod'] };
    assert.equal((await ask(owner, 'POST', '/v1/actions/EditUser', edit)).status, 202);
    assert.deepEqual(await rolesNow(), ['member', 'project_mod']);
    const manageable = async (who: typeof owner) =>
      (await told(who, 'GET', '/v1/openstack/roles')).roles.map(({ name }: { name: string }) => name).sort();
    assert.deepEqual(await manageable(moderator), ['heat_stack_owner', 'member', 'project_mod']);
    assert.deepEqual(await manageable(owner), ['heat_stack_owner', 'member', 'project_admin', 'project_mod']);
    const users = (await told(moderator, 'GET', '/v1/openstack/users')).users as {
      id: string;
      manageable: boolean;
    }[];
    const manages = (id: string) => users.find((user) => user.id === id)?.manageable;
    assert.deepEqual([manages(owner.uuid), manages(member.uuid)], [false, true]);
  });

  test('a password is reset by mail, and the answer does not reveal who has an account', async () => {
    const { ask, told, resetPassword, owner, tokenOf, domain } = await openOffice(open);
    says(await resetPassword('unknown@example.org'), 202, RESET);
    assert.deepEqual((await told('admin', 'GET', '/v1/tokens')).tokens, []);
    says(await resetPassword(owner.email), 202, RESET);
    const first = await tokenOf(owner.email);
    says(await ask(null, 'POST', '/v1/actions/ResetPassword', { email: owner.email }), 202, RESET);
    const second = await tokenOf(owner.email);
    assert.notEqual(first, second);
    assert.equal((await ask(null, 'POST', `/v1/tokens/${first}`, PASSWORD)).status, 404);
    assert.equal((await ask(null, 'POST', `/v1/tokens/${second}`, PASSWORD)).status, 200);
    assert.ok(await domain.accounts.verifyPassword(owner.email, PASSWORD.password));
    says(await resetPassword(owner.email.toUpperCase()), 202, RESET);
    assert.equal((await told('admin', 'GET', '/v1/tokens')).tokens.length, 1);
  });

  test('holders of protected roles cannot have their password reset', async () => {
    const config = {
      workflow: { action_defaults: { ResetUserPasswordAction: { blacklisted_roles: ['admin'] } } },
    };
    const { resetPassword, told, newestTask } = await openOffice(open, { config });
    says(await resetPassword('admin@example.org'), 202, RESET);
    assert.deepEqual((await told('admin', 'GET', '/v1/tokens')).tokens, []);
    assert.equal((await newestTask()).actions[0].valid, false);
  });

  test('the answer to a reset request takes at least the configured time', async () => {
    const waits: number[] = [];
    const { resetPassword, owner } = await openOffice(open, { wait: async (ms) => void waits.push(ms) });
    await resetPassword(owner.email);
    await resetPassword('unknown@example.org');
    assert.deepEqual(waits, [3000, 3000]);
  });

  test('an administrator starts a password reset on the route of the older client', async () => {
    const { ask, owner, told } = await openOffice(open);
    const path = '/v1/openstack/users/password-set';
    assert.equal((await ask(owner, 'POST', path, { email: owner.email })).status, 403);
    assert.equal((await ask('admin', 'POST', path, { email: { email: owner.email } })).status, 202);
    assert.equal((await told('admin', 'GET', '/v1/tokens')).tokens.length, 1);
  });

  test('an address changes when the new one is confirmed, and the old one is notified', async () => {
    const { ask, member, tokenOf, mailsTo, domain } = await openOffice(open);
    const answer = await ask(member, 'POST', '/v1/openstack/users/email-update', {
      new_email: 'fresh@example.org',
    });
    assert.equal(answer.status, 202);
    assert.equal((await mailsTo(member.email)).length, 1);
    const token = await tokenOf('fresh@example.org');
    says(
      await ask(null, 'POST', `/v1/tokens/${token}`, {}),
      400,
      fieldErrors({ confirm: ['This field is required.'] }),
    );
    says(
      await ask(null, 'POST', `/v1/tokens/${token}`, { confirm: true }),
      200,
      notes('Token submitted successfully.'),
    );
    assert.equal((await domain.accounts.get(member.uuid)).username, 'fresh@example.org');
    const again = await ask(member, 'POST', '/v1/openstack/email-update', { email: 'boss@example.org' });
    says(again, 400, errors('actions invalid'));
    assert.equal(
      (await ask(member, 'POST', '/v1/actions/UpdateEmail', { new_email: 'third@example.org' })).status,
      202,
    );
  });
});
