import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { refusal } from '../../test/support/parts.ts';
import { smtpServer } from '../../test/support/smtp-server.ts';
import type { PurserError } from '../lib/errors.ts';
import { type Mail, openMailer } from './mailer.ts';

const FROM = 'Cloud <cloud@localhost>';
const mail: Mail = {
  to: ['help@example.org', 'desk@example.org'],
  subject: 'Feedback from Pürser\r\nBcc: evil@example.org',
  text: 'Grüße,\nfrom a user\n',
  html: '<p>Grüße</p>',
  replyTo: 'user@example.org',
};

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'purser-mail-'));
  after(() => rmSync(path, { recursive: true }));
  return path;
}

test('a mail over SMTP reaches every recipient, and a line break in a subject is no header', async () => {
  const server = await smtpServer();
  const mailer = openMailer(server.url, FROM, () => undefined);
  await mailer.send(mail);
  await mailer.close();
  const [received] = server.received;
  assert.equal(server.received.length, 1);
  assert.equal(received?.from, 'cloud@localhost');
  assert.deepEqual(received?.to, mail.to);
  assert.match(received?.message ?? '', /^From: Cloud <cloud@localhost>\r$/m);
  assert.match(received?.message ?? '', /^To: help@example\.org, desk@example\.org\r$/m);
  assert.match(received?.message ?? '', /^Reply-To: user@example\.org\r$/m);
  assert.match(received?.message ?? '', /^Subject: \S+/m);
  assert.doesNotMatch(received?.message ?? '', /^Bcc:/im);
});

test('a mail server that is down, or refuses, is reported as "mail_failed"', async () => {
  const down = await smtpServer();
  await down.close();
  await assert.rejects(openMailer(down.url, FROM, () => undefined).send(mail), refusal('mail_failed'));
  const refusing = await smtpServer({ refuse: () => ({ status: 550, words: 'no such mailbox' }) });
  await assert.rejects(openMailer(refusing.url, FROM, () => undefined).send(mail), refusal('mail_failed'));
});

test('a permanent refusal of a mail is distinguished from a temporary one', async () => {
  const outcomes: [number, boolean][] = [
    [550, true],
    [554, true],
    [450, false],
    [421, false],
  ];
  for (const [status, permanent] of outcomes) {
    const server = await smtpServer({ refuse: () => ({ status, words: 'not today' }) });
    const error = await openMailer(server.url, FROM, () => undefined)
      .send(mail)
      .then(
        () => undefined,
        (failure: PurserError) => failure,
      );
    assert.equal(error?.data['permanent'], permanent, String(status));
    assert.match(String(error?.data['reason']), /not today/);
  }
});

test('a mail of the service itself has one id however often it is sent, and wants no automatic answer', async () => {
  const server = await smtpServer();
  const mailer = openMailer(server.url, FROM, () => undefined);
  for (let time = 0; time < 2; time += 1) await mailer.send({ ...mail, id: 'purser.1.2' });
  assert.equal(server.received.length, 2);
  for (const { message } of server.received) {
    assert.match(message, /^Message-ID: <purser\.1\.2@localhost>\r$/m);
    assert.match(message, /^Auto-Submitted: auto-generated\r$/m);
  }
});

test('a mail without recipients is refused by every transport', async () => {
  for (const url of ['console', `file:${folder()}`, 'smtp://127.0.0.1:9']) {
    const mailer = openMailer(url, FROM, () => undefined);
    await assert.rejects(mailer.send({ ...mail, to: [] }), refusal('mail_failed'), url);
  }
});

test('a folder gets one complete file per mail, for the owner alone', async () => {
  const path = join(folder(), 'new', 'mails');
  const mailer = openMailer(`file:${path}`, FROM, () => undefined);
  await Promise.all(Array.from({ length: 20 }, () => mailer.send(mail)));
  const files = readdirSync(path);
  assert.equal(files.length, 20);
  for (const file of files) {
    assert.match(file, /^[0-9T.Z-]+-[0-9a-f-]{36}\.eml$/);
    assert.equal(statSync(join(path, file)).mode & 0o777, 0o600);
    const text = readFileSync(join(path, file), 'utf8');
    assert.match(text, /^Message-ID: </m);
    assert.match(text, /^Date: /m);
    assert.match(text, /--\r\n$/);
    assert.doesNotMatch(text, /^Bcc:/im);
  }
});

test('a folder that cannot be written is reported as "mail_failed"', async () => {
  const mailer = openMailer('file:/dev/null/mails', FROM, () => undefined);
  await assert.rejects(mailer.send(mail), refusal('mail_failed'));
});

test('the console shows sender, recipients, subject and text', async () => {
  const written: string[] = [];
  await openMailer('console', FROM, (text) => written.push(text)).send({ ...mail, subject: 'Hello' });
  assert.deepEqual(written, [
    `From: ${FROM}\nTo: help@example.org, desk@example.org\nSubject: Hello\n\n${mail.text}\n`,
  ]);
});

test('a URL that is no way for mail is refused', () => {
  for (const url of ['', 'http://example.org', 'smtp:', 'mailto:x@example.org']) {
    assert.throws(() => openMailer(url, FROM, () => undefined), /^Error: A mail URL is console/, url);
  }
});
