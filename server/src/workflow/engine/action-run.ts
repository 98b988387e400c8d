import { PurserError } from '../../lib/errors.ts';
import type { JsonObject } from '../../lib/text/json.ts';
import type { ActionRun } from '../features/action.ts';
import type { Backends } from '../features/backends.ts';
import type { TaskMail } from '../mails/task-mail.ts';
import type { Caller } from './caller.ts';
import type { Stage, StoredAction, Task } from './task.ts';

/** What a run asks of whoever runs it. */
export interface ActionRunTools {
  readonly stage: Stage;
  readonly config: JsonObject;
  readonly taskCache: JsonObject;
  readonly backends: Backends;
  readonly now: () => number;
  readonly task: () => Task;
  readonly validities: () => readonly boolean[];
  readonly manageableRoles: (roles?: readonly string[]) => string[];
  readonly quotaSizes: ActionRun['quotaSizes'];
  readonly quotaSizeOrder: ActionRun['quotaSizeOrder'];
  readonly randomPassword: () => string;
  readonly completedSince: (since_ms: number) => Promise<readonly Task[]>;
  readonly mail: (message: TaskMail) => Promise<void>;
  readonly keep: () => Promise<void>;
}

/**
 * One run of one action's stage. When it has ended, or is given up, it is closed: an action that is still at work
 * then gets an error from whatever it uses of it, so that it does no more than what was under way.
 */
export class EngineActionRun implements ActionRun<JsonObject> {
  readonly #tools: ActionRunTools;
  readonly #notes: string[] = [];
  #closed = false;
  #needToken: boolean;
  data: JsonObject;
  readonly cache: JsonObject;
  readonly taskCache: JsonObject;
  readonly config: JsonObject;
  readonly backends: Backends;
  readonly quotaSizes: ActionRun['quotaSizes'];
  readonly quotaSizeOrder: ActionRun['quotaSizeOrder'];
  state: string;
  valid: boolean;
  tokenFields: string[];
  autoApprove: boolean | null;

  constructor(action: StoredAction, tools: ActionRunTools) {
    this.#tools = tools;
    this.data = structuredClone(action.data);
    this.cache = structuredClone(action.cache);
    this.taskCache = tools.taskCache;
    this.config = tools.config;
    this.backends = guarded(tools.backends, () => this.#checkOpen());
    this.quotaSizes = tools.quotaSizes;
    this.quotaSizeOrder = tools.quotaSizeOrder;
    this.state = action.state;
    this.valid = action.valid;
    this.#needToken = action.needToken;
    this.tokenFields = [...action.tokenFields];
    this.autoApprove = action.autoApprove;
  }

  get needToken(): boolean {
    return this.#needToken;
  }

  set needToken(value: boolean) {
    this.#needToken = value;
    // What was asked for when a token was needed must not be missed when none is.
    if (!value) this.tokenFields = [];
  }

  get task(): Task {
    return this.#tools.task();
  }

  get caller(): Caller {
    return this.#tools.task().caller;
  }

  get stage(): Stage {
    return this.#tools.stage;
  }

  get now_ms(): number {
    return this.#tools.now();
  }

  get validities(): readonly boolean[] {
    return this.#tools.validities();
  }

  manageableRoles(roles?: readonly string[]): string[] {
    return this.#tools.manageableRoles(roles);
  }

  randomPassword(): string {
    return this.#tools.randomPassword();
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
    return this.#tools.completedSince(since_ms);
  }

  async mail(message: TaskMail): Promise<void> {
    this.#checkOpen();
    await this.#tools.mail(message);
  }

  async keep(): Promise<void> {
    this.#checkOpen();
    await this.#tools.keep();
  }

  /** Notes that have not been taken yet. */
  takeNotes(): string[] {
    return this.#notes.splice(0);
  }

  /** What is to be stored of the action: its input stays what it was. */
  result(stored: StoredAction): StoredAction {
    return {
      name: stored.name,
      data: stored.data,
      cache: structuredClone(this.cache),
      state: this.state,
      valid: this.valid,
      needToken: this.#needToken,
      tokenFields: [...this.tokenFields],
      autoApprove: this.autoApprove,
    };
  }

  close(): void {
    this.#closed = true;
  }

  #checkOpen(): void {
    if (this.#closed) throw new PurserError('task_busy', { task: this.#tools.task().uuid });
  }
}

/** The same backends, each of whose calls is checked first. */
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
