import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { smtpServer } from '../../../test/support/smtp-server.ts';
import { openMailer } from '../../mail/mailer.ts';
import { SERVICE_MAILS, Templates } from '../../mail/templates.ts';
import { PROJECT_MAILS } from './project-mails.ts';

const guide = readFileSync(new URL('../../../../docs/guides/mail-templates.md', import.meta.url), 'utf8');
const ALL = { ...SERVICE_MAILS, ...PROJECT_MAILS };
const templates = new Templates<Record<string, object>>(ALL);
const examples = Object.entries(ALL).flatMap(([name, { examples: list }]) =>
  (list as readonly object[]).map((data, index) => ({ name, data, where: `${name}, example ${index + 1}` })),
);

/** The same data with every text in it replaced. */
function withTexts(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === 'string') return replace(value);
  if (Array.isArray(value)) return value.map((item) => withTexts(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTexts(item, replace)]));
}

test('every mail is written with and without what may be missing, and says where to go on', () => {
  for (const { name, data, where } of examples) {
    const { subject, text, html } = templates.render(name, data);
    assert.ok(subject.includes('Example Cloud'), where);
    // Those of the service itself concern no project.
    if (!(name in SERVICE_MAILS)) {
      assert.ok(subject.startsWith('[Example Cloud] ') && subject.includes('Analytical Engine'), where);
      const { url } = data as { url: string };
      assert.ok(text.includes(`\n${url}\n`) && html.includes(`href="${url}"`), where);
    }
    for (const part of [subject, text, html]) {
      assert.doesNotMatch(part, /undefined|null|\[object|<%|%>/, where);
    }
    assert.doesNotMatch(text, /\n\n\n|[ \t]$|<[a-z]+>/m, where);
    assert.match(html, /^<!doctype html>.*<\/html>\s*$/s, where);
  }
});

test('whatever people write is text: no markup, no header, no template', async () => {
  const hostile =
    '<script>alert(1)</script>"\'><img src=x>\r\nBcc: evil@example.org\r\n\r\n<%= process.env %>\u2028';
  const server = await smtpServer();
  const mailer = openMailer(server.url, 'cloud@example.org', () => undefined);
  for (const { name, data, where } of examples) {
    const { subject, text, html } = templates.render(name, withTexts(data, () => hostile) as object);
    assert.doesNotMatch(subject, /[\r\n\u2028]/, where);
    assert.doesNotMatch(html, /<script|<img|"'>/, where);
    assert.ok(text.includes('<%= process.env %>'), where);
    await mailer.send({ to: ['a@example.org'], subject, text, html });
    const { to, message } = server.received.at(-1) ?? { to: [], message: '' };
    assert.deepEqual(to, ['a@example.org'], where);
    assert.doesNotMatch(message.slice(0, message.indexOf('\r\n\r\n')), /^Bcc:/im, where);
  }
});

test('the guide lists every template with its data', () => {
  const listed = [...guide.matchAll(/^\| `([a-z-]+)` \|.*\| (.+) \|$/gm)].map(([, name, data]) => [
    name,
    [...(data ?? '').matchAll(/`(\w+)`/g)].map(([, key]) => key),
  ]);
  assert.deepEqual(
    listed,
    Object.entries(ALL).map(
      ([
        name,
        {
          examples: [first],
        },
      ]) => [name, Object.keys(first)],
    ),
  );
});

test('the example of the guide writes what the guide says', () => {
  const section = guide.slice(guide.indexOf('For example, '));
  const [, file = ''] = /^For example, `(.+)`:/.exec(section) ?? [];
  const [, source = ''] = /```eta\n(.*?)```/s.exec(section) ?? [];
  const [, subject] = /whose subject is `(.+)`:/.exec(section) ?? [];
  const [, text] = /```text\n(.*?)```/s.exec(section) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'purser-templates-'));
  after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, file), source);
  const [example] = PROJECT_MAILS['membership-accepted'].examples;
  const own = new Templates(PROJECT_MAILS, { folder });
  const mail = own.render('membership-accepted', { ...example, reason: 'Good to have you.' });
  assert.deepEqual([mail.subject, mail.text], [subject, text]);
});
