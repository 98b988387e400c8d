import type { HashingCost } from '../../src/directory/logins/passwords.ts';

/** The least that argon2id permits: a test signs in hundreds of times and does not measure the strength of a hash. */
export const CHEAP_HASHING: HashingCost = { memory_kib: 8, passes: 1, lanes: 1 };
