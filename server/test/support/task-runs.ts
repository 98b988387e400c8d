import type { JsonObject } from '../../src/lib/text/json.ts';
import type { Storage } from '../../src/storage/storage.ts';
import type { Caller } from '../../src/workflow/engine/caller.ts';
import type { Task } from '../../src/workflow/engine/task.ts';
import type { Workflow } from '../../src/workflow/open-workflow.ts';

/** A mail of an action, as it waits to leave. */
interface SentMail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** The approving user, in tests of approvals. */
const OPERATOR: Caller = {
  project_domain_id: 'default',
  project_name: 'operations',
  project_id: 'operations',
  roles: ['admin'],
  user_domain_id: 'default',
  username: 'admin@example.org',
  user_id: 'admin',
  authenticated: 'Confirmed',
};

/**
 * Runs tasks through their stages by the public interface, and keeps the last state of each. Secrets of tokens are read
 * from the mails that contain them.
 */
export class TaskRuns {
  readonly #workflow: Workflow;
  readonly #storage: Storage;
  readonly #last = new Map<string, Task>();

  constructor(workflow: Workflow, storage: Storage) {
    this.#workflow = workflow;
    this.#storage = storage;
  }

  /** Creates a task and prepares it; one that approves itself goes on. */
  create(taskType: string, caller: Caller, input: JsonObject): Promise<Task> {
    return this.#kept(this.#workflow.tasks.create(taskType, caller, input));
  }

  approve(uuid: string): Promise<Task> {
    return this.#kept(this.#workflow.tasks.approve(OPERATOR, uuid), uuid);
  }

  /** Submits the newest token of the task. */
  async submit(uuid: string, data: JsonObject): Promise<Task> {
    const secret = await this.secret(uuid);
    return this.#kept(this.#workflow.tasks.submitToken(secret, data, {}), uuid);
  }

  /** The secret of the newest token of the task, from the mail. */
  async secret(uuid: string): Promise<string> {
    const mails = await this.mailsOf(uuid);
    const found = mails.map(({ text }) => /\/token\/([0-9a-f]{32})/.exec(text)?.[1]).findLast(Boolean);
    if (found === undefined) throw new Error(`No mail has a token of task ${uuid}.`);
    return found;
  }

  /** Mails about the task, oldest first. */
  async mailsOf(uuid: string, kind?: string): Promise<SentMail[]> {
    const rows = await this.#storage.db
      .selectFrom('outbox')
      .selectAll()
      .where('reference', '=', uuid)
      .orderBy('id')
      .execute();
    return rows
      .filter((row) => kind === undefined || row.kind === kind)
      .map(({ recipients, subject, text }) => ({
        to: JSON.parse(recipients) as string[],
        subject,
        text: text ?? '',
      }));
  }

  /** The task as it was last. */
  get(uuid: string): Task {
    const task = this.#last.get(uuid);
    if (!task) throw new Error(`There is no task ${uuid}.`);
    return task;
  }

  /** What the token is asked for. */
  required(uuid: string): string[] {
    return [...new Set(this.get(uuid).actions.flatMap(({ tokenFields }) => tokenFields))];
  }

  /** Notes of an action so far, without their times. */
  notes(uuid: string, action: string): readonly string[] {
    const notes = this.get(uuid).actionNotes[action] ?? [];
    return notes.map((note) => note.replace(/ - \([^()]*\)$/, ''));
  }

  /** Remembers a task as it is then, also where something fails. */
  async #kept(work: Promise<Task>, uuid?: string): Promise<Task> {
    try {
      const task = await work;
      this.#last.set(task.uuid, task);
      return task;
    } catch (error) {
      const of = uuid ?? (error as { data?: { task?: string } }).data?.task;
      const task =
        of === undefined ? undefined : await this.#workflow.taskReads.get(of).catch(() => undefined);
      if (task) this.#last.set(task.uuid, task);
      throw error;
    }
  }
}
