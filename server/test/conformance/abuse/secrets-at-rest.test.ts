import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openStorage } from '../../../src/storage/open.ts';
import { makeDatabase, type OpenStorage } from '../../support/engines.ts';
import { openOffice } from '../workflow-v1/office.ts';

/** An office over a database file, and all bytes of its files. */
async function openFile() {
  const { url } = await makeDatabase('sqlite');
  const open: OpenStorage = async () => openStorage(url);
  const office = await openOffice(open);
  const path = url.slice('sqlite:'.length);
  const bytes = (): Buffer =>
    Buffer.concat([path, `${path}-wal`].filter((file) => existsSync(file)).map((file) => readFileSync(file)));
  return { ...office, bytes };
}

test('a mailed token is in no file of the database', async () => {
  const { resetPassword, member, owner, tokenOf, ask, bytes, domain } = await openFile();
  const tokens: string[] = [];
  for (const { email } of [member, owner]) {
    assert.equal((await resetPassword(email)).status, 202);
    tokens.push(await tokenOf(email));
  }
  await domain.outbox.eraseSent();
  for (const token of tokens) assert.equal(bytes().includes(token), false);
  // The token works, and after its use it is in no file either.
  const used = await ask(null, 'POST', `/v1/tokens/${tokens[0]}`, '{"password":"correct horse battery"}');
  assert.equal(used.status, 200, used.text);
  await domain.outbox.deliverDue();
  await domain.outbox.eraseSent();
  for (const token of tokens) assert.equal(bytes().includes(token), false);
});

test('long mails leave nothing in freed pages', async () => {
  const { domain, bytes } = await openFile();
  const secret = 'a-secret-in-a-long-mail';
  await domain.storage.transaction((tx) =>
    domain.outbox.enqueue(tx, 'test', {
      to: ['someone@example.org'],
      subject: 'long',
      text: `${secret} `.repeat(2000),
    }),
  );
  while ((await domain.outbox.list({ state: 'waiting', limit: 1 })).length > 0)
    await domain.outbox.deliverDue();
  await domain.outbox.eraseSent();
  assert.equal(bytes().includes(secret), false);
});
