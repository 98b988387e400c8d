import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  FOREIGN,
  HIDDEN,
  ROOMY,
  startCloud,
  VISIBLE,
} from '../../../server/test/conformance/account-v1/cloud.ts';
import { startProjectCloud } from '../../../server/test/conformance/account-v1/project-cloud.ts';
import { forEachEngine } from '../../../server/test/support/engines.ts';
import {
  BadRequest,
  BadValue,
  ConnectionError,
  Forbidden,
  NotFound,
  NoUserName,
  NoUUID,
  Purser,
  PurserError,
  parseEndpoints,
  Unauthorized,
} from '../../src/index.ts';
import { recordedTransport } from '../recorded-transport.ts';

const UNKNOWN_UUID = '00000000-0000-4000-8000-000000000000';

forEachEngine((_engine, open) => {
  test('a token authenticates its owner, and the response has the service catalog', async () => {
    const { purser, user } = await startCloud(open);
    const { account } = new Purser({ url: purser.url, token: user.token });
    const { access } = await account.authenticate();
    assert.equal(access.user.id, user.uuid);
    assert.equal(access.user.name, 'Test User');
    assert.equal(access.token.id, user.token);
    assert.equal(access.token.tenant.id, user.uuid);
    assert.ok(!Number.isNaN(Date.parse(access.token.expires)));
    assert.deepEqual(access.user.roles_links, []);
    assert.ok(access.serviceCatalog.some(({ name }) => name === 'service1'));
    assert.deepEqual(await account.authenticate({ tenantName: user.uuid }), { access });
    await assert.rejects(account.authenticate({ tenantName: UNKNOWN_UUID }), BadRequest);
    const { account: stranger } = new Purser({ url: purser.url, token: 'unknown' });
    await assert.rejects(stranger.authenticate(), Unauthorized);
  });

  test('role ids of an operator are strings', async () => {
    const { purser } = await startCloud(open);
    const { account } = new Purser({ url: purser.url, token: purser.adminToken });
    const { roles } = (await account.authenticate()).access.user;
    assert.ok(roles.some(({ id, name }) => typeof id === 'string' && name === 'admin'));
  });

  test('the catalog and its endpoints can be read without a token', async () => {
    const { purser, user } = await startCloud(open);
    const { account } = new Purser({ url: purser.url });
    const endpoints = await account.getEndpoints();
    assert.deepEqual(Object.keys(endpoints.access), ['serviceCatalog']);
    const [service] = parseEndpoints(endpoints, { name: 'service1', versionId: 'v1.0' });
    assert.equal(service?.endpoints[0]?.publicURL, 'http://component1.example.org/service1/v1.0');
    const { account: known } = new Purser({ url: purser.url, token: user.token });
    assert.deepEqual(await known.getEndpoints(), endpoints);
    for (const call of [account.authenticate, account.getQuotas, account.getProjects]) {
      await assert.rejects(call(), BadValue);
    }
  });

  test('a scoped token is validated for a component, within its scope, and no other token is', async () => {
    const { purser, user, service, addUser } = await startCloud(open);
    const { secret } = await purser.domain.tokens.issue(user.uuid, { name: 'scoped', scope: '/files/1' });
    const { account } = new Purser({ url: purser.url, token: service });
    const { access } = await account.validateToken(secret);
    assert.deepEqual([access.user.id, access.token.id], [user.uuid, secret]);
    assert.deepEqual(Object.keys(access).sort(), ['token', 'user']);
    assert.deepEqual(await account.validateToken(secret, { belongsTo: '/files/1/a b' }), { access });
    await assert.rejects(account.validateToken(secret, { belongsTo: '/files/2' }), NotFound);
    await assert.rejects(account.validateToken(user.token), NotFound);
    await assert.rejects(account.validateToken('a/b?c'), NotFound);
    for (const id of [undefined, null, {}, '', '..']) {
      await assert.rejects(account.validateToken(id as string), BadValue);
    }
    const { account: stranger } = new Purser({
      url: purser.url,
      token: (await addUser('x@example.org')).token,
    });
    await assert.rejects(stranger.validateToken(secret), Forbidden);
  });

  test('names and uuids are looked up in both directions, for users and for components', async () => {
    const { purser, user, service, addUser } = await startCloud(open);
    const second = await addUser('second@example.org');
    const people = { [user.uuid]: 'test1@example.org', [second.uuid]: 'second@example.org' };
    const { account } = new Purser({ url: purser.url, token: user.token });
    const { account: component } = new Purser({ url: purser.url, token: service });
    const uuids = [user.uuid, second.uuid, UNKNOWN_UUID];
    const names = ['Test1@Example.org', 'second@example.org', 'unknown@example.org'];
    const found = { 'Test1@Example.org': user.uuid, 'second@example.org': second.uuid };

    assert.deepEqual(await account.getUsernames(uuids), people);
    assert.deepEqual(await component.serviceGetUsernames(uuids), people);
    assert.deepEqual(await account.getUuids(names), found);
    assert.deepEqual(await component.serviceGetUuids(names), found);
    assert.equal(await account.getUsername(user.uuid), 'test1@example.org');
    assert.equal(await component.serviceGetUsername(second.uuid), 'second@example.org');
    assert.equal(await account.getUuid('SECOND@example.org'), second.uuid);
    assert.equal(await component.serviceGetUuid('test1@example.org'), user.uuid);
    assert.deepEqual(await account.getUsernames([]), {});

    const all = await component.serviceGetUsernames(null);
    assert.deepEqual({ ...all, ...people }, all);
    const byName = await component.serviceGetUuids(null);
    assert.deepEqual(Object.keys(byName).sort(), Object.values(all).sort());
  });

  test('an unknown user has an error class of its own, for every form of name', async () => {
    const { purser, user, service } = await startCloud(open);
    const { account } = new Purser({ url: purser.url, token: user.token });
    const { account: component } = new Purser({ url: purser.url, token: service });
    for (const name of [UNKNOWN_UUID, '', 'constructor', '__proto__', 'é\u{1f600}']) {
      await assert.rejects(account.getUsername(name), NoUserName);
      await assert.rejects(component.serviceGetUsername(name), NoUserName);
      await assert.rejects(account.getUuid(name), NoUUID);
      await assert.rejects(component.serviceGetUuid(name), NoUUID);
    }
  });

  test('an invalid name is refused before a request is sent', async () => {
    const { purser, user } = await startCloud(open);
    const { transport, sent } = recordedTransport();
    const { account } = new Purser({ url: purser.url, token: user.token, transport });
    for (const nothing of [undefined, null, {}, 1.5] as unknown as string[]) {
      for (const call of [
        account.getUsername,
        account.serviceGetUsername,
        account.getUuid,
        account.serviceGetUuid,
        account.sendFeedback,
        account.setDefaultProject,
        account.getProject,
        account.joinProject,
        account.validateToken,
      ]) {
        await assert.rejects(call(nothing), BadValue);
      }
      for (const list of [[nothing], nothing] as unknown as string[][]) {
        await assert.rejects(account.getUsernames(list), BadValue);
        await assert.rejects(account.getUuids(list), BadValue);
      }
    }
    assert.deepEqual(sent, []);
  });

  test('a token of the wrong kind is refused by both kinds of calls', async () => {
    const { purser, user, service } = await startCloud(open);
    const { account } = new Purser({ url: purser.url, token: user.token });
    const { account: component } = new Purser({ url: purser.url, token: service });
    for (const call of [
      account.serviceGetQuotas,
      () => account.serviceGetUsernames([]),
      account.getPendingCommissions,
      component.getQuotas,
      () => component.getUsernames([]),
      component.authenticate,
      component.getProjects,
    ]) {
      await assert.rejects(call(), Unauthorized);
    }
  });

  test('getUserInfo returns the owner of a token, with numbers and dates in one form', async () => {
    const cloud = await startCloud(open);
    const { account } = new Purser({ url: cloud.purser.url, token: cloud.user.token });
    await cloud.issue({ [VISIBLE]: 7 }, { auto_accept: true });
    const info = await account.getUserInfo();
    assert.deepEqual(
      [info.uuid, info.username, info.displayname, info.email, info.name, info.groups, info.auth_token],
      [
        cloud.user.uuid,
        'test1@example.org',
        'test1@example.org',
        ['test1@example.org'],
        'Test User',
        [],
        cloud.user.token,
      ],
    );
    assert.ok(Number.isInteger(info.id));
    assert.equal(info.auth_token_created?.getTime(), cloud.purser.clock.now());
    assert.ok(
      info.auth_token_expires !== null && info.auth_token_expires > new Date(cloud.purser.clock.now()),
    );
    assert.equal(info.usage, undefined);
    const { usage } = await account.getUserInfo({ usage: true });
    const numbers = usage?.map(({ name, maxValue, currValue }) => [name, maxValue, currValue]);
    assert.ok(numbers?.some((row) => `${row}` === `${VISIBLE},100,7`));
    assert.deepEqual(
      numbers?.find(([name]) => name === ROOMY),
      [ROOMY, 9223372036854775807n, 0n],
    );
  });

  test('the services and the visible resources are listed without a token', async () => {
    const { purser } = await startCloud(open);
    const { account } = new Purser({ url: purser.url });
    const services = await account.getServices();
    assert.ok(services.some(({ name, cloudbar }) => name === 'component1' && cloudbar.show));
    const resources = await account.getResources();
    assert.deepEqual(resources[VISIBLE], {
      service: 'service1',
      description: 'resource 11',
      unit: null,
      ui_visible: true,
      api_visible: true,
    });
    assert.ok(resources[FOREIGN]);
    assert.equal(resources[HIDDEN], undefined);
  });

  test('feedback reaches the operators as it was written', async () => {
    const { purser, user } = await startCloud(open);
    const { account } = new Purser({ url: purser.url, token: user.token });
    assert.equal(await account.sendFeedback('It works & so on = ü', 'a=1&b=2'), undefined);
    const [mail = ''] = purser.mails();
    const text = mail.includes('base64')
      ? Buffer.from(mail.split('\r\n\r\n')[1] ?? '', 'base64').toString()
      : mail.replace(/=\r\n/g, '');
    for (const part of [user.uuid, 'test1@example.org']) assert.ok(text.includes(part), mail);
    assert.match(text, /It works & so on =(3D)? (ü|=C3=BC)/);
    assert.match(text, /a=(3D)?1&b=(3D)?2/);
    await assert.rejects(account.sendFeedback('   '), BadRequest);
    assert.equal(purser.mails().length, 1);
  });

  test('feedback that cannot be sent is an error, and is not retried', async () => {
    const { purser, user } = await startCloud(open, { PURSER_MAIL_URL: 'smtp://127.0.0.1:1' });
    const { transport, sent } = recordedTransport();
    const { account } = new Purser({ url: purser.url, token: user.token, transport });
    await assert.rejects(
      account.sendFeedback('hello'),
      (error: PurserError) => error instanceof PurserError && error.status === 502,
    );
    assert.deepEqual(sent, ['POST /identity/v2.0/tokens', 'POST /account/v1.0/feedback']);
  });

  test('reads are retried after a lost response, and feedback is sent once', async () => {
    const { purser, user, service } = await startCloud(open);
    const { transport, sent, loseAnswerOf } = recordedTransport();
    const timing = { wait: async () => {}, now: () => 0, random: () => 0 };
    const { account } = new Purser({ url: purser.url, token: user.token, transport, timing });
    const { account: component } = new Purser({ url: purser.url, token: service, transport, timing });
    const below = '/account/v1.0';
    const calls: [string, () => Promise<unknown>][] = [
      ['POST /identity/v2.0/tokens', account.getQuotas],
      ['POST /identity/v2.0/tokens', component.getResources],
      ['POST /identity/v2.0/tokens', account.authenticate],
      ['POST /identity/v2.0/tokens', account.getEndpoints],
      [`POST ${below}/user_catalogs`, () => account.getUsername(user.uuid)],
      [`POST ${below}/service/user_catalogs`, () => component.serviceGetUsername(user.uuid)],
      [`POST ${below}/myaccount/default_project`, () => account.setDefaultProject(user.uuid)],
      [`GET ${below}/service_quotas`, component.serviceGetQuotas],
    ];
    for (const [call, make] of calls) {
      sent.length = 0;
      loseAnswerOf(call);
      await make();
      assert.deepEqual(sent.slice(0, 2), [call, call]);
    }
    loseAnswerOf(`POST ${below}/feedback`);
    await assert.rejects(account.sendFeedback('once'), ConnectionError);
    assert.equal(purser.mails().length, 1);
  });

  test('the default project must be one of the user’s projects', async () => {
    const cloud = await startProjectCloud(open);
    const { purser, plain } = cloud;
    const project = await cloud.active();
    const { account } = new Purser({ url: purser.url, token: plain.token });
    await assert.rejects(account.setDefaultProject(project), NotFound);
    await cloud.member(project, plain);
    assert.equal(await account.setDefaultProject(project), undefined);
    const { access } = await account.authenticate();
    assert.equal(access.token.tenant.id, project);
    assert.deepEqual([...(access.user.projects ?? [])].sort(), [plain.uuid, project].sort());
    await cloud.act(project, 'suspend');
    await assert.rejects(account.setDefaultProject(project), Forbidden);
    await assert.rejects(account.setDefaultProject('111111111111111111'), NotFound);
  });
});
