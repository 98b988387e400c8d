import { PurserError } from '../../lib/errors.ts';
import type { ApplicationCredential } from './application-credential.ts';
import type { Principal, Token } from './principal.ts';
import { reachOf } from './reach.ts';

/** The limits of a credential that is made with another one. Null: no limit. */
export interface Bounds {
  /** Uuid of the one project. */
  readonly project: string | null;
  /** Names of roles. */
  readonly roles: readonly string[] | null;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | null;
}

export const NO_BOUNDS: Bounds = { project: null, roles: null, expiresAt: null };

/** The requested reach of a new credential. An absent field means as much as the bounds allow. */
export interface WantedReach {
  readonly project?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  /** Null: never; left out: as `usual` says. */
  readonly expiresAt?: number | null | undefined;
}

/**
 * The bounds of what a token makes: no other project and no other roles than it carries. What a narrowed token makes
 * never expires later than that token. A person's own login can make credentials that outlive the login, which is the
 * purpose of application credentials and named tokens; a changed password ends them.
 */
export function boundsOf(token: Token): Bounds {
  const { project, roles } = token;
  return { project, roles, expiresAt: reachOf(token) === 'whole' ? null : token.expiresAt };
}

/** The bounds of what an application credential itself makes. */
export function boundsOfCredential({ project, roles, expiresAt }: ApplicationCredential): Bounds {
  return { project, roles, expiresAt };
}

/**
 * Decides the reach of a new credential, for tokens and application credentials alike.
 * Errors: `invalid_field` for `project`, `roles` and `expires_at` beyond the bounds.
 * @param usual its expiry if none is requested and no bound applies; null: never
 */
export function withinBounds(
  bounds: Bounds,
  wanted: WantedReach,
  usual: number | null,
): { project: string | undefined; roles: readonly string[] | undefined; expiresAt: number | null } {
  const { project = bounds.project ?? undefined, roles = bounds.roles ?? undefined } = wanted;
  if (bounds.project !== null && project !== bounds.project) {
    throw beyond('project', 'the token that was used is bound to another project');
  }
  const missing = bounds.roles && roles?.find((role) => !bounds.roles?.includes(role));
  if (missing) throw beyond('roles', `the token that was used does not carry ${missing}`);
  return { project, roles, expiresAt: endWithin(bounds, wanted.expiresAt, usual) };
}

function endWithin(
  { expiresAt: last }: Bounds,
  wanted: number | null | undefined,
  usual: number | null,
): number | null {
  if (last === null) return wanted === undefined ? usual : wanted;
  if (wanted === undefined) return Math.min(usual ?? last, last);
  if (wanted === null || wanted > last) {
    throw beyond('expires_at', 'the token that was used ends earlier');
  }
  return wanted;
}

/** The token with which a credential of the same account is made; undefined for another's account. */
export function makerOf(caller: Principal, accountUuid: string): Token | undefined {
  return caller.account.uuid === accountUuid ? caller.token : undefined;
}

const beyond = (field: string, reason: string) => new PurserError('invalid_field', { field, reason });
