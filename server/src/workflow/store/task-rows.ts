import type { Selectable } from 'kysely';
import { type JsonObject, parseExact, stringifyExact } from '../../lib/text/json.ts';
import { oneOfNumbers } from '../../storage/one-of.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { ActionsTable, Flag, TasksTable } from '../../storage/schema.ts';
import type { Queryable, Storage, Transaction } from '../../storage/storage.ts';
import type { Caller } from '../engine/caller.ts';
import type { Stage, StoredAction, Task } from '../engine/task.ts';

export type TaskRow = Selectable<TasksTable>;
type ActionRow = Selectable<ActionsTable>;

/** A task and the number of its row. */
export interface FoundTask {
  readonly row: TaskRow;
  readonly task: Task;
}

const UUID = /^[0-9a-f]{32}$/;

export const flag = (value: boolean): Flag => (value ? 1 : 0);

/** Whether a stage of the task is running, as far as is known: a lease that has run out counts no more. */
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

/** The tasks of rows, in the same order; one statement for the actions of all of them. */
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

/** The task with this uuid, if it is there, and of the project, if one is given. */
export async function findTask(
  storage: Storage,
  uuid: string,
  now_ms: number,
  { project, user }: { project?: string | null | undefined; user?: string | undefined } = {},
): Promise<FoundTask | undefined> {
  if (!UUID.test(uuid)) return undefined;
  const row = await storage.db.selectFrom('tasks').selectAll().where('uuid', '=', uuid).executeTakeFirst();
  if (!row) return undefined;
  // A task about an account is not the project's business, even where its owner asked for it from there.
  const among = row.project_id === project && (row.person === null || row.person === user);
  if (project !== undefined && !among) return undefined;
  const [task] = await tasksOf(storage, storage.db, [row], now_ms);
  return task && { row, task };
}

/** The task of a row as it is now; nobody else changes it until the transaction ends. */
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
