import type { Allowances } from '../../audit/allowances.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Mailer } from '../../mail/mailer.ts';
import type { ServiceMails, Templates } from '../../mail/templates.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Account } from '../tokens/principal.ts';
import { administratorAddresses } from './administrators.ts';

export interface Feedback {
  readonly message: string;
  /** Data that the sending program has added. */
  readonly data: string;
}

/** Whether it is not blank and within the size limit. */
export function isFeedback({ message, data }: Feedback): boolean {
  const fits = (text: string) => Buffer.byteLength(text) <= LIMITS.feedback_bytes;
  return message.trim() !== '' && fits(message) && fits(data);
}

/**
 * Mails a user's feedback to the operators before the request is answered (account-v1 §5). Errors: `invalid_field`,
 * `too_many_requests`, `mail_failed`.
 */
export async function sendFeedback(
  {
    mailer,
    templates,
    storage,
    allowances,
  }: { mailer: Mailer; templates: Templates<ServiceMails>; storage: Storage; allowances: Allowances },
  { helpdesk, serviceName }: { helpdesk: readonly string[] | undefined; serviceName: string },
  { account, address }: { account: Account; address: string | null },
  { message, data }: Feedback,
): Promise<void> {
  if (!isFeedback({ message, data })) {
    throw new PurserError('invalid_field', { field: 'message', reason: 'is empty or too long' });
  }
  const to = helpdesk ?? (await administratorAddresses(storage.db));
  await allowances.forRequest({ account: account.uuid, address }, to);
  const mail = templates.render('feedback', {
    service: serviceName,
    uuid: account.uuid,
    email: account.email ?? account.username,
    name: account.fullName,
    message,
    data,
  });
  await mailer.send({ to, ...(account.email !== null && { replyTo: account.email }), ...mail });
}
