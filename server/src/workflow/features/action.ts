import type { JsonObject } from '../../lib/text/json.ts';
import type { Caller } from '../engine/caller.ts';
import type { Stage, Task } from '../engine/task.ts';
import type { FieldSet } from '../fields/fields.ts';
import type { TaskMail } from '../mails/task-mail.ts';
import type { TokenFieldWords, TokenPurpose } from '../tokens/workflow-token.ts';
import type { ActionEffects, EffectContext } from './action-effects.ts';
import type { Backends } from './backends.ts';

/**
 * One run of an action's stage: its input and what it may change. Changes are stored when the stage of the action
 * ends; calls of the backends take effect at once.
 */
export interface ActionRun<Data = JsonObject> {
  /** Validated input; a stage may change it for itself only. */
  data: Data;
  /** Stored with the action. */
  readonly cache: JsonObject;
  /** Values for later actions of the same run and for its mails; not stored. */
  readonly taskCache: JsonObject;
  readonly task: Task;
  readonly caller: Caller;
  readonly stage: Stage;
  /** Initially `default`. */
  state: string;
  valid: boolean;
  /** Clears `tokenFields` when it is set to false. */
  needToken: boolean;
  tokenFields: string[];
  autoApprove: boolean | null;
  /** The settings of this action in this type of task. */
  readonly config: JsonObject;
  readonly backends: Backends;
  /** The roles that a holder of these roles may grant and revoke (workflow-v1 §8). */
  manageableRoles(roles?: readonly string[]): string[];
  /** By size, service and resource (workflow-v1 §5.10). */
  readonly quotaSizes: Readonly<Record<string, JsonObject>>;
  /** Names of sizes, the smallest first. */
  readonly quotaSizeOrder: readonly string[];
  readonly now_ms: number;
  /** A new random password. */
  randomPassword(): string;
  /** Adds to the action's notes; the engine appends the time. */
  note(text: string): void;
  /** Sets `autoApprove` and notes it. */
  approveAutomatically(value?: boolean): void;
  /** Tasks of the same type and project that were completed at that time or later. */
  completedSince(since_ms: number): Promise<readonly Task[]>;
  /** Whether each action of the task is valid now, in order. */
  readonly validities: readonly boolean[];
  /** Puts a mail into the outbox. Throws if that fails. */
  mail(message: TaskMail): Promise<void>;
  /**
   * Stores the changes so far: for the id of something created, which must be known if this node crashes before the
   * stage ends.
   */
  keep(): Promise<void>;
}

/** The fields that were submitted with a token, and who submitted them. */
export interface Submission {
  readonly data: JsonObject;
  readonly submitter: Caller;
}

/** A step that tasks are made of (workflow-v1 §3). Registered by a feature set under its name. */
export interface ActionDefinition<Data = JsonObject> {
  readonly name: string;
  /** Its input, and the checks of it. */
  readonly fields: FieldSet<Data>;
  /** Its input is written by the service, never by the sender of a request: mails may show it to any address. */
  readonly inputByService?: true;
  /** Defaults of its settings. */
  readonly config?: JsonObject;
  /** Settings of older configurations that have no effect. */
  readonly unusedConfig?: readonly string[];
  /** Milliseconds after which a stage of it fails. */
  readonly timeout_ms?: number;
  prepare(run: ActionRun<Data>): Promise<void>;
  approve(run: ActionRun<Data>): Promise<void>;
  submit(run: ActionRun<Data>, submission: Submission): Promise<void>;
  /**
   * Checks the submitted fields that the action asked for, before the stage begins. Throws `invalid_field` for an
   * unacceptable value: the token stays valid, and nothing has changed.
   */
  checkSubmission?(data: JsonObject, backends: Backends): void;
  /** What it would change, shown to the operator who decides. A function of the input alone. */
  effects?(data: Data, context: EffectContext): ActionEffects;
  /**
   * The user whose e-mail address or password it changes, by id. A newer task of the same type about the same user
   * replaces an open one, and a changed password or the end of the account cancels it.
   */
  person?(run: Pick<ActionRun<Data>, 'data' | 'backends'>): Promise<string | undefined> | string | undefined;
  /**
   * What its token is for, shown on the page of the mailed link. Reads only. Undefined: the page shows the task type.
   */
  tokenPurpose?(
    run: Pick<ActionRun<Data>, 'data' | 'cache' | 'state' | 'caller' | 'backends'>,
  ): Promise<TokenPurpose | undefined> | TokenPurpose | undefined;
  /** Labels of the fields of its token, by name. `password` and `confirm` have default labels. */
  readonly tokenWords?: Readonly<Record<string, TokenFieldWords>>;
  /** The recipient of the task's mails. */
  email?(run: Pick<ActionRun<Data>, 'data' | 'caller' | 'backends'>): Promise<string | null> | string | null;
}
