import type { Updateable } from 'kysely';
import { PurserError } from '../../lib/errors.ts';
import { inTime } from '../../lib/flow/in-time.ts';
import { LIMITS } from '../../lib/limits.ts';
import { stringifyExact } from '../../lib/text/json.ts';
import type { TasksTable } from '../../storage/schema.ts';
import type { Transaction } from '../../storage/storage.ts';
import type { Submission } from '../features/action.ts';
import { mailTrouble, type StageMails, writeStageMails } from '../mails/stage-mails.ts';
import { sendMails } from '../mails/workflow-mails.ts';
import type { Notification } from '../notifications/notification-handler.ts';
import type { Notifications } from '../notifications/notifications.ts';
import { newHexSecret } from '../store/hex-id.ts';
import type { WorkflowTokens } from '../tokens/workflow-tokens.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import type { Caller } from './caller.ts';
import type { RunningTask } from './running-task.ts';
import { StageRunner } from './stage-runner.ts';
import type { Stage, Task } from './task.ts';
import { factsOf, recordDeed } from './task-audit.ts';
import type { TaskLeases } from './task-leases.ts';
import { noteOf, thrownAs, withNotes } from './task-notes.ts';

/** What was being done when something was thrown, in the words of error notifications (workflow-v1 §6.3). */
const WHILE = {
  prepare: 'while setting up task',
  approve: 'while approving task',
  submit: 'while submiting task',
  token: 'while sending token',
} as const;

/** What is written at a step of a task. */
interface Step {
  readonly changes?: Updateable<TasksTable>;
  /** Notes of the task. */
  readonly notes?: readonly string[];
  readonly mails?: StageMails;
  /** The text of a standard notification. */
  readonly notification?: string | undefined;
  /** The text of an error notification. */
  readonly error?: string;
  /** What else belongs to it. */
  readonly also?: (tx: Transaction) => Promise<void>;
  /** Whether nobody runs a stage after it. */
  readonly last: boolean;
}

/** What is known of a task after a step. */
type Known = Partial<Pick<Task, 'approved' | 'approvedBy' | 'approvedOn' | 'completed' | 'completedOn'>>;

/**
 * How a task goes from stage to stage (workflow-v1 §2.3), under one lease: prepared, approved by somebody or by
 * itself, submitted at once or when its token is. Each step ends with the lease let go.
 */
export class TaskFlow {
  readonly #parts: WorkflowParts;
  readonly #leases: TaskLeases;
  readonly #notifications: Notifications;
  readonly #tokens: WorkflowTokens;
  readonly #runner: StageRunner;

  constructor(
    parts: WorkflowParts,
    deps: { leases: TaskLeases; notifications: Notifications; tokens: WorkflowTokens },
  ) {
    this.#parts = parts;
    this.#leases = deps.leases;
    this.#notifications = deps.notifications;
    this.#tokens = deps.tokens;
    this.#runner = new StageRunner(parts, deps.leases, deps.notifications);
  }

