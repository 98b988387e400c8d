import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LIMITS } from '../../../src/lib/limits.ts';
import { forEachEngine, type OpenStorage } from '../../support/engines.ts';
import { exchange } from '../../support/http-exchange.ts';
import { dumpTables } from '../../support/table-dump.ts';
import { openOffice } from '../workflow-v1/office.ts';

const HOUR_MS = 3_600_000;
const JSON_TYPE = { 'content-type': 'application/json' };

/** A service behind a trusted proxy; each stranger has an own address. */
async function openDoor(open: OpenStorage, env: Record<string, string> = {}, config: object = {}) {
  const office = await openOffice(open, { env: { PURSER_TRUSTED_PROXIES: '127.0.0.1', ...env }, config });
  const strange = (address: string, path: string, body: object) =>
    exchange(office.url, path, {
      method: 'POST',
      headers: { ...JSON_TYPE, 'x-forwarded-for': address },
      body: JSON.stringify(body),
    });
  let count = 0;
  const signUp = (address: string, email: string) => {
    count += 1;
    return strange(address, '/v1/actions/CreateProjectAndUser', { project_name: `p${count}`, email });
  };
  return { ...office, strange, signUp };
}

/** Spellings of one address. */
const SPELLINGS = [
  'victim@example.org',
  'VICTIM@example.org',
  'Victim@EXAMPLE.ORG',
  '"victim"@example.org',
  'victim+1@example.org',
  'victim+tag@Example.org',
];

