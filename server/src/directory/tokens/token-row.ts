import type { Selectable } from 'kysely';
import type { TokensTable } from '../../storage/schema.ts';
import type { Token, TokenOrigin } from './principal.ts';

export type TokenRow = Selectable<TokensTable>;

/** A row of `tokens` as the rest of the service knows it, without the digest. */
export function toToken(row: TokenRow): Token {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    project: row.project,
    roles: row.roles === null ? null : (JSON.parse(row.roles) as string[]),
    scope: row.scope,
    origin: row.origin === null ? null : (JSON.parse(row.origin) as TokenOrigin),
    older: row.generation === 'a',
    ofPassword: row.of_password === 1,
    madeWith: row.made_with,
    ended: row.ended === 1,
    session: row.session === 1,
  };
}

/** What the audit record stores of a token. */
export function recordedToken({
  id,
  name,
  expiresAt,
  project,
  roles,
  scope,
  madeWith,
}: Token): Record<string, unknown> {
  return {
    token: id,
    name,
    expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
    ...(project !== null && { project }),
    ...(roles !== null && { roles }),
    ...(scope !== null && { scope }),
    ...(madeWith !== null && { made_with: madeWith }),
  };
}
