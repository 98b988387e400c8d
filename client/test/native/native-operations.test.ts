import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { openOffice, PASSWORD } from '../../../server/test/conformance/workflow-v1/office.ts';
import { TroubleMaker } from '../../../server/test/conformance/workflow-v1/trouble-maker.ts';
import { codeOf } from '../../../server/test/support/authenticators/authenticator-app.ts';
import { SoftAuthenticator } from '../../../server/test/support/authenticators/soft-authenticator.ts';
import { forEachEngine, type OpenStorage } from '../../../server/test/support/engines.ts';
import { type NativeOperations, Purser } from '../../src/index.ts';
import { OPERATIONS } from '../../src/native/operation-table.ts';

const VM = 'cyclades.vm';
const ORIGIN = 'http://localhost:8700';
const DAY_MS = 86_400_000;

/** A cloud with clients for all kinds of callers; successful calls are recorded. */
async function startCounting(open: OpenStorage) {
  const trouble = new TroubleMaker();
  const office = await openOffice(open, {
    featureSets: [trouble.features],
    config: { webhooks_private_addresses: true },
    // Passkeys need a domain name.
    env: { PURSER_BASE_URL: ORIGIN },
  });
  const called = new Set<string>();
  const asking = (token?: string): NativeOperations => {
    const purser = new Purser({ url: office.url, ...(token !== undefined && { token }) });
    after(() => purser.close());
    return counted(purser.api, called);
  };
  const { secret } = await office.domain.components.add({ name: 'vms', baseUrl: 'http://vms.example.org' });
  const tokenOf = async (uuid: string) => (await office.domain.tokens.issue(uuid, { name: 'all' })).secret;
  return {
    office,
    called,
    admin: asking(office.adminToken),
    // The tokens of an office are bound to its project.
    owner: asking(await tokenOf(office.owner.uuid)),
    member: asking(await tokenOf(office.member.uuid)),
    service: asking(secret),
    anonymous: asking(),
  };
}

/** The same operations, which record that they succeeded. */
function counted(api: NativeOperations, called: Set<string>): NativeOperations {
  const noting = async (name: string, answer: Promise<unknown>): Promise<unknown> => {
    const result = await answer;
    called.add(name);
    return result;
  };
  return new Proxy(api, {
    get: (target, name: string) => {
      const method = Reflect.get(target, name) as (...given: unknown[]) => Promise<unknown>;
      return Object.assign((...given: unknown[]) => noting(name, method(...given)), method);
    },
  });
}

