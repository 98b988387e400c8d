import type { Transaction } from '../storage/storage.ts';

/** Tells the parts of the catalog that something in it has changed and is durable, so that cached copies are dropped. */
export class CatalogChanges {
  readonly #listeners: (() => void)[] = [];

  /** Anything of a component, service, endpoint or resource changed. */
  onChanged(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** @internal for the catalog */
  changed(tx: Transaction): void {
    tx.announce();
    tx.afterCommit(() => {
      for (const listener of this.#listeners) listener();
    });
  }
}
