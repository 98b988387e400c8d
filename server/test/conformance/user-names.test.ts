import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { fillDerivedColumns } from '../../src/storage/fill-derived.ts';
import { migrate, shippedMigrations } from '../../src/storage/migrate.ts';
import { openStorage } from '../../src/storage/open.ts';
import { forEachEngine, START_MS } from '../support/engines.ts';
import { PASSWORD } from './cloud.ts';
import { type Office, openOffice } from './workflow-v1/office.ts';

/** Other spellings, by the address that an account was made with. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  'Ada@EXAMPLE.org': ['ada@example.org', 'ADA@example.ORG', 'ada@ｅｘａｍｐｌｅ.org', '"ada"@example.org'],
  'bo@bücher.example': ['bo@xn--bcher-kva.example', 'Bo@BÜCHER.example', 'bo@bu\u0308cher.example'],
};
/** Texts that are neither an address nor a name, in any dialect. */
const REFUSED = ['ａda@example.org', 'ada@example.org.', 'a\u200bda@example.org', 'ada@exam\u00adple.org'];

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of all shapes
  readonly body: any;
}

async function call(
  { url }: Office,
  method: string,
  path: string,
  body?: object,
  token: string | null = null,
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(token !== null && { 'x-auth-token': token }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

/** Statuses of the ways to log in with a name and a password, in all dialects. */
async function logins(office: Office, name: string, password: string): Promise<Record<string, number>> {
  const user = { name, domain: { id: 'default' }, password };
  const v3 = { auth: { identity: { methods: ['password'], password: { user } } } };
  const v2 = { auth: { passwordCredentials: { username: name, password } } };
  return {
    native: (await call(office, 'POST', '/api/login', { email: name, password })).status,
    v3: (await call(office, 'POST', '/identity/v3/auth/tokens', v3)).status,
    v2: (await call(office, 'POST', '/identity/v2.0/tokens', v2)).status,
  };
}

/** Statuses of the ways to create an account, in all dialects. */
async function creations(office: Office, name: string): Promise<Record<string, number>> {
  const { adminToken } = office;
  const person = { first_name: 'First', last_name: 'Last', password: PASSWORD };
  const v2 = { user: { username: name, ...person } };
  const v3 = { user: { name, password: PASSWORD } };
  return {
    native: (await call(office, 'POST', '/api/users', { email: name, ...person }, adminToken)).status,
    v3: (await call(office, 'POST', '/identity/v3/users', v3, adminToken)).status,
    v2: (await call(office, 'POST', '/identity/v2.0/users', v2, adminToken)).status,
  };
}

const everywhere = (status: number, native = status) => ({ native, v3: status, v2: status });
const LOGGED_IN = { native: 201, v3: 201, v2: 200 };

const withSettings = (identity: object) => ({
  config: { admin_api: true, admin_api_groups: ['admin'], identity },
});

forEachEngine((_engine, open, freshUrl) => {
  test('an address is one account in any spelling, in every dialect, and an invalid address is refused', async () => {
    const office = await openOffice(open, withSettings({}));
    const { adminToken, owner } = office;
    for (const [address, others] of Object.entries(SPELLINGS)) {
      const body = { email: address, first_name: 'First', last_name: 'Last', password: PASSWORD };
      const made = await call(office, 'POST', '/api/users', body, adminToken);
      assert.equal(made.status, 201, JSON.stringify(made.body));
      assert.equal(made.body.email, address);
      const { id } = made.body;
      for (const spelling of [address, ...others]) {
        assert.deepEqual(await logins(office, ` ${spelling}\t`, PASSWORD), LOGGED_IN, spelling);
        assert.deepEqual(await creations(office, spelling), everywhere(409), spelling);
        const path = `/api/users/${encodeURIComponent(spelling)}`;
        assert.equal((await call(office, 'GET', path, undefined, adminToken)).body.id, id, spelling);
        const asked = { displaynames: [spelling] };
        const catalog = await call(office, 'POST', '/user_catalogs', asked, owner.token);
        assert.deepEqual(catalog.body.displayname_catalog, { [spelling]: id });
        const list = `/identity/v3/users?name=${encodeURIComponent(spelling)}`;
        assert.equal((await call(office, 'GET', list, undefined, adminToken)).body.users[0].id, id);
        await office.invite(spelling);
        const notes = JSON.stringify((await office.newestTask()).action_notes);
        assert.match(notes, /Existing user (?:with matching email missing|already has) roles/, spelling);
        await call(office, 'DELETE', `/v1/tasks/${(await office.newestTask()).uuid}`, undefined, adminToken);
        const project = `/api/projects/${owner.project}/memberships`;
        const enrolled = await call(office, 'POST', project, { user: spelling }, adminToken);
        assert.ok([201, 409].includes(enrolled.status), `${spelling}: ${enrolled.status}`);
      }
    }
    // Refused for a new account, but accepted from a user who pastes an address.
    for (const pasted of ['ａｄａ@example.org', 'ａda＠example.org', 'ｂｏ@bücher.example'])
      assert.deepEqual(await logins(office, pasted, PASSWORD), LOGGED_IN, pasted);
    for (const wrong of REFUSED) {
      assert.deepEqual(await creations(office, wrong), everywhere(400), JSON.stringify(wrong));
      assert.equal((await office.signUp('plan', wrong)).status, 400, JSON.stringify(wrong));
      assert.equal((await office.invite(wrong)).status, 400, JSON.stringify(wrong));
      assert.equal((await office.resetPassword(wrong)).status, 400, JSON.stringify(wrong));
    }
  });

  test('a service account has a name, but no address, no password mail and no system project', async () => {
    const office = await openOffice(open, withSettings({}));
    const { adminToken, domain, owner } = office;
    const make = (body: object) => call(office, 'POST', '/api/users', body, adminToken);
    const { status, body } = await make({ username: 'Backup', service: true, password: PASSWORD });
    assert.equal(status, 201, JSON.stringify(body));
    const { id, token, email, username, service, default_project } = body;
    assert.deepEqual([email, username, service, default_project], [null, 'Backup', true, null]);
    assert.equal((await call(office, 'GET', `/api/projects/${id}`, undefined, adminToken)).status, 404);
    assert.equal((await call(office, 'GET', '/api/me', undefined, token)).body.user.id, id);
    assert.deepEqual(await logins(office, 'ｂａｃｋｕｐ', PASSWORD), LOGGED_IN);
    for (const taken of ['backup', 'BACKUP', 'ｂackup', ' Backup']) {
      assert.notEqual((await make({ username: taken, service: true })).status, 201, taken);
    }
    for (const wrong of [
      { username: 'x@example.org', service: true },
      { username: 'x', service: true, email: 'x@example.org' },
      { username: 'a\u200bb', service: true },
      { username: '12', service: true },
      { username: id, service: true },
      { service: true },
      { username: 'x', first_name: 'A', last_name: 'B' },
      { username: 'x', email: 'x@example.org', first_name: 'A', last_name: 'B' },
    ]) {
      assert.equal((await make(wrong)).status, 400, JSON.stringify(wrong));
    }
    const { body: me } = await call(office, 'GET', '/account/v1.0/authenticate', undefined, token);
    assert.deepEqual([me.displayname, me.email], ['Backup', []]);
    const names = await call(office, 'POST', '/user_catalogs', { uuids: [id] }, owner.token);
    assert.deepEqual(names.body.uuid_catalog, { [id]: 'Backup' });
    const { body: seen } = await call(office, 'GET', `/identity/v3/users/${id}`, undefined, adminToken);
    assert.deepEqual([seen.user.name, 'email' in seen.user], ['Backup', false]);
    const listed = await call(office, 'GET', `/identity/v2.0/users/${id}`, undefined, adminToken);
    assert.equal(listed.status, 200, JSON.stringify(listed.body));
    const project = `/api/projects/${owner.project}/memberships`;
    assert.equal((await call(office, 'POST', project, { user: 'backup' }, adminToken)).status, 201);
    const found = await call(office, 'POST', '/api/users/lookup', { usernames: ['BACKUP', 'x'] }, adminToken);
    assert.deepEqual(found.body, { items: [{ id, username: 'Backup' }], missing: ['x'] });
    // No mail is sent about it, and it is reactivated without a project.
    await domain.accounts.deactivate(id, 'over');
    await domain.accounts.activate(id);
    await office.delivered();
    assert.equal(office.mails().filter((mail) => mail.includes('Backup <')).length, 0);
  });

  test('user names need not be addresses if the setting allows it', async () => {
    const office = await openOffice(open, withSettings({ username_is_email: false }));
    const { adminToken, owner } = office;
    const v3 = (method: string, path: string, user: object) =>
      call(office, method, `/identity/v3/users${path}`, { user }, adminToken);
    const ada = await v3('POST', '', { name: 'ada', email: 'Ada@shared.example', password: PASSWORD });
    assert.equal(ada.status, 201, JSON.stringify(ada.body));
    assert.deepEqual([ada.body.user.name, ada.body.user.email], ['ada', 'Ada@shared.example']);
    const { id } = ada.body.user;
    // By the address too, as long as it is that of one account.
    for (const name of ['ada', 'ADA', 'ada@SHARED.example']) {
      assert.deepEqual(await logins(office, name, PASSWORD), LOGGED_IN, name);
    }
    const eve = await v3('POST', '', {
      name: 'eve',
      email: 'ada@shared.example',
      password: 'another password',
    });
    assert.equal(eve.status, 201);
    assert.deepEqual(await logins(office, 'ada@shared.example', PASSWORD), everywhere(401));
    assert.deepEqual(await logins(office, 'ada', PASSWORD), LOGGED_IN);
    // A name is never another account's name or address.
    for (const user of [
      { name: 'Ada', email: 'x@example.org' },
      { name: 'ada@shared.example', email: 'x@example.org' },
      { name: 'x', email: owner.email },
    ]) {
      assert.equal((await v3('POST', '', { ...user, password: PASSWORD })).status, 409, user.name);
    }
    for (const name of ['a\u0007b', 'a\nb', 'a\u200bb', 'x'.repeat(300), '12', '']) {
      const answers = [
        await v3('POST', '', { name, password: PASSWORD }),
        await v3('PATCH', `/${id}`, { name }),
        await call(
          office,
          'POST',
          '/api/users',
          { username: name, email: 'y@example.org', first_name: 'First', last_name: 'Last' },
          adminToken,
        ),
      ];
      assert.deepEqual(
        answers.map(({ status }) => status),
        [400, 400, 400],
        JSON.stringify(name.slice(0, 20)),
      );
    }
    const nova = await v3('POST', '', { name: 'nova', password: PASSWORD });
    assert.deepEqual([nova.status, 'email' in nova.body.user], [201, false]);
    const renamed = await v3('PATCH', `/${id}`, { name: 'Ada Lovelace' });
    assert.deepEqual([renamed.status, renamed.body.user.name], [200, 'Ada Lovelace']);
    assert.deepEqual(await logins(office, 'ada lovelace', PASSWORD), LOGGED_IN);
    const moved = await v3('PATCH', `/${id}`, { email: 'ada@new.example' });
    assert.deepEqual([moved.body.user.name, moved.body.user.email], ['Ada Lovelace', 'ada@new.example']);
    const v2 = { user: { username: 'grace', email: 'grace@example.org', first_name: 'G', last_name: 'H' } };
    const grace = await call(office, 'POST', '/identity/v2.0/users', v2, adminToken);
    assert.equal(grace.status, 200, JSON.stringify(grace.body));
    const catalog = await call(office, 'POST', '/user_catalogs', { displaynames: ['GRACE'] }, owner.token);
    assert.deepEqual(catalog.body.displayname_catalog, { GRACE: grace.body.user.id });

    // The workflow takes a user name beside the address.
    const reset = (body: object) => call(office, 'POST', '/v1/openstack/users/password-reset', body);
    assert.deepEqual((await reset({ email: 'ada@new.example' })).body, {
      errors: { username: ['This field is required.'] },
    });
    await reset({ username: 'ada LOVELACE', email: 'ada@NEW.example' });
    const token = await office.tokenOf('ada@NEW.example').catch(() => office.tokenOf('ada@new.example'));
    const password = 'a third password';
    assert.equal((await call(office, 'POST', `/v1/tokens/${token}`, { password })).status, 200);
    assert.deepEqual(await logins(office, 'Ada Lovelace', password), LOGGED_IN);
    const invitation = { username: 'newton', email: 'isaac@example.org', roles: ['member'] };
    assert.equal((await office.ask(owner, 'POST', '/v1/openstack/users', invitation)).status, 202);
    const invited = await office.tokenOf('isaac@example.org');
    assert.equal((await call(office, 'POST', `/v1/tokens/${invited}`, { password })).status, 200);
    const { body: isaac } = await call(office, 'GET', '/api/users/newton', undefined, adminToken);
    assert.deepEqual([isaac.username, isaac.email], ['newton', 'isaac@example.org']);
    const update = { new_email: 'newton@example.org' };
    const login = await call(office, 'POST', '/api/login', { email: 'newton', password });
    await call(office, 'POST', '/v1/openstack/users/email-update', update, login.body.token);
    const confirmation = await office.tokenOf('newton@example.org');
    await call(office, 'POST', `/v1/tokens/${confirmation}`, { confirm: true });
    const { body: changed } = await call(office, 'GET', '/api/users/newton', undefined, adminToken);
    assert.deepEqual([changed.username, changed.email], ['newton', 'newton@example.org']);
  });

  test('if users are managed in another system, no request here creates, renames or logs in a person', async () => {
    const office = await openOffice(open, withSettings({}));
    const { adminToken, member, domain } = office;
    // The accounts were created before the setting.
    Object.assign(domain.settings.identity, { canEditUsers: false });
    assert.deepEqual(await creations(office, 'fresh@example.org'), everywhere(403));
    const changes: [string, string, object, string | null][] = [
      ['PATCH', `/api/users/${member.uuid}`, { email: 'new@example.org' }, adminToken],
      ['PATCH', `/identity/v3/users/${member.uuid}`, { user: { password: 'another password' } }, adminToken],
      ['PUT', `/identity/v2.0/users/${member.uuid}`, { user: { first_name: 'New' } }, adminToken],
      [
        'POST',
        `/identity/v3/users/${member.uuid}/password`,
        { user: { original_password: PASSWORD, password: 'another password' } },
        null,
      ],
    ];
    for (const [method, path, body, token] of changes) {
      assert.equal((await call(office, method, path, body, token)).status, 403, path);
    }
    const notes = async () => JSON.stringify((await office.newestTask()).action_notes);
    await office.signUp('plan', 'new@example.org');
    assert.match(await notes(), /does not support user editing, cannot create new user\./);
    await office.invite('guest@example.org');
    assert.match(await notes(), /does not support user editing, cannot create new user\./);
    await office.resetPassword(member.email);
    assert.match(await notes(), /does not support user editing, cannot change password\./);
    const { secret } = await domain.tokens.issue(member.uuid, { name: 'whole' });
    await call(office, 'POST', '/v1/openstack/users/email-update', { new_email: 'm@example.org' }, secret);
    assert.match(await notes(), /does not support user editing, cannot change email\./);
    const { status } = await call(
      office,
      'POST',
      '/api/users',
      { username: 'backup', service: true },
      adminToken,
    );
    assert.equal(status, 201);
  });

  test('an upgrade normalizes the names of existing accounts, and keeps those that collide', async () => {
    const storage = openStorage(await freshUrl(), 2);
    try {
      const before = shippedMigrations().filter(({ name }) => name < '0010');
      await migrate(storage, START_MS, before);
      const emails = ['Bo@bücher.example', 'bo@xn--bcher-kva.example', 'Ada@example.org'];
      for (const [index, email] of emails.entries()) {
        const insert = sql`INSERT INTO accounts (uuid, email, username, first_name, last_name, created_at, updated_at)
          VALUES (${`uuid-${index}`}, ${email}, ${email.toLowerCase()}, '', '', 0, 0)`;
        await storage.transaction(({ db }) => insert.execute(db));
      }
      await migrate(storage, START_MS);
      const complaints = await fillDerivedColumns(storage);
      assert.equal(complaints.length, 1);
      const rows = await storage.db
        .selectFrom('accounts')
        .select(['username_key', 'email_key', 'service', 'email'])
        .orderBy('id')
        .execute();
      assert.deepEqual(
        rows.map(({ username_key, email_key, service }) => [
          username_key?.split('\u0001')[0],
          email_key,
          service,
        ]),
        [
          ['bo@xn--bcher-kva.example', 'bo@xn--bcher-kva.example', 0],
          ['bo@xn--bcher-kva.example', 'bo@xn--bcher-kva.example', 0],
          ['ada@example.org', 'ada@example.org', 0],
        ],
      );
    } finally {
      await storage.close();
    }
  });
});