/** A server that accepts every request. */
async function receiver(): Promise<string> {
  const server = createServer((request, response) => request.resume().on('end', () => response.end()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  const { port } = server.address() as { port: number };
  return `http://127.0.0.1:${port}/hook`;
}

type Cloud = Awaited<ReturnType<typeof startCounting>>;

/** They need the cookie of a session, which browsers keep, a code from a mail, or the ticket of a sign-in. */
const FOR_BROWSERS: readonly string[] = [
  'endMySession',
  'verifySignUp',
  'addPasskeyAtSignIn',
  'beginTotpAtSignIn',
  'confirmTotpAtSignIn',
  'getPasskeyCreationOptionsAtSignIn',
  'getSession',
  'signInWithNewPassword',
  'signInWithSecondFactor',
  'signInWithTerms',
  'signOut',
];

/** Calls of all operations, by topic; each part leaves the cloud in a state that the next ones can use. */
const STORIES: Record<string, (cloud: Cloud) => Promise<void>> = {
  users: async ({ admin, owner, office, anonymous }) => {
    assert.equal((await owner.getMe()).user.id, office.owner.uuid);
    const person = { first_name: 'Eve', last_name: 'Doe', ...PASSWORD };
    await anonymous.signUp({ email: 'eve@example.org', ...person });
    await anonymous.resendSignUpMail({ email: 'eve@example.org' });
    assert.deepEqual(await anonymous.requestPasswordReset({ email: 'unknown@example.org' }), {
      status: 'requested',
    });
    const session = await anonymous.signIn({ username: office.owner.email, ...PASSWORD });
    assert.deepEqual(
      (await owner.listMySessions()).sessions.map(({ id }) => id),
      [session.id],
    );
    assert.deepEqual(await owner.endMySessions(), { ended: 1 });
    const other = await anonymous.signIn({ username: office.owner.email, ...PASSWORD });
    const listed = await admin.listUserSessions(office.owner.uuid);
    assert.deepEqual(
      listed.sessions.map(({ id, current }) => [id, current]),
      [[other.id, false]],
    );
    await admin.endUserSession(office.owner.uuid, other.id);
    assert.deepEqual(await admin.endUserSessions(office.owner.uuid), { ended: 0 });
    assert.equal((await owner.changeMe({ language: 'el' })).language, 'el');
    const current = PASSWORD.password;
    assert.equal((await owner.changeMyEmail({ email: 'next@example.org', current })).status, 'requested');
    const made = await admin.createUser({ email: 'new@example.org', first_name: 'New', last_name: 'User' });
    assert.equal((await admin.changeUser(made.id, { last_name: 'Comer' })).last_name, 'Comer');
    await admin.actOnUser(made.id, { action: 'deactivate', reason: 'gone' });
    assert.equal((await admin.getUser('new@example.org')).state, 'inactive');
    const { items } = await admin.listUsers({ state: 'inactive' });
    assert.deepEqual(
      items.map(({ id }) => id),
      [made.id],
    );
    const found = await owner.lookUpUsers({ ids: [made.id], usernames: [office.owner.email, 'unknown'] });
    assert.deepEqual(
      found.items.map(({ id }) => id),
      [made.id, office.owner.uuid],
    );
    const path = `/users/${made.id}/action`;
    const { changes } = await admin.rehearse({ method: 'POST', path, body: { action: 'activate' } });
    assert.ok(changes.some(({ subject }) => subject === made.id));
    const waiting = { email: 'waiting@example.org', firstName: 'Not', lastName: 'Accepted' };
    const { uuid } = await office.domain.accounts.create(waiting);
    assert.equal(await admin.removeUser(uuid), undefined);
    assert.equal(await owner.sendFeedback({ message: 'It works.' }), undefined);
  },

  tokens: async ({ owner, admin, anonymous, office }) => {
    const { email, uuid } = office.owner;
    await admin.changeUser(uuid, PASSWORD);
    assert.equal((await anonymous.logIn({ email, ...PASSWORD, name: 'desk' })).name, 'desk');
    const changed = { current: PASSWORD.password, new: 'another password of some length' };
    assert.deepEqual(
      (await owner.changeMyPassword(changed)).tokens.map(({ name }) => name),
      ['desk'],
    );
    const token = await owner.createToken(office.owner.uuid, { name: 'laptop' });
    const { items } = await owner.listTokens(office.owner.uuid);
    assert.ok(items.some(({ id }) => id === token.id));
    assert.equal(await owner.revokeToken(office.owner.uuid, token.id), undefined);
  },

  signInMethods: async ({ member, admin, anonymous, office }) => {
    const { secret } = await member.beginTotp();
    const code = codeOf(secret, office.clock);
    assert.equal((await member.confirmTotp({ code })).recovery_codes?.length, 10);
    assert.equal((await member.renewRecoveryCodes()).recovery_codes.length, 10);
    const { ticket, options } = await member.getPasskeyCreationOptions();
    const response = new SoftAuthenticator(ORIGIN).create(options);
    const { id } = await member.addPasskey({ ticket, name: 'Phone', response });
    assert.equal((await member.renamePasskey(id, { name: 'Old phone' })).name, 'Old phone');
    assert.equal((await member.getSignInMethods()).second_factor, true);
    assert.equal(await member.removeTotp(), undefined);
    const { uuid } = office.member;
    assert.equal((await admin.getSignInMethodsOfUser(uuid)).passkeys.length, 1);
    assert.deepEqual(await admin.resetSecondFactor(uuid), { totp: false, passkeys: 1 });
    assert.equal((await anonymous.getPasskeyOptions({})).options['rpId'], 'localhost');
    await admin.changeUser(uuid, PASSWORD);
    const again = await member.getPasskeyCreationOptions();
    const answer = new SoftAuthenticator(ORIGIN).create(again.options);
    const added = await member.addPasskey({ ticket: again.ticket, name: 'Phone', response: answer });
    assert.equal(await member.removePasskey(added.id), undefined);
  },

  roles: async ({ admin, office }) => {
    assert.equal((await admin.createRole({ name: 'auditor' })).name, 'auditor');
    assert.ok((await admin.listRoles()).items.some(({ name }) => name === 'auditor'));
    const { project, member } = office;
    assert.equal(await admin.grantRole(member.uuid, 'auditor', { project }), undefined);
    assert.equal((await admin.getUserRole(member.uuid, 'auditor', { project })).project, project);
    assert.ok((await admin.listUserRoles(member.uuid)).items.some(({ role }) => role === 'auditor'));
    assert.equal(await admin.revokeRole(member.uuid, 'auditor', { project }), undefined);
  },

  catalog: async ({ admin }) => {
    const { id, name } = await admin.addComponent({ name: 'dns', base_url: 'http://dns.example.org' });
    assert.equal((await admin.getComponent(name)).id, id);
    const changed = await admin.changeComponent(name, { renew_token: true });
    assert.ok(changed.token);
    assert.ok((await admin.listComponents()).items.some((component) => component.id === id));
    const zone = { name: 'dns.zone', service_type: 'dns', service_origin: 'dns' };
    await admin.importServices({
      dns: { component: 'dns', type: 'dns', endpoints: [], resources: { zone } },
    });
    assert.equal((await admin.getService('dns')).type, 'dns');
    assert.ok((await admin.listServices()).items.some((service) => service.name === 'dns'));
    assert.equal((await admin.getResource('dns.zone')).name, 'dns.zone');
    const added = await admin.addResource({ name: 'dns.record', service: 'dns', project_default: 5 });
    assert.deepEqual([added.component, added.system_default, added.project_default], ['dns', 0n, 5n]);
    assert.equal((await admin.changeResource(VM, { system_default: 50 })).system_default, 50n);
    assert.ok((await admin.listResources()).items.some((resource) => resource.name === VM));
    assert.deepEqual(await admin.removeComponent('dns'), { accepted: 0, rejected: 0 });
    const [account] = (await admin.listEndpoints({ type: 'account' })).items;
    assert.equal(account?.version, 'v1.0');
  },

  projects: async ({ admin, owner, member, office }) => {
    const application = await owner.applyForProject({
      name: 'plant',
      end_date: '2031-01-01',
      join_policy: 'auto',
      resources: { [VM]: { project_capacity: 'inf', member_capacity: 5 } },
    });
    assert.equal(application.changes.resources?.[VM]?.project_capacity, 2n ** 63n - 1n);
    assert.equal((await owner.getApplication(application.id)).preview[0]?.resource, VM);
    assert.ok((await owner.listApplications({ state: 'pending' })).items.length > 0);
    await admin.actOnApplication(application.id, { action: 'approve' });
    const { project } = application;
    assert.equal((await owner.getProject(project)).name, 'plant');
    assert.ok((await owner.listProjects({ name: 'plant' })).items.length > 0);
    assert.equal((await admin.changeProject(project, { max_members: 9 })).max_members, 9n);
    const seen = (await owner.listProjectResources(project)).items;
    assert.equal(seen.find(({ resource }) => resource === VM)?.project_capacity, 2n ** 63n - 1n);
    assert.ok((await owner.getProjectHistory(project)).items.length > 0);
    assert.equal((await owner.applyForModification(project, { description: 'Green.' })).project, project);
    assert.equal((await owner.applyForRenewal(project, { end_date: '2032-01-01' })).project, project);
    assert.equal((await admin.actOnProject(project, { action: 'suspend' })).state, 'suspended');
    await admin.actOnProject(project, { action: 'unsuspend' });

    const joined = await member.createMembership(project, {});
    assert.equal((await member.getMembership(joined.id)).project, project);
    assert.ok((await owner.listMemberships({ project })).items.some(({ id }) => id === joined.id));
    assert.ok((await owner.listProjectMembers(project)).items.length > 0);
    assert.equal(await owner.grantProjectRole(project, office.member.uuid, 'project_mod'), undefined);
    assert.equal(await owner.revokeProjectRole(project, office.member.uuid, 'project_mod'), undefined);
    assert.equal((await member.setMyDefaultProject({ project })).id, office.member.uuid);
    assert.equal((await admin.setDefaultProject(office.member.uuid, { project })).id, office.member.uuid);
    assert.equal((await member.actOnMembership(joined.id, { action: 'leave' })).state, 'removed');

    const limits = { [VM]: { project_capacity: 7n, member_capacity: 7n } };
    assert.ok((await admin.changeSystemProjects({ resources: limits })).changed > 0);
    assert.deepEqual((await admin.listExpiredProjects()).items, []);
    assert.deepEqual((await admin.terminateExpiredProjects()).items, []);
  },

  workflow: async ({ admin, anonymous, office }) => {
    assert.ok((await anonymous.listDelegates()).items.some(({ name }) => name === 'SignUp'));
    const input = { email: 'first@example.org', project_name: 'first' };
    assert.equal((await anonymous.askDelegate('SignUp', { method: 'POST', input })).accepted, true);
    const { uuid } = await office.newestTask();
    assert.equal((await admin.getWorkflowOverview()).last_created_task?.id, uuid);
    const waiting = await admin.listNotifications({ task: uuid });
    assert.equal((await admin.getNotification(waiting.items[0]?.id ?? '')).task, uuid);
    const acknowledged = await admin.acknowledgeNotifications({ all: true });
    assert.ok(acknowledged.acknowledged > 0);
    await admin.updateTask(uuid, { email: 'first@example.org', project_name: 'second' });
    assert.equal((await admin.getTask(uuid)).actions[0]?.data['project_name'], 'second');
    assert.ok((await admin.listApprovals({ order: 'newest' })).items.some(({ id }) => id === uuid));
    await admin.decideApproval('task', uuid, { decision: 'approve' });
    assert.equal((await admin.actOnTask(uuid, { action: 'reissue_token' })).state, 'approved');
    assert.ok((await admin.listTasks({ state: 'approved' })).items.some(({ id }) => id === uuid));
    assert.equal((await admin.listTaskTokens()).items[0]?.task, uuid);
    assert.equal((await admin.deleteExpiredTaskTokens({ expired: true })).deleted, 0);
    const secret = await office.tokenOf('first@example.org');
    assert.deepEqual((await anonymous.describeTaskToken(secret)).required_fields, ['password']);
    await anonymous.submitTaskToken(secret, PASSWORD);
    assert.equal((await admin.getTask(uuid)).state, 'completed');
  },

  webhooks: async ({ admin }) => {
    const { id } = await admin.addWebhook({ url: await receiver(), events: ['task.*'] });
    assert.equal((await admin.getWebhook(id)).id, id);
    assert.equal((await admin.testWebhook(id)).state, 'delivered');
    assert.ok((await admin.listWebhooks()).items.some((webhook) => webhook.id === id));
    assert.equal((await admin.listWebhookDeliveries(id)).items.length, 1);
    assert.equal(await admin.removeWebhook(id), undefined);
  },

  ledger: async ({ admin, owner, service, office }) => {
    const user = office.owner.uuid;
    const provisions = [
      { holder: `user:${user}`, source: `project:${user}`, resource: VM, quantity: 1 },
      { holder: `project:${user}`, source: null, resource: VM, quantity: 1n },
    ];
    const { serial } = await service.issueCommission({ provisions, name: 'one' });
    assert.equal((await service.getCommission(serial)).provisions[0]?.quantity, 1n);
    assert.equal((await service.listCommissions({ state: 'pending' })).items[0]?.serial, serial);
    assert.equal((await service.acceptCommission(serial)).state, 'accepted');
    const other = await service.issueCommission({ provisions });
    assert.equal((await service.rejectCommission(other.serial, { reason: 'no' })).state, 'rejected');
    const { results } = await service.issueCommissions({ commissions: [{ provisions }, { provisions }] });
    const serials = results.map((result) => ('serial' in result ? result.serial : 0));
    assert.deepEqual((await service.resolveCommissions({ accept: serials })).accepted, serials);
    const { items } = await owner.listQuotas({ user, resource: VM });
    assert.equal(items.find(({ project }) => project === user)?.usage, 3n);
    assert.deepEqual((await admin.verifyQuotas({ fix: false })).differences, []);
    assert.deepEqual((await admin.reconcileApplications()).items, []);
    const counted = (await admin.getStatistics()).resources.find(({ resource }) => resource === VM);
    assert.equal(counted?.usage, 3n);

    const from = new Date(office.clock.now()).toISOString().slice(0, 10);
    office.clock.advance(DAY_MS);
    assert.equal((await owner.getUsage({ user, resource: VM, from })).items[0]?.points.at(-1)?.usage, 3n);
    const charges = await admin.listCharges({ from, resource: VM });
    assert.deepEqual(
      charges.items.map(({ usage }) => usage),
      [3n, 3n],
    );
  },

  'what operators look at, and try out': async ({ admin, owner, anonymous, office }) => {
    const { users, resources } = await admin.getStatistics();
    assert.ok(users.active > 0);
    assert.equal(typeof resources[0]?.usage, 'bigint');
    assert.deepEqual((await admin.getWorkflowOverview()).error_notifications.length >= 0, true);
    assert.ok((await owner.listEndpoints({ type: 'account' })).items.length > 0);
    const found = await owner.lookUpUsers({ ids: [office.owner.uuid] });
    assert.deepEqual(found.items, [{ id: office.owner.uuid, username: office.owner.email }]);
    assert.ok((await anonymous.listDelegates()).items.some(({ name }) => name === 'RoleList'));
    const asked = await owner.askDelegate('RoleList', { method: 'GET', project: office.project });
    assert.equal(asked.accepted, false);
    await owner.sendFeedback({ message: 'A pleasure.' });
    assert.deepEqual((await admin.reconcileApplications({})).items, []);
    const named = { firstName: 'A', lastName: 'B' };
    const { uuid } = await office.domain.accounts.create({ email: 'unwanted@example.org', ...named });
    const preview = await admin.rehearse({ method: 'DELETE', path: `/users/${uuid}` });
    assert.equal(preview.changes[0]?.action, 'account.remove');
    await admin.removeUser(uuid);
  },

  records: async ({ admin, owner, anonymous, office }) => {
    assert.ok((await admin.listAudit({ action: 'task.approve' })).items.length > 0);
    assert.ok((await admin.listMails()).items.length > 0);
    assert.equal((await admin.retryMails({ all: true })).due, 0);
    const { id } = await admin.addTerms({ text: 'Be kind.' });
    assert.equal((await anonymous.getCurrentTerms()).id, id);
    assert.equal((await owner.signTerms()).id, office.owner.uuid);
    assert.equal((await owner.acceptTerms({ id })).terms_signed, id);
    await admin.signTerms();
    assert.equal((await admin.listTerms()).items[0]?.id, id);
    assert.equal((await admin.getTerms(id)).text, 'Be kind.');
  },
};

forEachEngine((_engine, open) => {
  test('every operation of the native API can be called by its method', async (context) => {
    const cloud = await startCounting(open);
    for (const [name, story] of Object.entries(STORIES)) await context.test(name, () => story(cloud));
    const named = Object.keys(OPERATIONS).filter((name) => !FOR_BROWSERS.includes(name));
    assert.deepEqual([...cloud.called].sort(), named.sort());
  });
});
