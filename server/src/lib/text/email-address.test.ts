import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalEmail, isEmailAddress, keptEmail } from './email-address.ts';

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
  'x@müller。example。',
  'x@m\u00adüller.example',
  'x@mü\u200dller.example',
  'ａda@example.org',
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

test('a text that is not an address is refused', () => {
  for (const address of INVALID) assert.equal(isEmailAddress(address), false, JSON.stringify(address));
});

test('a long hostile text is judged in no time', () => {
  const start_ms = performance.now();
  isEmailAddress(`${'a.'.repeat(100_000)}@${'a-'.repeat(100_000)}`);
  isEmailAddress(`x@${'a-'.repeat(125)}!`);
  assert.ok(performance.now() - start_ms < 5_000);
});

test('addresses that reach the same mailbox have one canonical form', () => {
  const same = [
    [
      'ada@example.org',
      'Ada@EXAMPLE.org',
      ' ada@example.org\n',
      'ａda@example.org',
      'ada@ｅxample.org',
      '"ada"@example.org',
    ],
    [
      'ada@xn--bcher-kva.example',
      'ada@bücher.example',
      'ADA@BÜCHER.example',
      'ada@bu\u0308cher.example',
      'ada@XN--BCHER-KVA.example',
    ],
    ['"a\\ b"@example.org', '"A\\ B"@Example.org'],
  ];
  for (const [first = '', ...others] of same) {
    for (const other of others) assert.equal(canonicalEmail(other), canonicalEmail(first), other);
  }
  assert.equal(canonicalEmail('Ada@BÜCHER.example'), 'ada@xn--bcher-kva.example');
});

test('different mailboxes have different canonical forms, and a text that is not an address has none', () => {
  const forms = [
    'ada@example.org',
    'ada+x@example.org',
    'ada@example.com',
    'a.da@example.org',
    '"a\\ d\\ a"@example.org',
  ];
  assert.equal(new Set(forms.map(canonicalEmail)).size, forms.length);
  for (const none of [
    '',
    'ada',
    'ada@example.org.',
    'ada@bücher.example.',
    'x@y@example.org',
    'x\u0000@example.org',
  ]) {
    assert.equal(canonicalEmail(none), undefined, JSON.stringify(none));
  }
});

test('an address is kept as it was typed, its domain beyond ASCII in one spelling', () => {
  assert.equal(keptEmail('Ada@EXAMPLE.org'), 'Ada@EXAMPLE.org');
  assert.equal(keptEmail('Ada@xn--bcher-kva.example'), 'Ada@xn--bcher-kva.example');
  assert.equal(keptEmail('Ada@BÜCHER.example'), 'Ada@bücher.example');
  assert.equal(keptEmail('Ada@ｂücher.example'), 'Ada@bücher.example');
  assert.equal(keptEmail('ada'), undefined);
});

test('canonical and kept forms are stable, and agree', () => {
  for (const address of VALID) {
    const canonical = canonicalEmail(address) ?? '';
    assert.equal(canonicalEmail(canonical), canonical, address);
    assert.equal(canonicalEmail(keptEmail(address) ?? ''), canonical, address);
  }
});
