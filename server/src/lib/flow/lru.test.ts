import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lru } from './lru.ts';

test('it never holds more than its capacity', () => {
  const lru = new Lru<number, number>(10);
  for (let key = 0; key < 1000; key += 1) {
    lru.set(key, key);
    assert.ok(lru.size <= 10);
    assert.equal(lru.get(key), key);
  }
});

test('what is used stays, what is not used goes', () => {
  const lru = new Lru<string, number>(10);
  lru.set('used', 1);
  lru.set('unused', 2);
  for (let key = 0; key < 100; key += 1) {
    lru.set(`other ${key}`, key);
    assert.equal(lru.get('used'), 1);
  }
  assert.equal(lru.get('unused'), undefined);
});

test('what is deleted is gone from both generations', () => {
  const lru = new Lru<string, number>(4);
  for (const key of ['a', 'b', 'c']) lru.set(key, 1);
  for (const key of ['a', 'b', 'c']) lru.delete(key);
  assert.equal(lru.size, 0);
});
