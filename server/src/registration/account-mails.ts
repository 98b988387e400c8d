import { THE_WORKFLOW } from '../audit/actor.ts';
import type { AccountChanges } from '../directory/accounts/account-changes.ts';
import { administratorAddresses } from '../directory/accounts/administrators.ts';
import type { Account } from '../directory/tokens/principal.ts';
import type { Outbox } from '../mail/outbox.ts';
import type { ServiceMails, Templates } from '../mail/templates.ts';
import type { Transaction } from '../storage/storage.ts';

interface Parts {
  readonly outbox: Outbox;
  readonly templates: Templates<ServiceMails>;
  /** The public URL without a trailing slash. */
  readonly baseUrl: string;
  readonly serviceName: string;
  /** The recipients of notices to operators; undefined: the administrators that there are. */
  readonly pendingRecipients: readonly string[] | undefined;
  readonly activatedRecipients: readonly string[] | undefined;
}

/** Mails about the life of accounts, written in the transaction of the change that they report. */
export class AccountMails {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Writes the mails of changes that are made elsewhere. */
  listen(changes: AccountChanges): void {
    changes.onModerated(async (tx, account) => {
      if (account.rejected) {
        await this.#send(tx, account, 'account-rejected', { reason: account.rejectedReason ?? '' });
        return;
      }
      await this.#send(tx, account, 'account-accepted', { url: this.#url('/ui/login') });
      await this.#notify(tx, account, 'account-activated', this.#parts.activatedRecipients);
    });
    changes.onDeactivated((tx, account, reason = '') =>
      account.state === 'deleted'
        ? Promise.resolve()
        : this.#send(tx, account, 'account-suspended', { reason }),
    );
    changes.onPasswordChanged(async (tx, account, { replaced, by }) => {
      // Tasks of the workflow send mails of their own.
      if (by === THE_WORKFLOW) return;
      // Before its activation, an account has no earlier password that a thief could have replaced.
      if (!replaced || !account.active) return;
      await this.#send(tx, account, 'account-password-changed', { reset: this.#url('/ui/password_reset') });
    });
    changes.onActivated((tx, account) =>
      this.#send(tx, account, 'account-reactivated', { url: this.#url('/ui/login') }),
    );
  }

  /** The link that confirms the address. */
  verification(
    tx: Transaction,
    account: Account,
    { code, hours }: { code: string; hours: number },
  ): Promise<void> {
    return this.#send(tx, account, 'account-verification', {
      url: this.#url(`/ui/activate?auth=${code}`),
      hours,
    });
  }

  /** To the owner of an account whose address was entered at a sign-up. */
  accountExists(tx: Transaction, account: Account): Promise<void> {
    return this.#send(tx, account, 'account-exists', {
      url: this.#url('/ui/login'),
      reset: this.#url('/ui/password_reset'),
    });
  }

  /** To a person whose account waits for an operator, and to operators. */
  async waiting(tx: Transaction, account: Account): Promise<void> {
    await this.#send(tx, account, 'account-waiting', {});
    await this.#notify(tx, account, 'account-pending', this.#parts.pendingRecipients);
  }

  async #send<N extends PersonalMail>(
    tx: Transaction,
    { email, username, language }: Account,
    kind: N,
    more: Omit<ServiceMails[N], 'service' | 'username'>,
  ): Promise<void> {
    if (email === null) return;
    const { templates, outbox, serviceName: service } = this.#parts;
    const data = { service, username, ...more } as unknown as ServiceMails[N];
    await outbox.enqueue(tx, kind, { to: [email], ...templates.render(kind, data, language) });
  }

  async #notify(
    tx: Transaction,
    { uuid, email, username, fullName, acceptedPolicy }: Account,
    kind: 'account-pending' | 'account-activated',
    recipients: readonly string[] | undefined,
  ): Promise<void> {
    const { templates, outbox, serviceName: service } = this.#parts;
    const to = recipients ?? (await administratorAddresses(tx.db));
    if (to.length === 0) return;
    const mail = templates.render(kind, {
      service,
      username,
      email: email ?? '',
      name: fullName,
      policy: acceptedPolicy ?? '',
      command: `purser approval approve ${uuid}`,
    });
    await outbox.enqueue(tx, kind, { to, ...mail });
  }

  #url(path: string): string {
    return this.#parts.baseUrl + path;
  }
}

/** Mails to the owner of an account, in the language of the account. */
type PersonalMail =
  | 'account-verification'
  | 'account-exists'
  | 'account-waiting'
  | 'account-accepted'
  | 'account-rejected'
  | 'account-suspended'
  | 'account-reactivated'
  | 'account-password-changed';
