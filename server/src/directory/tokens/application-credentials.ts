import type { Selectable } from 'kysely';
import { type Actor, traceOf } from '../../audit/actor.ts';
import type { Audit } from '../../audit/audit.ts';
import type { Clock } from '../../lib/clock.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { digestSecret, type Secrets, sameDigest } from '../../lib/secrets.ts';
import { checkEnd } from '../../lib/text/moment.ts';
import { checkName, checkText, isStorable } from '../../lib/text/text.ts';
import { userNameKey } from '../../lib/text/user-name.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { ApplicationCredentialsTable } from '../../storage/schema.ts';
import type { Queryable, Storage, Transaction } from '../../storage/storage.ts';
import { exactNameFirst, isNamed } from '../../storage/text-conditions.ts';
import type { LoginThrottle } from '../logins/login-throttle.ts';
import type { Passwords } from '../logins/passwords.ts';
import type {
  ApplicationCredential,
  CredentialReference,
  NewApplicationCredential,
} from './application-credential.ts';
import { refuseWithoutBasis } from './credential-basis.ts';
import type { CredentialEndings } from './credential-endings.ts';
import { boundsOf, withinBounds } from './delegation.ts';
import type { Principal } from './principal.ts';

type Row = Selectable<ApplicationCredentialsTable> & { readonly user: string };

/** How the hash of a generated secret begins; others are PHC strings, for people choose what can be guessed. */
const DIGEST = 'sha256:';
/** Compared with where there is no digest. */
const NO_DIGEST = Buffer.alloc(32);

/** Application credentials of accounts (OpenStack Identity API v3). */
export class ApplicationCredentials {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #secrets: Secrets;
  readonly #passwords: Passwords;
  readonly #endings: CredentialEndings;
  readonly #throttle: LoginThrottle;
  readonly #audit: Audit;

  constructor(deps: {
    storage: Storage;
    clock: Clock;
    secrets: Secrets;
    passwords: Passwords;
    endings: CredentialEndings;
    throttle: LoginThrottle;
    audit: Audit;
  }) {
    this.#storage = deps.storage;
    this.#clock = deps.clock;
    this.#secrets = deps.secrets;
    this.#passwords = deps.passwords;
    this.#endings = deps.endings;
    this.#throttle = deps.throttle;
    this.#audit = deps.audit;
  }

  /**
   * Makes one for the caller's own account, within what the caller's token may pass on. Its secret is answered here
   * and never again. Errors: `invalid_field`, `account_not_found`, `forbidden`, `application_credential_exists`,
   * `too_many_application_credentials`.
   * @param held names of the roles that the account has on the project: it cannot pass on more
   */
  async create(
    { account: { uuid: user }, token }: Principal,
    wanted: NewApplicationCredential,
    held: readonly string[],
    by: Actor,
  ): Promise<{ credential: ApplicationCredential; secret: string }> {
    const { description, unrestricted = false } = wanted;
    const maker = token.origin?.credential ?? null;
    // A restricted credential makes no others, whatever asked for it.
    if (maker && !maker.unrestricted) throw new PurserError('forbidden');
    const bounded = withinBounds(boundsOf(token), wanted, null);
    const { expiresAt } = bounded;
    const roles = wanted.roles ?? held.filter((role) => bounded.roles?.includes(role) ?? true);
    const name = checkName('name', wanted.name, LIMITS.name_length);
    if (description !== undefined) checkText('description', description, LIMITS.text_length);
    const missing = roles.find((role) => !held.includes(role));
    if (missing !== undefined) throw invalid('roles', `you do not have ${missing} on the project`);
    if (roles.length === 0) throw invalid('roles', 'you have none on the project');
    const now_ms = this.#clock.now();
    if (expiresAt !== null) checkEnd('expires_at', expiresAt, now_ms);
    const { secret = this.#secrets.token() } = wanted;
    const secret_hash =
      wanted.secret === undefined
        ? DIGEST + digestSecret(secret).toString('hex')
        : await this.#passwords.hash(secret, by.address);
    const credential = await this.#storage.transaction(async (tx) => {
      const account_id = await this.#lockedAccount(tx, user);
      await refuseWithoutBasis(tx, account_id, { token: token.id });
      await refuseBeyondLimit(tx, account_id);
      const parent = maker && (await this.#alive(tx, maker.id));
      const row = await tx.db
        .insertInto('application_credentials')
        .values({
          uuid: this.#secrets.uuid().replaceAll('-', ''),
          account_id,
          project: wanted.project,
          name,
          description: description ?? null,
          secret_hash,
          roles: JSON.stringify([...new Set(roles)]),
          unrestricted: unrestricted ? 1 : 0,
          created_at: now_ms,
          expires_at: expiresAt,
          of_password: token.ofPassword ? 1 : 0,
          made_with: token.id,
          parent,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returningAll()
        .executeTakeFirst();
      if (!row) throw new PurserError('application_credential_exists', { name });
      const made = toCredential({ ...row, user });
      await this.#record(tx, by, 'add', user, { after: recorded(made) });
      return made;
    });
    return { credential, secret };
  }

  /** Those of an account, or those of that name, in the order in which they were made: all that it can have. */
  async list(user: string, name?: string): Promise<ApplicationCredential[]> {
    if (!isStorable(user)) return [];
    let rows = credentialRows(this.#storage.db).where('accounts.uuid', '=', user);
    if (name !== undefined) rows = rows.where(isNamed('application_credentials', name));
    return (await rows.orderBy('application_credentials.id').execute()).map(toCredential);
  }

  /** `application_credential_not_found`, also for another account's. */
  async get(user: string, id: string): Promise<ApplicationCredential> {
    const row = await this.#find({ id });
    if (row?.user !== user) throw new PurserError('application_credential_not_found');
    return toCredential(row);
  }

  /** Deletes one, and all tokens and credentials that were made with it. `application_credential_not_found` */
  async delete(user: string, id: string, by: Actor): Promise<void> {
    const credential = await this.get(user, id);
    const { number } = credential;
    await this.#storage.transaction(async (tx) => {
      const account = { id: await this.#lockedAccount(tx, user), uuid: user };
      const { credentials } = await this.#endings.end(tx, account, { credentials: [number] }, 'revoked');
      // A concurrent request has deleted it.
      if (!credentials.some((ended) => ended.id === id))
        throw new PurserError('application_credential_not_found');
      await this.#record(tx, by, 'remove', user, { before: recorded(credential) });
    });
  }

  /** Number of the credential that another is made with; it may have been deleted a moment ago. */
  async #alive({ db }: Transaction, uuid: string): Promise<number> {
    const row = await db
      .selectFrom('application_credentials')
      .select('id')
      .where('uuid', '=', uuid)
      .executeTakeFirst();
    if (!row) throw new PurserError('token_unknown');
    return row.id;
  }

  #record(
    tx: Transaction,
    by: Actor,
    verb: string,
    subject: string,
    change: { before?: object; after?: object },
  ): Promise<void> {
    const action = `application_credential.${verb}`;
    return this.#audit.record(tx, { ...traceOf(by), action, subject, ...change });
  }

