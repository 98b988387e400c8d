import type { Task } from '../engine/task.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import { actionAddresses, currentUserAddress, mailData, withoutStrangersText } from './stage-mails.ts';
import { type ReadyMail, STAGE_MAIL, writeMail } from './workflow-mails.ts';

const TEMPLATE = 'denied.txt';

/**
 * Writes the mail which says that nothing comes of a task, to whoever asked for it; where that is nobody known, to
 * the one address that the actions have. Undefined if there is none: whoever decides need not wait for an address.
 */
export async function writeRefusalMail(
  parts: WorkflowParts,
  task: Task,
  reason: string | undefined,
): Promise<ReadyMail | undefined> {
  try {
    const to = await addressOf(parts, task);
    if (to === undefined) return undefined;
    const nobody = { from: null, reply: null };
    const message = { to: [to], subject: '[%(service_name)s] Your request was declined', ...nobody };
    const data = { ...mailData(withoutStrangersText(parts, task), {}, nobody), reason };
    const templates = { template: TEMPLATE, htmlTemplate: null };
    const mail = writeMail(parts, task.uuid, { ...message, ...templates }, data);
    return { kind: STAGE_MAIL, reference: task.uuid, mail };
  } catch (error) {
    parts.onError(error, `whoever asked for task ${task.uuid} could not be told that it was declined`);
    return undefined;
  }
}

async function addressOf(parts: WorkflowParts, task: Task): Promise<string | undefined> {
  const asker = await currentUserAddress(parts, task);
  if (asker !== null) return asker;
  const addresses = [...(await actionAddresses(parts, task))];
  return addresses.length === 1 ? addresses[0] : undefined;
}
