import type { Actor } from '../../audit/actor.ts';
import type { Transaction } from '../../storage/storage.ts';
import type { Account } from '../tokens/principal.ts';

/** What happened to the password and the credentials of an account. */
export interface PasswordChange {
  /** Whether the account has another password than before; otherwise only its credentials end. */
  readonly replaced: boolean;
  /** Whether all credentials of the account end, or only the tokens from logins with the old password. */
  readonly endAll: boolean;
  readonly by: Actor;
}
type PasswordListener = (tx: Transaction, account: Account, change: PasswordChange) => Promise<void>;

/** Roles that an account had in one place and has there no more. */
export interface LostRoles {
  /** Uuid of the project; null: on the whole cloud. */
  readonly project: string | null;
  readonly names: readonly string[];
  /** Of these, the roles that the account now has in no place at all. */
  readonly everywhere: readonly string[];
  /** Whether the account has no role left in that place. */
  readonly noneLeft: boolean;
}
type RolesListener = (
  tx: Transaction,
  account: Pick<Account, 'id' | 'uuid'>,
  lost: LostRoles,
) => Promise<void>;

/** Throws if the project, named by its uuid, cannot be a default project. */
type DefaultProjectListener = (tx: Transaction, project: string) => Promise<void>;

/** A change of the address: the account before it, and the actor. */
export interface EmailChange {
  readonly from: Account;
  readonly by: Actor;
}
type RestorationListener = (tx: Transaction, account: Account, since_ms: number) => Promise<void>;
type EmailListener = (tx: Transaction, account: Account, change: EmailChange) => Promise<void>;

export type AccountListener = (tx: Transaction, account: Account, reason?: string) => Promise<void>;
/** Called with the account whose cached copies are out of date. */
export type ChangeListener = (accountUuid: string | 'everyone') => void;

/**
 * Events of accounts, for which the layers above the directory register, so that the directory does not import them.
 * The life-cycle listeners run in the transaction of the change: if one throws, the change is rolled back.
 */
export class AccountChanges {
  readonly #accepted: AccountListener[] = [];
  readonly #activated: AccountListener[] = [];
  readonly #deactivated: AccountListener[] = [];
  readonly #ended: AccountListener[] = [];
  readonly #revived: AccountListener[] = [];
  readonly #moderated: AccountListener[] = [];
  readonly #passwordChanged: PasswordListener[] = [];
  readonly #emailChanged: EmailListener[] = [];
  readonly #emailRestored: RestorationListener[] = [];
  readonly #rolesLost: RolesListener[] = [];
  readonly #defaultProjectChosen: DefaultProjectListener[] = [];
  readonly #changed: ChangeListener[] = [];

  /** An account was accepted for the first time, which activates it; `onActivated` is not called then. */
  onAccepted(listener: AccountListener): void {
    this.#accepted.push(listener);
  }

  /** A deactivated account was activated. */
  onActivated(listener: AccountListener): void {
    this.#activated.push(listener);
  }

  /** An active account was deactivated. */
  onDeactivated(listener: AccountListener): void {
    this.#deactivated.push(listener);
  }

  /** An account was rejected, deactivated or deleted, also repeatedly. */
  onEnded(listener: AccountListener): void {
    this.#ended.push(listener);
  }

  /** An ended account was activated again. */
  onRevived(listener: AccountListener): void {
    this.#revived.push(listener);
  }

  /** An account that was waiting for moderation was accepted or rejected. */
  onModerated(listener: AccountListener): void {
    this.#moderated.push(listener);
  }

  /** A password changed, or all credentials of an account end. */
  onPasswordChanged(listener: PasswordListener): void {
    this.#passwordChanged.push(listener);
  }

  /** An e-mail address changed. */
  onEmailChanged(listener: EmailListener): void {
    this.#emailChanged.push(listener);
  }

  /** A previous e-mail address was restored; credentials made since the change are not trusted. */
  onEmailRestored(listener: RestorationListener): void {
    this.#emailRestored.push(listener);
  }

  /** An account lost roles on a project or on the whole cloud. */
  onRolesLost(listener: RolesListener): void {
    this.#rolesLost.push(listener);
  }

  /** A default project is about to be stored. */
  onDefaultProjectChosen(listener: DefaultProjectListener): void {
    this.#defaultProjectChosen.push(listener);
  }

  /** A change of an account is durable: drop cached copies. */
  onChanged(listener: ChangeListener): void {
    this.#changed.push(listener);
  }

  /** @internal for the directory */
  async accepted(tx: Transaction, account: Account): Promise<void> {
    for (const listener of this.#accepted) await listener(tx, account);
  }

  /** @internal for the directory */
  async activated(tx: Transaction, account: Account): Promise<void> {
    for (const listener of this.#activated) await listener(tx, account);
  }

  /** @internal for the directory */
  async deactivated(tx: Transaction, account: Account, reason: string): Promise<void> {
    for (const listener of this.#deactivated) await listener(tx, account, reason);
  }

  /** @internal for the directory */
  async ended(tx: Transaction, account: Account): Promise<void> {
    for (const listener of this.#ended) await listener(tx, account);
  }

  /** @internal for the directory */
  async revived(tx: Transaction, account: Account): Promise<void> {
    for (const listener of this.#revived) await listener(tx, account);
  }

  /** @internal for the directory */
  async moderated(tx: Transaction, account: Account): Promise<void> {
    for (const listener of this.#moderated) await listener(tx, account);
  }

  /** @internal for the directory */
  async passwordChanged(tx: Transaction, account: Account, change: PasswordChange): Promise<void> {
    for (const listener of this.#passwordChanged) await listener(tx, account, change);
  }

  /** @internal for the directory */
  async emailChanged(tx: Transaction, account: Account, change: EmailChange): Promise<void> {
    for (const listener of this.#emailChanged) await listener(tx, account, change);
  }

  /** @internal for the directory */
  async emailRestored(tx: Transaction, account: Account, since_ms: number): Promise<void> {
    for (const listener of this.#emailRestored) await listener(tx, account, since_ms);
  }

  /** @internal for the directory; the caller holds the account's row */
  async rolesLost(tx: Transaction, account: Pick<Account, 'id' | 'uuid'>, lost: LostRoles): Promise<void> {
    for (const listener of this.#rolesLost) await listener(tx, account, lost);
  }

  /** @internal for the directory */
  async defaultProjectChosen(tx: Transaction, project: string): Promise<void> {
    for (const listener of this.#defaultProjectChosen) await listener(tx, project);
  }

  /** @internal for the directory */
  changed(tx: Transaction, accountUuid: string | 'everyone'): void {
    tx.announce();
    tx.afterCommit(() => {
      for (const listener of this.#changed) listener(accountUuid);
    });
  }
}
