import type { IncomingMessage } from 'node:http';

/** Somebody who uses the service. */
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
 * passwords. A service with many requests remembers the answer for a minute.
 */
export async function callerOf(request: IncomingMessage, purserUrl: string): Promise<Caller> {
  const { authorization } = request.headers;
  if (authorization === undefined) throw new Refused(401, 'Send your token as Authorization: Bearer TOKEN.');
  const answer = await fetch(`${purserUrl}/api/me`, { headers: { authorization } });
  if (answer.status === 401) throw new Refused(401, 'This token is not known, or not valid any more.');
  if (!answer.ok) throw new Refused(503, 'It cannot be told now whose token this is. Try again in a moment.');
  const { user, projects } = (await answer.json()) as { user: { id: string }; projects: string[] };
  return { user: user.id, projects };
}

/** The project that a request names, or the user's own one. */
export function projectOf({ user, projects }: Caller, named: unknown): string {
  if (named === undefined || named === user) return user;
  if (typeof named === 'string' && projects.includes(named)) return named;
  throw new Refused(403, 'You cannot draw from this project.');
}
