import { asInteger, parseExact } from '../../lib/text/json.ts';
import type { Holding } from './decide.ts';

/**
 * How a commission keeps its provisions: a JSON array of `[kind, id, resource, quantity]`, by the numbers of rows
 * and not by names. A name is some 40 bytes and a number 3, and the log is what the disk writes most; both engines
 * can also unfold the array in SQL for reports.
 */
export interface StoredProvision {
  readonly kind: HoldingKind;
  /** Row of `ledger_projects` for a pool, of `seats` for a seat. */
  readonly id: number;
  readonly resource: number;
  readonly quantity: bigint;
}

export type HoldingKind = typeof POOL | typeof SEAT;
/** The project's own holding: (`project:P`, null, resource). */
export const POOL = 0;
/** A member's holding: (`user:U`, `project:P`, resource). */
export const SEAT = 1;

type Located = { readonly stored: Omit<StoredProvision, 'quantity'> };

export function encodeProvisions(
  holdings: readonly Located[],
  provisions: readonly { readonly quantity: bigint }[],
): string {
  let text = '[';
  for (let index = 0; index < holdings.length; index += 1) {
    const { kind, id, resource } = (holdings[index] as Located).stored;
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