  /** Errors: `task_failed`, `task_busy`; `task_actions_invalid` where it approves itself and is not valid. */
  async prepare(current: RunningTask): Promise<void> {
    await this.#stage(current, 'prepare', nothingFrom(current.task.caller));
    const mails = await this.#mails(current, 'initial');
    const { type, task } = current;
    const wish = autoApprovalOf(task);
    if (wish && type.allowAutoApprove) {
      const valid = isValid(task);
      const notes = ['Action allow auto approval. Auto approving.'];
      await this.#step(current, { notes, mails, last: !valid });
      if (!valid) throw actionsInvalid(current.task);
      await this.#approveItself(current);
      return;
    }
    await this.#step(current, {
      notes: wish ? ['Actions allow auto aproval, but task does not.'] : [],
      mails,
      notification: type.sendApprovalNotification ? `'${task.taskType}' task needs approval.` : undefined,
      last: true,
    });
  }

  /** What comes after a task was marked as approved. Errors: `task_failed`, `task_busy`, `task_actions_invalid`. */
  async approve(current: RunningTask, by: Caller): Promise<void> {
    await this.#stage(current, 'approve', nothingFrom(by));
    await this.#requireValid(current);
    if (current.task.actions.some(({ needToken }) => needToken)) await this.#giveToken(current);
    else {
      await this.#step(current, { changes: this.#startOf('submit'), last: false });
      await this.submit(current, nothingFrom(by));
    }
  }

  /** Errors: `task_failed`, `task_busy`, `task_actions_invalid`. */
  async submit(current: RunningTask, submission: Submission): Promise<void> {
    await this.#stage(current, 'submit', submission);
    await this.#requireValid(current);
    const completedOn = this.#parts.clock.now();
    const mails = await this.#mails(
      { ...current, task: { ...current.task, completed: true, completedOn } },
      'completed',
    );
    await this.#step(
      current,
      {
        changes: { completed: 1, completed_on: completedOn, open_hash: null },
        mails,
        also: async (tx) => {
          await this.#tokens.end(tx, current.lease.taskId, 'used');
          await this.#record(tx, current, 'complete', submission.submitter);
        },
        last: true,
      },
      { completed: true, completedOn },
    );
  }

  /**
   * Writes the mails of a new token and answers what has to be done in a transaction that holds the task.
   * Throws what a template throws.
   */
  async tokenFor(current: Pick<RunningTask, 'task' | 'type' | 'taskCache'>) {
    const secret = newHexSecret(this.#parts.secrets);
    const writing = writeStageMails(this.#parts, current.type, { ...current, secret }, 'token');
    const mails = await inTime(writing, LIMITS.action_ms, 'The mail of the token');
    return {
      note: 'Token created for task.',
      mails,
      store: (tx: Transaction, taskId: number) =>
        this.#tokens.replace(tx, taskId, secret, current.type.tokenExpiry_s),
    };
  }

  /** Tells operators what was thrown; answers the error for whoever asked. */
  async failed(
    task: { readonly id: number; readonly uuid: string },
    facts: ReturnType<typeof factsOf>,
    doing: keyof typeof WHILE,
    cause: unknown,
  ): Promise<PurserError> {
    const notes = failureNotes(cause, doing);
    const notification = await this.#parts.storage.transaction(async (tx) => {
      const after = { ...facts, error: notes.errors[0] };
      const deed = { action: 'fail', by: 'system', address: null, uuid: task.uuid, after } as const;
      await recordDeed(this.#parts.audit, tx, deed);
      return this.#notifications.insert(tx, task, notes, { error: true });
    });
    await this.#notifications.hand(notification);
    return taskFailed(task.uuid, doing, cause);
  }

  async #approveItself(current: RunningTask): Promise<void> {
    const approvedOn = this.#parts.clock.now();
    const known: Known = { approved: true, approvedBy: 'system', approvedOn };
    const { uuid } = current.task;
    await this.#step(
      current,
      {
        changes: {
          ...this.#startOf('approve'),
          approved: 1,
          approved_on: approvedOn,
          approved_by: stringifyExact('system'),
        },
        also: (tx) =>
          recordDeed(this.#parts.audit, tx, {
            action: 'approve',
            by: 'system',
            address: null,
            uuid,
            after: factsOf(current.task),
          }),
        last: false,
      },
      known,
    );
    await this.approve(current, current.task.caller);
  }

  async #giveToken(current: RunningTask): Promise<void> {
    const { taskId } = current.lease;
    let token: Awaited<ReturnType<TaskFlow['tokenFor']>>;
    try {
      token = await this.tokenFor(current);
    } catch (cause) {
      return this.#fail(current, 'token', cause);
    }
    await this.#step(current, {
      notes: [token.note],
      mails: token.mails,
      also: (tx) => token.store(tx, taskId),
      last: true,
    });
  }

  async #stage(current: RunningTask, stage: Stage, submission: Submission): Promise<void> {
    try {
      await this.#runner.run(current, stage, submission);
    } catch (cause) {
      if (stage === 'submit') await this.#refuse(current, cause);
      await this.#fail(current, stage, cause);
    }
  }

  /** What is wrong with what was sent is told to whoever sent it, who can send something else: nothing has failed. */
  async #refuse(current: RunningTask, cause: unknown): Promise<void> {
    if (!(cause instanceof PurserError) || cause.code !== 'invalid_field') return;
    const field = String(cause.data['field']);
    if (!current.task.actions.some(({ tokenFields }) => tokenFields.includes(field))) return;
    await this.#step(current, { last: true });
    throw new PurserError('workflow_token_fields', { errors: { [field]: [String(cause.data['reason'])] } });
  }

  /** Lets go of the task and tells of what was thrown; if somebody else has the task already, nothing is told. */
  async #fail(current: RunningTask, doing: keyof typeof WHILE, cause: unknown): Promise<never> {
    const [error] = failureNotes(cause, doing).errors;
    const also = (tx: Transaction) => this.#record(tx, current, 'fail', 'system', { error });
    await this.#step(current, { error: error as string, also, last: true });
    throw taskFailed(current.task.uuid, doing, cause);
  }

  #record(
    tx: Transaction,
    { task, address }: RunningTask,
    action: 'complete' | 'fail',
    by: Caller | 'system',
    more: object = {},
  ): Promise<void> {
    const after = { ...factsOf(task), ...more };
    return recordDeed(this.#parts.audit, tx, { action, by, address, uuid: task.uuid, after });
  }

  async #requireValid(current: RunningTask): Promise<void> {
    if (isValid(current.task)) return;
    await this.#step(current, { last: true });
    throw actionsInvalid(current.task);
  }

  /** Whom mails go to is asked of backends; what they throw is told like any other trouble of mails. */
  async #mails(current: RunningTask, stage: 'initial' | 'completed'): Promise<StageMails> {
    const writing = writeStageMails(this.#parts, current.type, current, stage);
    try {
      return await inTime(writing, LIMITS.action_ms, `The ${stage} mail`, current.lost);
    } catch (error) {
      return { mails: [], troubles: [mailTrouble(error, current.task.uuid)] };
    }
  }

  /** Of a further stage under the same lease. */
  #startOf(stage: Stage): Updateable<TasksTable> {
    return { running_stage: stage, running_action: 0, running_since: this.#parts.clock.now() };
  }

  async #step(current: RunningTask, step: Step, known: Known = {}): Promise<void> {
    const { lease, task } = current;
    const { storage, clock, outbox } = this.#parts;
    const now_ms = clock.now();
    const taskNotes = withNotes(
      task.taskNotes,
      (step.notes ?? []).map((text) => noteOf(text, now_ms)),
    );
    const changes = {
      ...step.changes,
      ...((step.notes ?? []).length > 0 && { task_notes: stringifyExact(taskNotes) }),
    };
    const row = { id: lease.taskId, uuid: lease.uuid };
    const told = await storage.transaction(async (tx) => {
      if (step.last) await this.#leases.release(tx, lease, changes);
      else await this.#leases.write(tx, lease, changes);
      await step.also?.(tx);
      await sendMails(outbox, tx, step.mails?.mails ?? []);
      const stored: Notification[] = [];
      for (const errors of step.mails?.troubles ?? []) {
        stored.push(await this.#notifications.insert(tx, row, { errors }, { error: true }));
      }
      if (step.error !== undefined) {
        stored.push(await this.#notifications.insert(tx, row, { errors: [step.error] }, { error: true }));
      }
      if (step.notification !== undefined) {
        stored.push(await this.#notifications.insert(tx, row, { notes: [step.notification] }));
      }
      return stored;
    });
    current.task = { ...task, ...known, taskNotes };
    for (const notification of told) await this.#notifications.hand(notification);
  }
}

const nothingFrom = (submitter: Caller): Submission => ({ data: {}, submitter });

export const isValid = (task: Task): boolean => task.actions.every(({ valid }) => valid);

/** Names those that are not valid. */
export function actionsInvalid(task: Task): PurserError {
  const actions = task.actions.filter(({ valid }) => !valid).map(({ name }) => name);
  return new PurserError('task_actions_invalid', { task: task.uuid, actions });
}

/** One action against it is enough; otherwise one for it is (workflow-v1 §2.3). */
function autoApprovalOf({ actions }: Task): boolean {
  if (actions.some(({ autoApprove }) => autoApprove === false)) return false;
  return actions.some(({ autoApprove }) => autoApprove === true);
}

function failureNotes(cause: unknown, doing: keyof typeof WHILE) {
  return { errors: [`Error: ${thrownAs(cause)} ${WHILE[doing]}. See task itself for details.`] };
}

function taskFailed(task: string, doing: string, cause: unknown): PurserError {
  const failure = new PurserError('task_failed', { task, while: doing });
  failure.cause = cause;
  return failure;
}
