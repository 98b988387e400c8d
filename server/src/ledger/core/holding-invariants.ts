import { type Facts, InvariantBroken } from '../../lib/invariant.ts';
import type { Queryable } from '../../storage/storage.ts';
import { readNames } from './commissions.ts';
import { hasValidCounters, isValidLimit } from './decide.ts';
import { type LoadedHolding, POOL, type StoredHolding } from './stored.ts';

/** An invariant of one holding does not hold. Its facts have the row numbers of the holding, and its numbers. */
export class HoldingInvariantBroken extends InvariantBroken {
  readonly stored: StoredHolding;

  constructor(invariant: string, stored: StoredHolding, facts: Facts) {
    const { kind, id, resource } = stored;
    const row = kind === POOL ? { project_row: id } : { seat_row: id };
    super(invariant, { ...row, resource_row: resource, ...facts });
    this.stored = stored;
  }
}

export const COUNTERS_INVARIANT = 'The counters of a holding are 0 ≤ usageMin ≤ usageMax ≤ 2^63 - 1.';
const LIMIT_INVARIANT = 'A limit is 0 ≤ limit ≤ 2^63 - 1.';

/** Throws `HoldingInvariantBroken` unless the counters are valid. */
export function checkCounters(holding: LoadedHolding): void {
  if (!hasValidCounters(holding)) throw broken(COUNTERS_INVARIANT, holding);
}

/** Throws `HoldingInvariantBroken` unless the limit is valid: it follows from a stored capacity. */
export function checkLimit(holding: LoadedHolding): void {
  if (!isValidLimit(holding.limit)) throw broken(LIMIT_INVARIANT, holding);
}

function broken(invariant: string, { stored, limit, usageMin, usageMax }: LoadedHolding): InvariantBroken {
  return new HoldingInvariantBroken(invariant, stored, {
    limit: String(limit),
    usageMin: String(usageMin),
    usageMax: String(usageMax),
  });
}

/**
 * The same error with the names of the holding, which people look for. If the names cannot be read, the error as it
 * is. Never rejects.
 */
export async function withNames(db: Queryable, error: InvariantBroken): Promise<InvariantBroken> {
  if (!(error instanceof HoldingInvariantBroken)) return error;
  const { stored, invariant, facts } = error;
  const provision = { ...stored, quantity: 0n };
  const name = await readNames(db, [provision]).then(
    (names) => names(provision)[0],
    () => undefined,
  );
  if (!name) return error;
  const { holder, source, resource } = name;
  return new InvariantBroken(invariant, { holder, source, resource, ...facts });
}
