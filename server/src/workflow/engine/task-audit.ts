import type { Audit } from '../../audit/audit.ts';
import type { Transaction } from '../../storage/storage.ts';
import { type Caller, isKnown } from './caller.ts';
import type { Task } from './task.ts';

/** Who did what to a task, for the record. */
export interface TaskDeed {
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
  /** In the words of whoever did it. */
  readonly reason?: string | undefined;
}

/** What every record of a task says of it. */
export const factsOf = ({ taskType, projectId }: Pick<Task, 'taskType' | 'projectId'>) => ({
  taskType,
  projectId,
});

/** Records what somebody does to a task, in the same transaction. */
export async function recordDeed(audit: Audit, tx: Transaction, deed: TaskDeed): Promise<void> {
  const { action, by, address, uuid, after, reason = null } = deed;
  const who =
    by === 'system'
      ? { actor: null, actorName: 'purser' }
      : isKnown(by)
        ? { actor: by.user_id, actorName: by.username }
        : { actor: null, actorName: 'anonymous' };
  await audit.record(tx, { ...who, address, action: `task.${action}`, subject: uuid, after, reason });
}
