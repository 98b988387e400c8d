import type { Transaction } from '../storage/storage.ts';
import type { Account } from './principal.ts';

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
  readonly #passwordChanged: AccountListener[] = [];
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

  /** An account has another password. */
  onPasswordChanged(listener: AccountListener): void {
    this.#passwordChanged.push(listener);
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
  async passwordChanged(tx: Transaction, account: Account): Promise<void> {
    for (const listener of this.#passwordChanged) await listener(tx, account);
  }

  /** @internal for the directory */
  changed(tx: Transaction, accountUuid: string | 'everyone'): void {
    tx.announce();
    tx.afterCommit(() => {
      for (const listener of this.#changed) listener(accountUuid);
    });
  }
}
