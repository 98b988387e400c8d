import { Conflict, PurserError } from '../errors/errors.ts';

/**
 * The work of a reservation was done, but its commission could not be accepted: the created object exists, and its
 * charge is not final. `cause` is the reason.
 *
 * - `state` is `pending`: the charge is reserved, and `reconcile` accepts it later, since the object exists. No action
 *   is needed, and the service may return `result` to its user.
 * - `state` is `rejected`: the reservation had expired or an operator had rejected it, and the object could not be
 *   charged again (the cause is often a `QuotaLimit`). Undo the work, or charge it with `force`.
 */
export class Unresolved extends PurserError {
  override readonly name: string = 'Unresolved';
  declare readonly serial: number;
  /** The name of the reservation. */
  declare readonly reservation: string;
  declare readonly state: 'pending' | 'rejected';
  /** The result of the work. */
  declare readonly result: unknown;

  constructor(outcome: Pick<Unresolved, 'serial' | 'reservation' | 'state' | 'result'>, cause: unknown) {
    const what = outcome.state === 'pending' ? 'could not be accepted' : 'had already been rejected';
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

/** The reservation with this key was completed and charged before; the work was not run again. */
export class AlreadyDone extends Conflict {
  override readonly name: string = 'AlreadyDone';
  /** The commission that charged it. */
  declare readonly serial: number;

  constructor(key: string, serial: number) {
    super(`The reservation with the key '${key}' was completed before, by commission ${serial}.`, {
      code: 'already_done',
    });
    this.serial = serial;
  }
}
