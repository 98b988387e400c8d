import { BadValue, Conflict } from '../errors/errors.ts';
import type { CallOptions } from '../http/call.ts';
import { counting, positive } from '../http/deadline.ts';
import { newIdempotencyKey } from '../http/idempotency-key.ts';
import {
  exact,
  type Holder,
  type Provision,
  provisionsOf,
  type Quantities,
  reassignmentOf,
} from '../provisions.ts';
import type { CommissionDesk, Issue } from './commission-desk.ts';
import { AlreadyDone, Unresolved } from './outcomes.ts';

/** Options of all reservations. */
interface Terms<T> {
  /**
   * Identifies the work after a crash, for example `create server 17` or `resize server 17 to 4 GiB`. The service must
   * be able to decide by this name alone whether the work was done, so it has the id of the object, which is chosen
   * before the reservation. At most 4096 characters.
   */
  readonly name: string;
  /** Allows charges to exceed the limit. Releases never lower the usage below zero. */
  readonly force?: boolean | undefined;
  /**
   * Idempotency key of the whole reservation, also after a crash: the reservation is charged once and, unless a crash
   * interrupts it, done once. At most 200 characters; permanently unique for the component. Without it, only the
   * requests of this call are idempotent, which is automatic.
   */
  readonly key?: string | undefined;
  /**
   * Returns the result if the reservation with this key was completed before; without it, the call throws
   * `AlreadyDone`.
   */
  readonly whenDone?: ((serial: number) => T | PromiseLike<T>) | undefined;
  /**
   * Seconds after which the reservation is rejected if it is still pending; null: never. Default: that of the
   * component. It must be longer than the work can take; see `reserve` for what happens otherwise.
   */
  readonly expiresInSeconds?: number | null | undefined;
}

/** A charge of a user on a project. */
export interface Reservation<T = unknown> extends Holder, Terms<T> {
  /** Quantities by resource: positive ones charge, negative ones release. */
  readonly resources: Quantities;
}

/** A move of resources from one project of a user to another. */
export interface Reassignment<T = unknown> extends Terms<T> {
  /** Uuid of the user. */
  readonly user: string;
  /** Uuid of the project that the resources were charged to. */
  readonly from: string;
  /** Uuid of the project that they are charged to from now on. */
  readonly to: string;
  /** Quantities to move, by resource. */
  readonly resources: Quantities;
}

/** A reservation, as passed to its work. */
export interface Reserved {
  /** Serial of the commission. */
  readonly serial: number;
  readonly name: string;
  /**
   * Whether an earlier reservation with the same `key` was interrupted: its object may exist completely or partly, so
   * the work must check before it creates the object.
   */
  readonly interrupted: boolean;
  /** The signal of the call. The work itself must observe it; the client does not interrupt work. */
  readonly signal: AbortSignal | undefined;
  /**
   * Charges less than was reserved: quantities by resource, with the signs of the reservation, between zero and the
   * reserved quantity. Omitted resources are charged in full.
   * @throws BadValue if a quantity is not between zero and what was reserved
   */
  acceptOnly(quantities: Quantities): void;
}

/** The work of a reservation. */
export type Work<T> = (commission: Reserved) => T | PromiseLike<T>;

/** A charge, a release or a reassignment. */
interface Change<T> extends Terms<T> {
  readonly resources: Quantities;
  readonly amountsTo: (quantities: Quantities) => Provision[];
}

interface Opened {
  readonly key: string;
  readonly serial: number;
  readonly interrupted: boolean;
  readonly done: boolean;
}

/** Maximum number of rejected attempts with one key; finding each one takes two requests. */
const ATTEMPTS_OF_KEY = 100;

/** Runs work under reservations. The methods of `Purser` document its guarantees. */
export class Reservations {
  readonly #desk: CommissionDesk;

  constructor(desk: CommissionDesk) {
    this.#desk = desk;
  }

  async reserve<T>(reservation: Reservation<T>, work: Work<T>, options: CallOptions = {}): Promise<T> {
    const amountsTo = (quantities: Quantities): Provision[] => provisionsOf(reservation, quantities);
    return this.#run({ ...reservation, amountsTo }, work, options);
  }

  async release<T>(reservation: Reservation<T>, work: Work<T>, options: CallOptions = {}): Promise<T> {
    const amountsTo = (quantities: Quantities): Provision[] => provisionsOf(reservation, negated(quantities));
    return this.#run({ ...reservation, amountsTo }, work, options);
  }

  async reassign<T>(reassignment: Reassignment<T>, work: Work<T>, options: CallOptions = {}): Promise<T> {
    const amountsTo = (quantities: Quantities): Provision[] => reassignmentOf(reassignment, quantities);
    return this.#run({ ...reassignment, amountsTo }, work, options);
  }

