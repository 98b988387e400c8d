import { oneOfNumbers } from '../../storage/one-of.ts';
import type { Storage, Transaction } from '../../storage/storage.ts';
import type { AccountChanges, LostRoles } from '../accounts/account-changes.ts';
import { type CredentialSet, descentOf, type EndingKind, type Lines, survivingMaker } from './descent.ts';
import type { Account, Token } from './principal.ts';
import { type TokenRow, toToken } from './token-row.ts';

type AccountKey = Pick<Account, 'id' | 'uuid'>;

/** An application credential that ended, by its id on the wire. */
export interface EndedCredential {
  readonly id: string;
  readonly name: string;
}

/** What ended, in the order in which it was created. */
export interface Ended {
  readonly tokens: readonly Token[];
  readonly credentials: readonly EndedCredential[];
}

/** Which credentials of an account end: a set, or those that a condition selects. */
export type Which =
  | 'all'
  /** All tokens, but not sessions. */
  | 'tokens'
  /** Those that came of logins with the password. */
  | 'of_password'
  | { readonly since_ms: number }
  | { readonly tokens?: readonly number[]; readonly credentials?: readonly number[] };

/**
 * The only code that ends tokens and application credentials. Ending one also ends what came of it, as `descent.ts`
 * decides; what stays is handed on to the maker of its maker, so that a later revocation still reaches it.
 * Callers hold the account's row.
 */
export class CredentialEndings {
  readonly #storage: Storage;
  readonly #changes: AccountChanges;

  /** Ends credentials when a password changes, an account ends, an e-mail address is restored or a role is lost. */
  constructor({ storage, changes }: { storage: Storage; changes: AccountChanges }) {
    this.#storage = storage;
    this.#changes = changes;
    changes.onPasswordChanged(async (tx, account, { endAll }) => {
      await this.end(tx, account, endAll ? 'all' : 'of_password', 'revoked');
    });
    changes.onEmailRestored(async (tx, account, since_ms) => {
      await this.end(tx, account, 'of_password', 'revoked');
      await this.end(tx, account, { since_ms }, 'revoked');
    });
    changes.onEnded((tx, account) => this.#close(tx, account));
    changes.onRevived(async (tx, account) => {
      await this.end(tx, account, 'all', 'revoked');
    });
    changes.onRolesLost((tx, account, lost) => this.#loseRoles(tx, account, lost));
  }

  /** Ends credentials of an account, and what came of them. Returns all that ended. */
  async end(tx: Transaction, account: AccountKey, which: Which, kind: EndingKind): Promise<Ended> {
    const held = await this.#held(tx, account);
    const ended = descentOf(held.lines, chosen(held, which), kind);
    const tokens = held.tokens.filter(({ id }) => ended.tokens.has(id));
    const credentials = held.credentials.filter(({ id }) => ended.credentials.has(id));
    if (tokens.length + credentials.length > 0) {
      await this.#handOn(tx, held.lines, ended);
      await this.#delete(tx, 'tokens', tokens);
      await this.#delete(tx, 'application_credentials', credentials);
      this.#changes.changed(tx, account.uuid);
    }
    return {
      tokens: tokens.map(toToken),
      credentials: credentials.map(({ uuid, name }) => ({ id: uuid, name })),
    };
  }

  /**
   * Ends everything of an account that was ended. Tokens are kept, marked as ended, until the account is revived, so
   * that their bearers learn that the account is inactive.
   */
  async #close(tx: Transaction, { id, uuid }: AccountKey): Promise<void> {
    await tx.db.deleteFrom('application_credentials').where('account_id', '=', id).execute();
    await tx.db.updateTable('tokens').set({ ended: 1 }).where('account_id', '=', id).execute();
    this.#changes.changed(tx, uuid);
  }

  /**
   * Ends credentials that are bound to a place where the account has no role left, and takes the lost roles from the
   * lists of the others. So nothing comes back when the roles are granted again.
   */
  async #loseRoles(tx: Transaction, account: AccountKey, lost: LostRoles): Promise<void> {
    const held = await this.#held(tx, account);
    const tokens: number[] = [];
    for (const row of held.tokens) {
      const { id, project, roles, origin } = toToken(row);
      const left = rolesLeft({ project, roles, onCloud: (origin?.breadth ?? null) !== null }, lost);
      if (left === 'none') tokens.push(id);
      else if (left !== roles) await this.#cutTo(tx, 'tokens', id, left);
    }
    const credentials: number[] = [];
    for (const { id, project, roles: text } of held.credentials) {
      const roles = JSON.parse(text) as string[];
      const left = rolesLeft({ project, roles, onCloud: false }, lost);
      if (left === 'none') credentials.push(id);
      else if (left !== roles) await this.#cutTo(tx, 'application_credentials', id, left);
    }
    await this.end(tx, account, { tokens, credentials }, 'revoked');
  }

