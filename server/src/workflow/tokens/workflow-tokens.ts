import type { Clock } from '../../lib/clock.ts';
import { LIMITS } from '../../lib/limits.ts';
import { digestSecret, type Secrets } from '../../lib/secrets.ts';
import type { Storage, Transaction } from '../../storage/storage.ts';
import { TOKEN_FIELDS } from '../filters/filter-fields.ts';
import { filterConditions } from '../filters/filters.ts';
import { newHexId } from '../store/hex-id.ts';
import { readListPage } from '../store/list-pages.ts';
import type { FilterInput, ListPage, ListPosition } from '../store/task-query.ts';
import type { TokenEnd, WorkflowToken } from './workflow-token.ts';

/**
 * Secrets that submit a task (decision secrets-at-rest): they are sent by mail, and only their digests are stored. A
 * task has one at a time. A submit token is used once: it ends in the transaction that completes its task.
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

  /** Stores a new token of a task and ends those that it had. */
  async replace(tx: Transaction, taskId: number, secret: string, lifetime_s: number): Promise<void> {
    await this.end(tx, taskId, 'replaced');
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

  /** Ends the tokens of a task. Their digests are kept for `LIMITS.ended_task_tokens_ms` with the reason. */
  async end(tx: Transaction, taskId: number, reason: TokenEnd): Promise<void> {
    const ended = await tx.db
      .deleteFrom('workflow_tokens')
      .where('task_id', '=', taskId)
      .returning(['digest', 'expires'])
      .execute();
    const now_ms = this.#clock.now();
    await this.#note(
      tx,
      ended.map(({ digest, expires }) => ({ digest, reason: expires > now_ms ? reason : 'expired' })),
    );
  }

  /** The task of a secret. An expired token is ended, and undefined is returned. */
  async taskIdOf(secret: string): Promise<number | undefined> {
    const digest = digestSecret(secret);
    const row = await this.#storage.db
      .selectFrom('workflow_tokens')
      .select(['id', 'task_id', 'expires'])
      .where('digest', '=', digest)
      .executeTakeFirst();
    if (!row) return undefined;
    if (row.expires > this.#clock.now()) return row.task_id;
    await this.#storage.transaction(async (tx) => {
      const { numDeletedRows } = await tx.db
        .deleteFrom('workflow_tokens')
        .where('id', '=', row.id)
        .executeTakeFirstOrThrow();
      if (numDeletedRows > 0n) await this.#note(tx, [{ digest, reason: 'expired' }]);
    });
    return undefined;
  }

  /** Why a token has ended; undefined if it never existed, or ended long ago. */
  async endOf(secret: string): Promise<TokenEnd | undefined> {
    const row = await this.#storage.db
      .selectFrom('ended_workflow_tokens')
      .select('reason')
      .where('digest', '=', digestSecret(secret))
      .executeTakeFirst();
    return row?.reason;
  }

  /** Whether a secret is a valid token of a task, in a transaction that has locked the task. */
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

  /** Ends all expired tokens. @returns how many there were */
  async deleteExpired(): Promise<number> {
    return this.#storage.transaction(async (tx) => {
      const ended = await tx.db
        .deleteFrom('workflow_tokens')
        .where('expires', '<=', this.#clock.now())
        .returning('digest')
        .execute();
      await this.#note(
        tx,
        ended.map(({ digest }) => ({ digest, reason: 'expired' })),
      );
      return ended.length;
    });
  }

  /** Whether a task has an expired token. */
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

  /** Valid tokens, or expired ones; newest first. Errors: those of `TaskReads.list`. */
  async list({
    expired = false,
    filters,
    at = 'all',
  }: {
    expired?: boolean;
    filters?: FilterInput;
    at?: ListPosition;
  }): Promise<ListPage<WorkflowToken>> {
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
    const page = await readListPage(query, 'workflow_tokens', at);
    return { ...page, items: page.items.map((row) => ({ ...row })) };
  }
  /** Stores the digests of ended tokens, and deletes those that ended long ago. */
  async #note(
    { db }: Transaction,
    ended: readonly { readonly digest: Uint8Array; readonly reason: TokenEnd }[],
  ): Promise<void> {
    const now_ms = this.#clock.now();
    await db
      .deleteFrom('ended_workflow_tokens')
      .where('ended_on', '<', now_ms - LIMITS.ended_task_tokens_ms)
      .execute();
    for (let from = 0; from < ended.length; from += ROWS_AT_ONCE) {
      const rows = ended.slice(from, from + ROWS_AT_ONCE).map((one) => ({ ...one, ended_on: now_ms }));
      await db
        .insertInto('ended_workflow_tokens')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  }
}

/** SQLite limits the number of parameters of a statement. */
const ROWS_AT_ONCE = 300;
