import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Purser } from '@purser/client';
import { answerError } from './answers.ts';

/** The value of a required environment variable. */
export function setting(name: string, byDefault?: string): string {
  const value = process.env[name] || byDefault;
  if (value !== undefined) return value;
  console.error(`Set ${name}.`);
  process.exit(2);
}

/**
 * The Purser client of this service: PURSER_URL is the address, PURSER_TOKEN the secret from `purser component add`.
 */
export const purser = new Purser({ url: setting('PURSER_URL'), token: setting('PURSER_TOKEN') });

/** Listens on PORT; default: any free port. */
export function serve(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>): void {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => answerError(response, error));
  });
  server.listen(Number(setting('PORT', '0')), '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  process.once('SIGTERM', () => server.close(() => purser.close()));
}
