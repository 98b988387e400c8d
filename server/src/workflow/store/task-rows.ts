import type { Insertable, Selectable } from 'kysely';
import { LIMITS } from '../../lib/limits.ts';
import { type JsonObject, parseExact, stringifyExact } from '../../lib/text/json.ts';
import { oneOfNumbers } from '../../storage/one-of.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { ActionsTable, Flag, TasksTable } from '../../storage/schema.ts';
import type { Queryable, Storage, Transaction } from '../../storage/storage.ts';
import type { Caller } from '../engine/caller.ts';
import type { Stage, StoredAction, Task } from '../engine/task.ts';

export type TaskRow = Selectable<TasksTable>;
type ActionRow = Selectable<ActionsTable>;

/** A task and its row. */
export interface FoundTask {
  readonly row: TaskRow;
  readonly task: Task;
}

/** Which tasks a caller may see. */
export interface TaskScope {
  /** Uuid of a project: tasks of other projects are not found. */
  readonly project?: string | null | undefined;
  /** Uuid of the caller. With a project, tasks about the accounts of other users are not found either. */
  readonly user?: string | undefined;
}

const UUID = /^[0-9a-f]{32}$/;

export const flag = (value: boolean): Flag => (value ? 1 : 0);

/** Whether a stage of the task is running: its lease has a holder and has not expired. */
export function isBusy(row: TaskRow, now_ms: number): boolean {
  return row.lease_holder !== null && (row.lease_until ?? 0) > now_ms;
}

/** The columns of an action that a stage can change. */
export function actionColumns(action: StoredAction) {
  return {
    data: stringifyExact(action.data),
    cache: stringifyExact(action.cache),
    state: action.state,
    valid: flag(action.valid),
    need_token: flag(action.needToken),
    token_fields: stringifyExact(action.tokenFields),
    auto_approve: action.autoApprove === null ? null : flag(action.autoApprove),
  };
}

function toAction(row: ActionRow): StoredAction {
  return {
    name: row.name,
    data: parseExact(row.data) as JsonObject,
    cache: parseExact(row.cache) as JsonObject,
    state: row.state,
    valid: row.valid === 1,
    needToken: row.need_token === 1,
    tokenFields: JSON.parse(row.token_fields) as string[],
    autoApprove: row.auto_approve === null ? null : row.auto_approve === 1,
  };
}

function toTask(row: TaskRow, actions: readonly StoredAction[], now_ms: number): Task {
  return {
    uuid: row.uuid,
    taskType: row.task_type,
    caller: JSON.parse(row.caller) as Caller,
    projectId: row.project_id,
    approvedBy: JSON.parse(row.approved_by) as Caller | 'system',
    actions,
    taskNotes: JSON.parse(row.task_notes) as string[],
    actionNotes: JSON.parse(row.action_notes) as Record<string, string[]>,
    cancelled: row.cancelled === 1,
    approved: row.approved === 1,
    completed: row.completed === 1,
    createdOn: row.created_on,
    approvedOn: row.approved_on,
    completedOn: row.completed_on,
    running: isBusy(row, now_ms)
      ? {
          stage: row.running_stage as Stage,
          action: row.running_action ?? 0,
          since: row.running_since ?? row.created_on,
        }
      : null,
  };
}

/** The tasks of rows, in the same order. One statement reads the actions of all of them. */
export async function tasksOf(
  storage: Storage,
  db: Queryable,
  rows: readonly TaskRow[],
  now_ms: number,
): Promise<Task[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const found = await db
    .selectFrom('actions')
    .selectAll()
    .where(oneOfNumbers(storage, 'task_id', ids))
    .orderBy('task_id')
    .orderBy('position')
    .execute();
  const actions = Map.groupBy(found, ({ task_id }) => task_id);
  return rows.map((row) => toTask(row, (actions.get(row.id) ?? []).map(toAction), now_ms));
}

/** The columns of a task by which an equal one is found. */
export interface TaskKeys {
  readonly hash_key: string;
  readonly open_hash: string;
  /** The user whose e-mail address or password the task changes, by id; null where it changes none. */
  readonly person: string | null;
}

