import { type Logger, pino } from 'pino';
import type { Settings } from '../config/settings.ts';
import { isOutage } from '../storage/outages/availability.ts';

/** Structured logs on standard error; standard output is for what `serve` prints to a terminal. */
export function createLogger({ logLevel: level }: Pick<Settings, 'logLevel'>): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
}

/** Receives the failure of work that no request waits for. @param what a sentence for operators */
export type OnError = (error: unknown, what: string) => void;

/** Logs failures in the background. An outage of the database is logged once, by `logOutages`, and not here. */
export function errorLog(logger: Logger): OnError {
  return (error, what) => {
    if (!isOutage(error)) logger.warn({ err: error }, what);
  };
}
