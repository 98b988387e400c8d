import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { type Cloud, PASSWORD, startCloud } from '../cloud.ts';
import { PlainBrowser, says } from './browser.ts';

const DAY_MS = 86_400_000;
const EVE = { email: 'Eve@Example.org', first: 'Eve', last: 'Doe', new: PASSWORD, repeat: PASSWORD };

forEachEngine((_name, open) => {
  let cloud: Cloud;
  let browser: PlainBrowser;
  const check = (guarantee: string, body: () => Promise<void>, env: Record<string, string> = {}) =>
    test(guarantee, async () => {
      cloud = await startCloud(open, env);
      browser = new PlainBrowser(cloud.url);
      await body();
    });
  const signUp = async (entries: Record<string, string> = EVE) =>
    browser.fill(await browser.open('/ui/signup'), entries, '/ui/signup');
  /** Mails to an address, the oldest first, as text without soft line breaks. */
  const mailsTo = async (address: string): Promise<string[]> => {
    await cloud.delivered();
    return cloud
      .mails()
      .filter((mail) => new RegExp(`^To: ${address.replace('.', '\\.')}\\r?$`, 'im').test(mail))
      .map((mail) => mail.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '='));
  };
  const linksIn = (mail = ''): string => /\/ui\/activate\?auth=[\w-]{43}/.exec(mail)?.[0] ?? '';
  const stateOf = async (email = 'eve@example.org') => (await cloud.domain.accounts.find(email)).state;
  const subject = (mail = ''): string => /^Subject: (.*)$/m.exec(mail)?.[1]?.trim() ?? '';

  check('a sign-up leads by the mailed link and an operator to an active account', async () => {
    says(await signUp(), 202, 'Check your mail', 'Eve@Example.org');
    assert.equal(await stateOf(), 'pending_verification');
    const [mail, ...more] = await mailsTo('eve@example.org');
    assert.equal(more.length, 0);
    assert.equal(subject(mail), 'Confirm your e-mail address for Purser');
    const link = linksIn(mail);
    // A program that checks links opens them; that uses nothing up.
    await cloud.send(link);
    const page = await browser.open(link);
    says(page, 200, 'Confirm the address');
    says(await browser.fill(page, {}, link), 200, 'An operator now decides on your account.');
    assert.equal(await stateOf(), 'pending_moderation');
    says(await browser.open(link), 410, 'This link is not valid');
    says(await browser.fill(page, {}, link), 410);
    assert.match((await mailsTo('eve@example.org'))[1] ?? '', /waits for approval/);
    const [notice = ''] = await mailsTo('admin@example.org');
    const uuid = /purser approval approve ([0-9a-f-]{36})/.exec(notice)?.[1] ?? '';
    const listed = (await (await cloud.admin('GET', '/api/approvals')).json()) as {
      items: Record<string, unknown>[];
    };
    assert.deepEqual(
      listed.items.map((one) => [one['kind'], one['id'], one['about'], one['comments']]),
      [['account', uuid, 'new_account', 'Eve Doe']],
    );
    const decided = await cloud.admin('POST', `/api/approvals/account/${uuid}`, { decision: 'approve' });
    assert.deepEqual(await decided.json(), { kind: 'account', id: uuid, state: 'active' });
    const mails = await mailsTo('eve@example.org');
    assert.deepEqual(mails.map(subject).slice(2), ['Your account at Purser is active']);
    assert.match((await mailsTo('admin@example.org')).map(subject)[1] ?? '', /was activated/);
    const account = await cloud.domain.accounts.find('eve@example.org');
    assert.equal(account.email, 'Eve@Example.org');
    assert.equal(account.username, 'eve@example.org');
  });

  check('a rejected account gets the reason, and can be accepted afterwards', async () => {
    await signUp();
    const link = linksIn((await mailsTo('eve@example.org'))[0]);
    await browser.fill(await browser.open(link), {}, link);
    const { uuid } = await cloud.domain.accounts.find('eve@example.org');
    const path = `/api/approvals/account/${uuid}`;
    assert.equal((await cloud.admin('POST', path, { decision: 'deny', reason: 'Who are you?' })).status, 200);
    assert.match((await mailsTo('eve@example.org'))[2] ?? '', /Who are you\?/);
    assert.equal(await stateOf(), 'rejected');
    assert.equal((await cloud.admin('POST', path, { decision: 'deny' })).status, 409);
    assert.equal((await cloud.admin('POST', path, { decision: 'approve' })).status, 200);
    assert.equal(await stateOf(), 'active');
  });

  check(
    'without moderation the confirmed account is active at once',
    async () => {
      await signUp();
      const link = linksIn((await mailsTo('eve@example.org'))[0]);
      says(await browser.fill(await browser.open(link), {}, link), 200, 'Your account is ready');
      const account = await cloud.domain.accounts.find('eve@example.org');
      assert.deepEqual([account.state, account.acceptedPolicy], ['active', 'auto_moderation']);
      // The verification, the welcome, and the notice to operators.
      await cloud.delivered();
      assert.equal(cloud.mails().length, 3);
    },
    { PURSER_ACCOUNT_MODERATION: 'false' },
  );

  check(
    'an address that matches a pattern as a whole is accepted without an operator',
    async () => {
      for (const [email, state] of [
        ['eve@good.example.org', 'active'],
        ['eve@good.example.org.evil.example.com', 'pending_moderation'],
        ['x.eve@good.example.org@evil.example.com', undefined],
      ] as const) {
        const page = await signUp({ ...EVE, email });
        if (state === undefined) {
          says(page, 400, 'Enter a complete e-mail address.');
          continue;
        }
        const link = linksIn((await mailsTo(email))[0]);
        await browser.fill(await browser.open(link), {}, link);
        assert.equal(await stateOf(email), state);
      }
    },
    { PURSER_ACCOUNT_PATTERNS: '[a-z]+@good\\.example\\.org' },
  );

  check('the answer is the same for an address that has an account, which gets a mail', async () => {
    const known = await signUp({ ...EVE, email: 'TEST1@example.org' });
    const unknown = await signUp({ ...EVE, email: 'TEST9@example.org' });
    assert.equal(known.status, 202);
    assert.equal(known.text.replaceAll('TEST1', ''), unknown.text.replaceAll('TEST9', ''));
    assert.deepEqual((await mailsTo('test1@example.org')).map(subject), [
      'You already have an account at Purser',
    ]);
    const account = await cloud.domain.accounts.get(cloud.first.uuid);
    assert.deepEqual([account.fullName, account.state], ['Ada Löve', 'active']);
  });

  check('a second sign-up replaces one that was not confirmed, in any letter case', async () => {
    await signUp();
    await signUp({ ...EVE, email: 'eve@EXAMPLE.org', first: 'Eva' });
    const [old, fresh] = await mailsTo('eve@example.org');
    says(await browser.open(linksIn(old)), 410);
    says(await browser.open(linksIn(fresh)), 200);
    assert.equal((await cloud.domain.accounts.find('eve@example.org')).firstName, 'Eva');
  });

  check('a mail sent again voids the earlier link; other addresses get the same answer', async () => {
    await signUp();
    const again = async (email: string) => {
      const at = '/ui/send/activation';
      return browser.fill(await browser.open(at), { email }, at);
    };
    const waiting = await again('eve@example.org');
    assert.equal(waiting.status, 202);
    for (const email of ['test1@example.org', 'unknown@example.org']) {
      assert.equal((await again(email)).text, waiting.text);
    }
    const [old, fresh] = await mailsTo('eve@example.org');
    says(await browser.open(linksIn(old)), 410);
    says(await browser.open(linksIn(fresh)), 200);
    assert.equal((await mailsTo('test1@example.org')).length, 0);
  });

  check('an unfinished sign-up and its link end after their time', async () => {
    await signUp();
    const link = linksIn((await mailsTo('eve@example.org'))[0]);
    const page = await browser.open(link);
    cloud.clock.advance(3 * DAY_MS + 1);
    says(await browser.fill(page, {}, link), 410);
    await cloud.domain.signUps.sweep();
    await assert.rejects(cloud.domain.accounts.find('eve@example.org'), /There is no user/);
  });

  check('terms of service in force must be accepted with the sign-up', async () => {
    await cloud.domain.terms.add('Be kind.');
    says(await signUp(), 400, 'Tick this box to continue.');
    says(await signUp({ ...EVE, accept: 'yes' }), 202);
    assert.equal((await cloud.domain.accounts.find('eve@example.org')).termsSigned, 1);
  });

  check('invalid entries are marked, and nothing is stored', async () => {
    const page = await signUp({ email: '', first: '', last: 'Doe', new: 'short', repeat: 'other' });
    says(page, 400, 'Enter a value.', 'The two entries are not the same.', 'value="Doe"');
    says(await signUp({ ...EVE, new: 'short', repeat: 'short' }), 400, 'field-new-error');
    says(await signUp({ ...EVE, first: 'x'.repeat(300) }), 400, 'field-first-error');
    await assert.rejects(cloud.domain.accounts.find('eve@example.org'));
  });

  check('a page in Greek leads to mails in Greek', async () => {
    browser = new PlainBrowser(cloud.url, { 'accept-language': 'el' });
    await signUp();
    const [mail = ''] = await mailsTo('eve@example.org');
    const encoded = /^Subject: ((?:=\?UTF-8\?[^\n]*\n?\s?)+)/im.exec(mail)?.[1] ?? '';
    assert.ok(encoded !== '', 'the subject is not in ASCII');
    assert.match(mail, /lang=3D"el"|lang="el"/);
  });

  check(
    'operators can close the sign-up',
    async () => {
      says(await browser.open('/ui/signup'), 403, 'New accounts are created by the operators');
      const body = { email: 'eve@example.org', first_name: 'E', last_name: 'D', password: PASSWORD };
      const refused = await cloud.post('/api/sign-up', body);
      assert.deepEqual([refused.status, refused.json.code], [403, 'sign_up_closed']);
      assert.ok(!(await browser.open('/ui/login')).text.includes('/ui/signup'));
    },
    { PURSER_SIGN_UP: 'false' },
  );

  check('the API answers alike for all addresses, and confirms by the code', async () => {
    const body = { email: 'eve@example.org', first_name: 'E', last_name: 'D', password: PASSWORD };
    const fresh = await cloud.post('/api/sign-up', body);
    const known = await cloud.post('/api/sign-up', { ...body, email: 'test1@example.org' });
    assert.deepEqual([fresh.status, fresh.text], [known.status, known.text]);
    assert.deepEqual(fresh.json, { status: 'mail_sent' });
    const code = linksIn((await mailsTo('eve@example.org'))[0]).split('=')[1];
    const confirmed = await cloud.post('/api/sign-up/verify', { code });
    assert.deepEqual([confirmed.status, confirmed.json], [202, { state: 'waiting_for_moderation' }]);
    const again = await cloud.post('/api/sign-up/verify', { code });
    assert.deepEqual([again.status, again.json.code], [409, 'verification_code_invalid']);
    const taken = await cloud.post('/api/sign-up', {
      ...body,
      email: 'new@example.org',
      username: 'test1@example.org',
    });
    assert.equal(taken.status, 400);
  });

  check(
    'a storm of sign-ups is bounded by recipient in any spelling, and by network address',
    async () => {
      const body = { first_name: 'E', last_name: 'D', password: PASSWORD };
      const ask = async (email: string) => (await cloud.post('/api/sign-up', { ...body, email })).status;
      const one = ['eve@example.org', 'EVE@example.org', 'eve@EXAMPLE.org', 'Eve@Example.Org'];
      const statuses: number[] = [];
      for (const email of one) statuses.push(await ask(email));
      assert.deepEqual(statuses, [202, 202, 429, 429]);
      for (let n = 0; n < 4; n += 1) statuses.push(await ask(`other${n}@example.org`));
      assert.deepEqual(statuses.slice(4), [202, 202, 202, 429]);
      says(await signUp(), 400, 'There were too many requests');
      assert.equal((await mailsTo('eve@example.org')).length, 2);
    },
    { PURSER_MAILS_PER_RECIPIENT: '2', PURSER_ANONYMOUS_REQUESTS_PER_ADDRESS: '5' },
  );

  check('a suspended account gets the reason by mail, and another mail when it is active again', async () => {
    await cloud.domain.accounts.deactivate(cloud.first.uuid, 'Unpaid bills.');
    assert.match((await mailsTo('test1@example.org'))[0] ?? '', /suspended[\s\S]*Unpaid bills\./);
    await cloud.domain.accounts.activate(cloud.first.uuid);
    assert.match(subject((await mailsTo('test1@example.org'))[1]), /active again/);
  });
});
