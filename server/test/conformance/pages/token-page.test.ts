import assert from 'node:assert/strict';
import { test } from 'node:test';
import { THE_SERVICE } from '../../../src/audit/actor.ts';
import type { JsonObject } from '../../../src/lib/text/json.ts';
import type { ActionDefinition, ActionRun } from '../../../src/workflow/features/action.ts';
import type { FeatureSet } from '../../../src/workflow/features/feature-set.ts';
import { enrolApp } from '../../support/authenticators/enrolled-app.ts';
import { forEachEngine } from '../../support/engines.ts';
import { type Exchange, exchange, type Sent } from '../../support/http-exchange.ts';
import { PASSWORD } from '../cloud.ts';
import { type Office, openOffice, UNKNOWN } from '../workflow-v1/office.ts';

const FORM = 'application/x-www-form-urlencoded';
const NEW_PASSWORD = 'another password of some length';
const BOTH = { password: NEW_PASSWORD, 'password.repeat': NEW_PASSWORD };

const open = (office: Office, token: string, sent?: Sent): Promise<Exchange> =>
  exchange(office.url, `/ui/token/${token}/`, sent);

const post = (
  office: Office,
  token: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Exchange> =>
  open(office, token, {
    method: 'POST',
    headers: { 'content-type': FORM, ...headers },
    body: String(new URLSearchParams(fields)),
  });

function isPage(
  { status, headers, text }: Exchange,
  expected: number,
  ...phrases: (string | RegExp)[]
): void {
  assert.equal(status, expected, text);
  assert.equal(headers['content-type'], 'text/html; charset=UTF-8');
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['referrer-policy'], 'no-referrer');
  assert.equal(headers['x-frame-options'], 'DENY');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  const policy = String(headers['content-security-policy']);
  for (const part of ["default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"]) {
    assert.ok(policy.includes(part), policy);
  }
  assert.ok(!policy.includes('script-src') && !text.includes('<script'));
  for (const phrase of phrases) {
    assert.ok(typeof phrase === 'string' ? text.includes(phrase) : phrase.test(text), `${phrase} in ${text}`);
  }
}

/** Each input has a label, and its descriptions exist. */
function isAccessible({ text }: Exchange): void {
  const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  const inputs = [...text.matchAll(/<(?:input|textarea)[^>]*>/g)].map(([tag]) => tag);
  assert.ok(inputs.length > 0);
  for (const tag of inputs) {
    const id = /id="([^"]+)"/.exec(tag)?.[1];
    assert.ok(text.includes(`<label for="${id}">`), tag);
    for (const described of /aria-describedby="([^"]+)"/.exec(tag)?.[1]?.split(' ') ?? []) {
      assert.ok(ids.has(described), described);
    }
  }
}

/** Asks for a value of each kind, from an authenticated user. */
const survey: FeatureSet = {
  name: 'survey',
  actions: [
    {
      name: 'SurveyAction',
      fields: { read: () => ({ ok: true, data: {} }) },
      tokenWords: {
        reason: { label: 'Why you want this', kind: 'long_text', hint: 'The operators read it.' },
      },
      prepare: async (run) => {
        run.valid = true;
        run.approveAutomatically();
      },
      approve: async (run) => {
        run.needToken = true;
        run.tokenFields = ['reason', 'machine_name', 'root_password', 'confirm'];
      },
      submit: async (run: ActionRun<JsonObject>, { data, submitter }) => {
        run.note(JSON.stringify({ ...data, by: submitter['username'] ?? null }));
      },
      email: () => 'survey@example.org',
    } satisfies ActionDefinition<JsonObject>,
  ],
  tasks: [
    {
      name: 'fill_in_survey',
      actions: ['SurveyAction'],
      duplicates: 'block',
      tokenRequiresAuthentication: true,
    },
  ],
  delegateApis: [
    {
      name: 'Surveys',
      path: 'surveys',
      methods: {
        POST: {
          gate: 'none',
          handle: async ({ caller }, context) => {
            await context.createTask('fill_in_survey', caller, {});
            return { status: 202, body: {} };
          },
        },
      },
    },
  ],
};

