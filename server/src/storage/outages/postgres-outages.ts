import { DatabaseError } from 'pg';
import { DatabaseUnavailable, type Outage } from './availability.ts';

/** States of PostgreSQL in which the same statement may succeed later (PostgreSQL, appendix A). */
const READ_ONLY = '25006';
const DISK_FULL = '53100';
const AWAY = /^(?:08...|53300|57P0[1-5]|58000|58030|28...|3D000)$/;

/** What the driver says of a connection that is lost or was never made, where it has no code for it. */
const LOST =
  /^(?:Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|timeout expired|The server does not support SSL)/;

/** The pool's words for having no connection to give in time. */
const NONE_FREE = 'timeout exceeded when trying to connect';

/**
 * The outage that an error reports, if it does.
 * @param where the database, as operators know it, without secrets
 */
export function postgresOutage(where: string, error: unknown): Outage | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { code?: unknown };
  if (error instanceof DatabaseError) {
    if (code === READ_ONLY) {
      const advice = `The database ${where} takes no changes: it is a standby or set to read only. Promote it, or correct database_url.`;
      return { kind: 'read_only', advice, error };
    }
    if (code === DISK_FULL) {
      return { kind: 'full', advice: `The disk of the database ${where} is full. Make room on it.`, error };
    }
    return AWAY.test(String(code)) ? away(where, error) : undefined;
  }
  // Codes of the system, such as ECONNRESET and ENOTFOUND; AggregateError has the code of its parts.
  const ofSystem = typeof code === 'string' && /^E[A-Z_]+$/.test(code) && !code.startsWith('ERR_');
  return ofSystem || LOST.test(error.message) ? away(where, error) : undefined;
}

/** Whether the database refused a statement, so that its transaction cannot be committed any more. */
export function isRefused(error: unknown): boolean {
  return (error instanceof DatabaseUnavailable ? error.cause : error) instanceof DatabaseError;
}

/** Whether no connection came free in time: the database answers, and has too much to do. */
export function isPoolExhausted(error: unknown): boolean {
  return error instanceof Error && error.message === NONE_FREE;
}

function away(where: string, error: Error): Outage {
  return { kind: 'away', advice: `The database ${where} does not answer.`, error };
}
