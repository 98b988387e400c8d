/** An integer column's value: a `number` where that is exact, a `bigint` beyond 2^53. Same on both engines. */
export function exactInteger(value: bigint): number | bigint {
  const narrow = Number(value);
  return Number.isSafeInteger(narrow) ? narrow : value;
}
