import type { Task } from '../engine/task.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import { actionAddresses, currentUserAddress, mailData, withoutStrangersText } from './stage-mails.ts';
import { type ReadyMail, STAGE_MAIL, writeMail } from './workflow-mails.ts';

const TEMPLATE = 'denied.txt';

/**
 * Writes the mail which says that a task was declined, to the requester; without a known requester, to the one address
 * of the actions. Undefined if there is no such address, or if writing fails: the decision does not depend on it.
 */
export async function writeRefusalMail(
  parts: WorkflowParts,
  task: Task,
  reason: string | undefined,
): Promise<ReadyMail | undefined> {
  try {
    const to = await addressOf(parts, task);
    if (to === undefined) return undefined;
    const sender = { from: null, reply: null };
    const message = { to: [to], subject: '[%(service_name)s] Your request was declined', ...sender };
    const data = { ...mailData(withoutStrangersText(parts, task), {}, sender), reason };
    const templates = { template: TEMPLATE, htmlTemplate: null };
    const mail = writeMail(parts, task.uuid, { ...message, ...templates }, data);
    return { kind: STAGE_MAIL, reference: task.uuid, mail };
  } catch (error) {
    parts.onError(error, `the mail that task ${task.uuid} was declined could not be written`);
    return undefined;
  }
}

async function addressOf(parts: WorkflowParts, task: Task): Promise<string | undefined> {
  const asker = await currentUserAddress(parts, task);
  if (asker !== null) return asker;
  const addresses = [...(await actionAddresses(parts, task))];
  return addresses.length === 1 ? addresses[0] : undefined;
}
