import { hash } from 'node:crypto';
import { PurserError } from '../../lib/errors.ts';
import { canonicalEmail } from '../../lib/text/email-address.ts';
import { isObject, type Json, type JsonObject, stringifyExact } from '../../lib/text/json.ts';
import { isUniqueViolation } from '../../storage/conflicts.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { Storage, Transaction } from '../../storage/storage.ts';
import type { ActionDefinition } from '../features/action.ts';
import type { KnownTaskType } from '../features/task-config.ts';
import type { TaskKeys } from '../store/task-rows.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import type { Caller } from './caller.ts';
import type { EngineParts } from './engine-parts.ts';
import { endTask } from './task-endings.ts';
import { withNewNotes } from './task-notes.ts';
import { recordTask } from './task-record.ts';

/*
 * One open task per request: of equal requests, and of requests of one type about the same user's password or e-mail
 * address, one task is open at a time (workflow-v1 §2.5). `open_hash` is unique and set while a task is open, so the
 * database enforces it.
 */

interface ActionInput {
  readonly name: string;
  readonly data: JsonObject;
}

/** The keys of a task of that type with that input. */
export async function taskKeys(
  { registry, backends }: Pick<WorkflowParts, 'registry' | 'backends'>,
  taskType: string,
  actions: readonly ActionInput[],
): Promise<TaskKeys> {
  const hash_key = taskHash(taskType, actions);
  for (const { name, data } of actions) {
    const definition: ActionDefinition | undefined = registry.action(name);
    const person = await definition?.person?.({ data: structuredClone(data), backends });
    if (person === undefined) continue;
    return { hash_key, open_hash: taskHash(taskType, [{ name: 'person', data: { person } }]), person };
  }
  return { hash_key, open_hash: hash_key, person: null };
}

/**
 * SHA-256 over the type and the input of each action. The order of fields and of the items of lists does not matter:
 * lists of roles and regions are sets. An e-mail address counts in its canonical form, because two spellings of one
 * address are one recipient.
 */
export function taskHash(taskType: string, actions: readonly ActionInput[]): string {
  return hash('sha256', stringifyExact([taskType, actions.map(({ name, data }) => [name, sorted(data)])]));
}

function sorted(value: Json): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => stringifyExact(sorted(item)));
    return items.sort();
  }
  if (typeof value === 'string') return canonicalEmail(value) ?? value;
  if (!isObject(value)) return value;
  return Object.keys(value)
    .sort()
    .map((key) => [key, sorted(value[key] as Json)]);
}

/**
 * Cancels the open task with this `open_hash`, if the type of task says so; otherwise throws.
 * Errors: `task_duplicate`, `task_busy`.
 * @param context uuid: of the task that replaces it; self: the row id of that task, if it exists already
 * @returns the uuid of the cancelled task; undefined if no equal task is open
 */
export async function cancelDuplicate(
  { storage, clock, audit, tokens, leases }: EngineParts,
  tx: Transaction,
  type: KnownTaskType,
  {
    open_hash,
    uuid,
    self,
    by,
    address,
  }: { open_hash: string; uuid: string; self?: number; by: Caller; address: string | null },
): Promise<string | undefined> {
  const query = tx.db.selectFrom('tasks').selectAll().where('open_hash', '=', open_hash);
  const row = await forUpdate(storage, query).executeTakeFirst();
  if (!row || row.id === self) return undefined;
  if (type.duplicates !== 'cancel') throw new PurserError('task_duplicate', { task: row.uuid });
  leases.checkFree(row);
  const note = 'Task cancelled because was an old duplicate.';
  const notes = withNewNotes(JSON.parse(row.task_notes) as string[], [note], clock.now());
  await endTask(tx, tokens, row, notes);
  const after = { reason: 'duplicate', replaced_by: uuid };
  await recordTask(audit, tx, { action: 'cancel', by, address, uuid: row.uuid, after });
  return row.uuid;
}

/** How often a transaction is retried that lost the race for an `open_hash`. */
const ATTEMPTS = 5;

/** Retries a transaction that failed because an equal task was stored meanwhile: the next attempt sees that task. */
export async function retriedOnDuplicate<T>(
  storage: Storage,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await storage.transaction(work);
    } catch (error) {
      if (attempt === ATTEMPTS || !isUniqueViolation(error)) throw error;
    }
  }
}
