import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine, START_MS } from '../../../test/support/engines.ts';
import { partsOver, person, refusal } from '../../../test/support/parts.ts';

forEachEngine((_engine, open) => {
  test('without terms nothing is pending and there is nothing to sign', async () => {
    const { terms, accounts, tokens } = partsOver(await open());
    const { uuid } = await accounts.createActive(person('a@example.org'));
    assert.equal(await terms.current(), undefined);
    assert.equal((await accounts.signTerms(uuid)).termsSigned, null);
    const { secret } = await tokens.issue(uuid, { name: 't' });
    assert.equal((await tokens.authenticate(secret)).termsPending, false);
  });

  test('after new terms every account counts as unsigned until it signs that version', async () => {
    const { terms, accounts, tokens, clock } = partsOver(await open());
    const { uuid } = await accounts.createActive(person('a@example.org'));
    const { secret } = await tokens.issue(uuid, { name: 't' });
    const first = await terms.add('First.');
    clock.advance(5);
    const signed = await accounts.signTerms(uuid);
    assert.deepEqual([signed.termsSigned, signed.termsSignedAt], [first.id, START_MS + 5]);
    await tokens.authenticate(secret);
    const second = await terms.add('Second.');
    await assert.rejects(async () => tokens.authenticate(secret), refusal('terms_unsigned'));
    assert.deepEqual(await terms.current(), second);
    await accounts.signTerms(uuid);
    await tokens.authenticate(secret);
  });

  test('every version can be read again', async () => {
    const { terms } = partsOver(await open());
    const first = await terms.add('First.');
    const second = await terms.add('Second.');
    assert.deepEqual(await terms.get(first.id), first);
    assert.deepEqual(
      (await terms.list()).map(({ id }) => id),
      [first.id, second.id],
    );
    await assert.rejects(terms.get(99), refusal('terms_not_found'));
    await assert.rejects(terms.get(1.5), refusal('terms_not_found'));
    await assert.rejects(terms.add(' '), refusal('invalid_field'));
    await assert.rejects(terms.add('ü'.repeat(300 * 1024)), refusal('invalid_field'));
  });
});
