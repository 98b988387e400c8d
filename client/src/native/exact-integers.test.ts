import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exactlyShaped } from './exact-integers.ts';

test('an integer of 64 bits is a bigint, small as it may be; other values stay as they came', () => {
  const commission = (quantity: unknown) => ({
    serial: 7,
    accepted: null,
    provisions: [{ resource: 'vm', quantity }],
  });
  assert.deepEqual(exactlyShaped(commission(-1), 'Commission'), commission(-1n));
  assert.deepEqual(exactlyShaped(commission(2n ** 63n - 1n), 'Commission'), commission(2n ** 63n - 1n));
  const page = { items: [commission(5)], next: null };
  assert.deepEqual(exactlyShaped(page, { items: 'Commission' }), { ...page, items: [commission(5n)] });
});

test('the place of an integer decides, not its name', () => {
  const task = (capacity: unknown) => ({
    // The data of an action has no described form: its numbers stay as they are.
    actions: [{ data: { limit: 5, project_capacity: 6, deep: { usage: 7 } } }],
    outlook: [{ limits: [{ before: { project_capacity: capacity } }] }],
  });
  assert.deepEqual(exactlyShaped(task(5), 'TaskDetails'), task(5n));
  const resources = (capacity: unknown) => ({
    id: 'p',
    resources: { constructor: { project_capacity: capacity, other: 1 } },
  });
  assert.deepEqual(exactlyShaped(resources(9), 'Project'), resources(9n));
  assert.deepEqual(exactlyShaped({ usage: 1 }, undefined), { usage: 1 });
});
