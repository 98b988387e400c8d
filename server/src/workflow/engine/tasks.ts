import type { Payer } from '../../audit/allowances.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { type JsonObject, stringifyExact } from '../../lib/text/json.ts';
import { checkText } from '../../lib/text/text.ts';
import { isUniqueViolation } from '../../storage/conflicts.ts';
import { oneOf } from '../../storage/one-of.ts';
import { beyond, type PendingWindow } from '../../storage/pending-window.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { Transaction } from '../../storage/storage.ts';
import type { OpenTaskQuery } from '../delegates/delegate-context.ts';
import { manageableRoles } from '../features/role-mapping.ts';
import type { KnownTaskType } from '../features/task-config.ts';
import type { FieldContext } from '../fields/fields.ts';
import { TASK_FIELDS } from '../filters/filter-fields.ts';
import { filterConditions } from '../filters/filters.ts';
import { writeRefusalMail } from '../mails/refusal-mail.ts';
import { actionAddresses } from '../mails/stage-mails.ts';
import { sendMails } from '../mails/workflow-mails.ts';
import type { Notification } from '../notifications/notification-handler.ts';
import type { Notifications } from '../notifications/notifications.ts';
import { newHexId } from '../store/hex-id.ts';
import { readListPage } from '../store/list-pages.ts';
import type { FilterInput, ListPage, ListPosition, TaskQuery, WorkflowStatus } from '../store/task-query.ts';
import {
  actionColumns,
  type FoundTask,
  findTask,
  lockTask,
  type TaskRow,
  tasksOf,
} from '../store/task-rows.ts';
import type { TokenExplanation } from '../tokens/token-explanation.ts';
import type { TokenDescription, WorkflowToken } from '../tokens/workflow-token.ts';
import { WorkflowTokens } from '../tokens/workflow-tokens.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import { type Caller, isKnown } from './caller.ts';
import { checkFree, checkState } from './guards.ts';
import { endPersonalTasks, endTask, openHashOf, personOf } from './personal-tasks.ts';
import { openReadyTask, type ReadyTask } from './ready-tasks.ts';
import type { RunningTask } from './running-task.ts';
import type { StoredAction, Task } from './task.ts';
import { factsOf, recordDeed } from './task-audit.ts';
import { taskConditions } from './task-conditions.ts';
import { actionsInvalid, isValid, TaskFlow } from './task-flow.ts';
import { taskHash } from './task-hash.ts';
import { readTaskInput } from './task-input.ts';
import { type TaskLease, TaskLeases } from './task-leases.ts';
import { noteOf, withNotes } from './task-notes.ts';

/** What narrows an operation, and what its record says beside who did it. */
export interface TaskScope {
  /** Tasks of other projects are as good as none: `task_not_found`. */
  readonly project?: string | null | undefined;
  /** Uuid of the user who asks. With a project, tasks about the accounts of other users are as good as none too. */
  readonly user?: string | undefined;
  /** Where the request came from. */
  readonly address?: string | null | undefined;
}

/** A request for a task. */
export interface TaskRequest extends TaskScope {
  /** Called with the uuid of an open task that this request has replaced, before the new task is prepared. */
  readonly onReplaced?: ((uuid: string) => void) | undefined;
}

/** What somebody decides about a task, with their reason: it is noted. */
export interface TaskDecision extends TaskScope {
  readonly reason?: string | undefined;
}

/** How a task is ended without being done. */
export interface TaskCancellation extends TaskDecision {
  /** Writes to whoever asked for it, if an address is known. */
  readonly tellAsker?: boolean | undefined;
}

/** On whose account the mails of a task are counted. */
const payerOf = (caller: Caller, address: string | null): Payer => ({
  account: isKnown(caller) ? caller.user_id : null,
  address,
});

/** How often a task is created anew when an equal one came in between. */
const ATTEMPTS = 5;

/** An action of which nothing is known but its input. */
const fresh = (name: string, data: JsonObject): StoredAction => ({
  name,
  data,
  cache: {},
  state: 'default',
  valid: false,
  needToken: false,
  tokenFields: [],
  autoApprove: null,
});

