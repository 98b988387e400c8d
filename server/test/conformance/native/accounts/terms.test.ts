import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../../support/engines.ts';
import { startPurser, type TestPurser } from '../../../support/harness.ts';
import { type Ask, addUser, asker, assertProblem, items } from '../asking.ts';

forEachEngine((_name, open) => {
  let purser: TestPurser;
  let ask: Ask;
  const check = (guarantee: string, body: () => Promise<void> | void) =>
    test(guarantee, async () => {
      purser = await startPurser(open);
      ask = asker(purser);
      await body();
    });

  /** Accepted by the operator, so that the operator's token keeps working. */
  const putTermsInForce = async () => {
    await ask('POST', '/terms', { text: 'Be kind.' });
    await ask('POST', '/terms/sign');
  };

  check('without terms nothing is pending', async () => {
    assertProblem(await asker(purser, null)('GET', '/terms/current'), 404, 'terms_not_found');
    assert.equal((await ask('POST', '/terms/sign')).status, 200);
  });

  check('new terms block every token until they are accepted, which the token can still do', async () => {
    const { id, token } = await addUser(ask, 'signer@example.org');
    const self = asker(purser, token);
    const added = await ask('POST', '/terms', { text: '<h1>Be kind</h1>' });
    assert.equal(added.status, 201);
    const { body: current } = await asker(purser, null)('GET', '/terms/current');
    assert.deepEqual(current, added.body);
    assertProblem(await self('GET', '/me'), 401, 'terms_unsigned');
    assertProblem(await ask('GET', '/users'), 401, 'terms_unsigned');
    const signed = await self('POST', '/terms/sign');
    assert.equal(signed.status, 200);
    assert.equal(signed.body['id'], id);
    assert.equal(signed.body['terms_signed'], added.body['id']);
    assert.equal((await self('GET', '/me')).status, 200);
    assert.equal((await ask('POST', '/terms/sign', {})).status, 200);
    const list = await ask('GET', '/terms');
    assert.deepEqual(items(list), [{ id: added.body['id'], issued_at: added.body['issued_at'] }]);
    assert.deepEqual((await ask('GET', `/terms/${added.body['id']}`)).body, added.body);
    assertProblem(await ask('GET', '/terms/999999'), 404, 'terms_not_found');
    assertProblem(await ask('GET', '/terms/abc'), 400, 'invalid_request');
  });

  check('pending terms do not replace the other checks', async () => {
    assertProblem(await asker(purser, 'no such token')('POST', '/terms/sign'), 401, 'token_missing');
    assertProblem(await asker(purser, 'no-such-token')('POST', '/terms/sign'), 401, 'token_unknown');
    assertProblem(await asker(purser, null)('POST', '/terms/sign'), 401, 'token_missing');
    const { id, token } = await addUser(ask, 'gone@example.org');
    await putTermsInForce();
    await ask('POST', `/users/${id}/action`, { action: 'deactivate' });
    assertProblem(await asker(purser, token)('POST', '/terms/sign'), 401, 'account_inactive');
  });

  check('an operator accepts for a user', async () => {
    const { id, token } = await addUser(ask, 'paper@example.org');
    await putTermsInForce();
    assertProblem(await asker(purser, token)('GET', '/me'), 401, 'terms_unsigned');
    assert.equal((await ask('POST', `/users/${id}/action`, { action: 'sign_terms' })).status, 200);
    assert.equal((await asker(purser, token)('GET', '/me')).status, 200);
  });

  check('only operators publish terms', async () => {
    const { token } = await addUser(ask, 'writer@example.org');
    const self = asker(purser, token);
    assertProblem(await self('POST', '/terms', { text: 'mine' }), 403, 'forbidden');
    assertProblem(await self('GET', '/terms'), 403, 'forbidden');
    assertProblem(await ask('POST', '/terms', { text: '' }), 400, 'invalid_request');
    assertProblem(await ask('POST', '/terms', { text: ' ' }), 400, 'invalid_field');
  });
});
