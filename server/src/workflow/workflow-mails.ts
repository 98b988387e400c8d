import type { Mail } from '../mail/mailer.ts';
import type { Outbox } from '../mail/outbox.ts';
import type { Transaction } from '../storage/storage.ts';
import type { WorkflowTemplates } from './workflow-templates.ts';

/** Kinds of mails of the workflow, as the outbox knows them; when one is given up they say what that means. */
export const STAGE_MAIL = 'workflow-stage';
export const ADDITIONAL_MAIL = 'workflow-additional';
export const NOTIFICATION_MAIL = 'workflow-notification';

/** A mail that is ready, and what it tells of. */
export interface ReadyMail {
  readonly kind: string;
  /** Uuid of a task or a notification. */
  readonly reference: string;
  readonly mail: Mail;
}

export interface WorkflowMessage {
  readonly to: readonly string[];
  readonly subject: string;
  readonly from: string | null;
  readonly reply: string | null;
  readonly template: string | null;
  readonly htmlTemplate: string | null;
}

/**
 * Writes a mail about a task (spec workflow 4.1): bounces go to an address that names the task, answers to `reply`.
 * Throws if a template does not work.
 */
export function writeMail(
  templates: WorkflowTemplates,
  taskUuid: string,
  message: WorkflowMessage,
  data: object,
): Mail {
  const { to, subject, template, htmlTemplate, reply } = message;
  const envelopeFrom = message.from?.replaceAll('%(task_uuid)s', taskUuid) ?? reply ?? undefined;
  return {
    to,
    subject,
    text: template === null ? '' : templates.text(template, data),
    html: htmlTemplate === null ? undefined : templates.html(htmlTemplate, data),
    replyTo: reply ?? undefined,
    sender: reply ?? undefined,
    envelopeFrom: bareAddress(envelopeFrom),
    headers: { 'X-Adjutant-Task-UUID': taskUuid },
  };
}

/** The envelope has addresses alone, without the names of people. */
function bareAddress(text: string | undefined): string | undefined {
  return text === undefined ? undefined : (/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text);
}

/** Puts mails on their way; each goes to all of its recipients together. */
export async function sendMails(outbox: Outbox, tx: Transaction, mails: readonly ReadyMail[]): Promise<void> {
  for (const { kind, reference, mail } of mails) {
    await outbox.enqueue(tx, kind, mail, { together: true, reference });
  }
}
