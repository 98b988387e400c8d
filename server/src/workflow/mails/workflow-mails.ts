import type { Mail } from '../../mail/mailer.ts';
import type { Outbox } from '../../mail/outbox.ts';
import type { Transaction } from '../../storage/storage.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import type { BuiltInTemplate, WorkflowTemplates } from './workflow-templates.ts';

/** Kinds of mails in the outbox; the handling of a mail that was given up depends on its kind. */
export const STAGE_MAIL = 'workflow-stage';
export const ADDITIONAL_MAIL = 'workflow-additional';
export const NOTIFICATION_MAIL = 'workflow-notification';

/** A mail that is ready, and its subject matter. */
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

/** The built-in text that is sent if a template fails, and a listener for the failure. */
export interface Instead {
  readonly template: BuiltInTemplate;
  readonly trouble: (error: unknown) => void;
}

/**
 * Writes a mail about a task (workflow-v1 §4.1). The envelope sender can contain the uuid of the task; replies go to
 * `reply`; `%(service_name)s` in the subject is the name of the service.
 * Throws if a template fails, unless `instead` is given.
 */
export function writeMail(
  { templates, settings }: Pick<WorkflowParts, 'templates' | 'settings'>,
  taskUuid: string,
  message: WorkflowMessage,
  data: object,
  instead?: Instead,
): Mail {
  const { to, subject, reply } = message;
  const envelopeFrom = message.from?.replaceAll('%(task_uuid)s', taskUuid) ?? reply ?? undefined;
  return {
    to,
    subject: subject.replaceAll('%(service_name)s', settings.serviceName),
    ...bodyOf(templates, message, { service: settings.serviceName, ...data }, instead),
    replyTo: reply ?? undefined,
    sender: reply ?? undefined,
    envelopeFrom: bareAddress(envelopeFrom),
    headers: { 'X-Adjutant-Task-UUID': taskUuid },
  };
}

function bodyOf(
  templates: WorkflowTemplates,
  { template, htmlTemplate }: WorkflowMessage,
  data: object,
  instead: Instead | undefined,
): Pick<Mail, 'text' | 'html'> {
  let text: string;
  try {
    text = template === null ? '' : templates.text(template, data);
  } catch (error) {
    if (!instead) throw error;
    instead.trouble(error);
    return { text: templates.builtInText(instead.template, data) };
  }
  try {
    return { text, html: htmlTemplate === null ? undefined : templates.html(htmlTemplate, data) };
  } catch (error) {
    if (!instead) throw error;
    instead.trouble(error);
    return { text };
  }
}

/** The address without a display name, as the envelope needs it. */
function bareAddress(text: string | undefined): string | undefined {
  return text === undefined ? undefined : (/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text);
}

/** Puts mails into the outbox; each is one message to all of its recipients. */
export async function sendMails(outbox: Outbox, tx: Transaction, mails: readonly ReadyMail[]): Promise<void> {
  for (const { kind, reference, mail } of mails) {
    await outbox.enqueue(tx, kind, mail, { together: true, reference });
  }
}
