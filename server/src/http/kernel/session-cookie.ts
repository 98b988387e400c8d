import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Client } from '../../signin/session.ts';
import { cookieOf } from './cookies.ts';

/**
 * The cookie of a session (decision sessions). Browsers keep a cookie of this prefix only if it is `Secure`, has the
 * path `/` and names no domain, so that no other host can set it; they keep it on loopback without TLS.
 */
export const SESSION_COOKIE = '__Host-purser';

const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/** The secret of the session of a request; undefined without one. */
export function sessionSecretOf({ headers }: FastifyRequest): string | undefined {
  return cookieOf(headers.cookie, SESSION_COOKIE) || undefined;
}

/** Gives the browser the secret of a session; it is forgotten when the browser closes, or at the end of the session. */
export function sendSessionCookie(reply: FastifyReply, secret: string): FastifyReply {
  return addCookie(reply, `${SESSION_COOKIE}=${secret}; ${ATTRIBUTES}`);
}

/** Makes the browser forget the session. */
export function clearSessionCookie(reply: FastifyReply): FastifyReply {
  return addCookie(reply, `${SESSION_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`);
}

/** Adds a `Set-Cookie` header beside those that the reply has. */
export function addCookie(reply: FastifyReply, cookie: string): FastifyReply {
  const present = reply.getHeader('set-cookie');
  return reply.header('set-cookie', [...(present === undefined ? [] : [present].flat()), cookie] as string[]);
}

/** The client of a sign-in. */
export const clientOf = ({ ip, headers }: FastifyRequest): Client => ({
  address: ip,
  userAgent: headers['user-agent'] ?? '',
});
