import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SERVICE_MAILS, Templates } from './templates.ts';

const templates = new Templates(SERVICE_MAILS);
const render = templates.render.bind(templates);

const feedback = {
  service: 'Purser',
  uuid: 'u-1',
  email: 'user@example.org',
  name: 'Test User',
  message: 'Two lines <b>&</b>\nof <%= it.uuid %> text',
  data: '{"browser": "lynx"}',
};

test('feedback tells who wrote what, and what their client sent along', () => {
  const { subject, text } = render('feedback', feedback);
  assert.equal(subject, 'Feedback from Purser');
  assert.equal(
    text,
    [
      'Test User writes:',
      '',
      'Two lines <b>&</b>',
      'of <%= it.uuid %> text',
      '',
      'Account: u-1',
      'E-mail:  user@example.org',
      '',
      'Additional data from the client:',
      '',
      '{"browser": "lynx"}',
      '',
    ].join('\n'),
  );
});

test('what was not sent along is not mentioned', () => {
  const { text, html } = render('feedback', { ...feedback, data: '' });
  assert.doesNotMatch(text, /Sent along/);
  assert.doesNotMatch(html, /Sent along/);
});

test('what people write is text in HTML, and never markup', () => {
  const { html } = render('feedback', { ...feedback, name: '<script>', email: '"><img src=x>' });
  assert.match(html, /^<!doctype html>/);
  assert.match(html, /Two lines &lt;b&gt;&amp;&lt;\/b&gt;\nof &lt;%= it\.uuid %&gt; text/);
  assert.doesNotMatch(html, /<script|<img/);
});

test('a subject is one line', () => {
  assert.equal(render('feedback', { ...feedback, service: 'A\r\nB' }).subject, 'Feedback from A B');
});

/** A folder of an operator's templates. */
function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'purser-templates-'));
  after(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** What is said about a folder with these files, the folder's own path left out. */
function complaint(files: Record<string, string>): string {
  const folder = folderWith(files);
  try {
    new Templates(SERVICE_MAILS, { folder });
  } catch (error) {
    return (error as Error).message.replaceAll(`${folder}/`, '');
  }
  return 'nothing';
}

test("an operator's template wins, format by format, and the frame of all is one too", () => {
  const folder = folderWith({
    'feedback.txt.eta': 'Word from <%= it.name %>\n\n<%= it.message %>\n',
    'frame.html.eta': '<main title="<%= it.title %>"><%~ it.body %></main>',
    'feedback.txt.eta~': '<% broken',
    '.hidden': '',
  });
  const { subject, text, html } = new Templates(SERVICE_MAILS, { folder }).render('feedback', feedback);
  assert.equal(subject, 'Word from Test User');
  assert.equal(text, `${feedback.message}\n`);
  assert.match(html, /^<main title="Feedback from Purser">\s*<p>Test User writes:<\/p>/);
});

test('a template that does not work is refused at the start, with its file and line', () => {
  const lines: [string, string][] = [
    [
      'Hi\n\n<%= it.nmae %>',
      "line 3: There is no 'nmae'; there is service, uuid, email, name, message, data.",
    ],
    [
      'Hi <%= it.nmae %>\n\n',
      "line 1: There is no 'nmae'; there is service, uuid, email, name, message, data.",
    ],
    ['Hi\n\nText\n<% if (it.data) { %>\nnot closed', "line 4: Unexpected token 'catch'."],
    ['Hi\n\nText\n\n<%= it. %>\n<%= it.name %>', "line 5: Unexpected token ';'."],
    ['Hi\n\nText\n<%= it.name', 'line 4: There is an unclosed tag.'],
    [
      'Hi\n\n<% if (!it.data) { %>\n<%= it.x.y %>\n<% } %>',
      "line 4: There is no 'x'; there is service, uuid, email, name, message, data.",
    ],
    ['Hi\nText', 'line 2: It must be empty; the first line is the subject.'],
    ['\n\nText', 'line 1: The subject is empty.'],
  ];
  for (const [content, sentence] of lines) {
    assert.equal(complaint({ 'feedback.txt.eta': content }), `feedback.txt.eta, ${sentence}`);
  }
  assert.equal(
    complaint({ 'feedback.html.eta': '<p>\n<%= it.missing %>' }),
    "feedback.html.eta, line 2: There is no 'missing'; there is service, uuid, email, name, message, data.",
  );
  assert.equal(
    complaint({ 'feedback.html.eta': "<% layout('./other.html.eta') %>" }),
    "feedback.html.eta, line 1: There is no template 'other.html.eta'.",
  );
  assert.equal(complaint({ 'frame.html.eta': '<%~ it.body.x.y %>' }).slice(0, 23), 'frame.html.eta, line 1:');
});

test('a folder that is not there, or has what is no template, is refused at the start', () => {
  const other = 'is not the name of a template; nothing else may be in the folder.';
  assert.equal(complaint({ 'fedback.txt.eta': 'Hi\n\nText' }), `fedback.txt.eta ${other}`);
  assert.throws(() => new Templates(SERVICE_MAILS, { folder: '/nowhere' }), {
    message: 'The folder of mail templates /nowhere cannot be read (ENOENT).',
  });
});

test("where an operator's template fails with real data the built-in one is used, and the failure is reported", () => {
  const folder = folderWith({ 'feedback.txt.eta': 'Hi\n\n<%= it.message.match(/engine/)[0] %>' });
  const complaints: string[] = [];
  const own = new Templates(SERVICE_MAILS, {
    folder,
    onError: (error) => complaints.push((error as Error).message),
  });
  assert.equal(own.render('feedback', { ...feedback, message: 'an engine' }).text, 'engine\n');
  assert.match(own.render('feedback', feedback).text, /^Test User writes:/);
  assert.deepEqual(complaints, [
    `${folder}/feedback.txt.eta, line 3: Cannot read properties of null (reading '0')`,
  ]);
});
