import { PurserError } from '../../lib/errors.ts';
import { inTime } from '../../lib/flow/in-time.ts';
import { LIMITS } from '../../lib/limits.ts';
import { stringifyExact } from '../../lib/text/json.ts';
import type { ActionDefinition, Submission } from '../features/action.ts';
import { manageableRoles } from '../features/role-mapping.ts';
import { mailData, reasonOf } from '../mails/stage-mails.ts';
import type { TaskMail } from '../mails/task-mail.ts';
import { ADDITIONAL_MAIL, sendMails, writeMail } from '../mails/workflow-mails.ts';
import type { Notifications } from '../notifications/notifications.ts';
import { actionColumns, tasksOf } from '../store/task-rows.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import { EngineActionRun } from './action-run.ts';
import type { RunningTask } from './running-task.ts';
import type { Stage, StoredAction, Task } from './task.ts';
import type { TaskLeases } from './task-leases.ts';
import { noteOf, withNotes } from './task-notes.ts';

/**
 * Runs a stage of all actions of a task, in order. What an action has changed is stored when it is over, also when it
 * throws, so that the stage can be run again from there; no transaction is open meanwhile.
 */
export class StageRunner {
  readonly #parts: WorkflowParts;
  readonly #leases: TaskLeases;
  readonly #notifications: Notifications;

  constructor(parts: WorkflowParts, leases: TaskLeases, notifications: Notifications) {
    this.#parts = parts;
    this.#leases = leases;
    this.#notifications = notifications;
  }

  /** Throws what an action throws, and then runs none after it. Throws `task_busy` if the lease is lost. */
  async run(current: RunningTask, stage: Stage, submission: Submission): Promise<void> {
    for (const [index, stored] of current.task.actions.entries()) {
      const definition = this.#parts.registry.action(stored.name);
      if (!definition) throw new PurserError('task_action_unknown', { action: stored.name });
      await this.#runAction(current, stage, submission, { index, stored, definition });
    }
  }

  async #runAction(
    current: RunningTask,
    stage: Stage,
    submission: Submission,
    action: { index: number; stored: StoredAction; definition: ActionDefinition },
  ): Promise<void> {
    const { index, stored, definition } = action;
    const { registry, backends, secrets, settings, clock } = this.#parts;
    const store = (position: number) =>
      this.#store(current, index, run.result(stored), run.takeNotes(), position);
    const run: EngineActionRun = new EngineActionRun(stored, {
      stage,
      config: registry.actionConfig(current.type, stored.name),
      taskCache: current.taskCache,
      backends,
      now: () => clock.now(),
      task: () => current.task,
      validities: () => current.task.actions.map(({ valid }, at) => (at === index ? run.valid : valid)),
      manageableRoles: (roles) => manageableRoles(settings.identity.roleMapping, roles),
      quotaSizes: settings.quota.sizes,
      quotaSizeOrder: settings.quota.sizesAscending,
      randomPassword: () => secrets.password(),
      completedSince: (since_ms) => this.#completedSince(current.task, since_ms),
      mail: (message) => this.#mail(current, message),
      keep: () => store(index),
    });
    try {
      const work = async (): Promise<void> =>
        stage === 'submit' ? definition.submit(run, submission) : definition[stage](run);
      await inTime(work(), definition.timeout_ms ?? LIMITS.action_ms, stored.name, current.lost);
    } finally {
      run.close();
      await store(index + 1);
    }
  }

  async #store(
    current: RunningTask,
    index: number,
    action: StoredAction,
    notes: readonly string[],
    position: number,
  ): Promise<void> {
    const now_ms = this.#parts.clock.now();
    const { task, lease } = current;
    const known = Object.hasOwn(task.actionNotes, action.name) ? (task.actionNotes[action.name] ?? []) : [];
    const own = withNotes(
      known,
      notes.map((text) => noteOf(text, now_ms)),
    );
    const actionNotes = { ...task.actionNotes, [action.name]: own };
    await this.#parts.storage.transaction(async (tx) => {
      await this.#leases.write(tx, lease, {
        running_action: Math.min(position, task.actions.length - 1),
        ...(notes.length > 0 && { action_notes: stringifyExact(actionNotes) }),
      });
      await tx.db
        .updateTable('actions')
        .set(actionColumns(action))
        .where('task_id', '=', lease.taskId)
        .where('position', '=', index)
        .execute();
    });
    current.task = { ...task, actionNotes, actions: task.actions.with(index, action) };
  }

  async #completedSince({ taskType, projectId }: Task, since_ms: number): Promise<readonly Task[]> {
    const { storage, clock } = this.#parts;
    const rows = await storage.db
      .selectFrom('tasks')
      .selectAll()
      .where('task_type', '=', taskType)
      .where('project_id', projectId === null ? 'is' : '=', projectId)
      .where('completed', '=', 1)
      .where('cancelled', '=', 0)
      .where('completed_on', '>=', since_ms)
      .orderBy('completed_on', 'desc')
      .limit(LIMITS.page_max)
      .execute();
    return tasksOf(storage, storage.db, rows, clock.now());
  }

  async #mail(current: RunningTask, message: TaskMail): Promise<void> {
    const { storage, outbox } = this.#parts;
    const { uuid } = current.task;
    try {
      const data = mailData(current.task, current.taskCache, message);
      const mail = writeMail(this.#parts, uuid, message, data);
      await storage.transaction((tx) =>
        sendMails(outbox, tx, [{ kind: ADDITIONAL_MAIL, reference: uuid, mail }]),
      );
    } catch (error) {
      this.#parts.complain(error, `a mail of task ${uuid} could not be written`);
      const errors = `Error: '${reasonOf(error)}' while sending additional email for task: ${uuid}`;
      await this.#notifications.create(uuid, { errors }, { error: true });
      throw error;
    }
  }
}
