import { type JsonObject, stringifyExact } from '../../lib/text/json.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { Transaction } from '../../storage/storage.ts';
import type { ActionDefinition } from '../features/action.ts';
import { isBusy, type TaskRow } from '../store/task-rows.ts';
import type { WorkflowTokens } from '../tokens/workflow-tokens.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import { factsOf, recordDeed } from './task-audit.ts';
import { taskHash } from './task-hash.ts';
import { noteOf, withNotes } from './task-notes.ts';

/**
 * The user whose e-mail address or password these actions change, by id; null where they change no such thing, or
 * there is no such user.
 */
export async function personOf(
  { registry, backends }: Pick<WorkflowParts, 'registry' | 'backends'>,
  actions: readonly { readonly name: string; readonly data: JsonObject }[],
): Promise<string | null> {
  for (const { name, data } of actions) {
    const definition: ActionDefinition | undefined = registry.action(name);
    const person = await definition?.person?.({ data: structuredClone(data), backends });
    if (person !== undefined) return person;
  }
  return null;
}

/** Of what one task can be open at a time: of equal requests, or of requests of a type about the same person. */
export function openHashOf(taskType: string, hash_key: string, person: string | null): string {
  return person === null ? hash_key : taskHash(taskType, [{ name: 'person', data: { person } }]);
}

/** Marks a task as cancelled, its tokens are deleted; a lease that had run out is good no more. */
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

/** Which open tasks about a person end. */
export type PersonalTasks = 'changes' | 'all' | { readonly since_ms: number };

/**
 * Ends the open tasks of a person that change their address or password: after a changed password, and when the
 * account is ended. A task whose stage is running comes to its end, and its link is void: it may be the very task that
 * changes the password.
 * @param which `all`: also tasks that undo such changes; with `since_ms`, of those only the ones that were opened at
 * that moment or later
 */
export async function endPersonalTasks(
  { storage, clock, audit, registry }: WorkflowParts,
  tokens: WorkflowTokens,
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
    const note = noteOf(`Task cancelled: ${reason}`, now_ms);
    await endTask(tx, tokens, row, withNotes(JSON.parse(row.task_notes) as string[], [note]));
    const after = factsOf({ taskType: row.task_type, projectId: row.project_id });
    const deed = { action: 'cancel', by: 'system', address: null, uuid: row.uuid, after, reason } as const;
    await recordDeed(audit, tx, deed);
  }
}

function endsUndoing(which: PersonalTasks, { created_on }: Pick<TaskRow, 'created_on'>): boolean {
  if (typeof which === 'string') return which === 'all';
  return created_on >= which.since_ms;
}
