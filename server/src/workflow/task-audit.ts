import type { Audit } from '../audit/audit.ts';
import type { Transaction } from '../storage/storage.ts';
import { type Caller, isKnown } from './caller.ts';

/** Who did what to a task, for the record. */
export interface TaskDeed {
  readonly action: 'create' | 'update' | 'approve' | 'cancel' | 'submit' | 'reissue_token';
  readonly by: Caller | 'system';
  readonly address: string | null;
  readonly uuid: string;
  readonly after?: Record<string, unknown>;
}

/** Records what somebody does to a task, in the same transaction. */
export async function recordDeed(audit: Audit, tx: Transaction, deed: TaskDeed): Promise<void> {
  const { action, by, address, uuid, after } = deed;
  const who =
    by === 'system'
      ? { actor: null, actorName: 'purser' }
      : isKnown(by)
        ? { actor: by.user_id, actorName: by.username }
        : { actor: null, actorName: 'anonymous' };
  await audit.record(tx, { ...who, address, action: `task.${action}`, subject: uuid, after });
}
