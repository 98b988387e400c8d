import type { JsonObject } from '../../lib/text/json.ts';
import type { Transaction } from '../../storage/storage.ts';
import { mailTrouble, type NewToken, writeToken } from '../mails/stage-mails.ts';
import { sendMails } from '../mails/workflow-mails.ts';
import { newHexId } from '../store/hex-id.ts';
import { insertUnlessOpen } from '../store/task-rows.ts';
import { ANONYMOUS } from './caller.ts';
import type { EngineParts } from './engine-parts.ts';
import { taskHash } from './one-open-task.ts';
import type { StoredAction, Task } from './task.ts';
import { noteOf } from './task-notes.ts';
import { factsOf, recordTask } from './task-record.ts';

/** A task that the service opens itself: approved from the start, with one action that waits for its token. */
export interface ServiceTask {
  readonly taskType: string;
  readonly data: JsonObject;
  /** Id of the user whom the task concerns. */
  readonly person: string;
  /** Fields that are submitted with the token. */
  readonly tokenFields: readonly string[];
  /** Why the service opens the task. */
  readonly note: string;
}

/**
 * Opens a task of the service and mails its token, in the caller's transaction: if that rolls back, there is neither
 * task nor mail. If an equal task is open, it stays and nothing is stored. If the mail cannot be written, operators
 * get an error notification.
 */
export async function openServiceTask(
  parts: EngineParts,
  tx: Transaction,
  { taskType, data, person, tokenFields, note }: ServiceTask,
): Promise<void> {
  const { registry, clock, secrets, audit, outbox, tokens, notifications } = parts;
  const type = registry.taskType(taskType);
  const [name] = type?.actions ?? [];
  if (!type || name === undefined) throw new Error(`Unknown task type ${taskType}.`);
  const now_ms = clock.now();
  const action: StoredAction = {
    name,
    data,
    cache: {},
    state: 'default',
    valid: true,
    needToken: true,
    tokenFields,
    autoApprove: true,
  };
  const task: Task = {
    uuid: newHexId(secrets),
    taskType: type.name,
    caller: ANONYMOUS,
    projectId: null,
    approvedBy: 'system',
    actions: [action],
    taskNotes: [noteOf(note, now_ms)],
    actionNotes: { [name]: [] },
    cancelled: false,
    approved: true,
    completed: false,
    createdOn: now_ms,
    approvedOn: now_ms,
    completedOn: null,
    running: null,
  };
  const { uuid } = task;
  const hash = taskHash(type.name, [action]);
  const keys = { hash_key: hash, open_hash: hash, person };
  const id = await insertUnlessOpen(tx, task, keys);
  if (id === undefined) return;
  await recordTask(audit, tx, { action: 'create', by: 'system', address: null, uuid, after: factsOf(task) });
  let token: NewToken;
  try {
    token = await writeToken(parts, { task, type });
  } catch (error) {
    parts.onError(error, `the mail of task ${uuid} could not be written`);
    await notifications.insert(tx, { id, uuid }, { errors: [mailTrouble(error, uuid)] }, { error: true });
    return;
  }
  await tokens.replace(tx, id, token.secret, type.tokenExpiry_s);
  await sendMails(outbox, tx, token.mails.mails);
}
