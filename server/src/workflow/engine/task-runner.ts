import { PurserError } from '../../lib/errors.ts';
import { inTime } from '../../lib/flow/in-time.ts';
import { LIMITS } from '../../lib/limits.ts';
import { stringifyExact } from '../../lib/text/json.ts';
import type { Submission } from '../features/action.ts';
import { mailTrouble, type StageMails, writeStageMails, writeToken } from '../mails/stage-mails.ts';
import { EngineActionRun } from './action-run.ts';
import type { EngineParts } from './engine-parts.ts';
import type { RunningTask, StageEnd } from './running-task.ts';
import type { Stage, Task } from './task.ts';
import {
  actionsInvalid,
  asksForAutoApproval,
  type NextStep,
  rejectedField,
  stepAfter,
  taskFailed,
} from './task-flow.ts';
import { type FailedPart, failureText } from './task-notes.ts';
import { factsOf } from './task-record.ts';

interface Ending extends StageEnd {
  /** The error for the caller, thrown once the end is stored. */
  readonly refusal?: PurserError;
}

/**
 * Runs a task from a stage on, until it waits or is completed, under one lease. After each stage `stepAfter` names the
 * step that follows; the step is written in one transaction.
 * Errors: `task_failed`, `task_actions_invalid`, `workflow_token_fields`; `task_busy` if the lease is lost.
 */
export async function runTask(
  parts: EngineParts,
  running: RunningTask,
  first: Stage,
  submission: Submission,
): Promise<void> {
  for (let stage: Stage | null = first; stage !== null; ) {
    const thrown = await runStage(parts, running, stage, submission);
    const step = stepAfter(stage, running.task, running.type, thrown);
    const { refusal, ...end } = await ENDINGS[step]({ parts, running, stage, submission, thrown });
    await running.endStage(end);
    if (refusal) throw refusal;
    stage = end.next;
  }
}

interface Ended {
  readonly parts: EngineParts;
  readonly running: RunningTask;
  readonly stage: Stage;
  readonly submission: Submission;
  readonly thrown: unknown;
}

/** How each step is written. */
const ENDINGS: Readonly<Record<NextStep, (ended: Ended) => Promise<Ending> | Ending>> = {
  approve: async ({ parts, running }) => {
    const mails = await mailsOf(parts, running, 'initial');
    const approvedOn = parts.clock.now();
    return {
      mails,
      notes: ['Action allow auto approval. Auto approving.'],
      changes: { approved: 1, approved_on: approvedOn, approved_by: stringifyExact('system') },
      known: { approved: true, approvedBy: 'system', approvedOn },
      record: { action: 'approve', by: 'system', address: null, after: factsOf(running.task) },
      next: 'approve',
    };
  },

  await_approval: async ({ parts, running: { type, task }, running }) => ({
    mails: await mailsOf(parts, running, 'initial'),
    notes: asksForAutoApproval(task) ? ['Actions allow auto aproval, but task does not.'] : [],
    notification: type.sendApprovalNotification ? `'${task.taskType}' task needs approval.` : undefined,
    next: null,
  }),

  issue_token: async (ended) => {
    const { parts, running } = ended;
    try {
      const { secret, mails, note } = await writeToken(parts, running);
      return { notes: [note], mails, newToken: secret, next: null };
    } catch (cause) {
      return failure(ended, 'token', cause);
    }
  },

  submit: () => ({ next: 'submit' }),

  complete: async ({ parts, running, submission }) => {
    const known = { completed: true, completedOn: parts.clock.now() };
    const { task, address } = running;
    return {
      mails: await mailsOf(parts, running, 'completed', { ...task, ...known }),
      changes: { completed: 1, completed_on: known.completedOn, open_hash: null },
      known,
      record: { action: 'complete', by: submission.submitter, address, after: factsOf(task) },
      next: null,
    };
  },

  reject_input: ({ running: { task }, thrown }) => {
    const field = rejectedField(task, thrown) ?? '';
    const reason = String((thrown as PurserError).data['reason']);
    return {
      refusal: new PurserError('workflow_token_fields', { errors: { [field]: [reason] } }),
      next: null,
    };
  },

  stop_invalid: async ({ parts, running, stage }) => ({
    refusal: actionsInvalid(running.task),
    // A prepared task has sent its first mail, whether or not it can approve itself.
    ...(stage === 'prepare' && {
      mails: await mailsOf(parts, running, 'initial'),
      notes: ['Action allow auto approval. Auto approving.'],
    }),
    next: null,
  }),

  fail: (ended) => failure(ended, ended.stage, ended.thrown),
};

function failure({ running: { task, address } }: Ended, part: FailedPart, cause: unknown): Ending {
  const error = failureText(cause, part);
  return {
    error,
    record: { action: 'fail', by: 'system', address, after: { ...factsOf(task), error } },
    refusal: taskFailed(task.uuid, part, cause),
    next: null,
  };
}

/** The recipients of mails come from backends; what they throw is stored like any other trouble with mails. */
async function mailsOf(
  parts: EngineParts,
  { type, task: stored, taskCache, lost }: RunningTask,
  stage: 'initial' | 'completed',
  task: Task = stored,
): Promise<StageMails> {
  const writing = writeStageMails(parts, type, { task, taskCache }, stage);
  try {
    return await inTime(writing, LIMITS.action_ms, `The ${stage} mail`, lost);
  } catch (error) {
    return { mails: [], troubles: [mailTrouble(error, task.uuid)] };
  }
}

/**
 * Runs a stage of all actions of a task, in order; an action that throws ends it. What an action has changed is stored
 * when its run ends, also when it throws, so that the stage can be run again from there. No transaction is open while
 * an action runs.
 * @returns what an action threw, `task_action_unknown` or `task_busy`; undefined if all actions ran
 */
async function runStage(
  parts: EngineParts,
  running: RunningTask,
  stage: Stage,
  submission: Submission,
): Promise<unknown> {
  try {
    for (const index of running.task.actions.keys()) {
      await runAction(parts, running, { index, stage, submission });
    }
    return undefined;
  } catch (thrown) {
    return thrown ?? new Error(String(thrown));
  }
}

async function runAction(
  parts: EngineParts,
  running: RunningTask,
  { index, stage, submission }: { index: number; stage: Stage; submission: Submission },
): Promise<void> {
  const name = running.task.actions[index]?.name ?? '';
  const definition = parts.registry.action(name);
  if (!definition) throw new PurserError('task_action_unknown', { action: name });
  const run = new EngineActionRun(parts, running, index, stage);
  try {
    const work = async (): Promise<void> =>
      stage === 'submit' ? definition.submit(run, submission) : definition[stage](run);
    await inTime(work(), definition.timeout_ms ?? LIMITS.action_ms, name, running.lost);
  } finally {
    await run.end();
  }
}