/**
 * The runs of admin workflows (workflow-v1 §2). Whatever answers a `Task` answers it as it is at the end; where a
 * stage takes longer than the settings let a request wait, `running` says that it goes on, and what goes wrong then
 * is told in an error notification.
 *
 * A stage runs outside of transactions, under a lease on its task: of two who want to run one at the same time, or
 * to cancel meanwhile, one gets `task_busy`, and whoever comes later meets the state that the task is in by then.
 */
export class Tasks {
  readonly #parts: WorkflowParts;
  readonly #notifications: Notifications;
  readonly #tokens: WorkflowTokens;
  readonly #leases: TaskLeases;
  readonly #flow: TaskFlow;
  readonly #atWork = new Set<Promise<unknown>>();

  constructor(parts: WorkflowParts, notifications: Notifications) {
    this.#parts = parts;
    this.#notifications = notifications;
    this.#tokens = new WorkflowTokens(parts);
    this.#leases = new TaskLeases(parts);
    this.#flow = new TaskFlow(parts, { leases: this.#leases, notifications, tokens: this.#tokens });
  }

  /**
   * Stores a task with all its actions, then prepares it; it may approve itself.
   * Errors: `task_type_unknown`, `task_input`, `task_duplicate`, `task_busy`, `too_many_requests`,
   * `task_actions_invalid`, `task_failed`; the last two have the uuid of the task, which is there, as their `task`.
   */
  async create(taskType: string, caller: Caller, input: JsonObject, scope: TaskRequest = {}): Promise<Task> {
    const type = this.#parts.registry.taskType(taskType);
    if (!type) throw new PurserError('task_type_unknown', { taskType });
    const { address = null } = scope;
    const read = await readTaskInput(this.#parts.registry, type.actions, input, this.#fieldContext());
    const person = await personOf(this.#parts, read);
    const { replaced, ...lease } = await this.#insert(type, caller, read, { address, person });
    if (replaced !== undefined) scope.onReplaced?.(replaced);
    return this.#carryOut(lease, type, address, (current) => this.#flow.prepare(current));
  }

  /** Errors: `task_not_found`. */
  async get(uuid: string, scope: TaskScope = {}): Promise<Task> {
    return (await this.#find(uuid, scope)).task;
  }

  /** Newest first. Errors: `filter_malformed`, `filter_field`, `filter_operation`, `filter_value`, `page_empty`. */
  async list({ filters, at, ...narrowing }: TaskQuery): Promise<ListPage<Task>> {
    const { storage, clock } = this.#parts;
    let query = storage.db.selectFrom('tasks').selectAll('tasks');
    for (const condition of taskConditions(storage, narrowing)) query = query.where(condition);
    for (const condition of filterConditions(storage.native.engine, TASK_FIELDS, filters)) {
      query = query.where(condition);
    }
    const page = await readListPage(query, 'tasks', at);
    return { ...page, items: await tasksOf(storage, storage.db, page.items, clock.now()) };
  }

  /** Tasks that wait to be approved, by their creation, with the numbers of their rows. */
  async awaiting({ order, limit, from }: PendingWindow): Promise<{ id: number; task: Task }[]> {
    const { storage, clock } = this.#parts;
    let query = storage.db
      .selectFrom('tasks')
      .selectAll()
      .where('cancelled', '=', 0)
      .where('completed', '=', 0)
      .where('approved', '=', 0);
    if (from) query = query.where(beyond('tasks.created_on', 'tasks.id', order, from));
    const direction = order === 'newest' ? 'desc' : 'asc';
    const rows = await query.orderBy('created_on', direction).orderBy('id', direction).limit(limit).execute();
    const tasks = await tasksOf(storage, storage.db, rows, clock.now());
    return tasks.map((task, index) => ({ id: (rows[index] as TaskRow).id, task }));
  }

  /** The newest tasks of some types in a project. */
  async find(query: OpenTaskQuery): Promise<Task[]> {
    const { storage, clock } = this.#parts;
    let rows = storage.db
      .selectFrom('tasks')
      .selectAll()
      .where('project_id', '=', query.projectId)
      .where(oneOf(storage, 'task_type', query.taskTypes));
    if (query.completed !== undefined) rows = rows.where('completed', '=', query.completed ? 1 : 0);
    if (query.cancelled !== undefined) rows = rows.where('cancelled', '=', query.cancelled ? 1 : 0);
    const found = await rows
      .orderBy('created_on', 'desc')
      .orderBy('id', 'desc')
      .limit(Math.min(query.limit ?? LIMITS.workflow_list, LIMITS.workflow_list))
      .execute();
    return tasksOf(storage, storage.db, found, clock.now());
  }

  /**
   * Replaces the input of all actions, forgets what came of the old one, and prepares again.
   * Errors: as `create`, and `task_not_found`, `task_state`.
   */
  async update(caller: Caller, uuid: string, input: JsonObject, scope: TaskScope = {}): Promise<Task> {
    const { registry, audit, allowances } = this.#parts;
    const { address = null } = scope;
    const found = await this.#find(uuid, scope);
    const type = this.#typeOf(found.task);
    checkState(found.row, { approved: false });
    const names = found.task.actions.map(({ name }) => name);
    const read = await readTaskInput(registry, names, input, this.#fieldContext());
    const hash_key = taskHash(type.name, read);
    const recipients = [...(await actionAddresses(this.#parts, { actions: read, caller }))];
    const person = await personOf(this.#parts, read);
    const open_hash = openHashOf(type.name, hash_key, person);
    const lease = await this.#retried((tx) =>
      this.#locked(tx, found, async ({ row }) => {
        checkState(row, { approved: false });
        checkFree(row, this.#parts.clock.now());
        await this.#giveWay(tx, type, open_hash, { uuid, self: row.id, by: caller, address });
        await allowances.forMails(payerOf(caller, address), recipients, tx);
        const taken = await this.#leases.take(tx, row, 'prepare', { hash_key, open_hash, person });
        for (const [position, { name, data }] of read.entries()) {
          await tx.db
            .updateTable('actions')
            .set(actionColumns(fresh(name, data)))
            .where('task_id', '=', row.id)
            .where('position', '=', position)
            .execute();
        }
        await recordDeed(audit, tx, { action: 'update', by: caller, address, uuid });
        return taken;
      }),
    );
    return this.#carryOut(lease, type, address, (current) => this.#flow.prepare(current));
  }

  /**
   * Approves a task, or again one that has not been completed since; tokens that it had are good no more.
   * Errors: `task_not_found`, `task_state`, `task_busy`, `task_actions_invalid`, `task_failed`.
   */
  async approve(caller: Caller, uuid: string, scope: TaskDecision = {}): Promise<Task> {
    const { storage, clock, audit } = this.#parts;
    const { address = null, reason } = scope;
    checkText('reason', reason ?? '', LIMITS.text_length);
    const found = await this.#find(uuid, scope);
    const type = this.#typeOf(found.task);
    const lease = await storage.transaction((tx) =>
      this.#locked(tx, found, async ({ row, task }) => {
        checkState(row);
        checkFree(row, clock.now());
        if (!isValid(task)) throw actionsInvalid(task);
        const taken = await this.#leases.take(tx, row, 'approve', {
          approved: 1,
          approved_on: clock.now(),
          approved_by: stringifyExact(caller),
          ...(reason !== undefined && this.#noted(task, [`Approved: ${reason}`]).columns),
        });
        await this.#tokens.end(tx, row.id, 'replaced');
        await recordDeed(audit, tx, {
          action: 'approve',
          by: caller,
          address,
          uuid,
          after: factsOf(task),
          reason,
        });
        return taken;
      }),
    );
    return this.#carryOut(lease, type, address, (current) => this.#flow.approve(current, caller));
  }

  /** Ends a task for good, its tokens too. Errors: `task_not_found`, `task_state`, `task_busy`. */
  async cancel(caller: Caller, uuid: string, scope: TaskCancellation = {}): Promise<Task> {
    const { storage, clock, audit, outbox } = this.#parts;
    const { address = null, reason, tellAsker = false } = scope;
    checkText('reason', reason ?? '', LIMITS.text_length);
    const found = await this.#find(uuid, scope);
    checkState(found.row);
    const mail = tellAsker ? await writeRefusalMail(this.#parts, found.task, reason) : undefined;
    await storage.transaction((tx) =>
      this.#locked(tx, found, async ({ row, task }) => {
        checkState(row);
        checkFree(row, clock.now());
        const notes = reason === undefined ? undefined : [`Cancelled: ${reason}`];
        await endTask(tx, this.#tokens, row, notes && this.#noted(task, notes).notes);
        const after = factsOf(task);
        await recordDeed(audit, tx, { action: 'cancel', by: caller, address, uuid, after, reason });
        if (mail) await sendMails(outbox, tx, [mail]);
      }),
    );
    return this.get(uuid);
  }

  /**
   * Gives a task a new token in the place of the one it has, by mail, if an action needs one; answers whether one
   * does. Errors: `task_not_found`, `task_state`, `task_busy`, `task_failed`.
   */
  async reissueToken(caller: Caller, uuid: string, scope: TaskScope = {}): Promise<boolean> {
    const { storage, clock, audit, outbox } = this.#parts;
    const found = await this.#find(uuid, scope);
    const type = this.#typeOf(found.task);
    checkState(found.row, { approved: true });
    checkFree(found.row, clock.now());
    if (!found.task.actions.some(({ needToken }) => needToken)) return false;
    let token: Awaited<ReturnType<TaskFlow['tokenFor']>>;
    try {
      token = await this.#flow.tokenFor({ task: found.task, type, taskCache: {} });
    } catch (cause) {
      throw await this.#flow.failed(found.row, factsOf(found.task), 'token', cause);
    }
    const troubles = await storage.transaction((tx) =>
      this.#locked(tx, found, async ({ row, task }) => {
        checkState(row, { approved: true });
        checkFree(row, clock.now());
        const notes = withNotes(task.taskNotes, [noteOf(token.note, clock.now())]);
        await tx.db
          .updateTable('tasks')
          .set({ task_notes: stringifyExact(notes) })
          .where('id', '=', row.id)
          .execute();
        await token.store(tx, row.id);
        await recordDeed(audit, tx, {
          action: 'reissue_token',
          by: caller,
          address: scope.address ?? null,
          uuid,
        });
        await sendMails(outbox, tx, token.mails.mails);
        const stored: Notification[] = [];
        for (const errors of token.mails.troubles) {
          stored.push(await this.#notifications.insert(tx, row, { errors }, { error: true }));
        }
        return stored;
      }),
    );
    for (const notification of troubles) await this.#notifications.hand(notification);
    return true;
  }

  /** Ends open tasks that change the address or password of a person, in a transaction that locks the account. */
  endPersonal(tx: Transaction, whose: Parameters<typeof endPersonalTasks>[3]): Promise<void> {
    return endPersonalTasks(this.#parts, this.#tokens, tx, whose);
  }

  /** Opens a task of the service itself, in the transaction of what makes it necessary. */
  openReady(tx: Transaction, wanted: ReadyTask): Promise<void> {
    return openReadyTask(this.#parts, { flow: this.#flow, notifications: this.#notifications }, tx, wanted);
  }

  /** Errors: `workflow_token_not_found`, `task_state`, `task_type_unknown`. */
  async describeToken(secret: string): Promise<TokenDescription> {
    return this.#described(await this.#findBySecret(secret));
  }

  /** The same in words for the person who received the token. Errors: as `describeToken`. */
  async explainToken(secret: string): Promise<TokenExplanation> {
    const found = await this.#findBySecret(secret);
    // Only pages need it.
    const { explainToken } = await import('../tokens/token-explanation.ts');
    return explainToken(this.#parts, found.task, this.#described(found));
  }

  /**
   * Runs the last stage of a token's task; what the token does not ask for is left out. A task that fails, or is not
   * valid, keeps its token.
   * Errors: `workflow_token_not_found`, `workflow_token_authentication`, `task_state`, `workflow_token_fields`,
   * `task_busy`, `task_actions_invalid`, `task_failed`, `task_type_unknown`.
   */
  async submitToken(
    secret: string,
    data: JsonObject,
    submitter: Caller,
    scope: Pick<TaskScope, 'address'> = {},
  ): Promise<Task> {
    const { storage, clock, audit } = this.#parts;
    const { address = null } = scope;
    const found = await this.#findBySecret(secret);
    const type = this.#typeOf(found.task);
    if (type.tokenRequiresAuthentication && !isKnown(submitter)) {
      throw new PurserError('workflow_token_authentication');
    }
    checkState(found.row, { approved: true });
    let given: JsonObject = {};
    const lease = await storage.transaction((tx) =>
      this.#locked(tx, found, async ({ row, task }) => {
        checkFree(row, clock.now());
        if (!(await this.#tokens.isGoodFor(tx, secret, row.id))) {
          throw new PurserError('workflow_token_not_found');
        }
        checkState(row, { approved: true });
        given = pick(data, requiredFieldsOf(task));
        if (!isValid(task)) throw actionsInvalid(task);
        this.#checkSubmission(task, given);
        const taken = await this.#leases.take(tx, row, 'submit');
        await recordDeed(audit, tx, { action: 'submit', by: submitter, address, uuid: row.uuid });
        return taken;
      }),
    );
    return this.#carryOut(lease, type, address, (current) =>
      this.#flow.submit(current, { data: given, submitter }),
    );
  }

  /** Lets each action judge what it has asked for. `workflow_token_fields` */
  #checkSubmission({ actions }: Task, given: JsonObject): void {
    const { registry, backends } = this.#parts;
    for (const { name, needToken, tokenFields } of actions) {
      if (!needToken) continue;
      try {
        registry.action(name)?.checkSubmission?.(pick(given, tokenFields), backends);
      } catch (error) {
        if (!(error instanceof PurserError && error.code === 'invalid_field')) throw error;
        const errors = { [String(error.data['field'])]: [String(error.data['reason'])] };
        throw new PurserError('workflow_token_fields', { errors });
      }
    }
  }

  /** Answers how many there were. */
  deleteExpiredTokens(): Promise<number> {
    return this.#tokens.deleteExpired();
  }

  /** Tokens that are good, or that have run out; newest first. Errors: as `list`. */
  async listTokens(
    query: { readonly expired?: boolean; readonly filters?: FilterInput } = {},
  ): Promise<readonly WorkflowToken[]> {
    return (await this.#tokens.list(query)).items;
  }

  /** A part of the same list. */
  tokenPage(query: {
    readonly expired?: boolean;
    readonly at: ListPosition;
  }): Promise<ListPage<WorkflowToken>> {
    return this.#tokens.list(query);
  }

  /** Whether a token of the task has run out, and whether an error notification of it is there. */
  async troubleOf({ uuid }: Task): Promise<{ readonly expired: boolean; readonly failed: boolean }> {
    const notification = await this.#parts.storage.db
      .selectFrom('notifications')
      .innerJoin('tasks', 'tasks.id', 'notifications.task_id')
      .select('notifications.id')
      .where('tasks.uuid', '=', uuid)
      .where('error', '=', 1)
      .limit(1)
      .executeTakeFirst();
    return { expired: await this.#tokens.hasExpired(uuid), failed: notification !== undefined };
  }

  /** The newest task that is not completed, and the one that was completed last. */
  async status(): Promise<WorkflowStatus> {
    const { storage, clock } = this.#parts;
    const newest = (completed: 0 | 1) =>
      storage.db
        .selectFrom('tasks')
        .selectAll()
        .where('completed', '=', completed)
        .orderBy(completed === 1 ? 'completed_on' : 'created_on', 'desc')
        .orderBy('id', 'desc')
        .limit(1)
        .execute();
    const [created, completed] = await Promise.all([newest(0), newest(1)]);
    const [lastCreated] = await tasksOf(storage, storage.db, created, clock.now());
    const [lastCompleted] = await tasksOf(storage, storage.db, completed, clock.now());
    return { lastCreated, lastCompleted };
  }

  /**
   * Waits for stages that run, for `LIMITS.task_stop_ms` at most. A task whose stage did not come to its end then is
   * free again when its lease runs out.
   */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LIMITS.task_stop_ms);
    });
    await Promise.race([Promise.allSettled(this.#atWork), enough]);
    clearTimeout(timer);
  }

  /** Runs stages of a task whose lease was taken; answers when they are over, or when they take too long to wait. */
  async #carryOut(
    lease: TaskLease,
    type: KnownTaskType,
    address: string | null,
    work: (current: RunningTask) => Promise<void>,
  ): Promise<Task> {
    const outcome = this.#workOn(lease, type, address, work);
    this.#atWork.add(outcome);
    const done = () => this.#atWork.delete(outcome);
    outcome.then(done, done);
    const patience_ms = this.#parts.settings.workflow.backgroundAfter_ms;
    if (patience_ms === undefined) return outcome;
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<'enough'>((resolve) => {
      timer = setTimeout(resolve, patience_ms, 'enough');
    });
    const first = await Promise.race([outcome, enough]).finally(() => clearTimeout(timer));
    if (first !== 'enough') return first;
    outcome.catch((error) => this.#parts.complain(error, `task ${lease.uuid} failed in the background`));
    return this.get(lease.uuid);
  }

  async #workOn(
    lease: TaskLease,
    type: KnownTaskType,
    address: string | null,
    work: (current: RunningTask) => Promise<void>,
  ): Promise<Task> {
    const { promise: lost, reject } = Promise.withResolvers<never>();
    lost.catch(() => undefined);
    const stop = this.#leases.keep(lease, () => reject(new PurserError('task_busy', { task: lease.uuid })));
    try {
      const task = await this.get(lease.uuid);
      await work({ lease, type, address, taskCache: {}, task, lost });
    } finally {
      stop();
    }
    return this.get(lease.uuid);
  }

  /** Stores a task that is being prepared from its first moment on. */
  async #insert(
    type: KnownTaskType,
    caller: Caller,
    read: readonly { name: string; data: JsonObject }[],
    { address, person }: { address: string | null; person: string | null },
  ): Promise<TaskLease & { replaced: string | undefined }> {
    const { clock, secrets, audit, allowances } = this.#parts;
    const recipients = [...(await actionAddresses(this.#parts, { actions: read, caller }))];
    const hash_key = taskHash(type.name, read);
    const open_hash = openHashOf(type.name, hash_key, person);
    const uuid = newHexId(secrets);
    const holder = this.#leases.newHolder();
    const projectId = isKnown(caller) ? caller.project_id : null;
    return this.#retried(async (tx) => {
      const replaced = await this.#giveWay(tx, type, open_hash, { uuid, by: caller, address });
      const { id } = await tx.db
        .insertInto('tasks')
        .values({
          uuid,
          hash_key,
          open_hash,
          person,
          task_type: type.name,
          caller: stringifyExact(caller),
          project_id: projectId,
          approved_by: '{}',
          task_notes: '[]',
          action_notes: stringifyExact(Object.fromEntries(read.map(({ name }) => [name, []]))),
          cancelled: 0,
          approved: 0,
          completed: 0,
          created_on: clock.now(),
          approved_on: null,
          completed_on: null,
          ...this.#leases.columns(holder, 'prepare'),
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await tx.db
        .insertInto('actions')
        .values(
          read.map(({ name, data }, position) => ({
            task_id: id,
            position,
            name,
            ...actionColumns(fresh(name, data)),
          })),
        )
        .execute();
      const after = {
        ...factsOf({ taskType: type.name, projectId }),
        ...(replaced !== undefined && { replaces: replaced }),
      };
      await recordDeed(audit, tx, { action: 'create', by: caller, address, uuid, after });
      await allowances.forMails(payerOf(caller, address), recipients, tx);
      return { taskId: id, uuid, holder, replaced };
    });
  }

  /** Runs a transaction again that met an equal task which came in between: it is there to be seen the next time. */
  async #retried<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#parts.storage.transaction(work);
      } catch (error) {
        if (attempt === ATTEMPTS || !isUniqueViolation(error)) throw error;
      }
    }
  }

  /**
   * Cancels an equal task that is open, where the type of task allows it (workflow-v1 §2.5); answers its uuid.
   * Errors: `task_duplicate`, `task_busy`.
   * @param context uuid: of the task that takes its place
   */
  async #giveWay(
    tx: Transaction,
    type: KnownTaskType,
    hash: string,
    { uuid, self, by, address }: { uuid: string; self?: number; by: Caller; address: string | null },
  ): Promise<string | undefined> {
    const { storage, clock, audit } = this.#parts;
    const query = tx.db.selectFrom('tasks').selectAll().where('open_hash', '=', hash);
    const row = await forUpdate(storage, query).executeTakeFirst();
    if (!row || row.id === self) return undefined;
    if (type.duplicates !== 'cancel') throw new PurserError('task_duplicate', { task: row.uuid });
    checkFree(row, clock.now());
    const note = noteOf('Task cancelled because was an old duplicate.', clock.now());
    await endTask(tx, this.#tokens, row, withNotes(JSON.parse(row.task_notes) as string[], [note]));
    const after = { reason: 'duplicate', replaced_by: uuid };
    await recordDeed(audit, tx, { action: 'cancel', by, address, uuid: row.uuid, after });
    return row.uuid;
  }

  /** The notes of a task with more of them, and the column that holds them. */
  #noted({ taskNotes }: Task, texts: readonly string[]) {
    const now_ms = this.#parts.clock.now();
    const notes = withNotes(
      taskNotes,
      texts.map((text) => noteOf(text, now_ms)),
    );
    return { notes, columns: { task_notes: stringifyExact(notes) } };
  }

