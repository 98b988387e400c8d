import type { IncomingMessage } from 'node:http';
import { type Purser, Unauthorized } from '@purser/client';

/** A user of the service. */
export interface Caller {
  /** Uuid of the user. */
  readonly user: string;
  /** Uuids of the projects that this user can draw from; the system project has the uuid of the user. */
  readonly projects: readonly string[];
}

/** An error with the HTTP status and the message of the response. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Validates the token of a request with Purser. Users send their Purser token, and the service stores no passwords.
 * The client caches the result for a minute, so a revoked token works for at most a minute longer.
 */
export async function callerOf(request: IncomingMessage, purser: Purser): Promise<Caller> {
  const [, token] = /^Bearer +([!-~]+) *$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) throw new Refused(401, 'Send your token as Authorization: Bearer TOKEN.');
  try {
    return await purser.identify(token);
  } catch (error) {
    if (error instanceof Unauthorized) {
      throw new Refused(401, 'The token is unknown or no longer valid.');
    }
    throw new Refused(503, 'The token cannot be validated now. Try again later.');
  }
}

/** The project that a request names, or the system project of the user. */
export function projectOf({ user, projects }: Caller, named: unknown): string {
  if (named === undefined || named === user) return user;
  if (typeof named === 'string' && projects.includes(named)) return named;
  throw new Refused(403, 'You cannot draw from this project.');
}
