import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asNetwork, canonicalAddress, Networks, sourceOf } from './network-address.ts';

test('an address has one form', () => {
  const forms: [string, string | undefined][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:0::0001', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:c000:201', '192.0.2.1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::1', '::1'],
    ['localhost', undefined],
    ['192.0.2.1:80', undefined],
    ['', undefined],
  ];
  for (const [text, form] of forms) assert.equal(canonicalAddress(text), form, text);
});

test('IPv6 addresses count by their network of 64 bits, all others as they are', () => {
  const sources: [string, string][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:9:8:7:6', '2001:db8:0:0::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['not an address', 'not an address'],
  ];
  for (const [address, source] of sources) assert.equal(sourceOf(address), source, address);
});

test('networks hold the addresses below them, in any spelling of either', () => {
  const networks = new Networks(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32', '::ffff:172.16.0.0/108', '::1']);
  for (const inside of ['10.255.0.1', '192.0.2.1', '2001:db8:ffff::1', '172.31.0.1', '::1']) {
    assert.equal(networks.has(inside), true, inside);
  }
  for (const outside of ['11.0.0.1', '192.0.2.2', '2001:db9::1', '172.32.0.1', '']) {
    assert.equal(networks.has(outside), false, outside);
  }
});

test('what is no network is not taken for one', () => {
  for (const text of [
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0/8',
    '::1/129',
    'fe80::1%eth0',
    'a/8',
    '::ffff:10.0.0.0/8',
    '1.2.3.4/8/8',
  ]) {
    assert.equal(asNetwork(text), undefined, text);
  }
});
