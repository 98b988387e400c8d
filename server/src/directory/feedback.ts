import { PurserError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { ServiceMails, Templates } from '../mail/templates.ts';
import type { Storage } from '../storage/storage.ts';
import { administratorAddresses } from './administrators.ts';
import type { Account } from './principal.ts';

export interface Feedback {
  readonly message: string;
  /** What a program has added. */
  readonly data: string;
}

/** Whether it says something, and fits. */
export function isFeedback({ message, data }: Feedback): boolean {
  const fits = (text: string) => Buffer.byteLength(text) <= LIMITS.feedback_bytes;
  return message.trim() !== '' && fits(message) && fits(data);
}

/**
 * Hands a user's word to the operators, by mail, while the user waits (spec identity 1.7). Errors: `invalid_field`,
 * `mail_failed`.
 */
export async function sendFeedback(
  { mailer, templates, storage }: { mailer: Mailer; templates: Templates<ServiceMails>; storage: Storage },
  { helpdesk, serviceName }: { helpdesk: readonly string[] | undefined; serviceName: string },
  account: Account,
  { message, data }: Feedback,
): Promise<void> {
  if (!isFeedback({ message, data })) {
    throw new PurserError('invalid_field', { field: 'message', reason: 'is empty or too long' });
  }
  const mail = templates.render('feedback', {
    service: serviceName,
    uuid: account.uuid,
    email: account.email,
    name: account.fullName,
    message,
    data,
  });
  const to = helpdesk ?? (await administratorAddresses(storage.db));
  await mailer.send({ to, replyTo: account.email, ...mail });
}
