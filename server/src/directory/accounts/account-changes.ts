import type { Actor } from '../../audit/actor.ts';
import type { Transaction } from '../../storage/storage.ts';
import type { Account } from '../tokens/principal.ts';

/** @param endAll whether everything is to end that the account can log in with, or only what came of the old password */
type PasswordListener = (tx: Transaction, account: Account, endAll: boolean) => Promise<void>;

/** How an address changed: the account as it was, and who changed it. */
export interface EmailChange {
  readonly from: Account;
  readonly by: Actor;
}
type RestorationListener = (tx: Transaction, account: Account, since_ms: number) => Promise<void>;
type EmailListener = (tx: Transaction, account: Account, change: EmailChange) => Promise<void>;

export type AccountListener = (tx: Transaction, account: Account, reason?: string) => Promise<void>;
/** Hears whose cached copies are out of date. */
export type ChangeListener = (accountUuid: string | 'everyone') => void;

/**
 * Where those above the directory register for what happens to accounts, so that the directory need not know them.
 * The life-cycle listeners run inside the transaction: if one throws, the change has not happened.
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
  readonly #changed: ChangeListener[] = [];

  /** An account was accepted for the first time, and is active with it; `onActivated` is not called for that. */
  onAccepted(listener: AccountListener): void {
    this.#accepted.push(listener);
  }

  /** An account that had been deactivated is active again. */
  onActivated(listener: AccountListener): void {
    this.#activated.push(listener);
  }

  /** An active account became inactive. */
  onDeactivated(listener: AccountListener): void {
    this.#deactivated.push(listener);
  }

  /** An account was rejected, deactivated or deleted, or is so once more. */
  onEnded(listener: AccountListener): void {
    this.#ended.push(listener);
  }

  /** An account is active again after it had been ended. */
  onRevived(listener: AccountListener): void {
    this.#revived.push(listener);
  }

  /** An account was accepted or rejected after it had waited for that. */
  onModerated(listener: AccountListener): void {
    this.#moderated.push(listener);
  }

  /** An account has another password, or everything that it can log in with is to end. */
  onPasswordChanged(listener: PasswordListener): void {
    this.#passwordChanged.push(listener);
  }

  /** An account has another e-mail address. */
  onEmailChanged(listener: EmailListener): void {
    this.#emailChanged.push(listener);
  }

  /** An account has an e-mail address back that it had until a moment; what was done since then is not trusted. */
  onEmailRestored(listener: RestorationListener): void {
    this.#emailRestored.push(listener);
  }

  /** Anything of an account changed, and is durable: drop cached copies. */
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
  async passwordChanged(tx: Transaction, account: Account, endAll: boolean): Promise<void> {
    for (const listener of this.#passwordChanged) await listener(tx, account, endAll);
  }

  /** @internal for the directory */
  async emailChanged(tx: Transaction, account: Account, change: EmailChange): Promise<void> {
    for (const listener of this.#emailChanged) await listener(tx, account, change);
  }

  /** @internal for the directory */
  async emailRestored(tx: Transaction, account: Account, since_ms: number): Promise<void> {
    for (const listener of this.#emailRestored) await listener(tx, account, since_ms);
  }

  /** @internal for the directory */
  changed(tx: Transaction, accountUuid: string | 'everyone'): void {
    tx.announce();
    tx.afterCommit(() => {
      for (const listener of this.#changed) listener(accountUuid);
    });
  }
}
