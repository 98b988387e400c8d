import type { Availability, Outage } from './availability.ts';

/** What an outage is written to. */
interface OutageLogger {
  error(data: object, message: string): void;
  warn(data: object, message: string): void;
  debug(data: object, message: string): void;
}

/**
 * A disk that is nearly full takes a small change and refuses the next one: what can come and go like that is not
 * written again within this time.
 */
const AGAIN_MS = 60_000;

/** Writes one line when the database cannot be used any more, and one when it can be used again. */
export function logOutages(availability: Availability, logger: OutageLogger): void {
  const writtenAt = new Map<string, number>();
  let written = false;
  const isNew = (key: string): boolean => {
    if (key === 'away' || key === 'read_only') return true;
    const now = performance.now();
    if (now - (writtenAt.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return false;
    writtenAt.set(key, now);
    return true;
  };
  const data = ({ error }: Outage) => ({ reason: reasonOf(error) });
  availability.listen({
    gone: (outage) => {
      const fresh = isNew(outage.kind);
      written ||= fresh;
      const text = `${outage.advice} Requests that need the database are answered 503 until it can be used again.`;
      if (fresh) logger.error(data(outage), text);
      else logger.debug(data(outage), text);
    },
    back: () => {
      if (written) logger.warn({}, 'The database can be used again.');
      written = false;
    },
    interrupted: (outage) => {
      if (isNew('interrupted'))
        logger.warn(data(outage), 'Connections to the database were lost; new ones work.');
    },
  });
}

/** What the database or the system said. Errors of several addresses have no message of their own. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return error.message === '' ? String(code ?? error.name) : error.message;
}
