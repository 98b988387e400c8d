import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../support/authenticators/authenticator-app.ts';
import { enrolApp } from '../../support/authenticators/enrolled-app.ts';
import { forEachEngine } from '../../support/engines.ts';
import type { Exchange } from '../../support/http-exchange.ts';
import { PASSWORD } from '../cloud.ts';
import { byPassword, byToken, type CloudV3, named, refused, startV3 } from '../identity-v3/asking.ts';

const RECEIPT = 'openstack-auth-receipt';

forEachEngine((_engine, open) => {
  let cloud: CloudV3;
  let secret: string;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startV3(open);
      ({ secret } = await enrolApp(cloud.domain, cloud.first.uuid));
      // The code of the enrolment was used.
      cloud.clock.advance(30_000);
      await body();
    });

  const now = (steps = 0) => codeOf(secret, cloud.clock, steps);
  const byCode = (passcode: string, user: object = { id: cloud.first.uuid }) => ({
    methods: ['totp'],
    totp: { user: { ...user, passcode } },
  });
  const withReceipt = (receipt: string, identity: object, scope?: unknown): Promise<Exchange> =>
    cloud.ask('POST', '/auth/tokens', {
      headers: { [RECEIPT]: receipt },
      body: { auth: { identity, ...(scope !== undefined && { scope }) } },
    });
  const receiptOf = async (): Promise<string> => {
    const answer = await cloud.logIn(byPassword({ id: cloud.first.uuid }));
    assert.equal(answer.status, 401, answer.text);
    return String(answer.headers[RECEIPT]);
  };

  check('a right password gets a receipt and the methods that are needed, as Keystone answers', async () => {
    const { first } = cloud;
    const answer = await cloud.logIn(byPassword(named(first.email)), { project: { id: first.uuid } });
    assert.equal(answer.status, 401);
    assert.match(String(answer.headers[RECEIPT]), /^[\w-]{43}$/);
    assert.equal(answer.headers['x-subject-token'], undefined);
    assert.equal(answer.headers['www-authenticate'], 'Keystone uri="http://127.0.0.1:8700/identity/v3"');
    assert.deepEqual(answer.json, {
      receipt: {
        methods: ['password'],
        user: { domain: { id: 'default', name: 'Default' }, id: first.uuid, name: first.email },
        expires_at: '2026-01-15T12:10:30.000000Z',
        issued_at: '2026-01-15T12:00:30.000000Z',
      },
      required_auth_methods: [['password', 'totp']],
    });
  });

  check('the receipt and a code are exchanged for a token that lists both methods', async () => {
    const { first } = cloud;
    const answer = await withReceipt(await receiptOf(), byCode(now(), named(first.email)), {
      project: { id: first.uuid },
    });
    assert.equal(answer.status, 201, answer.text);
    const { token } = answer.json;
    assert.deepEqual(token.methods, ['password', 'totp']);
    assert.equal(token.project.id, first.uuid);
    const given = String(answer.headers['x-subject-token']);
    const exchanged = await cloud.logIn(byToken(given));
    assert.equal(exchanged.status, 201);
    assert.deepEqual(exchanged.json.token.methods, ['token', 'password', 'totp']);
  });

  check('a password and a code in one request get a token that lists both methods', async () => {
    const user = { id: cloud.first.uuid };
    const both = (passcode: string, password = PASSWORD) =>
      cloud.logIn({
        methods: ['password', 'totp'],
        password: { user: { ...user, password } },
        totp: { user: { ...user, passcode } },
      });
    const answer = await both(now());
    assert.equal(answer.status, 201, answer.text);
    assert.deepEqual(answer.json.token.methods, ['password', 'totp']);
    refused(await both(now()), 401, /credentials are not valid/);
    cloud.clock.advance(30_000);
    refused(await both(now(), 'a wrong password'), 401, /credentials are not valid/);
    refused(await both('000000'), 401, /credentials are not valid/);
    assert.equal((await both(now())).status, 201);
  });

  check('a code is accepted once, also on another receipt and for the step before', async () => {
    const [first, second, third] = [await receiptOf(), await receiptOf(), await receiptOf()];
    const code = now();
    assert.equal((await withReceipt(first, byCode(code))).status, 201);
    refused(await withReceipt(second, byCode(code)), 401);
    refused(await withReceipt(third, byCode(now(-1))), 401);
    cloud.clock.advance(30_000);
    assert.equal((await withReceipt(second, byCode(now()))).status, 201);
  });

  check('two logins with one code at the same time get one token', async () => {
    const receipts = [await receiptOf(), await receiptOf(), await receiptOf()];
    const code = now();
    const answers = await Promise.all(receipts.map((receipt) => withReceipt(receipt, byCode(code))));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 401, 401]);
  });

  check('a receipt is good for one login, for ten minutes, and for its own user', async () => {
    const { second } = cloud;
    const used = await receiptOf();
    assert.equal((await withReceipt(used, byCode(now()))).status, 201);
    cloud.clock.advance(30_000);
    refused(await withReceipt(used, byCode(now())), 401);
    refused(await withReceipt('unknown', byCode(now())), 401);

    const foreign = await receiptOf();
    refused(await withReceipt(foreign, byCode(now(), { id: second.uuid })), 401);
    const { secret: other } = await enrolApp(cloud.domain, second.uuid);
    cloud.clock.advance(30_000);
    const theirs = byCode(codeOf(other, cloud.clock), { id: second.uuid });
    refused(await withReceipt(foreign, theirs), 401);
    assert.equal((await withReceipt(foreign, byCode(now()))).status, 201);

    const late = await receiptOf();
    cloud.clock.advance(10 * 60_000 + 1);
    refused(await withReceipt(late, byCode(now())), 401);
  });

  check('a receipt allows five codes', async () => {
    const receipt = await receiptOf();
    for (let guess = 0; guess < 5; guess += 1) refused(await withReceipt(receipt, byCode('000000')), 401);
    refused(await withReceipt(receipt, byCode(now())), 401);
  });

  check('a changed password voids receipts', async () => {
    const receipt = await receiptOf();
    cloud.clock.advance(1000);
    await cloud.domain.accounts.update(cloud.first.uuid, { password: 'another password of some length' });
    refused(await withReceipt(receipt, byCode(now())), 401);
  });

  check('a code alone, and a code of a user without a second factor, get nothing', async () => {
    refused(await cloud.logIn(byCode(now())), 401);
    const { second } = cloud;
    refused(
      await cloud.logIn({
        methods: ['password', 'totp'],
        password: { user: { id: second.uuid, password: PASSWORD } },
        totp: { user: { id: second.uuid, passcode: '123456' } },
      }),
      401,
    );
    refused(await cloud.logIn({ methods: ['totp'], totp: {} }), 400);
    refused(await cloud.logIn({ methods: ['totp'], totp: { user: { id: second.uuid, passcode: 7 } } }), 400);
  });

  check('wrong codes are limited over all receipts', async () => {
    for (let guess = 0; guess < 10; guess += 1) {
      refused(await withReceipt(await receiptOf(), byCode('000000')), 401);
    }
    refused(await withReceipt(await receiptOf(), byCode(now())), 401);
    cloud.clock.advance(10 * 60_000);
    assert.equal((await withReceipt(await receiptOf(), byCode(now()))).status, 201);
  });

  check('a user whose only second factor is a passkey gets no receipt, and the reason', async () => {
    const { domain, first } = cloud;
    await domain.signInMethods.removeTotp(first.uuid, { uuid: first.uuid, name: first.email, address: null });
    await domain.storage.transaction(({ db }) =>
      db
        .insertInto('passkeys')
        .values({
          account_id: first.account.id,
          credential_id: 'a',
          public_key: new Uint8Array(),
          counter: 0,
          transports: '[]',
          syncable: 0,
          synced: 0,
          aaguid: '',
          name: 'Key',
          created_at: 0,
          last_used_at: null,
        })
        .execute(),
    );
    const answer = await cloud.logIn(byPassword({ id: first.uuid }));
    assert.equal(answer.headers[RECEIPT], undefined);
    refused(answer, 401, /API tokens or application credentials/);
  });
});
