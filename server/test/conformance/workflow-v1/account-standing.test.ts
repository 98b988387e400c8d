import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { exchange } from '../../support/http-exchange.ts';
import { asker } from '../native/asking.ts';
import { errors, openOffice, PASSWORD, says } from './office.ts';

const GONE = errors('This token does not exist or has expired.');
const DAY_MS = 86_400_000;

forEachEngine((_engine, open) => {
  test('an account that an operator has ended is not activated by an invitation or a password reset', async () => {
    const office = await openOffice(open);
    const { domain, ask, invite, resetPassword, tokenOf, mailsTo, member } = office;
    const { accounts } = domain;
    const operate = asker(office);
    for (const action of ['deactivate', 'delete'] as const) {
      const { uuid, email, token } = await office.newcomer(`${action}@example.org`);
      // The invitation is open when the operator acts, and another one comes afterwards.
      assert.equal((await invite(email)).status, 202);
      const link = await tokenOf(email);
      await resetPassword(email);
      const reset = await tokenOf(email);
      assert.equal((await operate('POST', `/users/${uuid}/action`, { action, reason: 'abuse' })).status, 200);
      const before = (await mailsTo(email)).length;

      const submitted = await ask(null, 'POST', `/v1/tokens/${link}`, { ...PASSWORD, confirm: true });
      assert.ok(submitted.status >= 400, submitted.text);
      says(await ask(null, 'POST', `/v1/tokens/${reset}`, PASSWORD), 404, GONE);
      assert.equal((await invite(email, { roles: ['project_mod'] })).status, 400);
      assert.equal((await resetPassword(email)).status, 202, 'the answer is the same as for any user');
      assert.equal((await mailsTo(email)).length, before, 'nothing is sent');
      const shown = (await operate('GET', `/users/${uuid}`)).body;
      assert.deepEqual([shown['active'], shown['ended_by']], [false, 'operator']);

      assert.equal((await operate('POST', `/users/${uuid}/action`, { action: 'activate' })).status, 200);
      assert.equal((await ask({ ...member, token }, 'GET', '/v1/openstack/quotas')).status, 401);
    }
    const { uuid } = await accounts.create({ email: 'no@example.org', firstName: 'N', lastName: 'O' });
    await accounts.verify(uuid);
    await accounts.reject(uuid, 'unknown');
    assert.equal((await invite('no@example.org')).status, 400);
    assert.equal((await accounts.get(uuid)).state, 'rejected');
  });

  test('an invitation activates an account that a task has disabled, without its old tokens', async () => {
    const office = await openOffice(open);
    const { domain, ask, invite, tokenOf, backends } = office;
    const { uuid, email, token } = await office.newcomer('back@example.org');
    await backends.identity.disableUser(uuid);
    assert.equal((await domain.accounts.get(uuid)).endedBy, 'delegate');
    assert.equal((await invite(email)).status, 202);
    says(await ask(null, 'POST', `/v1/tokens/${await tokenOf(email)}`, PASSWORD), 200, {
      notes: ['Token submitted successfully.'],
    });
    assert.equal((await domain.accounts.get(uuid)).active, true);
    await assert.rejects(async () => domain.tokens.authenticate(token), { code: 'token_unknown' });
  });

  test('an invitation cannot be submitted once its creator has lost the role or the account', async () => {
    const office = await openOffice(open);
    const { domain, ask, tokenOf, moderator, backends, project } = office;
    const asModerator = (email: string) =>
      ask(moderator, 'POST', '/v1/openstack/users', { email, roles: ['member'] });
    assert.equal((await asModerator('one@example.org')).status, 202);
    assert.equal((await asModerator('two@example.org')).status, 202);
    const submit = async (email: string) => ask(null, 'POST', `/v1/tokens/${await tokenOf(email)}`, PASSWORD);
    await backends.identity.removeRole(moderator.uuid, 'project_mod', project);
    assert.equal((await submit('one@example.org')).status, 400);
    await assert.rejects(domain.accounts.find('one@example.org'), { code: 'account_not_found' });
    await backends.identity.addRole(moderator.uuid, 'project_mod', project);
    await domain.accounts.deactivate(moderator.uuid, 'left');
    assert.equal((await submit('two@example.org')).status, 400);
    await assert.rejects(domain.accounts.find('two@example.org'), { code: 'account_not_found' });
  });

  test('mails about an account go to the stored address, not to the spelling in the request', async () => {
    const office = await openOffice(open);
    const { resetPassword, invite, signUp, mailsTo, domain } = office;
    const { uuid } = await domain.accounts.createActive({
      email: 'Ada.Lovelace@Example.org',
      firstName: 'A',
      lastName: 'L',
    });
    const spelled = 'aDA.lOVELACE@eXAMPLE.ORG';
    await resetPassword(spelled);
    await invite(spelled);
    await signUp('engine', spelled);
    const mails = await mailsTo('ada.lovelace@example.org');
    assert.equal(mails.length, 3);
    for (const mail of mails) assert.match(mail, /^To: Ada\.Lovelace@/m);
    assert.match((await domain.accounts.get(uuid)).email ?? '', /^Ada\.Lovelace@/);
  });

  test('a newer request of the same user and type ends the earlier link; a changed password ends all', async () => {
    const office = await openOffice(open);
    const { ask, resetPassword, tokenOf, owner, member } = office;
    const wish = (new_email: string, who = member) =>
      ask(who, 'POST', '/v1/openstack/users/email-update', { new_email });
    const status = async (link: string) => (await ask(null, 'GET', `/v1/tokens/${link}`)).status;

    await wish('first@example.org');
    const first = await tokenOf('first@example.org');
    await wish('others@example.org', owner);
    const others = await tokenOf('others@example.org');
    await wish('second@example.org');
    const second = await tokenOf('second@example.org');
    await resetPassword('Member@example.org');
    const earlier = await tokenOf(member.email);
    await resetPassword(member.email);
    const reset = await tokenOf(member.email);
    for (const link of [first, earlier]) assert.equal(await status(link), 404);
    for (const link of [others, second, reset]) assert.equal(await status(link), 200);

    says(await ask(null, 'POST', `/v1/tokens/${reset}`, PASSWORD), 200, {
      notes: ['Token submitted successfully.'],
    });
    for (const link of [second, reset]) assert.equal(await status(link), 404);
    assert.equal(await status(others), 200, 'what others have asked for stays');
    // By an operator in the native API as well.
    await wish('third@example.org');
    const third = await tokenOf('third@example.org');
    await asker(office)('PATCH', `/users/${member.uuid}`, { password: 'staple battery horse' });
    assert.equal(await status(third), 404);
  });

  test('after a change of the address by any actor, the old address receives a link that undoes it', async () => {
    const office = await openOffice(open);
    const { ask, tokenOf, mailsTo, member, domain, clock, resetPassword } = office;
    const { accounts, tokens } = domain;
    const before = await tokens.issue(member.uuid, { name: 'from before' });
    clock.advance(DAY_MS / 4);
    await ask(member, 'POST', '/v1/openstack/users/email-update', { new_email: 'thief@example.org' });
    const confirmation = await tokenOf('thief@example.org');
    says(await ask(null, 'POST', `/v1/tokens/${confirmation}`, { confirm: true }), 200, {
      notes: ['Token submitted successfully.'],
    });
    const undo = await tokenOf('member@example.org');
    const notice = (await mailsTo('member@example.org')).find((mail) => mail.includes(undo)) ?? '';
    assert.match(notice, /asked for by member@example\.org/);
    assert.doesNotMatch(notice, /thief/, 'what strangers have typed is not in it');

    // The thief continues: another address, another password, another token.
    clock.advance(60_000);
    await asker(office)('PATCH', `/users/${member.uuid}`, { email: 'thief2@example.org' });
    const second = await tokenOf('thief@example.org');
    assert.match((await mailsTo('thief@example.org')).join(), /asked for by admin@example\.org/);
    await resetPassword('thief2@example.org');
    await ask(null, 'POST', `/v1/tokens/${await tokenOf('thief2@example.org')}`, PASSWORD);
    const taken = await tokens.issue(member.uuid, { name: 'of the thief' });
    await resetPassword('thief2@example.org');
    const pending = await tokenOf('thief2@example.org');

    says(await ask(null, 'GET', `/v1/tokens/${undo}`), 200, {
      actions: ['UndoEmailChangeAction'],
      required_fields: ['confirm'],
      task_type: 'undo_email_change',
      requires_authentication: false,
    });
    says(await ask(null, 'POST', `/v1/tokens/${undo}`, { confirm: true }), 200, {
      notes: ['Token submitted successfully.'],
    });
    const restored = await accounts.get(member.uuid);
    assert.deepEqual([restored.email, restored.username], ['member@example.org', 'member@example.org']);
    assert.equal(restored.passwordSet, false, 'the password is void');
    for (const link of [undo, second, pending]) says(await ask(null, 'GET', `/v1/tokens/${link}`), 404, GONE);
    await assert.rejects(async () => tokens.authenticate(taken.secret), { code: 'token_unknown' });
    await tokens.authenticate(before.secret);
    assert.equal((await mailsTo('member@example.org')).length, 3, 'asked for, changed, undone');
  });

  test('the link that undoes a change is refused while another account has the address, and stays valid', async () => {
    const office = await openOffice(open);
    const { ask, tokenOf, member, domain, url } = office;
    const operate = asker(office);
    await operate('PATCH', `/users/${member.uuid}`, { email: 'new@example.org' });
    const undo = await tokenOf('member@example.org');
    const email = 'Member@example.org';
    const other = await domain.accounts.createActive({ email, firstName: 'O', lastName: 'Ther' });
    const before = await domain.accounts.get(member.uuid);
    const reason = 'The address member@example.org belongs to another account now. Ask an operator for help.';
    says(await ask(null, 'POST', `/v1/tokens/${undo}`, { confirm: true }), 400, {
      errors: { confirm: [reason] },
    });
    const page = await exchange(url, `/ui/token/${undo}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'confirm=yes',
    });
    assert.equal(page.status, 400);
    assert.ok(page.text.includes(reason) && page.text.includes('Nothing was changed.'), page.text);
    assert.deepEqual(await domain.accounts.get(member.uuid), before);
    await domain.tokens.authenticate(member.token);

    await operate('PATCH', `/users/${other.uuid}`, { email: 'other-one@example.org' });
    assert.equal((await ask(null, 'POST', `/v1/tokens/${undo}`, { confirm: true })).status, 200);
    assert.equal((await domain.accounts.get(member.uuid)).email, 'member@example.org');
  });

  test('of an undo and a new account for one address at the same moment, one is refused', async () => {
    const office = await openOffice(open);
    const { ask, tokenOf, member, domain } = office;
    await asker(office)('PATCH', `/users/${member.uuid}`, { email: 'new@example.org' });
    const undo = await tokenOf('member@example.org');
    const create = () =>
      asker(office)('POST', '/users', { email: 'member@example.org', first_name: 'O', last_name: 'T' });
    const [undone, created] = await Promise.all([
      ask(null, 'POST', `/v1/tokens/${undo}`, { confirm: true }),
      create(),
    ]);
    const statuses = [undone.status, created.status].join();
    assert.ok(['200,409', '400,201'].includes(statuses), statuses);
    assert.equal((await domain.accounts.find('member@example.org')).active, true);
  });

  test('an address that is the user name of another account by now cannot be confirmed', async () => {
    const office = await openOffice(open, { config: { identity: { username_is_email: false } } });
    const { ask, tokenOf, member, domain } = office;
    await ask(member, 'POST', '/v1/openstack/users/email-update', { new_email: 'wanted@example.org' });
    const link = await tokenOf('wanted@example.org');
    const names = { email: 'else@example.org', username: 'wanted@example.org' };
    await domain.accounts.createActive({ ...names, firstName: 'O', lastName: 'Ther' });
    const before = await domain.accounts.get(member.uuid);
    says(await ask(null, 'POST', `/v1/tokens/${link}`, { confirm: true }), 400, {
      errors: {
        confirm: ['The address wanted@example.org belongs to another account now. Ask an operator for help.'],
      },
    });
    assert.deepEqual(await domain.accounts.get(member.uuid), before);
  });

  test('an account whose system project has a taken name is not accepted, and stays as it is', async () => {
    const office = await openOffice(open);
    const { domain } = office;
    const operate = asker(office);
    const { uuid } = await domain.accounts.create({ email: 'n@example.org', firstName: 'N', lastName: 'N' });
    await domain.accounts.verify(uuid);
    const project = { name: `system:${uuid}`, end_date: '2031-01-01T00:00:00Z', resources: {} };
    const applied = await operate('POST', '/projects', project);
    assert.equal(applied.status, 201);
    const approved = await operate('POST', `/applications/${applied.body['id']}/action`, {
      action: 'approve',
    });
    assert.equal(approved.status, 200);
    assert.equal((await operate('POST', `/users/${uuid}/action`, { action: 'accept' })).status, 409);
    assert.equal((await domain.accounts.get(uuid)).state, 'pending_moderation');
  });

  test('a moderator of a project neither sees nor cancels tasks about the account of a member', async () => {
    const office = await openOffice(open);
    const { ask, newestTask, member, moderator, owner, tokenOf } = office;
    await ask(member, 'POST', '/v1/openstack/users/email-update', { new_email: 'new@example.org' });
    const { uuid } = await newestTask();
    const link = await tokenOf('new@example.org');
    for (const who of [moderator, owner]) {
      const native = asker(office, who.token);
      for (const [method, path, body] of [
        ['GET', `/v1/tasks/${uuid}`],
        ['DELETE', `/v1/tasks/${uuid}`],
        ['POST', '/v1/tokens', { task: uuid }],
      ] as const) {
        assert.equal((await ask(who, method, path, body)).status, 404, `${method} ${path}`);
      }
      assert.equal((await native('GET', `/tasks/${uuid}`)).status, 404);
      assert.equal((await native('POST', `/tasks/${uuid}/action`, { action: 'cancel' })).status, 404);
      assert.deepEqual((await native('GET', '/tasks')).body['items'], []);
    }
    assert.equal((await ask(null, 'GET', `/v1/tokens/${link}`)).status, 200);
    // Their own they see.
    await ask(owner, 'POST', '/v1/openstack/users/email-update', { new_email: 'own@example.org' });
    const own = (await newestTask())['uuid'];
    assert.equal((await ask(owner, 'GET', `/v1/tasks/${own}`)).status, 200);
    assert.equal((await asker(office, owner.token)('GET', `/tasks/${own}`)).status, 200);
  });

  test('the link of a later change does not end the link of an earlier one', async () => {
    const office = await openOffice(open);
    const { ask, tokenOf, clock, member, domain } = office;
    const links: string[] = [];
    for (const [from, to] of [
      ['member@example.org', 'thief@example.org'],
      ['thief@example.org', 'thief2@example.org'],
    ] as const) {
      clock.advance(60_000);
      await asker(office)('PATCH', `/users/${member.uuid}`, { email: to });
      links.push(await tokenOf(from));
    }
    for (const [link, address] of [
      [links[1], 'thief@example.org'],
      [links[0], 'member@example.org'],
    ]) {
      clock.advance(60_000);
      says(await ask(null, 'POST', `/v1/tokens/${link}`, { confirm: true }), 200, {
        notes: ['Token submitted successfully.'],
      });
      assert.equal((await domain.accounts.get(member.uuid)).email, address);
    }
    for (const link of links) says(await ask(null, 'GET', `/v1/tokens/${link}`), 404, GONE);
  });

  test('undoing a change of the address clears the password, also one that is older than the change', async () => {
    const office = await openOffice(open);
    const { ask, tokenOf, clock, member, domain } = office;
    const logIn = () => asker(office, null)('POST', '/login', { email: 'member@example.org', ...PASSWORD });
    await domain.accounts.update(member.uuid, { ...PASSWORD });
    assert.equal((await logIn()).status, 201);
    clock.advance(60_000);
    await asker(office)('PATCH', `/users/${member.uuid}`, { email: 'thief@example.org' });
    const undo = await tokenOf('member@example.org');
    assert.equal((await ask(null, 'POST', `/v1/tokens/${undo}`, { confirm: true })).status, 200);
    assert.equal((await logIn()).status, 401);
  });

  test('the link that undoes a change of the address is valid for a week', async () => {
    const office = await openOffice(open);
    const { ask, tokenOf, clock, member } = office;
    await asker(office)('PATCH', `/users/${member.uuid}`, { email: 'new@example.org' });
    const undo = await tokenOf('member@example.org');
    clock.advance(7 * DAY_MS - 1);
    assert.equal((await ask(null, 'GET', `/v1/tokens/${undo}`)).status, 200);
    clock.advance(1);
    assert.equal((await ask(null, 'POST', `/v1/tokens/${undo}`, { confirm: true })).status, 404);
  });
});
