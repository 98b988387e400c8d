import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Purser } from '@purser/client';
import { answerError } from './answers.ts';

/** A setting of the environment. */
export function setting(name: string, byDefault?: string): string {
  const value = process.env[name] || byDefault;
  if (value !== undefined) return value;
  console.error(`Set ${name}.`);
  process.exit(2);
}

/** Purser for this service: PURSER_URL is its address, PURSER_TOKEN the secret that `purser component add` printed. */
export const purser = new Purser({ url: setting('PURSER_URL'), token: setting('PURSER_TOKEN') });

/** Serves on PORT, any free one unless set. */
export function serve(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>): void {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => answerError(response, error));
  });
  server.listen(Number(setting('PORT', '0')), '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  process.once('SIGTERM', () => server.close(() => purser.close()));
}
