import type { Mail } from '../../mail/mailer.ts';
import type { Outbox } from '../../mail/outbox.ts';
import type { Transaction } from '../../storage/storage.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import type { BuiltInTemplate, WorkflowTemplates } from './workflow-templates.ts';

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

/** What is sent where a template fails: a built-in text, and who hears of the failure. */
export interface Instead {
  readonly template: BuiltInTemplate;
  readonly trouble: (error: unknown) => void;
}

/**
 * Writes a mail about a task (workflow-v1 §4.1): bounces go to an address that names the task, answers to `reply`;
 * `%(service_name)s` in the subject is what the service calls itself.
 * Throws if a template does not work, unless `instead` says what to send then.
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
