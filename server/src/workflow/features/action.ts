import type { JsonObject } from '../../lib/text/json.ts';
import type { Caller } from '../engine/caller.ts';
import type { Stage, Task } from '../engine/task.ts';
import type { FieldSet } from '../fields/fields.ts';
import type { TaskMail } from '../mails/task-mail.ts';
import type { TokenFieldWords, TokenPurpose } from '../tokens/workflow-token.ts';
import type { ActionEffects, EffectContext } from './action-effects.ts';
import type { Backends } from './backends.ts';

/**
 * One run of an action's stage: what it is told, and what it may change. Changes are stored when the stage of the
 * action is over; what it does to the world through the backends is done at once.
 */
export interface ActionRun<Data = JsonObject> {
  /** Validated input; what a stage narrows is narrowed for that stage only. */
  data: Data;
  /** Kept with the action. */
  readonly cache: JsonObject;
  /** Hands things on between the actions of one stage run; kept until the stage is over, and for mails. */
  readonly taskCache: JsonObject;
  readonly task: Task;
  readonly caller: Caller;
  readonly stage: Stage;
  /** `default` at first. */
  state: string;
  valid: boolean;
  /** Clears `tokenFields` when it is set to false. */
  needToken: boolean;
  tokenFields: string[];
  autoApprove: boolean | null;
  /** What the operator has set for this action in this type of task: defaults overlaid by the task's own. */
  readonly config: JsonObject;
  readonly backends: Backends;
  /** Roles that somebody who has these may give and take (workflow-v1 §8). */
  manageableRoles(roles?: readonly string[]): string[];
  /** By size, service and resource (workflow-v1 §5.10). */
  readonly quotaSizes: Readonly<Record<string, JsonObject>>;
  /** Names of sizes, the smallest first. */
  readonly quotaSizeOrder: readonly string[];
  readonly now_ms: number;
  /** An unguessable password. */
  randomPassword(): string;
  /** Adds to the action's notes; the engine appends the time. */
  note(text: string): void;
  /** Sets `autoApprove` and notes it. */
  approveAutomatically(value?: boolean): void;
  /** Completed, not cancelled tasks of the same type and project that ended since then. */
  completedSince(since_ms: number): Promise<readonly Task[]>;
  /** Whether each action of the task, in order, is valid now. */
  readonly validities: readonly boolean[];
  /** Sends a mail of the service; throws if it cannot even be put on its way. */
  mail(message: TaskMail): Promise<void>;
  /**
   * Stores what has changed so far: of something created that must be found again if this node does not live to the
   * end of the stage.
   */
  keep(): Promise<void>;
}

/** What whoever submits a token sends, and who that is. */
export interface Submission {
  readonly data: JsonObject;
  readonly submitter: Caller;
}

/** A step that tasks are made of (workflow-v1 §3). Registered by a feature set under its name. */
export interface ActionDefinition<Data = JsonObject> {
  readonly name: string;
  /** What it needs, and how that is checked. */
  readonly fields: FieldSet<Data>;
  /** The service itself writes its input, never the sender of a request: mails may show it to any address. */
  readonly inputByService?: true;
  /** Defaults of its settings. */
  readonly config?: JsonObject;
  /** Settings that older configurations have for it, and that it does not use. */
  readonly unusedConfig?: readonly string[];
  /** Milliseconds after which a stage of it counts as failed. */
  readonly timeout_ms?: number;
  prepare(run: ActionRun<Data>): Promise<void>;
  approve(run: ActionRun<Data>): Promise<void>;
  submit(run: ActionRun<Data>, submission: Submission): Promise<void>;
  /**
   * Checks what was sent with a token, of the fields that the action asked for, before the stage begins. Throws
   * `invalid_field` for what cannot be submitted: the token stays good, and nothing has happened.
   */
  checkSubmission?(data: JsonObject, backends: Backends): void;
  /** What it would bring about, for those who decide; a look at the input and nothing else. */
  effects?(data: Data, context: EffectContext): ActionEffects;
  /**
   * The user whose e-mail address or password it changes, by id. A newer task of the same type about the same user
   * takes the place of one that is open, and a changed password or the end of the account ends it.
   */
  person?(run: Pick<ActionRun<Data>, 'data' | 'backends'>): Promise<string | undefined> | string | undefined;
  /**
   * What its token is for, for the page that a mailed link opens; a look at what the action has and nothing else.
   * Undefined: the page names the type of the task.
   */
  tokenPurpose?(
    run: Pick<ActionRun<Data>, 'data' | 'cache' | 'state' | 'caller' | 'backends'>,
  ): Promise<TokenPurpose | undefined> | TokenPurpose | undefined;
  /** How the page asks for the fields of its token, by name. `password` and `confirm` need no words. */
  readonly tokenWords?: Readonly<Record<string, TokenFieldWords>>;
  /** Whom the mails of the task go to. */
  email?(run: Pick<ActionRun<Data>, 'data' | 'caller' | 'backends'>): Promise<string | null> | string | null;
}
