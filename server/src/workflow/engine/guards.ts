import { PurserError } from '../../lib/errors.ts';
import { isBusy, type TaskRow } from '../store/task-rows.ts';

const refuse = (row: TaskRow, reason: string): never => {
  throw new PurserError('task_state', { task: row.uuid, reason });
};

/**
 * Refuses what a task's state does not allow (workflow-v1 §2.4): `task_state` with the reason. What is over comes
 * before what is missing.
 * @param approved whether it has to be approved, or must not be; undefined: either
 */
export function checkState(row: TaskRow, { approved }: { approved?: boolean } = {}): void {
  if (row.completed === 1) refuse(row, 'This task has already been completed.');
  if (row.cancelled === 1) refuse(row, 'This task has been cancelled.');
  if (approved === false && row.approved === 1) refuse(row, 'This task has already been approved.');
  if (approved === true && row.approved === 0) refuse(row, 'This task has not been approved.');
}

/** Throws `task_busy` while somebody runs a stage of the task. */
export function checkFree(row: TaskRow, now_ms: number): void {
  if (isBusy(row, now_ms)) throw new PurserError('task_busy', { task: row.uuid });
}
