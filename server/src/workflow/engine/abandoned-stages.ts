import { LIMITS } from '../../lib/limits.ts';
import type { Notification } from '../notifications/notification-handler.ts';
import { lockTask } from '../store/task-rows.ts';
import type { EngineParts } from './engine-parts.ts';
import type { Stage } from './task.ts';
import { RELEASED } from './task-leases.ts';
import { failureText } from './task-notes.ts';
import { factsOf, recordTask } from './task-record.ts';

class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor() {
    super('The node that ran the stage stopped, or lost the database.');
  }
}

/**
 * Records stages as failed whose lease has expired: their node crashed, or the database was away when the stage ended.
 * Operators are notified, and the stage can be run again, from what its actions had stored. A node that still runs
 * such a stage writes no more.
 * @returns how many there were, `LIMITS.page_max` at most
 */
export async function failAbandonedStages(parts: EngineParts): Promise<number> {
  const { storage, clock } = parts;
  const expired = await storage.db
    .selectFrom('tasks')
    .select('id')
    .where('lease_holder', 'is not', null)
    .where('lease_until', '<=', clock.now())
    .orderBy('lease_until')
    .limit(LIMITS.page_max)
    .execute();
  let failed = 0;
  for (const { id } of expired) {
    const notification = await failStage(parts, id);
    if (!notification) continue;
    failed += 1;
    await parts.notifications.hand(notification);
  }
  return failed;
}

/** Undefined if another node has recorded or taken the task meanwhile. */
function failStage(parts: EngineParts, id: number): Promise<Notification | undefined> {
  const { storage, clock, audit, notifications } = parts;
  return storage.transaction(async (tx) => {
    const { row, task } = await lockTask(storage, tx, id, clock.now());
    if (row.lease_holder === null || (row.lease_until ?? 0) > clock.now()) return undefined;
    await tx.db.updateTable('tasks').set(RELEASED).where('id', '=', id).execute();
    const error = failureText(new Interrupted(), (row.running_stage ?? 'prepare') as Stage);
    const after = { ...factsOf(task), error };
    await recordTask(audit, tx, { action: 'fail', by: 'system', address: null, uuid: row.uuid, after });
    return notifications.insert(tx, row, { errors: [error] }, { error: true });
  });
}
