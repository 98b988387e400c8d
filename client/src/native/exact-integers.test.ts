import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exactAnswer } from './exact-integers.ts';

test('what need not fit into a number is a bigint, small as it may be; the rest stays as it came', () => {
  const answer = {
    id: 7,
    usage: 5,
    limit: 2n ** 63n - 1n,
    items: [{ quantity: -1, name: 'limit' }],
    pending: null,
    // What an action was asked for: nobody but the action knows what its numbers are.
    actions: [{ data: { limit: 5, deep: { usage: 6 } } }],
  };
  assert.deepEqual(exactAnswer(answer), {
    id: 7,
    usage: 5n,
    limit: 2n ** 63n - 1n,
    items: [{ quantity: -1n, name: 'limit' }],
    pending: null,
    actions: [{ data: { limit: 5, deep: { usage: 6 } } }],
  });
});
