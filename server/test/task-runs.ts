import { PurserError } from '../src/lib/errors.ts';
import type { JsonObject } from '../src/lib/json.ts';
import type { ActionDefinition, ActionMail, ActionRun, Submission } from '../src/workflow/action.ts';
import type { Backends } from '../src/workflow/backends.ts';
import { type Caller, isKnown } from '../src/workflow/caller.ts';
import type { DelegateContext } from '../src/workflow/delegate-context.ts';
import type { FeatureSet } from '../src/workflow/feature-set.ts';
import type { Stage, StoredAction, Task } from '../src/workflow/task.ts';
import type { TaskType } from '../src/workflow/task-type.ts';

/** Which roles somebody who has a role may give and take. */
export const ROLE_MAPPING: Readonly<Record<string, readonly string[]>> = {
  admin: ['project_admin', 'project_mod', 'member'],
  project_admin: ['project_admin', 'project_mod', 'member'],
  project_mod: ['project_mod', 'member'],
};

type Open = { -readonly [Key in keyof Task]: Task[Key] } & { actions: StoredAction[]; cache: JsonObject };

export interface TaskRunsDeps {
  readonly features: FeatureSet;
  readonly backends: Backends;
  readonly clock: { now(): number };
  readonly uuid: () => string;
  readonly quotaSizes: Readonly<Record<string, JsonObject>>;
  readonly quotaSizeOrder: readonly string[];
  /** Settings of actions, by their names. */
  readonly actionConfig?: JsonObject;
  /** More actions of a type of task. */
  readonly additionalActions?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Runs the stages of tasks in memory, for tests of what actions do: no storage, no leases, no mails. What the engine
 * itself promises is shown by its own tests.
 */
export class TaskRuns {
  readonly #deps: TaskRunsDeps;
  readonly #tasks = new Map<string, Open>();
  /** What actions have sent, oldest first. */
  readonly mails: ActionMail[] = [];
  readonly config: JsonObject;
  /** Makes mails fail. */
  mailFailure: Error | undefined;

  constructor(deps: TaskRunsDeps) {
    this.#deps = deps;
    this.config = { ...deps.actionConfig };
  }

  /** Creates a task and prepares it; one that approves itself goes on. */
  async create(taskType: string, caller: Caller, input: JsonObject): Promise<Task> {
    const type = this.#type(taskType);
    const actions: StoredAction[] = [];
    const errors: Record<string, string[]> = {};
    const extra = this.#deps.additionalActions?.[taskType] ?? [];
    for (const name of [...type.actions, ...(type.additionalActions ?? []), ...extra]) {
      const read = await this.#action(name).fields.read(input, this.fieldContext);
      if (!read.ok) Object.assign(errors, read.errors);
      else actions.push(fresh(name, read.data as JsonObject));
    }
    if (Object.keys(errors).length > 0) throw new InputRefused(errors);
    const task: Open = {
      uuid: this.#deps.uuid().replaceAll('-', ''),
      taskType,
      caller,
      projectId: isKnown(caller) ? caller.project_id : null,
      approvedBy: {},
      actions,
      taskNotes: [],
      actionNotes: {},
      cancelled: false,
      approved: false,
      completed: false,
      createdOn: this.#deps.clock.now(),
      approvedOn: null,
      completedOn: null,
      running: null,
      cache: {},
    };
    this.#tasks.set(task.uuid, task);
    await this.#stage(task, 'prepare');
    const votes = task.actions.map(({ autoApprove }) => autoApprove);
    if (votes.includes(true) && !votes.includes(false)) return this.approve(task.uuid);
    return task;
  }

  async approve(uuid: string): Promise<Task> {
    const task = this.#task(uuid);
    refuseInvalid(task);
    task.approved = true;
    await this.#stage(task, 'approve');
    refuseInvalid(task);
    return task.actions.some(({ needToken }) => needToken) ? task : this.submit(uuid, {});
  }

