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
 * The client of a Purser service, for one token.
 *
 * ```ts
 * const purser = new Purser({ url: 'https://accounts.example.org', token });
 * ```
 */
export class Purser {
  /** Tokens, user catalogs, quotas, commissions, projects: the methods of `astakosclient`. */
  readonly account: AccountClient;
  /** The admin workflow: tasks, tokens, notifications, sign-up, invitations. */
  readonly workflow: WorkflowClient;
  /** The native API. */
  readonly api: NativeClient;
  readonly #connection: Connection;
  readonly #desk: CommissionDesk;
  readonly #reservations: Reservations;
  readonly #identities: Identities;

  /** @throws BadValue if the URL or the token is not valid */
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
   * Charges a user for what `work` creates, or releases what it removes: reserves the quantities, runs `work`, accepts
   * if it succeeds and rejects if it fails. Needs the secret of a component. Concurrent calls share requests:
   * `POST /api/commissions/bulk`, then `POST /api/commissions/resolve`.
   *
   * - If the reservation is refused, `work` is not run.
   * - If `work` fails, the call rejects with its error, and nothing is charged. If the rejection of the commission
   *   fails too, the commission stays pending until `reconcile` rejects it.
   * - If the process crashes, or the acceptance fails after `work` succeeded, the commission stays pending, and
   *   `reconcile` decides on it by its name.
   * - If the reservation had expired when `work` succeeded (`expiresInSeconds` was too short), the quantities are
   *   charged again; if that is refused, the error is an `Unresolved` with the state `rejected`.
   *
   * With a `key` the whole reservation can be repeated after an error or a crash, and is charged once. If it was
   * accepted before, `whenDone` returns the result and `work` is not run. If it was interrupted, `work` is run again
   * with `interrupted` set, and on failure the commission stays pending, since its object may exist. If it was
   * rejected, it is attempted again.
   *
   * `signal` aborts the call while it waits for the reservation, and is passed to `work`; completed work is accepted in
   * any case. `timeoutMs` applies to the reservation and separately to the acceptance, not to `work`. A shared request
   * has the largest `retries` of its callers; the acceptance has more retries.
   * @returns the result of `work`
   * @throws QuotaLimit, NotFound (unknown holding), BadRequest, Unauthorized, ConnectionError: `work` was not run.
   * After a ConnectionError the quantities may be reserved; `reconcile` finds such a reservation.
   * @throws Unresolved if `work` succeeded but its charge is not final; `AlreadyDone` and `Conflict` if the `key` was
   * used before, belongs to another reservation, or is in progress in this process
   */
  reserve<T>(reservation: Reservation<T>, work: Work<T>, options?: CallOptions): Promise<T> {
    return this.#reservations.reserve(reservation, work, options);
  }

  /** `reserve` with opposite signs: `resources` are the quantities that `work` releases, which must not be negative. */
  release<T>(reservation: Reservation<T>, work: Work<T>, options?: CallOptions): Promise<T> {
    return this.#reservations.release(reservation, work, options);
  }

  /** `reserve` for a move from one project of a user to another: release and charge happen together or not at all. */
  reassign<T>(reassignment: Reassignment<T>, work: Work<T>, options?: CallOptions): Promise<T> {
    return this.#reservations.reassign(reassignment, work, options);
  }

  /**
   * Resolves commissions that crashes and lost connections left pending: for each one a callback decides by its name
   * whether the work was done. Call it at the start of a service and every few minutes. It skips commissions that this
   * client has in progress and those younger than `olderThanMs`. Needs the secret of a component; the token of an
   * operator would resolve the commissions of all components. Sends `GET /api/commissions?state=pending`, page by page,
   * and `POST /api/commissions/resolve` for each page. `signal` aborts it; it can be run again.
   * @throws PurserError if a request fails; commissions resolved before stay resolved
   */
  reconcile(how: ReconcileOptions, options?: CallOptions): Promise<Reconciliation> {
    return reconcile(this.#desk, how, options);
  }

  /**
   * Validates the token of a user, for services that users call with a token: sends `GET /api/me` with that token.
   * Results are cached for `maxAgeMs`, by default 60 seconds, but not beyond the expiry of the token, and refusals for
   * 5 seconds; so a revoked token stays valid for at most 60 seconds. Concurrent calls with the same token share one
   * request. At most 10,000 tokens are cached.
   * @throws Unauthorized if the token is unknown or expired, or its user may not use it; Forbidden; BadValue if it is
   * not a token; ConnectionError and Unavailable, which are not cached
   */
  identify(token: string, options: IdentifyOptions = {}): Promise<Identity> {
    return this.#identities.of(token, options);
  }

  /** Closes idle connections. The client can be used again afterwards. */
  close(): void {
    this.#connection.close();
  }
}
