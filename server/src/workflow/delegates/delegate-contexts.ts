import type { Caller } from '../engine/caller.ts';
import type { TaskCommands, TaskRequest } from '../engine/task-commands.ts';
import type { TaskReads } from '../engine/task-reads.ts';
import { manageableRoles } from '../features/workflow-settings.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import type { DelegateContext } from './delegate-context.ts';

/** Waits so many milliseconds; tests replace it. */
export type Pause = (ms: number) => Promise<void>;

const pause: Pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The caller of a delegate API, and the client address. */
interface DelegateRequest extends Pick<TaskRequest, 'onReplaced'> {
  readonly caller: Caller;
  readonly address: string | null;
}

/** Builds the context of each request to a delegate API. */
export class DelegateContexts {
  readonly #parts: WorkflowParts;
  readonly #tasks: TaskCommands;
  readonly #reads: TaskReads;
  readonly #pause: Pause;

  constructor(
    parts: WorkflowParts,
    { tasks, taskReads }: { tasks: TaskCommands; taskReads: TaskReads },
    wait: Pause = pause,
  ) {
    this.#parts = parts;
    this.#tasks = tasks;
    this.#reads = taskReads;
    this.#pause = wait;
  }

  /** The context of one request to an active delegate API; `takeAtLeast` counts from this call. */
  for(api: string, { caller, address, onReplaced }: DelegateRequest): DelegateContext {
    const { registry, backends, settings, clock } = this.#parts;
    const began_ms = clock.now();
    const found = registry.delegateApis.find((active) => active.api.name === api);
    return {
      backends,
      config: found?.config ?? {},
      get now_ms() {
        return clock.now();
      },
      manageableRoles: (roles) => manageableRoles(settings.identity.roleMapping, roles),
      quotaSizes: settings.quota.sizes,
      quotaSizeOrder: settings.quota.sizesAscending,
      createTask: (taskType, by, input) => this.#tasks.create(taskType, by, input, { address, onReplaced }),
      findTasks: (query) => this.#reads.ofProject(query),
      troubleOf: (task) => this.#reads.troubleOf(task),
      cancelTask: (uuid) => this.#tasks.cancel(caller, uuid, { address }),
      takeAtLeast: async (ms) => {
        const left_ms = began_ms + ms - clock.now();
        if (left_ms > 0) await this.#pause(left_ms);
      },
    };
  }
}
