import type { Insertable } from 'kysely';
import { PurserError } from '../../lib/errors.ts';
import { checkGivenSecret } from '../../lib/given-secret.ts';
import { LIMITS } from '../../lib/limits.ts';
import { digestSecret, type Secrets } from '../../lib/secrets.ts';
import { checkEnd } from '../../lib/text/moment.ts';
import { checkLine, checkName } from '../../lib/text/text.ts';
import type { TokensTable } from '../../storage/schema.ts';
import type { Transaction } from '../../storage/storage.ts';
import type { Basis } from './credential-basis.ts';
import { boundsOf, NO_BOUNDS, withinBounds } from './delegation.ts';
import type { Token, TokenOrigin } from './principal.ts';
import { toToken } from './token-row.ts';

export interface NewToken {
  readonly name: string;
  /** Milliseconds since the epoch; null: never; left out: the lifetime that is configured. */
  readonly expiresAt?: number | null | undefined;
  /** Uuid of the project that the token is bound to. */
  readonly project?: string | undefined;
  /** Names of the roles that the token is narrowed to. */
  readonly roles?: readonly string[] | undefined;
  readonly scope?: string | undefined;
  readonly origin?: TokenOrigin | undefined;
  /** Whether it came from a login with the password; left out: as the maker, and `origin`, say. */
  readonly ofPassword?: boolean | undefined;
  /** Number of the application credential that it is made with, and ends with. */
  readonly applicationCredential?: number | undefined;
  /** The credential that was presented for it. If that has ended before the token is created, issuing is refused. */
  readonly basis?: Basis | undefined;
  /** In place of a generated one, such as a token of an older installation. */
  readonly secret?: string | undefined;
  /** Whether it replaces all other tokens of the account, which are revoked. */
  readonly replace?: boolean | undefined;
  /** Maximum number of tokens of this name that the account has, including this one: the oldest are ended. */
  readonly mostOfName?: number | undefined;
  /** Whether it is a session of the web; see `Token.session`. */
  readonly session?: boolean | undefined;
}

/** The columns of a new token, without its secret and its account. */
type TokenValues = Omit<Insertable<TokensTable>, 'digest' | 'account_id'>;

/**
 * Checks what is wanted, within what its maker may pass on. Errors: `invalid_field`.
 * @param maker the token of the same account with which it is made
 */
export function tokenValues(
  wanted: NewToken,
  maker: Token | undefined,
  { now_ms, lifetime_ms }: { now_ms: number; lifetime_ms: number },
): TokenValues {
  const { scope, secret, origin, basis, applicationCredential } = wanted;
  if (secret !== undefined) checkGivenSecret('secret', secret);
  const bounds = maker ? boundsOf(maker) : NO_BOUNDS;
  const { project, roles, expiresAt } = withinBounds(bounds, wanted, now_ms + lifetime_ms);
  if (expiresAt !== null) checkEnd('expires_at', expiresAt, now_ms);
  const ofPassword = wanted.ofPassword ?? maker?.ofPassword ?? origin?.methods.includes('password') ?? false;
  const exchangedFor = basis && 'token' in basis ? basis.token : null;
  const line = (field: string, text: string) => checkName(field, text, LIMITS.name_length);
  return {
    name: line('name', wanted.name),
    created_at: now_ms,
    expires_at: expiresAt,
    project: project === undefined ? null : line('project', project),
    roles: roles === undefined ? null : JSON.stringify(roles.map((role) => line('roles', role))),
    scope: scope === undefined ? null : checkLine('scope', scope, LIMITS.text_length),
    origin: origin === undefined ? null : JSON.stringify(origin),
    application_credential: applicationCredential ?? null,
    of_password: ofPassword ? 1 : 0,
    made_with: maker?.id ?? exchangedFor,
    session: wanted.session ? 1 : 0,
  };
}

/** How often a generated secret is replaced that exists already. That it exists is a fault of the generator. */
const ATTEMPTS = 3;

/** Inserts a token with the given secret, or with a generated one. Errors: `invalid_field` for a secret in use. */
export async function insertToken(
  tx: Transaction,
  secrets: Secrets,
  values: Omit<Insertable<TokensTable>, 'digest'>,
  given: string | undefined,
): Promise<{ token: Token; secret: string }> {
  for (let attempt = 1; attempt <= (given === undefined ? ATTEMPTS : 1); attempt += 1) {
    const secret = given ?? secrets.token();
    const row = await tx.db
      .insertInto('tokens')
      .values({ ...values, digest: digestSecret(secret) })
      .onConflict((conflict) => conflict.column('digest').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (row) return { token: toToken(row), secret };
  }
  throw new PurserError('invalid_field', { field: 'secret', reason: 'is already in use' });
}