type NewTask = Omit<Task, 'running'>;

/**
 * Stores a new task with all its actions, so that a crash in its first stage leaves a task that can be run again.
 * Throws the unique violation if an equal task is open.
 * @param lease the columns of the lease under which it is prepared
 * @returns the row id
 */
export async function insertTask(
  tx: Transaction,
  task: NewTask,
  keys: TaskKeys,
  lease: Partial<Insertable<TasksTable>>,
): Promise<number> {
  const insert = tx.db.insertInto('tasks').values({ ...columnsOf(task, keys), ...lease });
  const { id } = await insert.returning('id').executeTakeFirstOrThrow();
  await insertActions(tx, id, task);
  return id;
}

/** Stores a new task unless an equal one is open. @returns the row id; undefined if nothing was stored */
export async function insertUnlessOpen(
  tx: Transaction,
  task: NewTask,
  keys: TaskKeys,
): Promise<number | undefined> {
  const row = await tx.db
    .insertInto('tasks')
    .values(columnsOf(task, keys))
    .onConflict((conflict) => conflict.column('open_hash').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (row) await insertActions(tx, row.id, task);
  return row?.id;
}

function columnsOf(task: NewTask, keys: TaskKeys): Insertable<TasksTable> {
  return {
    uuid: task.uuid,
    ...keys,
    task_type: task.taskType,
    caller: stringifyExact(task.caller),
    project_id: task.projectId,
    approved_by: stringifyExact(task.approvedBy),
    task_notes: stringifyExact(task.taskNotes),
    action_notes: stringifyExact(task.actionNotes),
    cancelled: flag(task.cancelled),
    approved: flag(task.approved),
    completed: flag(task.completed),
    created_on: task.createdOn,
    approved_on: task.approvedOn,
    completed_on: task.completedOn,
  };
}

async function insertActions(tx: Transaction, taskId: number, { actions }: NewTask): Promise<void> {
  const rows = actions.map((action, position) => ({
    task_id: taskId,
    position,
    name: action.name,
    ...actionColumns(action),
  }));
  await tx.db.insertInto('actions').values(rows).execute();
}

/** The task with this uuid, if it exists within the scope. */
export async function findTask(
  storage: Storage,
  uuid: string,
  now_ms: number,
  { project, user }: TaskScope = {},
): Promise<FoundTask | undefined> {
  if (!UUID.test(uuid)) return undefined;
  const row = await storage.db.selectFrom('tasks').selectAll().where('uuid', '=', uuid).executeTakeFirst();
  if (!row) return undefined;
  // A task about an account is visible to its owner alone, also where the owner created it with a project's token.
  const visible = row.project_id === project && (row.person === null || row.person === user);
  if (project !== undefined && !visible) return undefined;
  const [task] = await tasksOf(storage, storage.db, [row], now_ms);
  return task && { row, task };
}

/** The current task of a row, locked until the transaction ends. */
export async function lockTask(
  storage: Storage,
  tx: Transaction,
  id: number,
  now_ms: number,
): Promise<FoundTask> {
  const query = tx.db.selectFrom('tasks').selectAll().where('id', '=', id);
  const row = await forUpdate(storage, query).executeTakeFirstOrThrow();
  const [task] = await tasksOf(storage, tx.db, [row], now_ms);
  return { row, task: task as Task };
}

/** Completed tasks of the same type and project that ended at that time or later, the latest first. */
export async function completedSince(
  storage: Storage,
  { taskType, projectId }: Task,
  since_ms: number,
  now_ms: number,
): Promise<Task[]> {
  const rows = await storage.db
    .selectFrom('tasks')
    .selectAll()
    .where('task_type', '=', taskType)
    .where('project_id', projectId === null ? 'is' : '=', projectId)
    .where('completed', '=', 1)
    .where('cancelled', '=', 0)
    .where('completed_on', '>=', since_ms)
    .orderBy('completed_on', 'desc')
    .limit(LIMITS.page_max)
    .execute();
  return tasksOf(storage, storage.db, rows, now_ms);
}
