import type { Audit } from '../../audit/audit.ts';
import type { Transaction } from '../../storage/storage.ts';
import { type Caller, isKnown } from './caller.ts';
import type { Task } from './task.ts';

/** One entry of the audit record about a task. */
export interface TaskRecord {
  readonly action:
    | 'create'
    | 'update'
    | 'approve'
    | 'cancel'
    | 'submit'
    | 'reissue_token'
    | 'complete'
    | 'fail';
  readonly by: Caller | 'system';
  readonly address: string | null;
  readonly uuid: string;
  readonly after?: Record<string, unknown>;
  /** The reason that the caller gave. */
  readonly reason?: string | undefined;
}

/** The properties that every entry about a task has. */
export const factsOf = ({ taskType, projectId }: Pick<Task, 'taskType' | 'projectId'>) => ({
  taskType,
  projectId,
});

/** Writes an audit entry, in the transaction of the change that it describes. */
export async function recordTask(audit: Audit, tx: Transaction, record: TaskRecord): Promise<void> {
  const { action, by, address, uuid, after, reason = null } = record;
  const who =
    by === 'system'
      ? { actor: null, actorName: 'purser' }
      : isKnown(by)
        ? { actor: by.user_id, actorName: by.username }
        : { actor: null, actorName: 'anonymous' };
  await audit.record(tx, { ...who, address, action: `task.${action}`, subject: uuid, after, reason });
}
