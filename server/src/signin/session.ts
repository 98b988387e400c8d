import type { LoginMethod, Principal } from '../directory/tokens/principal.ts';

/** A session of the web. Times are milliseconds since the epoch. */
export interface Session {
  readonly id: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  /** When it ends even if it is used. */
  readonly endsAt: number;
  /** The network address of the client that signed in. */
  readonly address: string;
  /** As the client stated it at sign-in; empty if it stated nothing. */
  readonly userAgent: string;
  /** How the person proved who they are. */
  readonly methods: readonly LoginMethod[];
  /** When the person last did so. */
  readonly provedAt: number;
}

/** A new session. The secret is the value of the cookie; it is answered here and never again. */
export interface StartedSession {
  readonly secret: string;
  readonly session: Session;
  readonly principal: Principal;
}

/** Where a request for a session comes from. */
export interface Client {
  readonly address: string;
  readonly userAgent: string;
}