  async #run<T>(change: Change<T>, work: Work<T>, options: CallOptions): Promise<T> {
    // An invalid call must not fail the other calls of a shared request.
    positive('timeoutMs', options.timeoutMs ?? 1);
    counting('retries', options.retries ?? 0);
    if (!change.name) throw new BadValue('The name of a reservation must not be empty.');
    const { name, force = false, expiresInSeconds } = change;
    const issue = { name, force, expiresInSeconds, provisions: change.amountsTo(change.resources) };
    const opened = await this.#open(issue, change.key, options);
    const { serial, interrupted } = opened;
    const serials = [serial];
    try {
      if (opened.done) {
        if (change.whenDone) return await change.whenDone(serial);
        throw new AlreadyDone(change.key as string, serial);
      }
      let less: Provision[] | undefined;
      const acceptOnly = (quantities: Quantities): void => {
        checkLess(quantities, change.resources);
        less = change.amountsTo({ ...change.resources, ...quantities });
      };
      let result: T;
      try {
        options.signal?.throwIfAborted();
        result = await work({ serial, name, interrupted, signal: options.signal, acceptOnly });
      } catch (error) {
        // The interrupted work may have created its object; only a check by name can tell.
        if (!interrupted) await this.#desk.resolve(serial, 'reject', options).catch(() => undefined);
        throw error;
      }
      // With a key, the provisions stay the same; otherwise a repetition would conflict with the first use of the key.
      const anew = less && change.key === undefined ? { ...issue, provisions: less } : issue;
      await this.#settle({ issue: anew, opened, less, result, serials }, options);
      return result;
    } finally {
      this.#desk.release(serials);
    }
  }

  /**
   * Issues the commission of a key. After a rejected commission the next attempt has another key, which is derived from
   * the first, so that every repetition finds the same one.
   */
  async #open(issue: Issue, given: string | undefined, options: CallOptions): Promise<Opened> {
    const own = given === undefined;
    let key = given ?? newIdempotencyKey();
    for (let attempt = 0; attempt < ATTEMPTS_OF_KEY; attempt += 1) {
      const { serial, replayed } = await this.#desk.issue(issue, { key, own }, options);
      // The service knows a generated key only if a response was lost.
      if (!replayed || own) return { key, serial, interrupted: false, done: false };
      const { state } = await this.#desk.native.getCommission(serial, options).catch((error: unknown) => {
        this.#desk.release([serial]);
        throw error;
      });
      if (state !== 'rejected') return { key, serial, interrupted: true, done: state === 'accepted' };
      this.#desk.release([serial]);
      key = `${given}#${serial}`;
    }
    throw new Conflict(`Too many attempts with the key '${given}' failed.`, { code: 'key_worn_out' });
  }

  /** Accepts the commission of completed work. If it has been rejected, charges the quantities again, once. */
  async #settle(
    {
      issue,
      opened,
      less,
      result,
      serials,
    }: { issue: Issue; opened: Opened; less: Provision[] | undefined; result: unknown; serials: number[] },
    { timeoutMs, retries }: CallOptions,
  ): Promise<void> {
    const bounds = { timeoutMs, retries };
    const accept = (serial: number) =>
      less ? this.#desk.acceptLess(serial, less, bounds) : this.#desk.resolve(serial, 'accept', bounds);
    let last = { serial: opened.serial, state: 'pending' as 'pending' | 'rejected' };
    let cause: unknown;
    try {
      if ((await accept(last.serial)) === 'done') return;
      last = { ...last, state: 'rejected' };
      const key = `${opened.key}#${last.serial}`;
      const again = await this.#desk.issue(issue, { key, own: false }, bounds);
      serials.push(again.serial);
      last = { serial: again.serial, state: 'pending' };
      if ((await accept(last.serial)) === 'done') return;
      last = { ...last, state: 'rejected' };
    } catch (error) {
      cause = error;
    }
    throw new Unresolved({ ...last, reservation: issue.name, result }, cause);
  }
}

function negated(quantities: Quantities): Quantities {
  const entries = Object.entries(quantities).map(([resource, quantity]) => {
    const size = exact(quantity, resource);
    if (size < 0n) throw new BadValue(`The quantity of ${resource} to release must not be negative.`);
    return [resource, -size] as const;
  });
  return Object.fromEntries(entries);
}

function checkLess(quantities: Quantities, reserved: Quantities): void {
  for (const [resource, given] of Object.entries(quantities)) {
    const known = Object.hasOwn(reserved, resource);
    const whole = known ? exact(reserved[resource] ?? 0, resource) : 0n;
    const part = exact(given, resource);
    const fits = whole < 0n ? part <= 0n && part >= whole : part >= 0n && part <= whole;
    // A resource that was not reserved is refused, even with the quantity 0.
    if (!known || !fits)
      throw new BadValue(`${part} of ${resource} is not between zero and the reserved quantity, ${whole}.`);
  }
}