forEachEngine((engine, open) => {
  test('the number of mails by strangers to one address is bounded, for all spellings and from any address', async () => {
    const { signUp, mails, delivered, domain } = await openDoor(open);
    const statuses: number[] = [];
    for (let n = 0; n < 3 * LIMITS.mails_per_recipient; n += 1) {
      const answer = await signUp(`198.51.100.${n}`, SPELLINGS[n % SPELLINGS.length] ?? '');
      statuses.push(answer.status);
      if (answer.status !== 429) continue;
      assert.equal(answer.headers['retry-after'], String(HOUR_MS / 1000 / LIMITS.mails_per_recipient));
      assert.match(answer.json.errors[0], /Too many requests/);
    }
    const taken = statuses.filter((status) => status !== 429);
    assert.equal(taken.length, LIMITS.mails_per_recipient, String(statuses));
    await delivered();
    const to = mails().filter((mail) => /^To: .*victim/im.test(mail));
    assert.equal(to.length, LIMITS.mails_per_recipient);
    const tasks = await domain.storage.db.selectFrom('tasks').select('id').execute();
    assert.equal(tasks.length, LIMITS.mails_per_recipient);
  });

  test('a refused request has stored and sent nothing, and is possible again later', async () => {
    const { signUp, domain, clock } = await openDoor(open, { PURSER_MAILS_PER_RECIPIENT: '1' });
    assert.equal((await signUp('198.51.100.1', 'victim@example.org')).status, 202);
    const before = await dumpTables(domain);
    assert.equal((await signUp('198.51.100.2', 'victim@example.org')).status, 429);
    assert.deepEqual(await dumpTables(domain), before);
    assert.equal((await signUp('198.51.100.2', 'other@example.org')).status, 202);
    clock.advance(HOUR_MS);
    assert.equal((await signUp('198.51.100.2', 'victim@example.org')).status, 202);
  });

  test('anonymous requests are limited by network address, an IPv6 network of 64 bits as one, and in total', async () => {
    const env = { PURSER_ANONYMOUS_REQUESTS_PER_ADDRESS: '3', PURSER_ANONYMOUS_REQUESTS: '7' };
    const { signUp, domain } = await openDoor(open, env);
    let mailbox = 0;
    const from = async (address: string) => {
      mailbox += 1;
      return (await signUp(address, `m${mailbox}@example.org`)).status;
    };
    for (const last of [1, 2, 3]) assert.equal(await from(`2001:db8::${last}`), 202);
    assert.equal(await from('2001:db8::4'), 429);
    assert.equal(await from('2001:db8:0:1::4'), 202);
    for (const _ of [1, 2, 3]) assert.equal(await from('198.51.100.1'), 202);
    assert.equal(await from('198.51.100.1'), 429);
    assert.equal(await from('198.51.100.2'), 429);
    assert.equal(domain.allowances.refused, 3);
  });

  test('each call for strangers is limited, also in the native API', async () => {
    const calls: [string, (n: number) => object][] = [
      ['/v1/openstack/sign-up', (n) => ({ project_name: `a${n}`, email: `a${n}@example.org` })],
      ['/v1/actions/CreateProject', (n) => ({ project_name: `b${n}`, email: `b${n}@example.org` })],
      ['/v1/openstack/users/password-reset', (n) => ({ email: `c${n}@example.org` })],
      ['/v1/actions/ResetPassword', (n) => ({ email: `d${n}@example.org` })],
      [
        '/api/delegates/SignUp',
        (n) => ({ method: 'POST', input: { project_name: `e${n}`, email: `e${n}@example.org` } }),
      ],
    ];
    const { strange } = await openDoor(open, { PURSER_ANONYMOUS_REQUESTS_PER_ADDRESS: '2' });
    for (const [place, [path, body]] of calls.entries()) {
      const statuses: number[] = [];
      for (let n = 0; n < 4; n += 1) {
        const answer = await strange(`198.51.100.${place}`, path, body(n));
        statuses.push(answer.status);
        if (answer.status === 429) assert.ok(Number(answer.headers['retry-after']) > 0);
      }
      assert.deepEqual(
        statuses.map((status) => status === 429),
        [false, false, true, true],
        `${path} ${statuses}`,
      );
    }
  });

  test('beyond the limit of mails, a reset gets the same answer for known and unknown addresses', async () => {
    const { strange, mailsTo, member } = await openDoor(open, { PURSER_MAILS_PER_RECIPIENT: '2' });
    const answers = new Set<string>();
    for (const email of [member.email, 'unknown@example.org']) {
      for (let n = 0; n < 5; n += 1) {
        const { status, text } = await strange('198.51.100.1', '/v1/openstack/users/password-reset', {
          email,
        });
        answers.add(`${status} ${text}`);
      }
    }
    assert.equal(answers.size, 1, [...answers].join('\n'));
    assert.equal((await mailsTo(member.email)).length, 2);
  });

  test('an account is limited in its changes of any kind; operators are not', async () => {
    const { url, ask, owner, stranger, admin, domain } = await openDoor(open, {
      PURSER_REQUESTS_PER_ACCOUNT: '5',
    });
    const tokenOf = async (uuid: string) => (await domain.tokens.issue(uuid, { name: 'whole' })).secret;
    const [whole, another] = [await tokenOf(stranger.uuid), await tokenOf(owner.uuid)];
    const post = (path: string, body: object, token = whole) =>
      ask(
        {
          ...stranger,
          token: path.startsWith('/v1') && !path.endsWith('email-update') ? stranger.token : token,
        },
        'POST',
        path,
        JSON.stringify(body),
      );
    const project = (n: number) => ({
      name: `project${n}.example.org`,
      end_date: '2027-01-01T00:00:00Z',
      resources: {},
    });
    const calls: [string, (n: number) => object, number][] = [
      ['/v1/openstack/users', (n) => ({ email: `i${n}@example.org`, roles: ['member'] }), 429],
      ['/v1/openstack/quotas', () => ({ size: 'large' }), 429],
      ['/v1/openstack/users/email-update', (n) => ({ new_email: `n${n}@example.org` }), 429],
      [`/api/users/${stranger.uuid}/tokens`, (n) => ({ name: `t${n}` }), 429],
      ['/api/projects', project, 429],
      ['/account/v1.0/projects', project, 429],
      ['/account/v1.0/feedback', () => ({}), 429],
    ];
    for (let n = 0; n < 5; n += 1) {
      assert.equal((await post(`/api/users/${stranger.uuid}/tokens`, { name: `first${n}` })).status, 201);
    }
    const before = await dumpTables(domain);
    for (const [path, body, status] of calls) {
      const answer = path.endsWith('feedback')
        ? await exchange(url, path, {
            method: 'POST',
            headers: { 'x-auth-token': whole },
            body: 'feedback_msg=hello&feedback_data=',
          })
        : await post(path, body(1));
      assert.equal(answer.status, status, `${path} ${answer.text}`);
      assert.ok(Number(answer.headers['retry-after']) > 0, path);
    }
    assert.deepEqual(await dumpTables(domain), before);
    assert.equal((await post(`/api/users/${owner.uuid}/tokens`, { name: 't' }, another)).status, 201);
    const operator = (await domain.accounts.find('admin@example.org')).uuid;
    for (let n = 0; n < 8; n += 1) {
      assert.equal((await admin('POST', `/api/users/${operator}/tokens`, { name: `o${n}` })).status, 201);
    }
  });

  test('an account can send a limited number of mails to one address by invitations that it cancels and repeats', async () => {
    const { ask, owner, newestTask, mailsTo } = await openDoor(open, { PURSER_MAILS_PER_RECIPIENT: '1' });
    const statuses: number[] = [];
    for (let n = 0; n < LIMITS.mails_of_account_factor + 2; n += 1) {
      const body = JSON.stringify({ email: SPELLINGS[n % SPELLINGS.length], roles: ['member'] });
      const { status } = await ask(owner, 'POST', '/v1/openstack/users', body);
      statuses.push(status);
      if (status === 202) await ask(owner, 'DELETE', `/v1/tasks/${(await newestTask()).uuid}`);
    }
    assert.deepEqual(statuses.slice(-2), [429, 429]);
    assert.ok((await mailsTo('example.org')).length >= 1);
  });

  test('the accounts at one network address are limited together', async () => {
    const perAccount = 2;
    const { url, newcomer, domain } = await openDoor(open, {
      PURSER_REQUESTS_PER_ACCOUNT: String(perAccount),
    });
    const change = async (token: string, address: string) => {
      const { status } = await exchange(url, '/account/v1.0/feedback', {
        method: 'POST',
        headers: { 'x-auth-token': token, 'x-forwarded-for': address },
        body: 'feedback_msg=hello&feedback_data=',
      });
      return status;
    };
    const changeNatively = async (token: string, address: string) => {
      const { status } = await exchange(url, '/api/feedback', {
        method: 'POST',
        headers: { ...JSON_TYPE, 'x-auth-token': token, 'x-forwarded-for': address },
        body: JSON.stringify({ message: 'hello' }),
      });
      return status;
    };
    const tokens: string[] = [];
    for (let n = 0; n <= LIMITS.accounts_per_source; n += 1) {
      const { uuid } = await newcomer(`u${n}@example.org`);
      tokens.push((await domain.tokens.issue(uuid, { name: 'whole' })).secret);
    }
    const last = tokens.pop() ?? '';
    for (const token of tokens) {
      for (let n = 0; n < perAccount; n += 1) assert.equal(await change(token, '198.51.100.1'), 200);
    }
    assert.equal(await change(last, '198.51.100.1'), 429);
    assert.equal(await changeNatively(last, '198.51.100.1'), 429);
    assert.equal(await change(last, '198.51.100.2'), 200);
    assert.equal(await changeNatively(last, '198.51.100.2'), 204);
  });

  // Counted in memory, so the engine does not matter; it takes hundreds of requests.
  test('one address gets a limited number of mails by all accounts together', {
    skip: engine === 'postgres',
  }, async () => {
    const { ask, owner, member, domain, mailsTo } = await openDoor(open, {
      PURSER_MAILS_PER_RECIPIENT: '1000',
      PURSER_REQUESTS_PER_ACCOUNT: '10000',
    });
    const whole = async (who: typeof owner) => {
      const { secret } = await domain.tokens.issue(who.uuid, { name: 'whole' });
      return { ...who, token: secret };
    };
    const askers = [await whole(owner), await whole(member)];
    const wish = async (n: number) => {
      const body = { new_email: SPELLINGS[n % SPELLINGS.length] };
      return (await ask(askers[n % 2] ?? owner, 'POST', '/v1/openstack/users/email-update', body)).status;
    };
    for (let n = 0; n < LIMITS.mails_to_recipient_per_hour; n += 1) assert.equal(await wish(n), 202);
    for (const n of [0, 1]) assert.equal(await wish(n), 429);
    assert.ok((await mailsTo('example.org')).length >= LIMITS.mails_to_recipient_per_hour);
  });

  test('a mail to an unconfirmed address contains nothing that a stranger typed', async () => {
    const { ask, strange, newestTask, mailsTo } = await openDoor(open);
    const email = 'victim@example.org';
    const signUpAs = { project_name: 'Win-a-prize-at-evil.example', email };
    const decided = async (method: string, path: string, body: object) => {
      assert.equal((await strange('198.51.100.1', '/v1/openstack/sign-up', signUpAs)).status, 202);
      const answer = await ask(
        'admin',
        method,
        path.replace(':task', (await newestTask()).uuid),
        JSON.stringify(body),
      );
      assert.ok(answer.status < 300, answer.text);
    };
    await decided('POST', '/api/approvals/task/:task', { decision: 'deny', reason: 'No.' });
    await decided('POST', '/v1/tasks/:task', { approved: true });
    const mails = await mailsTo(email);
    assert.ok(mails.length >= 3, String(mails.length));
    for (const mail of mails) assert.ok(!mail.includes('evil.example'), mail);
  });

  test("an operator's template gets nothing that a stranger typed until the address is confirmed", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'purser-open-templates-'));
    after(() => rmSync(folder, { recursive: true }));
    const everything =
      'Everything: <%= JSON.stringify([it.task, it.actions]) %> <%= it.tokenurl %><%= it.token %>/';
    for (const name of ['all', 'denied']) writeFileSync(join(folder, `${name}.txt.eta`), everything);
    const template = { template: 'all.txt', html_template: null };
    const emails = { initial: template, token: template, completed: template };
    const tasks = { create_project_and_user: { emails } };
    const { ask, strange, newestTask, mailsTo, tokenOf } = await openDoor(
      open,
      {},
      {
        workflow: { templates: folder, tasks },
      },
    );
    const email = 'victim@example.org';
    const signUp = async () => {
      const wanted = { project_name: 'evil.example', email };
      assert.equal((await strange('198.51.100.1', '/v1/openstack/sign-up', wanted)).status, 202);
      return (await newestTask()).uuid as string;
    };
    const decide = async (path: string, body: object) => {
      const answer = await ask('admin', 'POST', path, body);
      assert.ok(answer.status < 300, answer.text);
    };
    await decide(`/api/approvals/task/${await signUp()}`, { decision: 'deny', reason: 'No.' });
    await decide(`/v1/tasks/${await signUp()}`, { approved: true });
    const unconfirmed = await mailsTo(email);
    assert.equal(unconfirmed.length, 4, 'two receipts, a refusal and a token');
    for (const mail of unconfirmed) {
      assert.match(mail, /Everything: /);
      assert.ok(!mail.includes('evil.example'), mail);
    }
    const password = 'a password of some length';
    assert.equal((await ask(null, 'POST', `/v1/tokens/${await tokenOf(email)}`, { password })).status, 200);
    const confirmed = (await mailsTo(email)).at(-1) ?? '';
    assert.ok(confirmed.includes('evil.example'), confirmed);
  });
});
