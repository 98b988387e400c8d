import { Conflict, PurserError } from '../errors/errors.ts';

/**
 * The work of a reservation was done, and its commission could not be accepted: what the work made exists, and is not charged for
 * good. `cause` says why.
 *
 * - `state` is `pending`: the charge is reserved, nothing is lost; `reconcile` accepts it, since the thing exists.
 *   Nothing needs to be done now, and the caller may well be answered with `result`.
 * - `state` is `rejected`: the reservation was no longer there, because its time was over or an operator rejected it, and
 *   what exists could not be charged anew (the cause is often a `QuotaLimit`). Undo the work, or charge it with `force`.
 */
export class Unresolved extends PurserError {
  override readonly name: string = 'Unresolved';
  declare readonly serial: number;
  /** The name of the reservation. */
  declare readonly reservation: string;
  declare readonly state: 'pending' | 'rejected';
  /** What the work answered. */
  declare readonly result: unknown;

  constructor(outcome: Pick<Unresolved, 'serial' | 'reservation' | 'state' | 'result'>, cause: unknown) {
    const what = outcome.state === 'pending' ? 'could not be accepted' : 'had been rejected meanwhile';
    super(`'${outcome.reservation}' is done, but its commission ${outcome.serial} ${what}.`, {
      code: 'unresolved',
      cause,
    });
    this.serial = outcome.serial;
    this.reservation = outcome.reservation;
    this.state = outcome.state;
    this.result = outcome.result;
  }
}

/** What this key stands for was done and charged before: the work was not run again. */
export class AlreadyDone extends Conflict {
  override readonly name: string = 'AlreadyDone';
  /** The commission that charged it. */
  declare readonly serial: number;

  constructor(key: string, serial: number) {
    super(`What the key '${key}' stands for was done before, by commission ${serial}.`, {
      code: 'already_done',
    });
    this.serial = serial;
  }
}
