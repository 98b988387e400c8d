import assert from 'node:assert/strict';
import { test } from 'node:test';
import { render } from './templates.ts';

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
      'Sent along by the client:',
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