  async #cutTo(
    { db }: Transaction,
    table: 'tokens' | 'application_credentials',
    id: number,
    roles: readonly string[] | null,
  ): Promise<void> {
    await db
      .updateTable(table)
      .set({ roles: JSON.stringify(roles) })
      .where('id', '=', id)
      .execute();
  }

  async #held({ db }: Transaction, { id }: AccountKey): Promise<Held> {
    const tokens = await db
      .selectFrom('tokens')
      .selectAll()
      .where('account_id', '=', id)
      .orderBy('id')
      .execute();
    const credentials = await db
      .selectFrom('application_credentials')
      .select(['id', 'uuid', 'name', 'made_with', 'parent', 'of_password', 'created_at', 'project', 'roles'])
      .where('account_id', '=', id)
      .orderBy('id')
      .execute();
    const lines = {
      tokens: tokens.map((row) => ({
        id: row.id,
        madeWith: row.made_with,
        credential: row.application_credential,
        exchanged: toToken(row).origin?.methods.includes('token') ?? false,
      })),
      credentials: credentials.map((row) => ({
        number: row.id,
        madeWith: row.made_with,
        parent: row.parent,
      })),
    };
    return { tokens, credentials, lines };
  }

  /** Gives what stays to the nearest maker that stays. */
  async #handOn({ db }: Transaction, lines: Lines, ended: CredentialSet): Promise<void> {
    for (const { id, madeWith } of lines.tokens) {
      if (madeWith === null || ended.tokens.has(id) || !ended.tokens.has(madeWith)) continue;
      const made_with = survivingMaker(lines, ended, madeWith);
      await db.updateTable('tokens').set({ made_with }).where('id', '=', id).execute();
    }
    for (const { number, madeWith } of lines.credentials) {
      if (madeWith === null || ended.credentials.has(number) || !ended.tokens.has(madeWith)) continue;
      const made_with = survivingMaker(lines, ended, madeWith);
      await db.updateTable('application_credentials').set({ made_with }).where('id', '=', number).execute();
    }
  }

  async #delete(
    { db }: Transaction,
    table: 'tokens' | 'application_credentials',
    rows: readonly { id: number }[],
  ): Promise<void> {
    if (rows.length === 0) return;
    const ids = rows.map(({ id }) => id);
    await db
      .deleteFrom(table)
      .where(oneOfNumbers(this.#storage, 'id', ids))
      .execute();
  }
}

/** The credentials of an account, as they are in the database. */
interface Held {
  readonly tokens: readonly TokenRow[];
  readonly credentials: readonly {
    readonly id: number;
    readonly uuid: string;
    readonly name: string;
    readonly of_password: number;
    readonly created_at: number;
    readonly project: string;
    readonly roles: string;
  }[];
  readonly lines: Lines;
}

function chosen({ tokens, credentials }: Held, which: Which): CredentialSet {
  if (typeof which === 'object' && !('since_ms' in which))
    return { tokens: new Set(which.tokens), credentials: new Set(which.credentials) };
  const isChosen = ({ of_password, created_at }: { of_password: number; created_at: number }) => {
    if (typeof which === 'object') return created_at >= which.since_ms;
    return which !== 'of_password' || of_password === 1;
  };
  return {
    tokens: idsOf(tokens.filter((row) => isChosen(row) && (which !== 'tokens' || row.session === 0))),
    credentials: which === 'tokens' ? new Set() : idsOf(credentials.filter(isChosen)),
  };
}

const idsOf = (rows: readonly { id: number }[]): Set<number> => new Set(rows.map(({ id }) => id));

/**
 * The roles that a credential still carries: the same list if it lost none, `none` if it is good for nothing any more.
 * A full-access token has no list and no place, and follows its account.
 */
function rolesLeft(
  { project, roles, onCloud }: { project: string | null; roles: readonly string[] | null; onCloud: boolean },
  lost: LostRoles,
): readonly string[] | null | 'none' {
  const here = project === lost.project && (project !== null || onCloud || roles !== null);
  if (here && lost.noneLeft && (project !== null || onCloud)) return 'none';
  if (roles === null) return roles;
  const gone = here ? lost.names : project === null ? lost.everywhere : [];
  if (!roles.some((role) => gone.includes(role))) return roles;
  const left = roles.filter((role) => !gone.includes(role));
  return left.length === 0 ? 'none' : left;
}
