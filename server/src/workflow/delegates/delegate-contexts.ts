import type { Caller } from '../engine/caller.ts';
import type { TaskRequest, Tasks } from '../engine/tasks.ts';
import { manageableRoles } from '../features/role-mapping.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import type { DelegateContext } from './delegate-context.ts';

/** Waits; tests need not. */
export type Pause = (ms: number) => Promise<void>;

const pause: Pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Who asks a delegate API, and from where. */
interface DelegateRequest extends Pick<TaskRequest, 'onReplaced'> {
  readonly caller: Caller;
  readonly address: string | null;
}

/** Makes what delegate APIs work with. */
export class DelegateContexts {
  readonly #parts: WorkflowParts;
  readonly #tasks: Tasks;
  readonly #pause: Pause;

  constructor(parts: WorkflowParts, tasks: Tasks, wait: Pause = pause) {
    this.#parts = parts;
    this.#tasks = tasks;
    this.#pause = wait;
  }

  /** For one request to an API that is switched on; what `takeAtLeast` counts begins now. */
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
      findTasks: (query) => this.#tasks.find(query),
      troubleOf: (task) => this.#tasks.troubleOf(task),
      cancelTask: (uuid) => this.#tasks.cancel(caller, uuid, { address }),
      takeAtLeast: async (ms) => {
        const left_ms = began_ms + ms - clock.now();
        if (left_ms > 0) await this.#pause(left_ms);
      },
    };
  }
}
