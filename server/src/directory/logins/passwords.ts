import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { PurserError } from '../../lib/errors.ts';
import { FairSemaphore } from '../../lib/flow/fair-semaphore.ts';
import { LIMITS } from '../../lib/limits.ts';
import { sourceOf } from '../../lib/text/network-address.ts';
import { isStorable } from '../../lib/text/text.ts';

/** The cost of one argon2id hash (RFC 9106, 3.1). */
export interface HashingCost {
  readonly memory_kib: number;
  readonly passes: number;
  readonly lanes: number;
}

/** The minimum that OWASP recommends for argon2id: 19 MiB, two passes, one lane. */
const COST: HashingCost = { memory_kib: 19_456, passes: 2, lanes: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

interface Stored {
  readonly cost: HashingCost;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

function parse(phc: string): Stored | undefined {
  const match = PHC.exec(phc);
  if (!match) return undefined;
  const [, memory, passes, lanes, salt = '', hash = ''] = match;
  return {
    cost: { memory_kib: Number(memory), passes: Number(passes), lanes: Number(lanes) },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

function derive(password: string, salt: Buffer, cost: HashingCost, tagLength: number): Promise<Buffer> {
  // One spelling for letters that keyboards compose differently (NIST SP 800-63B 5.1.1.2).
  const parameters: Argon2Parameters = {
    memory: cost.memory_kib,
    passes: cost.passes,
    parallelism: cost.lanes,
    message: password.normalize('NFKC'),
    nonce: salt,
    tagLength,
  };
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** A new password that was checked and hashed. */
export class HashedPassword {
  /** As a PHC string. */
  readonly phc: string;

  constructor(phc: string) {
    this.phc = phc;
  }
}

/**
 * Passwords as argon2id in the PHC string format (decision secrets-at-rest), computed off the main loop, a few at a time. Clients take
 * turns by their network address, so a flood from one address delays the logins of another by a few hashes only.
 * Beyond the queue the answer is `too_busy`.
 */
export class Passwords {
  readonly #places = new FairSemaphore(LIMITS.hashing_concurrency, LIMITS.hashing_queue);
  #derived = 0;
  readonly #cost: HashingCost;
  /** Compared with if an account has no password, so that its absence takes as long as a wrong password. */
  readonly #absent: Stored;

  /** @param cost of new hashes; a hash that exists is checked at its own cost */
  constructor(cost: HashingCost = COST) {
    this.#cost = cost;
    this.#absent = { cost, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) };
  }

  /** Throws `invalid_field` if the text may not become a password. */
  check(password: string): void {
    const refuse = (reason: string) => new PurserError('invalid_field', { field: 'password', reason });
    const { password_length_min: min, password_length_max: max } = LIMITS;
    if (Array.from(password.slice(0, max)).length < min) throw refuse(`shorter than ${min} characters`);
    if (password.length > max) throw refuse(`longer than ${max} characters`);
    if (!isStorable(password)) throw refuse('contains NUL or half a character');
  }

  /** Hashes computed since the start, and those that wait. */
  get load(): { readonly hashes: number; readonly queued: number } {
    return { hashes: this.#derived, queued: this.#places.waiting };
  }

  /**
   * Checks a new password and answers its hash as a PHC string.
   * @param address of the client for whom it is done; null if it is done for the service itself
   */
  async hash(password: string, address: string | null = null): Promise<string> {
    this.check(password);
    const salt = randomBytes(SALT_BYTES);
    const hash = await this.#derive(address, password, { cost: this.#cost, salt }, HASH_BYTES);
    const { memory_kib, passes, lanes } = this.#cost;
    return `$argon2id$v=19$m=${memory_kib},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(hash)}`;
  }

  /** The same for what may have been hashed already, before a transaction that must not wait for it. */
  async hashed(password: string | HashedPassword): Promise<HashedPassword> {
    return typeof password === 'string' ? new HashedPassword(await this.hash(password)) : password;
  }

  /**
   * Whether the password is the hashed one. It takes as long if there is no hash at all.
   * @param address as of `hash`
   */
  async matches(phc: string | null, password: string, address: string | null = null): Promise<boolean> {
    if (password.length > LIMITS.password_length_max) return false;
    const known = phc === null ? undefined : parse(phc);
    const { cost, salt, hash } = known ?? this.#absent;
    const key = await this.#derive(address, password, { cost, salt }, hash.length);
    return timingSafeEqual(key, hash) && known !== undefined;
  }

  #derive(
    address: string | null,
    password: string,
    { cost, salt }: Pick<Stored, 'cost' | 'salt'>,
    length: number,
  ): Promise<Buffer> {
    return this.#places.run(sourceOf(address), () => {
      this.#derived += 1;
      return derive(password, salt, cost, length);
    });
  }
}
