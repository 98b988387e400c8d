import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEmailAddress } from './email-address.ts';

const VALID = [
  'kpap@example.org',
  'KPap+tag@Example.ORG',
  "o'neill@example.org",
  'a@b.cd',
  'first.last@sub.domain.example.museum',
  'x@example.photography',
  'x@example.xn--p1ai',
  'admin@localhost',
  'x@[127.0.0.1]',
  '"quoted"@example.org',
  '"with\\ space"@example.org',
  '"a@b"@example.org',
  'x@müller.example',
  'x@παράδειγμα.δοκιμή',
  `x@${'a'.repeat(63)}.org`,
  `${'a'.repeat(242)}@example.org`,
];

const INVALID = [
  '',
  'plain',
  '@example.org',
  'x@',
  'x@example',
  'x@example.org.',
  'x@.org',
  'x@example..org',
  'x@-example.org',
  'x@example-.org',
  'x@example.o',
  '.x@example.org',
  'x.@example.org',
  'a..b@example.org',
  'a b@example.org',
  '"a b"@example.org',
  'x@exa mple.org',
  'x@[300.0.0.1]',
  'x@[127.0.0]',
  'x@example.org\n',
  'x\r\nBcc: y@example.org',
  'a\0b@example.org',
  'x@example\0.org',
  'ü@example.org',
  'x@müller.example.',
  'x@mül ler.example',
  'x@\ud800.example',
  'x,y@example.org',
  '<x@example.org>',
  `x@${'a'.repeat(64)}.org`,
  `${'a'.repeat(243)}@example.org`,
];

test('what mail systems accept as an address is accepted', () => {
  for (const address of VALID) assert.equal(isEmailAddress(address), true, address);
});

test('what is no address is refused', () => {
  for (const address of INVALID) assert.equal(isEmailAddress(address), false, JSON.stringify(address));
});

test('a long hostile text is judged in no time', () => {
  const start_ms = performance.now();
  isEmailAddress(`${'a.'.repeat(100_000)}@${'a-'.repeat(100_000)}`);
  isEmailAddress(`x@${'a-'.repeat(125)}!`);
  assert.ok(performance.now() - start_ms < 5_000);
});