forEachEngine((engine, openEngine) => {
  test('a reset link can be opened repeatedly, and its button sets the password once', async () => {
    const office = await openOffice(openEngine);
    await office.resetPassword(office.owner.email);
    const token = await office.tokenOf(office.owner.email);
    for (let times = 0; times < 2; times += 1) {
      const shown = await open(office, token);
      isPage(
        shown,
        200,
        'Choose a new password',
        office.owner.email,
        '<form method="post"',
        'type="password"',
      );
      isAccessible(shown);
    }
    isPage(await open(office, token, { method: 'HEAD' }), 200);
    isPage(await post(office, token, BOTH), 200, 'Done', 'has its new password');
    assert.ok(await office.domain.accounts.verifyPassword(office.owner.email, NEW_PASSWORD));
    isPage(await open(office, token), 410, 'This link has already been used');
    isPage(await post(office, token, BOTH), 410, 'This link has already been used');
    assert.equal((await office.ask(null, 'GET', `/v1/tokens/${token}`)).status, 404);
  });

  test('an error is shown at its field, and the link stays valid', async () => {
    const office = await openOffice(openEngine);
    await office.resetPassword(office.owner.email);
    const token = await office.tokenOf(office.owner.email);
    const cases: [Record<string, string>, string, string][] = [
      [{}, 'field-password', 'Enter a value.'],
      [
        { password: NEW_PASSWORD, 'password.repeat': 'x' },
        'field-password-repeat',
        'The two entries are not the same.',
      ],
      [{ password: 'short', 'password.repeat': 'short' }, 'field-password', 'characters'],
    ];
    for (const [fields, id, message] of cases) {
      const refused = await post(office, token, fields);
      isPage(refused, 400, 'role="alert"', 'aria-invalid="true"');
      assert.match(refused.text, new RegExp(`id="${id}-error">[^<]*${message}`));
      assert.match(refused.text, new RegExp(`id="${id}"[^>]*aria-describedby="[^"]*${id}-error`));
      isAccessible(refused);
      assert.ok(!refused.text.includes('value="short"'), 'a password is sent back');
    }
    isPage(await post(office, token, BOTH), 200);
  });

  test('links that do not work give the reason: unknown, expired, replaced, cancelled', async () => {
    const office = await openOffice(openEngine);
    const { owner, member, moderator } = office;
    for (const token of [UNKNOWN, 'x', '%00', `${UNKNOWN}%2F..`]) {
      isPage(await open(office, token), 404, 'This link is not valid');
    }
    await office.resetPassword(owner.email);
    const first = await office.tokenOf(owner.email);
    const { uuid } = await office.newestTask();
    office.clock.advance(1000);
    await office.told('admin', 'POST', '/v1/tokens', { task: uuid });
    isPage(await open(office, first), 410, 'There is a newer link');
    const second = await office.tokenOf(owner.email);
    isPage(await open(office, second), 200);
    await office.told('admin', 'DELETE', `/v1/tasks/${uuid}`);
    isPage(await open(office, second), 410, 'This request was cancelled');
    await office.resetPassword(member.email);
    await office.resetPassword(moderator.email);
    const [looked, swept] = [await office.tokenOf(member.email), await office.tokenOf(moderator.email)];
    office.clock.advance(86_400_000);
    isPage(await open(office, looked), 410, 'This link has expired');
    await office.told('admin', 'DELETE', '/v1/tokens');
    isPage(await post(office, swept, BOTH), 410, 'This link has expired');
    // The reason is deleted after its retention period.
    office.clock.advance(91 * 86_400_000);
    await office.resetPassword(owner.email);
    await office.resetPassword(owner.email);
    isPage(await open(office, second), 404, 'This link is not valid');
  });

  test('an invitation asks for a password or for a confirmation, depending on the account', async () => {
    const office = await openOffice(openEngine);
    await office.invite('new@example.org');
    const fresh = await office.tokenOf('new@example.org');
    isPage(
      await open(office, fresh),
      200,
      'Invitation to the project lab',
      office.owner.email,
      'type="password"',
    );
    isPage(await post(office, fresh, BOTH), 200, 'You are a member of the project lab');
    await office.newcomer('old@example.org');
    await office.invite('old@example.org');
    const known = await office.tokenOf('old@example.org');
    const shown = await open(office, known);
    isPage(shown, 200, 'type="checkbox"', 'confirm to accept');
    isAccessible(shown);
    const renamed = await office.ask('admin', 'PATCH', `/api/projects/${office.project}`, {
      name: '<b>lab</b>',
    });
    assert.equal(renamed.status, 200, renamed.text);
    const marked = await open(office, known);
    isPage(marked, 200, 'you to the project &lt;b&gt;lab&lt;/b&gt;.');
    assert.ok(!marked.text.includes('<b>'), marked.text);
    await office.ask('admin', 'PATCH', `/api/projects/${office.project}`, { name: 'lab' });
    isPage(await post(office, known, {}), 400, 'Tick this box');
    isPage(await post(office, known, { confirm: 'yes' }), 200, 'You are a member of the project lab');
    const { users } = await office.told(office.owner, 'GET', '/v1/openstack/users');
    const names = users.map(({ name }: { name: string }) => name);
    assert.ok(names.includes('new@example.org') && names.includes('old@example.org'));
  });

  test('a sign-up and a changed e-mail address are completed by their pages', async () => {
    const office = await openOffice(openEngine);
    await office.signUp('workshop', 'ada@example.org');
    const { uuid } = await office.newestTask();
    await office.told('admin', 'POST', `/v1/tasks/${uuid}`, { approved: true });
    const signedUp = await office.tokenOf('ada@example.org');
    isPage(await open(office, signedUp), 200, 'Your project workshop');
    isPage(await post(office, signedUp, BOTH), 200, 'use the project workshop');
    assert.ok(await office.domain.accounts.verifyPassword('ada@example.org', NEW_PASSWORD));
    await office.told(office.member, 'POST', '/v1/openstack/users/email-update', {
      new_email: 'moved@example.org',
    });
    const moved = await office.tokenOf('moved@example.org');
    isPage(await open(office, moved), 200, 'Confirm your e-mail address', 'moved@example.org');
    isPage(await post(office, moved, { confirm: 'yes' }), 200, 'moved@example.org is now');
    assert.equal((await office.domain.accounts.get(office.member.uuid)).email, 'moved@example.org');
  });

  test('a task of a feature set has a page, with its own fields, texts and login', async () => {
    const office = await openOffice(openEngine, { featureSets: [survey] });
    await office.told(null, 'POST', '/v1/surveys');
    const token = await office.tokenOf('survey@example.org');
    const shown = await open(office, token);
    isPage(
      shown,
      200,
      'Fill in survey',
      '<textarea',
      'Why you want this',
      'The operators read it.',
      'Machine name',
    );
    isAccessible(shown);
    const fields = {
      reason: 'a <b>good</b> one',
      machine_name: 'm"1',
      root_password: 'x',
      'root_password.repeat': 'x',
      confirm: 'yes',
      'login.email': office.owner.email,
    };
    const refused = await post(office, token, { ...fields, 'login.password': 'not the password' });
    isPage(refused, 401, 'a &lt;b&gt;good&lt;/b&gt; one', 'value="m&quot;1"', 'field-login-password-error');
    isAccessible(refused);
    const right = { ...fields, 'login.password': PASSWORD };
    await enrolApp(office.domain, office.owner.uuid);
    isPage(await post(office, token, right), 401, 'its password alone is not enough');
    await office.domain.signInMethods.reset(office.owner.uuid, THE_SERVICE);
    isPage(await post(office, token, right), 200, 'Done');
    const { actions, action_notes } = await office.newestTask();
    assert.equal(actions.length, 1);
    assert.match(action_notes.SurveyAction.at(-1), /"confirm":true,"by":"boss@example.org"/);
    assert.match(action_notes.SurveyAction.at(-1), /"reason":"a <b>good<\/b> one","machine_name":"m\\"1"/);
  });

  if (engine === 'postgres') return;

  test('a form of another site, or with a field twice, is refused, and nothing changes', async () => {
    const office = await openOffice(openEngine);
    await office.resetPassword(office.owner.email);
    const token = await office.tokenOf(office.owner.email);
    const { host } = new URL(office.url);
    const foreign = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:8700' },
      { origin: 'https://evil.example.org' },
      { origin: 'null' },
      { origin: 'nonsense' },
    ];
    for (const headers of foreign) {
      isPage(await post(office, token, BOTH, headers), 403, 'This form came from another site');
    }
    isPage(await open(office, token, { method: 'PUT' }), 405);
    isPage(
      await open(office, token, {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json' },
      }),
      415,
    );
    isPage(
      await open(office, token, {
        method: 'POST',
        body: Buffer.from([0xff]),
        headers: { 'content-type': FORM },
      }),
      415,
    );
    const twice = `${new URLSearchParams(BOTH)}&password=another+password`;
    isPage(
      await open(office, token, { method: 'POST', body: twice, headers: { 'content-type': FORM } }),
      400,
      'The form has a field twice',
    );
    isPage(await open(office, token), 200);
    const own = [
      { 'sec-fetch-site': 'same-origin', origin: 'null' },
      { origin: 'http://127.0.0.1:8700' },
      { origin: `http://${host}` },
    ];
    for (const headers of own) isPage(await post(office, token, {}, headers), 400);
    isPage(await post(office, token, BOTH), 200);
  });
});
