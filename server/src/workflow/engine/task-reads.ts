import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { oneOf } from '../../storage/one-of.ts';
import { beyond, type PendingWindow } from '../../storage/pending-window.ts';
import type { OpenTaskQuery } from '../delegates/delegate-context.ts';
import type { KnownTaskType } from '../features/task-config.ts';
import { TASK_FIELDS } from '../filters/filter-fields.ts';
import { filterConditions } from '../filters/filters.ts';
import { readListPage } from '../store/list-pages.ts';
import type { FilterInput, ListPage, ListPosition, TaskQuery, WorkflowStatus } from '../store/task-query.ts';
import { type FoundTask, findTask, type TaskRow, type TaskScope, tasksOf } from '../store/task-rows.ts';
import type { TokenExplanation } from '../tokens/token-explanation.ts';
import { requiredFieldsOf } from '../tokens/token-fields.ts';
import type { TokenDescription, WorkflowToken } from '../tokens/workflow-token.ts';
import type { EngineParts } from './engine-parts.ts';
import type { Task } from './task.ts';
import { taskConditions } from './task-conditions.ts';
import { checkPermitted } from './task-flow.ts';

/** Reads of tasks and of their tokens. Nothing here changes a task; reading an expired token ends it. */
export class TaskReads {
  readonly #parts: EngineParts;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /** Errors: `task_not_found`. */
  async get(uuid: string, scope: TaskScope = {}): Promise<Task> {
    return (await this.find(uuid, scope)).task;
  }

  /** A task with its row. Errors: `task_not_found`. */
  async find(uuid: string, scope: TaskScope): Promise<FoundTask> {
    const found = await findTask(this.#parts.storage, uuid, this.#parts.clock.now(), scope);
    if (!found) throw new PurserError('task_not_found', { uuid });
    return found;
  }

  /** Newest first. Errors: `filter_malformed`, `filter_field`, `filter_operation`, `filter_value`, `page_empty`. */
  async list({ filters, at, ...narrowing }: TaskQuery): Promise<ListPage<Task>> {
    const { storage } = this.#parts;
    let query = storage.db.selectFrom('tasks').selectAll('tasks');
    for (const condition of taskConditions(storage, narrowing)) query = query.where(condition);
    for (const condition of filterConditions(storage.native.engine, TASK_FIELDS, filters)) {
      query = query.where(condition);
    }
    const page = await readListPage(query, 'tasks', at);
    return { ...page, items: await this.#tasksOf(page.items) };
  }

  /** Tasks that wait for approval, by their creation, with their row ids. */
  async awaiting({ order, limit, from }: PendingWindow): Promise<{ id: number; task: Task }[]> {
    let query = this.#parts.storage.db
      .selectFrom('tasks')
      .selectAll()
      .where('cancelled', '=', 0)
      .where('completed', '=', 0)
      .where('approved', '=', 0);
    if (from) query = query.where(beyond('tasks.created_on', 'tasks.id', order, from));
    const direction = order === 'newest' ? 'desc' : 'asc';
    const rows = await query.orderBy('created_on', direction).orderBy('id', direction).limit(limit).execute();
    const tasks = await this.#tasksOf(rows);
    return tasks.map((task, index) => ({ id: (rows[index] as TaskRow).id, task }));
  }

  /** The newest tasks of some types in a project. */
  async ofProject(query: OpenTaskQuery): Promise<Task[]> {
    const { storage } = this.#parts;
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
    return this.#tasksOf(found);
  }

  /** The newest task that is not completed, and the one that was completed last. */
  async status(): Promise<WorkflowStatus> {
    const newest = (completed: 0 | 1) =>
      this.#parts.storage.db
        .selectFrom('tasks')
        .selectAll()
        .where('completed', '=', completed)
        .orderBy(completed === 1 ? 'completed_on' : 'created_on', 'desc')
        .orderBy('id', 'desc')
        .limit(1)
        .execute();
    const [created, completed] = await Promise.all([newest(0), newest(1)]);
    const [lastCreated] = await this.#tasksOf(created);
    const [lastCompleted] = await this.#tasksOf(completed);
    return { lastCreated, lastCompleted };
  }

  /** Whether a token of the task has expired, and whether the task has an error notification. */
  async troubleOf({ uuid }: Task): Promise<{ readonly expired: boolean; readonly failed: boolean }> {
    const { storage, tokens } = this.#parts;
    const notification = await storage.db
      .selectFrom('notifications')
      .innerJoin('tasks', 'tasks.id', 'notifications.task_id')
      .select('notifications.id')
      .where('tasks.uuid', '=', uuid)
      .where('error', '=', 1)
      .limit(1)
      .executeTakeFirst();
    return { expired: await tokens.hasExpired(uuid), failed: notification !== undefined };
  }

  /** The type of a stored task. Errors: `task_type_unknown` if its feature set is no longer there. */
  typeOf({ taskType }: Task): KnownTaskType {
    const type = this.#parts.registry.taskType(taskType);
    if (!type) throw new PurserError('task_type_unknown', { taskType, stored: true });
    return type;
  }

  /** The task that a token is for. Errors: `workflow_token_not_found`, with the reason in `ended` if known. */
  async findBySecret(secret: string): Promise<FoundTask> {
    const { storage, tokens } = this.#parts;
    const id = await tokens.taskIdOf(secret);
    const row =
      id === undefined
        ? undefined
        : await storage.db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst();
    const [task] = row ? await this.#tasksOf([row]) : [];
    if (row && task) return { row, task };
    const ended = await tokens.endOf(secret);
    throw new PurserError('workflow_token_not_found', ended === undefined ? {} : { ended });
  }

  /** Errors: `workflow_token_not_found`, `task_state`, `task_type_unknown`. */
  async describeToken(secret: string): Promise<TokenDescription> {
    return this.#described(await this.findBySecret(secret));
  }

  /** The description in words for the person who received the token. Errors: those of `describeToken`. */
  async explainToken(secret: string): Promise<TokenExplanation> {
    const found = await this.findBySecret(secret);
    // Only pages need it.
    const { explainToken } = await import('../tokens/token-explanation.ts');
    return explainToken(this.#parts, found.task, this.#described(found));
  }

  /** Valid tokens, or expired ones; newest first. Errors: those of `list`. */
  async listTokens(
    query: { readonly expired?: boolean; readonly filters?: FilterInput } = {},
  ): Promise<readonly WorkflowToken[]> {
    return (await this.#parts.tokens.list(query)).items;
  }

  /** One page of the same list. */
  tokenPage(query: {
    readonly expired?: boolean;
    readonly at: ListPosition;
  }): Promise<ListPage<WorkflowToken>> {
    return this.#parts.tokens.list(query);
  }

  #described({ row, task }: FoundTask): TokenDescription {
    const type = this.typeOf(task);
    checkPermitted('describe', row);
    return {
      actions: task.actions.map(({ name }) => name),
      requiredFields: requiredFieldsOf(task),
      taskType: task.taskType,
      requiresAuthentication: type.tokenRequiresAuthentication,
    };
  }

  #tasksOf(rows: readonly TaskRow[]): Promise<Task[]> {
    const { storage, clock } = this.#parts;
    return tasksOf(storage, storage.db, rows, clock.now());
  }
}
