import { PurserError } from '../../lib/errors.ts';
import type { JsonObject } from '../../lib/text/json.ts';
import type { ActionRun } from '../features/action.ts';
import type { Backends } from '../features/backends.ts';
import { manageableRoles } from '../features/workflow-settings.ts';
import { sendAdditionalMail } from '../mails/additional-mail.ts';
import type { TaskMail } from '../mails/task-mail.ts';
import { completedSince } from '../store/task-rows.ts';
import type { Caller } from './caller.ts';
import type { EngineParts } from './engine-parts.ts';
import type { RunningTask } from './running-task.ts';
import type { Stage, StoredAction, Task } from './task.ts';

/**
 * One run of one action's stage. When it has ended or timed out, `end` closes it: an action that is still working
 * then gets `task_busy` from everything it uses of the run, so it does nothing beyond the call that was under way.
 */
export class EngineActionRun implements ActionRun<JsonObject> {
  readonly #parts: EngineParts;
  readonly #running: RunningTask;
  readonly #index: number;
  readonly #stored: StoredAction;
  /** Notes that are not stored yet. */
  readonly #notes: string[] = [];
  #closed = false;
  #needToken: boolean;
  readonly stage: Stage;
  data: JsonObject;
  readonly cache: JsonObject;
  readonly config: JsonObject;
  readonly backends: Backends;
  state: string;
  valid: boolean;
  tokenFields: string[];
  autoApprove: boolean | null;

  /** @param index position of the action in the task */
  constructor(parts: EngineParts, running: RunningTask, index: number, stage: Stage) {
    const stored = running.task.actions[index] as StoredAction;
    this.#parts = parts;
    this.#running = running;
    this.#index = index;
    this.#stored = stored;
    this.stage = stage;
    this.data = structuredClone(stored.data);
    this.cache = structuredClone(stored.cache);
    this.config = parts.registry.actionConfig(running.type, stored.name);
    this.backends = guarded(parts.backends, () => this.#checkOpen());
    this.state = stored.state;
    this.valid = stored.valid;
    this.#needToken = stored.needToken;
    this.tokenFields = [...stored.tokenFields];
    this.autoApprove = stored.autoApprove;
  }

  get needToken(): boolean {
    return this.#needToken;
  }

  set needToken(value: boolean) {
    this.#needToken = value;
    // Fields of a token that is not needed must not be required.
    if (!value) this.tokenFields = [];
  }

  get task(): Task {
    return this.#running.task;
  }

  get taskCache(): JsonObject {
    return this.#running.taskCache;
  }

  get caller(): Caller {
    return this.task.caller;
  }

  get now_ms(): number {
    return this.#parts.clock.now();
  }

  get validities(): readonly boolean[] {
    return this.task.actions.map(({ valid }, at) => (at === this.#index ? this.valid : valid));
  }

  get quotaSizes(): ActionRun['quotaSizes'] {
    return this.#parts.settings.quota.sizes;
  }

  get quotaSizeOrder(): ActionRun['quotaSizeOrder'] {
    return this.#parts.settings.quota.sizesAscending;
  }

  manageableRoles(roles?: readonly string[]): string[] {
    return manageableRoles(this.#parts.settings.identity.roleMapping, roles);
  }

  randomPassword(): string {
    return this.#parts.secrets.password();
  }

  note(text: string): void {
    this.#checkOpen();
    this.#notes.push(text);
  }

  approveAutomatically(value = true): void {
    this.autoApprove = value;
    this.note(`Auto approve set to ${value ? 'True' : 'False'}.`);
  }

  async completedSince(since_ms: number): Promise<readonly Task[]> {
    this.#checkOpen();
    const { storage, clock } = this.#parts;
    return completedSince(storage, this.task, since_ms, clock.now());
  }

  async mail(message: TaskMail): Promise<void> {
    this.#checkOpen();
    await sendAdditionalMail(this.#parts, this.#running, message);
  }

  async keep(): Promise<void> {
    this.#checkOpen();
    await this.#store(this.#index);
  }

  /** Closes the run and stores what the action has changed. Errors: `task_busy` if the lease is lost. */
  async end(): Promise<void> {
    this.#closed = true;
    await this.#store(this.#index + 1);
  }

  /** The input is not stored: a stage changes it for itself only. */
  #store(position: number): Promise<void> {
    const changed: StoredAction = {
      name: this.#stored.name,
      data: this.#stored.data,
      cache: structuredClone(this.cache),
      state: this.state,
      valid: this.valid,
      needToken: this.#needToken,
      tokenFields: [...this.tokenFields],
      autoApprove: this.autoApprove,
    };
    return this.#running.storeAction(this.#index, changed, this.#notes.splice(0), position);
  }

  #checkOpen(): void {
    if (this.#closed) throw new PurserError('task_busy', { task: this.task.uuid });
  }
}

/** The same backends; `check` runs before each call. */
function guarded(backends: Backends, check: () => void): Backends {
  const guard = <T extends object>(backend: T): T =>
    new Proxy(backend, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]): unknown => {
          check();
          return (value as (...rest: unknown[]) => unknown).apply(target, given);
        };
      },
    });
  return {
    identity: guard(backends.identity),
    quota: guard(backends.quota),
    network: guard(backends.network),
  };
}
