import type { Outbox } from '../../mail/outbox.ts';
import type { ServiceMails, Templates } from '../../mail/templates.ts';
import type { AccountChanges } from './account-changes.ts';

/** Mails users whose accounts were accepted or rejected, in the transaction of the decision. */
export function sendModerationMails(
  changes: AccountChanges,
  { outbox, templates }: { outbox: Outbox; templates: Templates<ServiceMails> },
  { baseUrl, serviceName: service }: { baseUrl: string; serviceName: string },
): void {
  changes.onModerated(async (tx, { email, username, rejected, rejectedReason }) => {
    if (email === null) return;
    const kind = rejected ? 'account-rejected' : 'account-accepted';
    const mail = rejected
      ? templates.render('account-rejected', { service, username, reason: rejectedReason ?? '' })
      : templates.render('account-accepted', { service, username, url: `${baseUrl}/ui/` });
    await outbox.enqueue(tx, kind, { to: [email], ...mail });
  });
}
