import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { PurserError } from '../../../src/lib/errors.ts';
import { forEachEngine } from '../../support/engines.ts';
import { assertEnvelope, badRequest, type Cloud, notAllowed, startCloud, unauthorized } from '../cloud.ts';

const PATHS = ['/account/v1.0/feedback', '/feedback'];
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const GOOD = { feedback_msg: 'It works very well', feedback_data: 'browser=lynx' };

forEachEngine((_engine, open) => {
  let cloud: Cloud;
  const tell = (path: string, body: string | Buffer, type?: string, token = cloud.first.token) =>
    cloud.send(path, {
      method: 'POST',
      body,
      headers: { 'x-auth-token': token, ...(type !== undefined && { 'content-type': type }) },
    });
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startCloud(open, { PURSER_HELPDESK: 'help@example.org,desk@example.org' });
      await body();
    });

  check('a message is sent to the help desk with all data needed to answer it', async () => {
    const types = [
      'application/x-www-form-urlencoded',
      'application/octet-stream',
      'application/json',
      'nonsense',
      undefined,
    ];
    for (const path of PATHS.flatMap((one) => [one, `${one}/`])) {
      for (const type of types) {
        const mailsBefore = cloud.mails().length;
        const answer = await tell(path, form(GOOD), type);
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.text, '');
        assert.equal(answer.headers['content-type'], 'application/json; charset=UTF-8');
        assertEnvelope(answer);
        const mails = cloud.mails();
        assert.equal(mails.length, mailsBefore + 1);
        const mail = mails.at(-1) ?? '';
        for (const part of [
          'It works very well',
          cloud.first.uuid,
          'Test1@Example.org',
          'help@example.org',
        ]) {
          assert.ok(mail.includes(part), `${part} in ${mail}`);
        }
      }
    }
  });

  check('a multipart form is accepted', async () => {
    const body = new FormData();
    body.set('feedback_msg', 'In several parts');
    body.set('feedback_data', 'and more');
    const mailsBefore = cloud.mails().length;
    const answer = await cloud.fetch(PATHS[0] ?? '', {
      method: 'POST',
      body,
      headers: { 'x-auth-token': cloud.first.token },
    });
    assert.equal(answer.status, 200);
    assert.equal(cloud.mails().length, mailsBefore + 1);
    assert.ok(cloud.mails().at(-1)?.includes('In several parts'));
  });

  check('a message must be present and not too long', async () => {
    const urlencoded = 'application/x-www-form-urlencoded';
    for (const fields of [{}, { feedback_msg: '' }, { feedback_msg: ' \n\t' }, { feedback_data: 'x' }]) {
      badRequest(await tell('/feedback', form(fields as Record<string, string>), urlencoded), 'Invalid data');
    }
    badRequest(await tell('/feedback', ''), 'Invalid data');
    badRequest(
      await tell('/feedback', form({ feedback_msg: 'x'.repeat(70_000) }), urlencoded),
      'Invalid data',
    );
    badRequest(await tell('/feedback', 'nonsense', 'multipart/form-data; boundary=x'), 'Invalid data');
    badRequest(await tell('/feedback', 'nonsense', 'multipart/form-data'), 'Invalid data');
    const file =
      '--x\r\nContent-Disposition: form-data; name="feedback_msg"; filename="a"\r\n\r\nfile\r\n--x--\r\n';
    badRequest(await tell('/feedback', file, 'multipart/form-data; boundary=x'), 'Invalid data');
    badRequest(
      await tell('/feedback', Buffer.from([0x66, 0xff]), urlencoded),
      'Could not decode request as UTF-8 string',
    );
  });

  check('any message stays one mail to the help desk', async () => {
    const message = 'Hello\r\nBcc: victim@example.org\r\n\r\n<script>alert(1)</script> %FF \u0000 \u202e';
    assert.equal((await tell('/feedback', form({ feedback_msg: message }))).status, 200);
    const mail = cloud.mails().at(-1) ?? '';
    const head = mail.slice(0, mail.search(/\r?\n\r?\n/));
    assert.doesNotMatch(head, /victim/);
    const html = mail.slice(mail.indexOf('text/html'));
    assert.ok(html.includes('&lt;script&gt;') && !html.includes('<script'), html);
  });

  check('only users may send feedback, and only by POST', async () => {
    for (const path of PATHS) {
      notAllowed(await cloud.send(path), 'POST');
      unauthorized(
        await cloud.send(path, { method: 'POST', body: form(GOOD) }),
        'Access denied. No authentication token',
      );
      unauthorized(await tell(path, form(GOOD), undefined, '1234'), 'Invalid X-Auth-Token');
      unauthorized(await tell(path, form(GOOD), undefined, cloud.component.token), 'Invalid X-Auth-Token');
    }
  });

  check('when the mail cannot be sent the answer is an empty 502', async () => {
    const { mailer } = cloud.domain;
    const { send } = mailer;
    mailer.send = async () => {
      throw new PurserError('mail_failed');
    };
    try {
      const answer = await tell('/feedback', form(GOOD));
      assert.equal(answer.status, 502);
      assert.equal(answer.text, '');
      assertEnvelope(answer);
    } finally {
      mailer.send = send;
    }
  });

  check('over SMTP the mail arrives, and a server that is down makes a 502', async () => {
    const received: string[] = [];
    const server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData: (stream, _session, callback) => {
        let text = '';
        stream.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        stream.on('end', () => {
          received.push(text);
          callback();
        });
      },
    });
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.server.address() as { port: number }).port));
    });
    const own = await startCloud(open, { PURSER_MAIL_URL: `smtp://127.0.0.1:${port}` });
    const send = () =>
      own.send('/feedback', {
        method: 'POST',
        body: form(GOOD),
        headers: { 'x-auth-token': own.first.token },
      });
    assert.equal((await send()).status, 200);
    assert.ok(received[0]?.includes('It works very well'));
    await new Promise<void>((resolve) => server.close(() => resolve()));
    assert.equal((await send()).status, 502);
  });
});
