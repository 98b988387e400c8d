import type { IncomingMessage } from 'node:http';
import { type Purser, Unauthorized } from '@purser/client';

/** A user of the service. */
export interface Caller {
  /** Uuid of the user. */
  readonly user: string;
  /** Uuids of the projects that this user can draw from; the user's own one is called like the user. */
  readonly projects: readonly string[];
}

/** A request that is answered with this status and sentence. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Asks Purser whose token a request carries. Users send the token that they have of Purser, and the service keeps no
 * passwords. The client remembers the answer for a minute, so a token that is revoked works for a minute more at most.
 */
export async function callerOf(request: IncomingMessage, purser: Purser): Promise<Caller> {
  const [, token] = /^Bearer +([!-~]+) *$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) throw new Refused(401, 'Send your token as Authorization: Bearer TOKEN.');
  try {
    return await purser.identify(token);
  } catch (error) {
    if (error instanceof Unauthorized) {
      throw new Refused(401, 'This token is not known, or not valid any more.');
    }
    throw new Refused(503, 'The token cannot be verified now. Try again in a moment.');
  }
}

/** The project that a request names, or the user's own one. */
export function projectOf({ user, projects }: Caller, named: unknown): string {
  if (named === undefined || named === user) return user;
  if (typeof named === 'string' && projects.includes(named)) return named;
  throw new Refused(403, 'You cannot draw from this project.');
}
