import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { CHROMIUM, openPage, startFront } from '../../../../client/test/browsing.ts';
import { forEachEngine } from '../../support/engines.ts';
import { freePort } from '../../support/server-process.ts';
import { PASSWORD, startCloud } from '../cloud.ts';

/** What pages run: the browser is asked with options of the service. Answers what it has made, as JSON. */
const inBrowser = (page: Page, call: 'create' | 'get', parser: string, options: unknown): Promise<unknown> =>
  page.evaluate(
    `navigator.credentials.${call}({
      publicKey: PublicKeyCredential.${parser}(${JSON.stringify(options)}),
    }).then((made) => made.toJSON())`,
  );
const create = (page: Page, options: unknown) =>
  inBrowser(page, 'create', 'parseCreationOptionsFromJSON', options);
const get = (page: Page, options: unknown) => inBrowser(page, 'get', 'parseRequestOptionsFromJSON', options);

/** A request from the page itself, with its cookies. */
const ask = (page: Page, method: string, path: string, body?: unknown) =>
  page.evaluate(
    async ([verb, address, content]) => {
      const response = await fetch(`/api${address}`, {
        method: String(verb),
        ...(content !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(content),
        }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
    },
    [method, path, body] as const,
  );

forEachEngine((engine, open) => {
  if (engine === 'postgres') return;

  test('a browser registers a passkey, and signs in with it after the password and alone', async () => {
    assert.ok(CHROMIUM, 'Chromium is missing: install it or set PURSER_CHROMIUM');
    const port = await freePort();
    const origin = `http://localhost:${port}`;
    const cloud = await startCloud(open, { PURSER_BASE_URL: origin });
    await startFront('', cloud.url, port);
    const page = await openPage(origin);
    const protocol = await page.context().newCDPSession(page);
    await protocol.send('WebAuthn.enable');
    await protocol.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    const credentials = { username: cloud.first.email, password: PASSWORD };
    assert.equal((await ask(page, 'POST', '/session', credentials)).status, 201);

    const question = await ask(page, 'POST', '/me/sign-in-methods/passkeys/options');
    assert.equal(question.status, 200, JSON.stringify(question.body));
    const made = await ask(page, 'POST', '/me/sign-in-methods/passkeys', {
      ticket: question.body.ticket,
      name: 'Chromium',
      response: await create(page, question.body.options),
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.equal((await ask(page, 'DELETE', '/session')).status, 204);

    const asked = await ask(page, 'POST', '/session', credentials);
    assert.equal(asked.body.code, 'second_factor_required');
    const second = await ask(page, 'POST', '/session/passkey/options', { ticket: asked.body.ticket });
    const proved = await ask(page, 'POST', '/session/second-factor', {
      ticket: second.body.ticket,
      method: 'passkey',
      assertion: await get(page, second.body.options),
    });
    assert.equal(proved.status, 201, JSON.stringify(proved.body));
    assert.deepEqual(proved.body.methods, ['password', 'passkey']);
    assert.equal((await ask(page, 'DELETE', '/session')).status, 204);

    const alone = await ask(page, 'POST', '/session/passkey/options', {});
    const signedIn = await ask(page, 'POST', '/session/second-factor', {
      ticket: alone.body.ticket,
      method: 'passkey',
      assertion: await get(page, alone.body.options),
    });
    assert.equal(signedIn.status, 201, JSON.stringify(signedIn.body));
    assert.deepEqual(signedIn.body.methods, ['passkey']);
    assert.equal((await ask(page, 'GET', '/session')).body.user.id, cloud.first.uuid);
  });
});
