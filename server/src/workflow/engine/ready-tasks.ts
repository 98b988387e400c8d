import type { JsonObject } from '../../lib/text/json.ts';
import { stringifyExact } from '../../lib/text/json.ts';
import type { Transaction } from '../../storage/storage.ts';
import { mailTrouble } from '../mails/stage-mails.ts';
import { sendMails } from '../mails/workflow-mails.ts';
import type { Notifications } from '../notifications/notifications.ts';
import { newHexId } from '../store/hex-id.ts';
import { actionColumns } from '../store/task-rows.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import { ANONYMOUS } from './caller.ts';
import type { StoredAction, Task } from './task.ts';
import { factsOf, recordDeed } from './task-audit.ts';
import type { TaskFlow } from './task-flow.ts';
import { taskHash } from './task-hash.ts';
import { noteOf } from './task-notes.ts';

/** A task that the service itself opens, approved from the start, with one action that waits for its token. */
export interface ReadyTask {
  readonly taskType: string;
  readonly data: JsonObject;
  /** User id of the person whom it concerns. */
  readonly person: string;
  /** What whoever submits its token has to send. */
  readonly tokenFields: readonly string[];
  /** Why it is there. */
  readonly note: string;
}

/**
 * Opens such a task and sends its token, in a transaction of the caller: where that is undone, there is no task and no
 * mail. An equal task that is open stays, and no other is made. A mail that cannot be written is told to operators.
 */
export async function openReadyTask(
  parts: WorkflowParts,
  deps: { flow: TaskFlow; notifications: Notifications },
  tx: Transaction,
  { taskType, data, person, tokenFields, note }: ReadyTask,
): Promise<void> {
  const { registry, clock, secrets, audit, outbox } = parts;
  const type = registry.taskType(taskType);
  const [name] = type?.actions ?? [];
  if (!type || name === undefined) throw new Error(`There is no type of task ${taskType}.`);
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
  const hash_key = taskHash(type.name, [{ name, data }]);
  const row = await tx.db
    .insertInto('tasks')
    .values({
      uuid: task.uuid,
      hash_key,
      open_hash: hash_key,
      task_type: type.name,
      caller: stringifyExact(ANONYMOUS),
      project_id: null,
      approved_by: stringifyExact('system'),
      task_notes: stringifyExact(task.taskNotes),
      action_notes: stringifyExact(task.actionNotes),
      cancelled: 0,
      approved: 1,
      completed: 0,
      created_on: now_ms,
      approved_on: now_ms,
      completed_on: null,
      person,
    })
    .onConflict((conflict) => conflict.column('open_hash').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!row) return;
  await tx.db
    .insertInto('actions')
    .values({ task_id: row.id, position: 0, name, ...actionColumns(action) })
    .execute();
  const after = factsOf(task);
  await recordDeed(audit, tx, { action: 'create', by: 'system', address: null, uuid: task.uuid, after });
  let token: Awaited<ReturnType<TaskFlow['tokenFor']>>;
  try {
    token = await deps.flow.tokenFor({ task, type, taskCache: {} });
  } catch (error) {
    parts.complain(error, `the mail of task ${task.uuid} could not be written`);
    const errors = [mailTrouble(error, task.uuid)];
    await deps.notifications.insert(tx, { id: row.id, uuid: task.uuid }, { errors }, { error: true });
    return;
  }
  await token.store(tx, row.id);
  await sendMails(outbox, tx, token.mails.mails);
}
