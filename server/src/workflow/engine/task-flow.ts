import { PurserError } from '../../lib/errors.ts';
import type { KnownTaskType } from '../features/task-config.ts';
import type { TaskRow } from '../store/task-rows.ts';
import type { Stage, Task } from './task.ts';
import type { FailedPart } from './task-notes.ts';

/**
 * The state machine of a task, as two tables: which commands a state permits, and what follows a stage (workflow-v1
 * §2.3, §2.4). Everything in this file is a pure function of a task.
 */

/** Commands on a task that exists. `describe`: reading what a token is for. */
export type TaskCommand = 'update' | 'approve' | 'cancel' | 'reissue_token' | 'submit' | 'describe';

/** Whether the command needs an approved task (`true`), needs one that is not approved (`false`), or takes either. */
const APPROVED: Readonly<Record<TaskCommand, boolean | undefined>> = {
  update: false,
  approve: undefined,
  cancel: undefined,
  reissue_token: true,
  submit: true,
  describe: undefined,
};

/**
 * A completed or cancelled task takes no command; the other states take those that the table permits.
 * Errors: `task_state` with the reason.
 */
export function checkPermitted(command: TaskCommand, row: TaskRow): void {
  const reason = refusalOf(APPROVED[command], row);
  if (reason !== undefined) throw new PurserError('task_state', { task: row.uuid, reason });
}

function refusalOf(approved: boolean | undefined, row: TaskRow): string | undefined {
  if (row.completed === 1) return 'This task has already been completed.';
  if (row.cancelled === 1) return 'This task has been cancelled.';
  if (approved === false && row.approved === 1) return 'This task has already been approved.';
  if (approved === true && row.approved === 0) return 'This task has not been approved.';
  return undefined;
}

/** What is known of a task when a stage has ended. */
interface StageFacts {
  /** An action threw. */
  readonly threw: boolean;
  /** An action rejected a field that the token asked for: the person who submitted it can send another value. */
  readonly inputRejected: boolean;
  /** All actions are valid. */
  readonly valid: boolean;
  /** An action asks for automatic approval, and no action objects. */
  readonly autoApproval: boolean;
  /** The type of task permits automatic approval. */
  readonly autoApprovalPermitted: boolean;
  /** An action needs a token before it can be submitted. */
  readonly needsToken: boolean;
}

export type NextStep =
  /** Approve the task by `system`, then run the approve stage. */
  | 'approve'
  /** Release the task and wait for an operator. */
  | 'await_approval'
  /** Mail a token and wait for it. */
  | 'issue_token'
  /** Run the submit stage. */
  | 'submit'
  /** Mark the task as completed. */
  | 'complete'
  /** Release the task and answer `workflow_token_fields`. */
  | 'reject_input'
  /** Release the task and answer `task_actions_invalid`. */
  | 'stop_invalid'
  /** Release the task, notify operators and answer `task_failed`. */
  | 'fail';

/** What follows a stage: the first row whose facts all hold. */
const FLOW: Readonly<Record<Stage, readonly (readonly [Partial<StageFacts>, NextStep])[]>> = {
  prepare: [
    [{ threw: true }, 'fail'],
    [{ autoApproval: true, autoApprovalPermitted: true, valid: false }, 'stop_invalid'],
    [{ autoApproval: true, autoApprovalPermitted: true }, 'approve'],
    [{}, 'await_approval'],
  ],
  approve: [
    [{ threw: true }, 'fail'],
    [{ valid: false }, 'stop_invalid'],
    [{ needsToken: true }, 'issue_token'],
    [{}, 'submit'],
  ],
  submit: [
    [{ inputRejected: true }, 'reject_input'],
    [{ threw: true }, 'fail'],
    [{ valid: false }, 'stop_invalid'],
    [{}, 'complete'],
  ],
};

/**
 * The step after a stage.
 * @param thrown what an action threw; undefined if none did
 */
export function stepAfter(stage: Stage, task: Task, type: KnownTaskType, thrown: unknown): NextStep {
  const facts: StageFacts = {
    threw: thrown !== undefined,
    inputRejected: rejectedField(task, thrown) !== undefined,
    valid: isValid(task),
    autoApproval: asksForAutoApproval(task),
    autoApprovalPermitted: type.allowAutoApprove,
    needsToken: needsToken(task),
  };
  const holds = (wanted: Partial<StageFacts>): boolean =>
    Object.entries(wanted).every(([fact, value]) => facts[fact as keyof StageFacts] === value);
  const row = FLOW[stage].find(([wanted]) => holds(wanted));
  if (!row) throw new Error(`The flow has no step after the stage ${stage}.`);
  return row[1];
}

export const isValid = (task: Task): boolean => task.actions.every(({ valid }) => valid);

export const needsToken = (task: Task): boolean => task.actions.some(({ needToken }) => needToken);

/** One action that objects is enough to prevent automatic approval; otherwise one that asks is enough. */
export function asksForAutoApproval({ actions }: Task): boolean {
  if (actions.some(({ autoApprove }) => autoApprove === false)) return false;
  return actions.some(({ autoApprove }) => autoApprove === true);
}

/** The field of the token that an action rejected, if that is what it threw. */
export function rejectedField({ actions }: Task, thrown: unknown): string | undefined {
  if (!(thrown instanceof PurserError) || thrown.code !== 'invalid_field') return undefined;
  const field = String(thrown.data['field']);
  return actions.some(({ tokenFields }) => tokenFields.includes(field)) ? field : undefined;
}

/** The error that names the actions which are not valid. */
export function actionsInvalid(task: Task): PurserError {
  const actions = task.actions.filter(({ valid }) => !valid).map(({ name }) => name);
  return new PurserError('task_actions_invalid', { task: task.uuid, actions });
}

/** The error for the caller, with what was thrown as its cause. */
export function taskFailed(task: string, part: FailedPart, cause: unknown): PurserError {
  const failure = new PurserError('task_failed', { task, while: part });
  failure.cause = cause;
  return failure;
}
