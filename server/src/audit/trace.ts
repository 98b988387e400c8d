import { parseExact, stringifyExact } from '../lib/text/json.ts';
import type { traceOf } from './actor.ts';
import type { AuditEntry } from './audit.ts';

/**
 * What the ledger stores with an operator's change until the audit entry is written: who made the change, or the whole
 * entry where the change itself does not say the rest.
 */
export type Trace = ReturnType<typeof traceOf> | AuditEntry;

/** A trace as the ledger stores it. */
export const encodeTrace = (trace: Trace): string => stringifyExact(trace);

/** The trace that `encodeTrace` wrote. */
export const decodeTrace = (text: string): Trace => parseExact(text) as unknown as Trace;
