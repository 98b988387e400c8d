import type { JsonObject } from '../../lib/text/json.ts';
import type { Task } from '../engine/task.ts';
import type { Notifications } from '../notifications/notifications.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import { mailData, reasonOf } from './stage-mails.ts';
import type { TaskMail } from './task-mail.ts';
import { ADDITIONAL_MAIL, sendMails, writeMail } from './workflow-mails.ts';

/**
 * Puts a mail of an action into the outbox. A failure is thrown, after it was stored as an error notification for
 * operators.
 */
export async function sendAdditionalMail(
  parts: WorkflowParts & { readonly notifications: Notifications },
  { task, taskCache }: { readonly task: Task; readonly taskCache: JsonObject },
  message: TaskMail,
): Promise<void> {
  const { storage, outbox, notifications } = parts;
  const { uuid } = task;
  try {
    const mail = writeMail(parts, uuid, message, mailData(task, taskCache, message));
    await storage.transaction((tx) =>
      sendMails(outbox, tx, [{ kind: ADDITIONAL_MAIL, reference: uuid, mail }]),
    );
  } catch (error) {
    parts.onError(error, `a mail of task ${uuid} could not be written`);
    const errors = `Error: '${reasonOf(error)}' while sending additional email for task: ${uuid}`;
    await notifications.create(uuid, { errors }, { error: true });
    throw error;
  }
}
