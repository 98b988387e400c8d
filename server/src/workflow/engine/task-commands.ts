import type { Payer } from '../../audit/allowances.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { type JsonObject, stringifyExact } from '../../lib/text/json.ts';
import { checkText } from '../../lib/text/text.ts';
import type { Transaction } from '../../storage/storage.ts';
import type { KnownTaskType } from '../features/task-config.ts';
import { writeRefusalMail } from '../mails/refusal-mail.ts';
import { actionAddresses, type NewToken, writeToken } from '../mails/stage-mails.ts';
import { sendMails } from '../mails/workflow-mails.ts';
import type { Notification } from '../notifications/notification-handler.ts';
import { newHexId } from '../store/hex-id.ts';
import { actionColumns, type FoundTask, insertTask, lockTask, type TaskScope } from '../store/task-rows.ts';
import { checkSubmission, fieldsFrom, requiredFieldsOf } from '../tokens/token-fields.ts';
import { failAbandonedStages } from './abandoned-stages.ts';
import { type Caller, isKnown } from './caller.ts';
import type { EngineParts } from './engine-parts.ts';
import { cancelDuplicate, retriedOnDuplicate, taskKeys } from './one-open-task.ts';
import { openServiceTask, type ServiceTask } from './service-tasks.ts';
import type { StoredAction, Task } from './task.ts';
import { TaskBackground } from './task-background.ts';
import { endPersonalTasks, endTask, type PersonalTasks } from './task-endings.ts';
import {
  actionsInvalid,
  checkPermitted,
  isValid,
  needsToken,
  type TaskCommand,
  taskFailed,
} from './task-flow.ts';
import { readTaskInput } from './task-input.ts';
import { failureText, withNewNotes } from './task-notes.ts';
import type { TaskReads } from './task-reads.ts';
import { factsOf, recordTask, type TaskRecord } from './task-record.ts';

/** Which tasks the caller may change, and the client address of the request. */
export interface CommandScope extends TaskScope {
  readonly address?: string | null | undefined;
}

/** A request for a task. */
export interface TaskRequest extends CommandScope {
  /** Called with the uuid of an open task that this request has replaced, before the new task is prepared. */
  readonly onReplaced?: ((uuid: string) => void) | undefined;
}

/** A decision with its reason, which is stored in the task's notes and in the audit record. */
export interface TaskDecision extends CommandScope {
  readonly reason?: string | undefined;
}

export interface TaskCancellation extends TaskDecision {
  /** Sends a mail to the requester, if an address is known. */
  readonly notifyRequester?: boolean | undefined;
}

/** The account and address that pay for the mails of a task. */
const payerOf = (caller: Caller, address: string | null): Payer => ({
  account: isKnown(caller) ? caller.user_id : null,
  address,
});

/**
 * The commands on tasks (workflow-v1 §2.3). A command checks what it was given, changes the task and takes its lease
 * in one transaction, and then has the stages run (`TaskBackground.run`). It answers the task as it is when they have
 * ended; where that takes longer than the settings let a request wait, `running` is set.
 *
 * Of two commands on one task at the same time, one answers `task_busy`, or meets the state that the other has left.
 */
export class TaskCommands {
  readonly #parts: EngineParts;
  readonly #reads: TaskReads;
  readonly #background: TaskBackground;

  constructor(parts: EngineParts, reads: TaskReads) {
    this.#parts = parts;
    this.#reads = reads;
    this.#background = new TaskBackground(parts, reads);
  }

