import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { refusal } from '../../test/parts.ts';
import { type Mail, openMailer } from './mailer.ts';

const FROM = 'Cloud <cloud@localhost>';
const mail: Mail = {
  to: ['help@example.org', 'desk@example.org'],
  subject: 'Feedback from Pürser\r\nBcc: evil@example.org',
  text: 'Grüße,\nfrom a user\n',
  html: '<p>Grüße</p>',
  replyTo: 'user@example.org',
};

interface Received {
  readonly from: string;
  readonly to: string[];
  readonly message: string;
}

/** A real SMTP server on a free port; what it takes is in `received`. */
async function smtpServer(
  refuse = false,
): Promise<{ url: string; received: Received[]; close(): Promise<void> }> {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_address, _session, done) => done(refuse ? new Error('no such mailbox') : null),
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push({
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
          message: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as { port: number };
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  after(close);
  return { url: `smtp://127.0.0.1:${port}`, received, close };
}

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

test('a mail server that is down, or refuses, is told as "mail_failed"', async () => {
  const down = await smtpServer();
  await down.close();
  await assert.rejects(openMailer(down.url, FROM, () => undefined).send(mail), refusal('mail_failed'));
  const refusing = await smtpServer(true);
  await assert.rejects(openMailer(refusing.url, FROM, () => undefined).send(mail), refusal('mail_failed'));
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

test('a folder that cannot be written is told as "mail_failed"', async () => {
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