  /** What the token is asked for. */
  required(uuid: string): string[] {
    return [...new Set(this.#task(uuid).actions.flatMap(({ tokenFields }) => tokenFields))];
  }

  async submit(uuid: string, data: JsonObject): Promise<Task> {
    const task = this.#task(uuid);
    refuseInvalid(task);
    await this.#stage(task, 'submit', { data, submitter: {} });
    refuseInvalid(task);
    task.completed = true;
    task.completedOn = this.#deps.clock.now();
    return task;
  }

  get(uuid: string): Task {
    return this.#task(uuid);
  }

  /** Notes of an action so far, without times. */
  notes(uuid: string, action: string): readonly string[] {
    return this.#task(uuid).actionNotes[action] ?? [];
  }

  get fieldContext() {
    const { backends, quotaSizes } = this.#deps;
    return {
      backends,
      assignableRoles: manageable(),
      quotaSizes: Object.keys(quotaSizes),
    };
  }

  /** What delegate APIs work with. `waits` gets how long answers were to take. */
  context(config: JsonObject, waits: number[] = []): DelegateContext {
    const { backends, clock, quotaSizes, quotaSizeOrder } = this.#deps;
    return {
      backends,
      config,
      now_ms: clock.now(),
      manageableRoles: manageable,
      quotaSizes,
      quotaSizeOrder,
      createTask: (type, caller, input) => this.create(type, caller, input),
      findTasks: async ({ taskTypes, projectId, completed, cancelled, limit = 1000 }) =>
        [...this.#tasks.values()]
          .reverse()
          .filter((task) => taskTypes.includes(task.taskType) && task.projectId === projectId)
          .filter((task) => completed === undefined || task.completed === completed)
          .filter((task) => cancelled === undefined || task.cancelled === cancelled)
          .slice(0, limit),
      troubleOf: async () => ({ expired: false, failed: false }),
      cancelTask: async (uuid) => {
        const task = this.#task(uuid);
        task.cancelled = true;
        return task;
      },
      takeAtLeast: async (ms) => {
        waits.push(ms);
      },
    };
  }

  async #stage(
    task: Open,
    stage: Stage,
    submission: Submission = { data: {}, submitter: {} },
  ): Promise<void> {
    task.cache = {};
    for (const [index, stored] of task.actions.entries()) {
      const run = this.#run(task, index, stored, stage);
      try {
        if (stage === 'submit') await this.#action(stored.name).submit(run, submission);
        else await this.#action(stored.name)[stage](run);
      } finally {
        const { cache, state, valid, needToken, tokenFields, autoApprove } = run;
        task.actions[index] = { ...stored, cache, state, valid, needToken, tokenFields, autoApprove };
      }
    }
  }

  #run(task: Open, index: number, stored: StoredAction, stage: Stage): ActionRun {
    const { backends, clock, quotaSizes, quotaSizeOrder, uuid } = this.#deps;
    const definition = this.#action(stored.name);
    const ofTask = this.#type(task.taskType).config?.['actions'] as JsonObject | undefined;
    const tasks = this.#tasks;
    const run: ActionRun = {
      ...structuredClone({ data: stored.data, cache: stored.cache, tokenFields: [...stored.tokenFields] }),
      taskCache: task.cache,
      task,
      caller: task.caller,
      stage,
      state: stored.state,
      valid: stored.valid,
      needToken: stored.needToken,
      autoApprove: stored.autoApprove,
      config: {
        ...definition.config,
        ...((ofTask?.[stored.name] ?? {}) as JsonObject),
        ...((this.config[stored.name] ?? {}) as JsonObject),
      },
      backends,
      manageableRoles: manageable,
      quotaSizes,
      quotaSizeOrder,
      now_ms: clock.now(),
      randomPassword: uuid,
      note: (text) => {
        const notes = [...(task.actionNotes[stored.name] ?? []), text];
        task.actionNotes = { ...task.actionNotes, [stored.name]: notes };
      },
      approveAutomatically: (value = true) => {
        run.autoApprove = value;
        run.note(`Auto approve set to ${value ? 'True' : 'False'}.`);
      },
      completedSince: async (since_ms) =>
        [...tasks.values()].filter(
          (other) =>
            other.taskType === task.taskType &&
            other.projectId === task.projectId &&
            other.completed &&
            !other.cancelled &&
            (other.completedOn ?? 0) >= since_ms,
        ),
      get validities() {
        return task.actions.map(({ valid }, at) => (at === index ? run.valid : valid));
      },
      mail: async (message) => {
        if (this.mailFailure) throw this.mailFailure;
        this.mails.push(message);
      },
      keep: async () => undefined,
    };
    let needToken = stored.needToken;
    Object.defineProperty(run, 'needToken', {
      get: () => needToken,
      set: (value: boolean) => {
        needToken = value;
        if (!value) run.tokenFields = [];
      },
    });
    return run;
  }

  #task(uuid: string): Open {
    const task = this.#tasks.get(uuid);
    if (!task) throw new Error(`There is no task ${uuid}.`);
    return task;
  }

  #type(name: string): TaskType {
    const type = this.#deps.features.tasks?.find((known) => known.name === name);
    if (!type) throw new Error(`There is no type of task ${name}.`);
    return type;
  }

  #action(name: string): ActionDefinition {
    const action = this.#deps.features.actions?.find((known) => known.name === name);
    if (!action) throw new Error(`There is no action ${name}.`);
    return action as ActionDefinition;
  }
}

/** The input of a task was refused, with messages by field. */
export class InputRefused extends PurserError {
  constructor(errors: Record<string, string[]>) {
    super('invalid_request', { errors, reason: JSON.stringify(errors) });
  }
}

function refuseInvalid({ actions }: Task): void {
  if (actions.every(({ valid }) => valid)) return;
  throw new PurserError('invalid_request', { reason: 'actions invalid' });
}

function fresh(name: string, data: JsonObject): StoredAction {
  const flags = { valid: false, needToken: false, tokenFields: [], autoApprove: null };
  return { name, data, cache: {}, state: 'default', ...flags };
}

function manageable(roles: readonly string[] = Object.keys(ROLE_MAPPING)): string[] {
  return [...new Set(roles.flatMap((role) => ROLE_MAPPING[role] ?? []))];
}