  /**
   * The credential whose secret this is and which has not expired; else undefined, also after too many failures.
   * The state of its account is not judged. `too_busy`
   * @param address where the request came from
   */
  async verify(
    reference: CredentialReference,
    secret: string,
    address: string,
  ): Promise<ApplicationCredential | undefined> {
    const row = await this.#find(reference);
    // Under what the client says, so that a refusal does not depend on whether there is such a credential.
    const named = 'id' in reference ? reference.id : Object.values(reference.user).join();
    const prove = async () => {
      if (!(await this.#matches(row?.secret_hash, secret, address)) || !row) return undefined;
      const credential = toCredential(row);
      const over = credential.expiresAt !== null && credential.expiresAt < this.#clock.now();
      return over ? undefined : credential;
    };
    return this.#throttle.attempt({ named, account: row?.user, address }, prove, ({ user }) => user);
  }

  /**
   * Whether the secret is the stored one. A generated secret is recognised by its digest, at once. Every other answer
   * takes one password hash, so its time does not tell whether there is such a credential, nor of which kind it is.
   */
  async #matches(stored: string | undefined, secret: string, address: string): Promise<boolean> {
    const digest = stored?.startsWith(DIGEST) ? stored.slice(DIGEST.length) : undefined;
    const expected = digest === undefined ? NO_DIGEST : Buffer.from(digest, 'hex');
    if (sameDigest(expected, digestSecret(secret)) && digest !== undefined) return true;
    const phc = stored === undefined || digest !== undefined ? null : stored;
    return this.#passwords.matches(phc, secret, address);
  }

  async #find(reference: CredentialReference): Promise<Row | undefined> {
    const rows = credentialRows(this.#storage.db);
    if ('id' in reference) {
      if (!isStorable(reference.id)) return undefined;
      return rows.where('application_credentials.uuid', '=', reference.id).executeTakeFirst();
    }
    const { name, user } = reference;
    const [column, value] =
      'uuid' in user
        ? (['accounts.uuid', user.uuid] as const)
        : (['accounts.username_key', userNameKey(user.username)] as const);
    if (!isStorable(value)) return undefined;
    return rows
      .where(column, '=', value)
      .where(isNamed('application_credentials', name))
      .orderBy(exactNameFirst('application_credentials', name))
      .limit(1)
      .executeTakeFirst();
  }

  /** A transaction that changes their number holds the account's row. */
  async #lockedAccount(tx: Transaction, uuid: string): Promise<number> {
    const query = tx.db.selectFrom('accounts').select('id').where('uuid', '=', uuid);
    const row = isStorable(uuid) ? await forUpdate(this.#storage, query).executeTakeFirst() : undefined;
    if (!row) throw new PurserError('account_not_found', { user: uuid });
    return row.id;
  }
}

function credentialRows(db: Queryable) {
  return db
    .selectFrom('application_credentials')
    .innerJoin('accounts', 'accounts.id', 'application_credentials.account_id')
    .selectAll('application_credentials')
    .select('accounts.uuid as user');
}

async function refuseBeyondLimit({ db }: Transaction, account_id: number): Promise<void> {
  const { n } = await db
    .selectFrom('application_credentials')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('account_id', '=', account_id)
    .executeTakeFirstOrThrow();
  const limit = LIMITS.application_credentials_per_account;
  if (Number(n) >= limit) throw new PurserError('too_many_application_credentials', { limit });
}

/** What is remembered of one for ever. */
function recorded({ id, name, project, roles, unrestricted, expiresAt }: ApplicationCredential): object {
  const expires_at = expiresAt === null ? null : new Date(expiresAt).toISOString();
  return { id, name, project, roles, unrestricted, expires_at };
}

function toCredential(row: Row): ApplicationCredential {
  return {
    number: row.id,
    id: row.uuid,
    user: row.user,
    project: row.project,
    name: row.name,
    description: row.description,
    roles: JSON.parse(row.roles) as string[],
    unrestricted: row.unrestricted === 1,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ofPassword: row.of_password === 1,
  };
}

const invalid = (field: string, reason: string) => new PurserError('invalid_field', { field, reason });