  async #locked<T>(tx: Transaction, found: FoundTask, work: (now: FoundTask) => Promise<T>): Promise<T> {
    return work(await lockTask(this.#parts.storage, tx, found.row.id, this.#parts.clock.now()));
  }

  async #find(uuid: string, scope: TaskScope): Promise<FoundTask> {
    const found = await findTask(this.#parts.storage, uuid, this.#parts.clock.now(), scope);
    if (!found) throw new PurserError('task_not_found', { uuid });
    return found;
  }

  async #findBySecret(secret: string): Promise<FoundTask> {
    const { storage, clock } = this.#parts;
    const id = await this.#tokens.taskIdOf(secret);
    const row =
      id === undefined
        ? undefined
        : await storage.db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst();
    const [task] = row ? await tasksOf(storage, storage.db, [row], clock.now()) : [];
    if (row && task) return { row, task };
    const ended = await this.#tokens.endOf(secret);
    throw new PurserError('workflow_token_not_found', ended === undefined ? {} : { ended });
  }

  #described({ row, task }: FoundTask): TokenDescription {
    const type = this.#typeOf(task);
    checkState(row);
    return {
      actions: task.actions.map(({ name }) => name),
      requiredFields: requiredFieldsOf(task),
      taskType: task.taskType,
      requiresAuthentication: type.tokenRequiresAuthentication,
    };
  }

  #typeOf({ taskType }: Task): KnownTaskType {
    const type = this.#parts.registry.taskType(taskType);
    if (!type) throw new PurserError('task_type_unknown', { taskType, stored: true });
    return type;
  }

  #fieldContext(): FieldContext {
    const { backends, settings } = this.#parts;
    return {
      backends,
      assignableRoles: manageableRoles(settings.identity.roleMapping),
      quotaSizes: Object.keys(settings.quota.sizes),
    };
  }
}

/** What whoever submits a token has to send: of all actions in order, each field once. */
function requiredFieldsOf({ actions }: Task): string[] {
  return [...new Set(actions.flatMap(({ tokenFields }) => tokenFields))];
}

/** These fields alone. Errors: `workflow_token_fields` for those that are not there. */
function pick(data: JsonObject, fields: readonly string[]): JsonObject {
  const missing = fields.filter((field) => !Object.hasOwn(data, field));
  if (missing.length > 0) {
    const errors = Object.fromEntries(missing.map((field) => [field, ['This field is required.']]));
    throw new PurserError('workflow_token_fields', { errors });
  }
  return Object.fromEntries(fields.map((field) => [field, data[field] ?? null]));
}
