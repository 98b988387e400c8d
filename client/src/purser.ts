import { type AccountClient, accountClient } from './account/account-client.ts';
import { Connection, type PurserOptions } from './connection.ts';
import type { CallOptions } from './http/call.ts';
import { type IdentifyOptions, Identities, type Identity } from './identities.ts';
import { NativeClient } from './native/native-client.ts';
import { CommissionDesk } from './reservation/commission-desk.ts';
import { type ReconcileOptions, type Reconciliation, reconcile } from './reservation/reconciliation.ts';
import { type Reassignment, type Reservation, Reservations, type Work } from './reservation/reservations.ts';
import { WorkflowClient } from './workflow/workflow-client.ts';

/**
 * Everything that Purser can do, for one token.
 *
 * ```ts
 * const purser = new Purser({ url: 'https://accounts.example.org', token });
 * ```
 */
export class Purser {
  /** Tokens, user catalogs, quotas, commissions, projects: what `astakosclient` did. */
  readonly account: AccountClient;
  /** The admin workflow: tasks, tokens, notifications, sign-up, invitations. */
  readonly workflow: WorkflowClient;
  /** The native API. */
  readonly api: NativeClient;
  readonly #connection: Connection;
  readonly #desk: CommissionDesk;
  readonly #reservations: Reservations;
  readonly #identities: Identities;

  /** @throws BadValue if the address or the token cannot be one */
  constructor(options: PurserOptions) {
    this.#connection = new Connection(options);
    this.account = accountClient(this.#connection);
    this.workflow = new WorkflowClient(this.#connection);
    this.api = new NativeClient(this.#connection);
    this.#desk = new CommissionDesk(this.api);
    this.#reservations = new Reservations(this.#desk);
    this.#identities = new Identities(this.#connection);
  }

  /**
   * Charges a user for what `work` makes, or releases what it removes: reserves the quantities, runs `work`, accepts if
   * it succeeds and rejects if it fails. Needs the secret of a component. What is asked for at the same time travels in
   * one request: `POST /api/commissions/bulk`, then `POST /api/commissions/resolve`.
   *
   * - If the reservation is refused, `work` is never run.
   * - If `work` fails, the caller gets its error, and nothing is charged. If even the rejection does not get through,
   *   the commission stays pending, and `reconcile` mends it.
   * - If the process dies, or `work` succeeds and its acceptance does not get through, the commission stays pending, and `reconcile`
   *   asks by its name what was done.
   * - If the reservation was over when `work` succeeded (its `expiresInSeconds` were too short), what exists is charged
   *   anew; if that is refused, the error is an `Unresolved` with the state `rejected`.
   *
   * With a `key` the whole reservation can be repeated, after an error or a crash, and is charged once: what was
   * accepted before is answered by `whenDone`, and `work` is not run; what was interrupted is run again, with
   * `interrupted` set, and is left pending if it fails, since something may exist; what was rejected is tried anew.
   *
   * `signal` ends the call while it waits for the reservation and is handed to `work`; what was done is accepted in any
   * case. `timeoutMs` holds for the reservation and again for the acceptance, never for `work`. `retries` is what the most
   * patient of those asked for who share a request, and more for the acceptance.
   * @returns what `work` answers
   * @throws QuotaLimit, NotFound (no such holding), BadRequest, Unauthorized, ConnectionError: nothing was done. Of the
   * last one it is not known whether something is reserved: a reservation without a known answer is found by
   * `reconcile`.
   * @throws Unresolved if `work` was done, and is not charged for good; `AlreadyDone` and `Conflict` if the `key` was
   * used before, belongs to another reservation, or is being worked on in this process
   */
  reserve<T>(reservation: Reservation<T>, work: Work<T>, options?: CallOptions): Promise<T> {
    return this.#reservations.reserve(reservation, work, options);
  }

  /** `reserve` with the signs turned: `resources` are what `work` sets free, as quantities that are not negative. */
  release<T>(reservation: Reservation<T>, work: Work<T>, options?: CallOptions): Promise<T> {
    return this.#reservations.release(reservation, work, options);
  }

  /** `reserve` for what moves from one project of a user to another: released there and charged here, or neither. */
  reassign<T>(reassignment: Reassignment<T>, work: Work<T>, options?: CallOptions): Promise<T> {
    return this.#reservations.reassign(reassignment, work, options);
  }

  /**
   * Decides on what crashes and lost connections left pending: asks for each commission whether what its name says was
   * done, and accepts or rejects it. For the start of a service, and every few minutes after it. Leaves alone what this
   * client is at work on, and what is younger than `olderThanMs`. Needs the secret of a component; with the token of an
   * operator it would decide on the commissions of all. Sends `GET /api/commissions?state=pending`, page by page, and
   * `POST /api/commissions/resolve` for each page. Can be ended by `signal` and run again.
   * @throws PurserError if the service cannot be asked; what was decided until then stays decided
   */
  reconcile(how: ReconcileOptions, options?: CallOptions): Promise<Reconciliation> {
    return reconcile(this.#desk, how, options);
  }

  /**
   * Who is behind a user's token, for services that are called with one: sends `GET /api/me` with that token. Answers
   * are remembered for `maxAgeMs`, 60 seconds unless said, never beyond the end of the token, and for 5 seconds where
   * the token is refused; so a token that is revoked is known for 60 seconds more at most. Who asks for the same token
   * at the same time shares one request. At most 10,000 tokens are remembered.
   * @throws Unauthorized if the token is not known, has expired, or its user may not use it; Forbidden; BadValue if it
   * cannot be a token; ConnectionError and Unavailable, which are not remembered
   */
  identify(token: string, options: IdentifyOptions = {}): Promise<Identity> {
    return this.#identities.of(token, options);
  }

  /** Lets go of connections that are kept open. The client can be used again afterwards. */
  close(): void {
    this.#connection.close();
  }
}
