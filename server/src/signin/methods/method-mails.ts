import type { Account } from '../../directory/tokens/principal.ts';
import type { Outbox } from '../../mail/outbox.ts';
import type { ServiceMails, Templates } from '../../mail/templates.ts';
import type { Transaction } from '../../storage/storage.ts';

/** What has changed, for a mail. */
interface Change {
  readonly verb: 'add' | 'remove' | 'rename' | 'reset';
  readonly method: 'totp' | 'passkey' | 'recovery_codes' | 'second_factor';
  readonly passkey?: { readonly name: string };
}

const METHODS = {
  totp: 'an authenticator app',
  passkey: 'a passkey',
  recovery_codes: 'new recovery codes',
  second_factor: 'all second factors',
} as const satisfies Record<Change['method'], string>;

/** Mails users whenever a method of signing in was added to their account or removed from it. */
export class MethodMails {
  readonly #outbox: Outbox;
  readonly #templates: Templates<ServiceMails>;
  readonly #service: string;

  constructor(deps: { outbox: Outbox; templates: Templates<ServiceMails>; service: string }) {
    this.#outbox = deps.outbox;
    this.#templates = deps.templates;
    this.#service = deps.service;
  }

  /** Writes the mail in the transaction of the change. Accounts without an address get none. */
  async changed(tx: Transaction, { email, username }: Account, change: Change): Promise<void> {
    if (email === null) return;
    const kind = change.verb === 'add' ? 'sign-in-method-added' : 'sign-in-method-removed';
    const method = METHODS[change.method];
    const name = change.passkey?.name ?? '';
    const mail = this.#templates.render(kind, { service: this.#service, username, method, name });
    await this.#outbox.enqueue(tx, kind, { to: [email], ...mail });
  }
}
