import { asInteger, parseExact } from '../../lib/text/json.ts';
import type { Holding } from './decide.ts';

/** A holding by the numbers of its rows. */
export interface StoredHolding {
  readonly kind: HoldingKind;
  /** Row of `ledger_projects` for a pool, of `seats` for a seat. */
  readonly id: number;
  /** Row of `ledger_resources`. */
  readonly resource: number;
}

/**
 * A commission stores its provisions as a JSON array of `[kind, id, resource, quantity]`, with row numbers instead of
 * names: a name has some 40 bytes and a number 3, and the commissions are most of what is written to the disk. Both
 * engines can unfold the array in SQL for reports.
 */
export interface StoredProvision extends StoredHolding {
  readonly quantity: bigint;
}

export type HoldingKind = typeof POOL | typeof SEAT;
/** The project's own holding: (`project:P`, null, resource). */
export const POOL = 0;
/** A member's holding: (`user:U`, `project:P`, resource). */
export const SEAT = 1;

/** A holding as a store loaded it, with the numbers of its rows. */
export interface LoadedHolding extends Holding {
  readonly stored: StoredHolding;
}

export function encodeProvisions(
  holdings: readonly Pick<LoadedHolding, 'stored'>[],
  provisions: readonly { readonly quantity: bigint }[],
): string {
  let text = '[';
  for (let index = 0; index < holdings.length; index += 1) {
    const { kind, id, resource } = (holdings[index] as LoadedHolding).stored;
    text += `${index === 0 ? '' : ','}[${kind},${id},${resource},${provisions[index]?.quantity}]`;
  }
  return `${text}]`;
}

/** The stored provisions; undefined if the text is not what `encodeProvisions` writes. */
export function decodeProvisions(text: string): StoredProvision[] | undefined {
  let rows: unknown;
  try {
    rows = parseExact(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(rows)) return undefined;
  const provisions: StoredProvision[] = [];
  for (const row of rows) {
    if (!Array.isArray(row)) return undefined;
    const [kind, id, resource, amount] = row as unknown[];
    const quantity = asInteger(amount);
    if ((kind !== POOL && kind !== SEAT) || quantity === undefined) return undefined;
    if (!Number.isSafeInteger(id) || !Number.isSafeInteger(resource)) return undefined;
    provisions.push({ kind, id: id as number, resource: resource as number, quantity });
  }
  return provisions;
}

/** Limit and counters of each holding after a commission was resolved, for the log. */
export function encodeBalances(holdings: readonly Holding[]): string {
  let text = '[';
  for (const [index, { limit, usageMin, usageMax }] of holdings.entries()) {
    text += `${index === 0 ? '' : ','}[${limit},${usageMin},${usageMax}]`;
  }
  return `${text}]`;
}
