import type { Clock } from '../lib/clock.ts';
import { LIMITS } from '../lib/limits.ts';
import { digestSecret, type Secrets } from '../lib/secrets.ts';
import type { Storage, Transaction } from '../storage/storage.ts';
import { TOKEN_FIELDS } from './filter-fields.ts';
import { filterConditions } from './filters.ts';
import { newHexId } from './hex-id.ts';
import type { FilterInput } from './task-query.ts';
import type { WorkflowToken } from './workflow-token.ts';

/**
 * Secrets that let somebody submit a task (design D8): they go out by mail, and only their digests stay. A task has
 * one at a time.
 */
export class WorkflowTokens {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #secrets: Secrets;

  constructor({ storage, clock, secrets }: { storage: Storage; clock: Clock; secrets: Secrets }) {
    this.#storage = storage;
    this.#clock = clock;
    this.#secrets = secrets;
  }

  /** Gives a task a token in the place of those it had. */
  async replace(tx: Transaction, taskId: number, secret: string, lifetime_s: number): Promise<void> {
    await this.deleteOf(tx, taskId);
    const now_ms = this.#clock.now();
    await tx.db
      .insertInto('workflow_tokens')
      .values({
        handle: newHexId(this.#secrets),
        digest: digestSecret(secret),
        task_id: taskId,
        created_on: now_ms,
        expires: now_ms + lifetime_s * 1000,
      })
      .execute();
  }

  async deleteOf(tx: Transaction, taskId: number): Promise<void> {
    await tx.db.deleteFrom('workflow_tokens').where('task_id', '=', taskId).execute();
  }

  /** The task that a secret is for. One that has run out is deleted, and is none. */
  async taskIdOf(secret: string): Promise<number | undefined> {
    const row = await this.#storage.db
      .selectFrom('workflow_tokens')
      .select(['id', 'task_id', 'expires'])
      .where('digest', '=', digestSecret(secret))
      .executeTakeFirst();
    if (!row) return undefined;
    if (row.expires > this.#clock.now()) return row.task_id;
    await this.#storage.transaction(({ db }) =>
      db.deleteFrom('workflow_tokens').where('id', '=', row.id).execute(),
    );
    return undefined;
  }

  /** Whether a secret is good for a task, in a transaction that has locked the task. */
  async isGoodFor(tx: Transaction, secret: string, taskId: number): Promise<boolean> {
    const row = await tx.db
      .selectFrom('workflow_tokens')
      .select('id')
      .where('digest', '=', digestSecret(secret))
      .where('task_id', '=', taskId)
      .where('expires', '>', this.#clock.now())
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Answers how many there were. */
  async deleteExpired(): Promise<number> {
    const { numDeletedRows } = await this.#storage.transaction(({ db }) =>
      db.deleteFrom('workflow_tokens').where('expires', '<=', this.#clock.now()).executeTakeFirstOrThrow(),
    );
    return Number(numDeletedRows);
  }

  /** Whether a task has a token that has run out. */
  async hasExpired(taskUuid: string): Promise<boolean> {
    const row = await this.#storage.db
      .selectFrom('workflow_tokens')
      .innerJoin('tasks', 'tasks.id', 'workflow_tokens.task_id')
      .select('workflow_tokens.id')
      .where('tasks.uuid', '=', taskUuid)
      .where('expires', '<=', this.#clock.now())
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Tokens that are good, or that have run out; newest first, at most `LIMITS.workflow_list`. Errors: as `Tasks.list`. */
  async list({
    expired = false,
    filters,
  }: {
    expired?: boolean;
    filters?: FilterInput;
  }): Promise<WorkflowToken[]> {
    let query = this.#storage.db
      .selectFrom('workflow_tokens')
      .innerJoin('tasks', 'tasks.id', 'workflow_tokens.task_id')
      .select([
        'workflow_tokens.handle',
        'tasks.uuid as task',
        'tasks.task_type as taskType',
        'workflow_tokens.created_on as createdOn',
        'workflow_tokens.expires',
      ])
      .where('workflow_tokens.expires', expired ? '<=' : '>', this.#clock.now());
    for (const condition of filterConditions(this.#storage.native.engine, TOKEN_FIELDS, filters)) {
      query = query.where(condition);
    }
    const rows = await query
      .orderBy('workflow_tokens.created_on', 'desc')
      .orderBy('workflow_tokens.id', 'desc')
      .limit(LIMITS.workflow_list)
      .execute();
    return rows.map((row) => ({ ...row }));
  }
}
