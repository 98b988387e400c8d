import { stringifyExact } from '../../lib/text/json.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { Transaction } from '../../storage/storage.ts';
import { isBusy, type TaskRow } from '../store/task-rows.ts';
import type { WorkflowTokens } from '../tokens/workflow-tokens.ts';
import type { EngineParts } from './engine-parts.ts';
import { withNewNotes } from './task-notes.ts';
import { factsOf, recordTask } from './task-record.ts';

/** Marks a task as cancelled and ends its tokens. @param notes all notes of the task, if they change */
export async function endTask(
  tx: Transaction,
  tokens: WorkflowTokens,
  row: TaskRow,
  notes?: readonly string[],
): Promise<void> {
  await tx.db
    .updateTable('tasks')
    .set({
      cancelled: 1,
      open_hash: null,
      lease_holder: null,
      lease_until: null,
      ...(notes && { task_notes: stringifyExact(notes) }),
    })
    .where('id', '=', row.id)
    .execute();
  await tokens.end(tx, row.id, 'cancelled');
}

/**
 * Which open tasks about a user end: those that change the address or password; `all`, also those that undo such a
 * change; with `since_ms`, of these only the ones that were created at that time or later.
 */
export type PersonalTasks = 'changes' | 'all' | { readonly since_ms: number };

/**
 * A changed password and the end of an account cancel the user's open tasks that change the address or password. A
 * task whose stage is running goes on, because it may be the task that changes the password; its token ends.
 * Runs in a transaction that has locked the account.
 */
export async function endPersonalTasks(
  { storage, clock, audit, registry, tokens }: EngineParts,
  tx: Transaction,
  { person, reason, which }: { person: string; reason: string; which: PersonalTasks },
): Promise<void> {
  const now_ms = clock.now();
  const query = tx.db
    .selectFrom('tasks')
    .selectAll()
    .where('person', '=', person)
    .where('cancelled', '=', 0)
    .where('completed', '=', 0)
    .orderBy('id');
  for (const row of await forUpdate(storage, query).execute()) {
    const { actions = [] } = registry.taskType(row.task_type) ?? {};
    const changes = actions.some((name) => registry.action(name)?.person !== undefined);
    if (!changes && !endsUndoing(which, row)) continue;
    if (isBusy(row, now_ms)) {
      await tokens.end(tx, row.id, row.running_stage === 'submit' ? 'used' : 'cancelled');
      continue;
    }
    const notes = JSON.parse(row.task_notes) as string[];
    await endTask(tx, tokens, row, withNewNotes(notes, [`Task cancelled: ${reason}`], now_ms));
    const after = factsOf({ taskType: row.task_type, projectId: row.project_id });
    const { uuid } = row;
    await recordTask(audit, tx, { action: 'cancel', by: 'system', address: null, uuid, after, reason });
  }
}

function endsUndoing(which: PersonalTasks, { created_on }: Pick<TaskRow, 'created_on'>): boolean {
  if (typeof which === 'string') return which === 'all';
  return created_on >= which.since_ms;
}
