import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../support/authenticators/authenticator-app.ts';
import { forEachEngine } from '../../support/engines.ts';
import { type Cloud, PASSWORD, startCloud } from '../cloud.ts';
import { leadsTo, PlainBrowser, says } from './browser.ts';

const NEW_PASSWORD = 'another password of some length';
const PITHOS = 'pithos://localhost/path?old=1#part';

forEachEngine((_name, open) => {
  let cloud: Cloud;
  let browser: PlainBrowser;
  const check = (guarantee: string, body: () => Promise<void>, env: Record<string, string> = {}) =>
    test(guarantee, async () => {
      cloud = await startCloud(open, env);
      browser = new PlainBrowser(cloud.url);
      await body();
    });
  const signIn = async (
    next = '',
    entries = { username: 'test1@example.org', password: PASSWORD },
    by = browser,
  ) => {
    const at = `/ui/login${next === '' ? '' : `?next=${encodeURIComponent(next)}`}`;
    return by.fill(await by.open(at), entries, at);
  };

  check('a person signs in, sees the own account and signs out', async () => {
    leadsTo(await browser.open('/ui/profile'), '/ui/login?next=%2Fui%2Fprofile');
    leadsTo(await signIn('/ui/profile'), '/ui/profile');
    says(await browser.open('/ui/profile'), 200, 'Ada Löve', 'Test1@Example.org', 'Sign out');
    leadsTo(await browser.open('/ui/login'), '/ui/landing');
    says(await browser.open('/ui/logout'), 200, 'You are signed in as test1@example.org.');
    assert.ok(browser.hasSession);
    leadsTo(await browser.fill(await browser.open('/ui/logout'), {}, '/ui/logout'), '/ui/logout');
    says(await browser.open('/ui/logout'), 200, 'You are signed out');
    assert.equal((await cloud.domain.sessions.list(cloud.first.uuid)).length, 0);
  });

  check('a link of the service signs out at once, one of another site does not', async () => {
    await signIn();
    says(await browser.open('/ui/logout', { 'sec-fetch-site': 'cross-site' }), 200, 'You are signed in as');
    leadsTo(await browser.open('/ui/logout', { 'sec-fetch-site': 'same-origin' }), '/ui/logout');
    assert.ok(!browser.hasSession);
  });

  check('a wrong password is one sentence, keeps the name, and never repeats the password', async () => {
    const wrong = await signIn('/ui/profile', { username: '<b>"ada"', password: 'secret-in-vain' });
    says(wrong, 401, 'The name or the password is wrong.', '&lt;b&gt;&quot;ada&quot;');
    assert.ok(!wrong.text.includes('secret-in-vain'));
    assert.match(wrong.text, /name="next" value="\/ui\/profile"/);
    says(await signIn('', { username: '', password: '' }), 400, 'Enter a value.');
  });

  check('after a sign-in the browser goes to pages of the service and of its components alone', async () => {
    for (const bad of [
      'https://evil.example.org/',
      '//evil.example.org/',
      '/\\evil.example.org/',
      'https:evil.example.org',
      'javascript:alert(1)',
      'http://127.0.0.1:8700@evil.example.org/',
      'http://testing.example.org.evil.example.org/',
      'http://eviltesting.example.org/',
      '/\t/evil.example.org',
    ]) {
      browser = new PlainBrowser(cloud.url);
      leadsTo(await signIn(bad), '/ui/landing');
    }
    for (const [good, address] of [
      ['/ui/profile?a=1', '/ui/profile?a=1'],
      ['http://127.0.0.1:8700/ui/profile', '/ui/profile'],
      ['http://testing.example.org/files', 'http://testing.example.org/files'],
    ] as const) {
      browser = new PlainBrowser(cloud.url);
      leadsTo(await signIn(good), address);
    }
  });

  check(
    'accounts that cannot sign in get a sentence by their state, after the correct password',
    async () => {
      const { accounts } = cloud.domain;
      const person = { email: 'eve@example.org', firstName: 'Eve', lastName: 'Doe', password: PASSWORD };
      const { uuid } = await accounts.create(person);
      const eve = { username: 'eve@example.org', password: PASSWORD };
      says(await signIn('', eve), 401, 'The e-mail address of this account is not confirmed yet.');
      await accounts.verify(uuid);
      says(await signIn('', eve), 401, 'waits for the approval of an operator');
      await accounts.reject(uuid, 'unknown');
      says(await signIn('', eve), 401, 'An operator has rejected this account.');
      await accounts.deactivate(cloud.first.uuid, 'misuse');
      says(await signIn(), 401, 'This account is not active.');
      assert.ok(!browser.hasSession);
    },
  );

  check('a generated password is replaced and new terms are accepted on the way', async () => {
    const { accounts, terms } = cloud.domain;
    await accounts.update(cloud.first.uuid, { password: PASSWORD, passwordOnce: true });
    await terms.add('Be <kind>.');
    const step = await signIn('/ui/profile');
    says(step, 200, 'Choose a new password');
    assert.ok(!browser.hasSession);
    const entries = { new: NEW_PASSWORD, repeat: `${NEW_PASSWORD}!` };
    says(await browser.fill(step, entries, ''), 400, 'The two entries are not the same.');
    const short = await browser.fill(step, { new: 'short', repeat: 'short' }, '');
    says(short, 400, 'name="ticket"');
    const agreed = await browser.fill(short, { new: NEW_PASSWORD, repeat: NEW_PASSWORD }, '');
    says(agreed, 200, 'Be &lt;kind&gt;.');
    const unread = await browser.fill(agreed, {}, '');
    says(unread, 400, 'Enter a value.');
    leadsTo(await browser.fill(unread, { accept: 'yes' }, ''), '/ui/profile');
    assert.ok(browser.hasSession);
    says(await browser.fill(agreed, { accept: 'yes' }, ''), 401, 'The sign-in took too long.');
  });

  check(
    'who must have a second factor sets it up on the way, sees recovery codes once, and needs it then',
    async () => {
      const intro = await signIn('/ui/profile');
      says(intro, 200, 'Set up a second factor');
      const form = await browser.fill(intro, {}, '');
      says(form, 200, 'Set up a second factor', 'otpauth://totp/');
      assert.ok(!browser.hasSession);
      const secret = /name="secret" value="([A-Z2-7]+)"/.exec(form.text)?.[1] ?? '';
      const wrong = await browser.fill(form, { code: '000000' }, '');
      says(wrong, 401, 'The code is wrong or was already used.', secret);
      const done = await browser.fill(wrong, { code: codeOf(secret, cloud.clock) }, '');
      says(done, 200, 'Store your recovery codes', 'href="/ui/profile"');
      const [recoveryCode = ''] = /[0-9a-z]{4}(?:-[0-9a-z]{4}){3}/.exec(done.text) ?? [];
      assert.ok(browser.hasSession);
      browser = new PlainBrowser(cloud.url);
      const asked = await signIn();
      says(asked, 200, 'Confirm that it is you');
      leadsTo(await browser.fill(asked, { code: recoveryCode }, ''), '/ui/landing');
      browser = new PlainBrowser(cloud.url);
      cloud.clock.advance(30_000);
      leadsTo(await browser.fill(await signIn(), { code: codeOf(secret, cloud.clock) }, ''), '/ui/landing');
    },
    { PURSER_SECOND_FACTOR_REQUIRED: 'all' },
  );

  check(
    'recovery codes stand above the terms of service that come next',
    async () => {
      await cloud.domain.terms.add('Be kind.');
      const form = await browser.fill(await signIn(), {}, '');
      const secret = /name="secret" value="([A-Z2-7]+)"/.exec(form.text)?.[1] ?? '';
      const terms = await browser.fill(form, { code: codeOf(secret, cloud.clock) }, '');
      says(terms, 200, 'Be kind.', 'a recovery code signs you in');
      leadsTo(await browser.fill(terms, { accept: 'yes' }, ''), '/ui/landing');
    },
    { PURSER_SECOND_FACTOR_REQUIRED: 'all' },
  );

  check('a form of another site starts no session and changes nothing', async () => {
    const foreign = { 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' };
    for (const path of ['/ui/login', '/ui/logout', '/ui/password_change', '/weblogin/authorize']) {
      const answer = await cloud.send(path, {
        method: 'POST',
        headers: foreign,
        body: 'username=a&password=b',
      });
      says(answer, 403, 'This form came from another site');
    }
  });

  check('a changed password ends other sessions and keeps this one', async () => {
    await signIn();
    const other = new PlainBrowser(cloud.url);
    await signIn('', undefined, other);
    const at = '/ui/password_change';
    const entries = { current: 'wrong', new: NEW_PASSWORD, repeat: NEW_PASSWORD };
    says(await browser.fill(await browser.open(at), entries, at), 401, 'The current password is wrong.');
    says(await other.open('/ui/profile'), 200);
    const done = await browser.fill(await browser.open(at), { ...entries, current: PASSWORD }, at);
    says(done, 200, 'The password was changed');
    says(await browser.open('/ui/profile'), 200, 'Ada Löve');
    leadsTo(await other.open('/ui/profile'), '/ui/login?next=%2Fui%2Fprofile');
    assert.equal((await cloud.domain.sessions.list(cloud.first.uuid)).length, 1);
  });

  check(
    'a link for a forgotten password is sent, with one answer for known and unknown addresses',
    async () => {
      const at = '/ui/password_reset';
      const ask = async (email: string) => browser.fill(await browser.open(at), { email }, at);
      const known = await ask('test1@example.org');
      const unknown = await ask('unknown@example.org');
      says(known, 200, 'Check your mail');
      assert.equal(known.text, unknown.text);
      await cloud.delivered();
      const [mail = '', ...more] = cloud.mails();
      assert.equal(more.length, 0);
      const [link = ''] = /\/ui\/token\/[0-9a-f]+\//.exec(mail) ?? [];
      const page = await browser.open(link);
      const both = { password: NEW_PASSWORD, 'password.repeat': NEW_PASSWORD };
      says(await browser.fill(page, both, link), 200, 'Done');
      leadsTo(await signIn('', { username: 'test1@example.org', password: NEW_PASSWORD }), '/ui/landing');
    },
  );

  check('another address is confirmed by its mail, after the password was entered', async () => {
    await signIn();
    const at = '/ui/email_change';
    const ask = async (entries: Record<string, string>) => browser.fill(await browser.open(at), entries, at);
    says(await ask({ email: 'new@example.org', password: 'wrong' }), 401, 'The current password is wrong.');
    says(await ask({ email: 'no address', password: PASSWORD }), 400, 'field-email-error');
    says(await ask({ email: 'new@example.org', password: PASSWORD }), 200, 'new@example.org');
    await cloud.delivered();
    const mail = cloud.mails().find((text) => /^To: new@example\.org/m.test(text)) ?? '';
    const [link = ''] = /\/ui\/token\/[0-9a-f]+\//.exec(mail) ?? [];
    says(await browser.fill(await browser.open(link), { confirm: 'yes' }, link), 200, 'Done');
    assert.equal((await cloud.domain.accounts.get(cloud.first.uuid)).email, 'new@example.org');
  });

  check('terms of service are shown to all, and accepted by a signed-in person once', async () => {
    const at = '/ui/approval_terms';
    says(await browser.open(at), 200, 'This cloud has no terms of service.');
    await signIn();
    const { id } = await cloud.domain.terms.add('Be kind.');
    says(await new PlainBrowser(cloud.url).open(at), 200, 'Be kind.');
    says(await browser.open(`${at}/${id}`), 200, 'Accept the terms');
    says(await browser.open(`${at}/99`), 404);
    const form = await browser.open(`${at}?next=/ui/profile`);
    await cloud.domain.terms.add('Be kinder.');
    const changed = await browser.fill(form, { accept: 'yes' }, at);
    says(changed, 400, 'New terms of service are in force.', 'Be kinder.');
    leadsTo(await browser.fill(changed, { accept: 'yes' }, at), '/ui/profile');
    says(await browser.open(at), 200, 'You have accepted these terms.');
  });

  check('web login asks before a token leaves to a program, and the token is its own', async () => {
    const at = `/weblogin/login?next=${encodeURIComponent(PITHOS)}`;
    const anonymous = await browser.open(`${at}&force`);
    leadsTo(anonymous, /^\/ui\/login\?next=http%3A%2F%2F127\.0\.0\.1%3A8700%2Fweblogin%2Flogin%3Fnext%3D/);
    assert.ok(!anonymous.headers.location?.includes('force'));
    const back = await signIn(decodeURIComponent(String(anonymous.headers.location).split('next=')[1] ?? ''));
    leadsTo(back, /^\/weblogin\/login\?next=pithos/);
    const asked = await browser.open(String(back.headers.location));
    says(asked, 200, 'Connect pithos?', 'The token is for test1@example.org.');
    assert.match(String(asked.headers['content-security-policy']), /form-action 'self' pithos:/);
    const given = await browser.fill(asked, {}, '');
    leadsTo(given, /^pithos:\/\/localhost\/path\?uuid=[0-9a-f-]{36}&token=[\w-]{43}#part$/);
    const parameters = new URL(String(given.headers.location)).searchParams;
    assert.equal(parameters.get('uuid'), cloud.first.uuid);
    const headers = { 'x-auth-token': parameters.get('token') ?? '' };
    assert.equal((await cloud.send('/account/v1.0/quotas', { headers })).status, 200);
  });

  check('web login refuses programs that the operator has not named', async () => {
    await signIn();
    for (const next of [
      'http://localhost/',
      'https://evil.example.org/',
      'customscheme://x/',
      'javascript:alert(1)',
      'pithos',
      '//x',
    ]) {
      const answer = await browser.open(`/weblogin/login?next=${encodeURIComponent(next)}`);
      says(answer, 403, 'This address is not allowed');
    }
    for (const path of ['/weblogin/login', '/login', '/weblogin/login?next=']) {
      const missing = await browser.open(path);
      assert.deepEqual([missing.status, missing.text], [400, 'Missing next parameter']);
    }
    assert.equal((await cloud.send('/weblogin/login?next=pithos://x', { method: 'POST' })).status, 405);
    leadsTo(await browser.open('/weblogin/login?next=pithos://x/&force='), /^\/ui\/login\?next=/);
    assert.ok(!browser.hasSession);
  });

  check(
    'web login sends tokens to the named origins, compared as a whole',
    async () => {
      await signIn();
      const ask = (next: string) => browser.open(`/login?next=${encodeURIComponent(next)}`);
      says(await ask('https://app.example.org/back'), 200, 'Connect app.example.org?');
      for (const next of [
        'http://app.example.org/',
        'https://app.example.org:8443/',
        'https://app.example.org.evil.example.org/',
        'https://user@app.example.org/',
        'pithos://x/',
      ]) {
        says(await ask(next), 403);
      }
    },
    { PURSER_WEBLOGIN_TARGETS: 'https://app.example.org' },
  );

  check(
    'a page that is refused beyond the limits of requests says so, and is no error of the service',
    async () => {
      const at = '/ui/password_reset';
      let last = await browser.fill(await browser.open(at), { email: 'a@example.org' }, at);
      for (let n = 0; n < 3; n += 1)
        last = await browser.fill(await browser.open(at), { email: `b${n}@example.org` }, at);
      says(last, 429, 'Too many requests');
    },
    { PURSER_ANONYMOUS_REQUESTS_PER_ADDRESS: '2' },
  );

  check('a sign-out of a session that has just ended is a sign-out', async () => {
    await signIn();
    const [one, two] = await Promise.all([
      browser.open('/ui/logout', { 'sec-fetch-site': 'same-origin' }),
      browser.open('/ui/logout', { 'sec-fetch-site': 'same-origin' }),
    ]);
    for (const answer of [one, two]) assert.ok(answer.status < 400, answer.text);
  });

  check('pages are in the language of the browser, or the one that the visitor chooses', async () => {
    const greek = new PlainBrowser(cloud.url, { 'accept-language': 'fr;q=0.5, el-GR;q=0.9, en;q=0.8' });
    says(await greek.open('/ui/login'), 200, '<html lang="el">', 'Σύνδεση');
    says(await greek.open('/ui/login?lang=en'), 200, '<html lang="en">');
    says(await greek.open('/ui/login'), 200, '<html lang="en">');
    says(await browser.open('/ui/login', { 'accept-language': 'xx, *;q=0.1, el;q=0' }), 200, 'lang="en"');
  });
});

forEachEngine((_name, open) => {
  test('the one-time code of the first start sets the password of the administrator, once, within an hour', async () => {
    const { startPurser } = await import('../../support/harness.ts');
    const purser = await startPurser(open, { PURSER_ADMIN_PASSWORD: '' });
    const at = new URL(purser.app.firstAdmin?.setupUrl ?? '').pathname;
    const browser = new PlainBrowser(purser.url);
    const page = await browser.open(at);
    says(page, 200, 'Set up the first administrator');
    says(await browser.open('/ui/first-run/unknown'), 410);
    says(await browser.fill(page, { new: 'short', repeat: 'short' }, at), 400);
    const both = { new: NEW_PASSWORD, repeat: NEW_PASSWORD };
    leadsTo(await browser.fill(page, both, at), '/ui/profile');
    says(await browser.open('/ui/profile'), 200, 'Cloud Administrator');
    says(await browser.open(at), 410, 'This link is not valid');
    says(await browser.fill(page, both, at), 410);
  });
});
