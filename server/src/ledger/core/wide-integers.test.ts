import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { joinWide, splitWide } from './wide-integers.ts';

const wide = fc.bigInt({ min: -(2n ** 90n), max: 2n ** 90n });

test('wide integers come back as they were, also as sums of their parts, and fit 64 bits', () => {
  fc.assert(
    fc.property(fc.array(wide, { minLength: 1, maxLength: 200 }), (values) => {
      let [high, low] = [0n, 0n];
      let sum = 0n;
      for (const value of values) {
        const parts = splitWide(value);
        assert.equal(joinWide(...parts), value);
        high += parts[0];
        low += parts[1];
        sum += value;
      }
      assert.equal(joinWide(high, low), sum);
      for (const part of [high, low]) assert.equal(BigInt.asIntN(64, part), part);
    }),
  );
});