  /**
   * Stores a task with all its actions, then prepares it; it may approve itself.
   * Errors: `task_type_unknown`, `task_input`, `task_duplicate`, `task_busy`, `too_many_requests`,
   * `task_actions_invalid`, `task_failed`; the last two have the uuid of the stored task as `task`.
   */
  async create(
    taskType: string,
    caller: Caller,
    input: JsonObject,
    { address = null, onReplaced }: TaskRequest = {},
  ): Promise<Task> {
    const { registry, clock, secrets, storage, allowances, leases } = this.#parts;
    const type = registry.taskType(taskType);
    if (!type) throw new PurserError('task_type_unknown', { taskType });
    const actions = await readTaskInput(this.#parts, type.actions, input);
    const keys = await taskKeys(this.#parts, type.name, actions);
    const recipients = [...(await actionAddresses(this.#parts, { actions, caller }))];
    const uuid = newHexId(secrets);
    const holder = leases.newHolder();
    const { replaced, ...lease } = await retriedOnDuplicate(storage, async (tx) => {
      const replaced = await cancelDuplicate(this.#parts, tx, type, { ...keys, uuid, by: caller, address });
      const task = newTask({ uuid, type, caller, actions }, clock.now());
      const id = await insertTask(tx, task, keys, leases.columns(holder, 'prepare'));
      const after = { ...factsOf(task), ...(replaced !== undefined && { replaces: replaced }) };
      await this.#record(tx, { action: 'create', by: caller, address, uuid, after });
      await allowances.forMails(payerOf(caller, address), recipients, tx);
      return { taskId: id, uuid, holder, replaced };
    });
    if (replaced !== undefined) onReplaced?.(replaced);
    return this.#background.run({ lease, type, address, stage: 'prepare' });
  }

  /**
   * Replaces the input of all actions, resets them, and prepares the task again.
   * Errors: those of `create`, and `task_not_found`, `task_state`.
   */
  async update(caller: Caller, uuid: string, input: JsonObject, scope: CommandScope = {}): Promise<Task> {
    const { storage, allowances, leases } = this.#parts;
    const { address = null } = scope;
    const found = await this.#reads.find(uuid, scope);
    const type = this.#reads.typeOf(found.task);
    checkPermitted('update', found.row);
    const names = found.task.actions.map(({ name }) => name);
    const actions = await readTaskInput(this.#parts, names, input);
    const recipients = [...(await actionAddresses(this.#parts, { actions, caller }))];
    const keys = await taskKeys(this.#parts, type.name, actions);
    const lease = await retriedOnDuplicate(storage, async (tx) => {
      const { row } = await this.#locked(tx, 'update', found);
      await cancelDuplicate(this.#parts, tx, type, { ...keys, uuid, self: row.id, by: caller, address });
      await allowances.forMails(payerOf(caller, address), recipients, tx);
      const taken = await leases.take(tx, row, 'prepare', keys);
      for (const [position, action] of actions.entries()) {
        await tx.db
          .updateTable('actions')
          .set(actionColumns(action))
          .where('task_id', '=', row.id)
          .where('position', '=', position)
          .execute();
      }
      await this.#record(tx, { action: 'update', by: caller, address, uuid });
      return taken;
    });
    return this.#background.run({ lease, type, address, stage: 'prepare' });
  }

  /**
   * Approves a task. A task that was approved and is not completed can be approved again: its tokens end.
   * Errors: `task_not_found`, `task_state`, `task_busy`, `task_actions_invalid`, `task_failed`.
   */
  async approve(caller: Caller, uuid: string, scope: TaskDecision = {}): Promise<Task> {
    const { storage, clock, leases, tokens } = this.#parts;
    const { address = null, reason } = scope;
    checkText('reason', reason ?? '', LIMITS.text_length);
    const found = await this.#reads.find(uuid, scope);
    const type = this.#reads.typeOf(found.task);
    const lease = await storage.transaction(async (tx) => {
      const { row, task } = await this.#locked(tx, 'approve', found);
      if (!isValid(task)) throw actionsInvalid(task);
      const taken = await leases.take(tx, row, 'approve', {
        approved: 1,
        approved_on: clock.now(),
        approved_by: stringifyExact(caller),
        ...(reason !== undefined && {
          task_notes: stringifyExact(this.#withNote(task, `Approved: ${reason}`)),
        }),
      });
      await tokens.end(tx, row.id, 'replaced');
      await this.#record(tx, { action: 'approve', by: caller, address, uuid, after: factsOf(task), reason });
      return taken;
    });
    const submission = { data: {}, submitter: caller };
    return this.#background.run({ lease, type, address, stage: 'approve', submission });
  }

  /** Cancels a task for good and ends its tokens. Errors: `task_not_found`, `task_state`, `task_busy`. */
  async cancel(caller: Caller, uuid: string, scope: TaskCancellation = {}): Promise<Task> {
    const { storage, outbox, tokens } = this.#parts;
    const { address = null, reason, notifyRequester = false } = scope;
    checkText('reason', reason ?? '', LIMITS.text_length);
    const found = await this.#reads.find(uuid, scope);
    checkPermitted('cancel', found.row);
    const mail = notifyRequester ? await writeRefusalMail(this.#parts, found.task, reason) : undefined;
    await storage.transaction(async (tx) => {
      const { row, task } = await this.#locked(tx, 'cancel', found);
      const notes = reason === undefined ? undefined : this.#withNote(task, `Cancelled: ${reason}`);
      await endTask(tx, tokens, row, notes);
      await this.#record(tx, { action: 'cancel', by: caller, address, uuid, after: factsOf(task), reason });
      if (mail) await sendMails(outbox, tx, [mail]);
    });
    return this.#reads.get(uuid);
  }

  /**
   * Replaces the token of a task by a new one and mails it, if an action needs one.
   * Errors: `task_not_found`, `task_state`, `task_busy`, `task_failed`.
   * @returns whether an action needs a token
   */
  async reissueToken(caller: Caller, uuid: string, scope: CommandScope = {}): Promise<boolean> {
    const { storage, outbox, leases, tokens, notifications } = this.#parts;
    const found = await this.#reads.find(uuid, scope);
    const type = this.#reads.typeOf(found.task);
    checkPermitted('reissue_token', found.row);
    leases.checkFree(found.row);
    if (!needsToken(found.task)) return false;
    let token: NewToken;
    try {
      token = await writeToken(this.#parts, { task: found.task, type });
    } catch (cause) {
      await this.#recordFailedToken(found, cause);
      throw taskFailed(uuid, 'token', cause);
    }
    const troubles = await storage.transaction(async (tx) => {
      const { row, task } = await this.#locked(tx, 'reissue_token', found);
      await tx.db
        .updateTable('tasks')
        .set({ task_notes: stringifyExact(this.#withNote(task, token.note)) })
        .where('id', '=', row.id)
        .execute();
      await tokens.replace(tx, row.id, token.secret, type.tokenExpiry_s);
      await this.#record(tx, { action: 'reissue_token', by: caller, address: scope.address ?? null, uuid });
      await sendMails(outbox, tx, token.mails.mails);
      const stored: Notification[] = [];
      for (const errors of token.mails.troubles) {
        stored.push(await notifications.insert(tx, row, { errors }, { error: true }));
      }
      return stored;
    });
    for (const notification of troubles) await notifications.hand(notification);
    return true;
  }

  /**
   * Submits a token: runs the last stage of its task with the fields that the token asks for. A submit token is used
   * once: it is checked again under the lock of the task, and ends in the transaction that completes the task. A task
   * that fails or is not valid keeps its token.
   * Errors: `workflow_token_not_found`, `workflow_token_authentication`, `task_state`, `workflow_token_fields`,
   * `task_busy`, `task_actions_invalid`, `task_failed`, `task_type_unknown`.
   */
  async submitToken(
    secret: string,
    data: JsonObject,
    submitter: Caller,
    { address = null }: Pick<CommandScope, 'address'> = {},
  ): Promise<Task> {
    const { storage, leases, tokens } = this.#parts;
    const found = await this.#reads.findBySecret(secret);
    const type = this.#reads.typeOf(found.task);
    if (type.tokenRequiresAuthentication && !isKnown(submitter)) {
      throw new PurserError('workflow_token_authentication');
    }
    checkPermitted('submit', found.row);
    const { lease, given } = await storage.transaction(async (tx) => {
      const { row, task } = await this.#lock(tx, found);
      leases.checkFree(row);
      if (!(await tokens.isGoodFor(tx, secret, row.id))) throw new PurserError('workflow_token_not_found');
      checkPermitted('submit', row);
      const fields = fieldsFrom(data, requiredFieldsOf(task));
      if (!isValid(task)) throw actionsInvalid(task);
      checkSubmission(this.#parts, task, fields);
      const taken = await leases.take(tx, row, 'submit');
      await this.#record(tx, { action: 'submit', by: submitter, address, uuid: row.uuid });
      return { lease: taken, given: fields };
    });
    const submission = { data: given, submitter };
    return this.#background.run({ lease, type, address, stage: 'submit', submission });
  }

  /** Cancels open tasks about a user, in a transaction that has locked the account. */
  endPersonal(
    tx: Transaction,
    whose: { readonly person: string; readonly reason: string; readonly which: PersonalTasks },
  ): Promise<void> {
    return endPersonalTasks(this.#parts, tx, whose);
  }

  /** Opens a task of the service itself, in the transaction of the change that makes it necessary. */
  openServiceTask(tx: Transaction, wanted: ServiceTask): Promise<void> {
    return openServiceTask(this.#parts, tx, wanted);
  }

  /** Ends expired tokens. @returns how many there were */
  deleteExpiredTokens(): Promise<number> {
    return this.#parts.tokens.deleteExpired();
  }

  /** Records interrupted stages as failed; see `failAbandonedStages`. @returns how many there were */
  failAbandoned(): Promise<number> {
    return failAbandonedStages(this.#parts);
  }

  /** Waits for running stages, `LIMITS.task_stop_ms` at most. */
  close(): Promise<void> {
    return this.#background.close();
  }

  /** Locks a task for a command. Errors: `task_state`, `task_busy`. */
  async #locked(tx: Transaction, command: TaskCommand, found: FoundTask): Promise<FoundTask> {
    const locked = await this.#lock(tx, found);
    checkPermitted(command, locked.row);
    this.#parts.leases.checkFree(locked.row);
    return locked;
  }

  #lock(tx: Transaction, { row }: FoundTask): Promise<FoundTask> {
    return lockTask(this.#parts.storage, tx, row.id, this.#parts.clock.now());
  }

  #record(tx: Transaction, record: TaskRecord): Promise<void> {
    return recordTask(this.#parts.audit, tx, record);
  }

  #withNote({ taskNotes }: Task, text: string): string[] {
    return withNewNotes(taskNotes, [text], this.#parts.clock.now());
  }

  /** Records that the mail of a token could not be written, and notifies operators. */
  async #recordFailedToken({ row, task }: FoundTask, cause: unknown): Promise<void> {
    const { storage, notifications } = this.#parts;
    const error = failureText(cause, 'token');
    const notification = await storage.transaction(async (tx) => {
      const after = { ...factsOf(task), error };
      await this.#record(tx, { action: 'fail', by: 'system', address: null, uuid: row.uuid, after });
      return notifications.insert(tx, row, { errors: [error] }, { error: true });
    });
    await notifications.hand(notification);
  }
}

/** A task that is about to be prepared. */
function newTask(
  {
    uuid,
    type,
    caller,
    actions,
  }: { uuid: string; type: KnownTaskType; caller: Caller; actions: readonly StoredAction[] },
  now_ms: number,
): Omit<Task, 'running'> {
  return {
    uuid,
    taskType: type.name,
    caller,
    projectId: isKnown(caller) ? caller.project_id : null,
    approvedBy: {},
    actions,
    taskNotes: [],
    actionNotes: Object.fromEntries(actions.map(({ name }) => [name, []])),
    cancelled: false,
    approved: false,
    completed: false,
    createdOn: now_ms,
    approvedOn: null,
    completedOn: null,
  };
}
