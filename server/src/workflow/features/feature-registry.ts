import type { Json, JsonObject } from '../../lib/text/json.ts';
import type { DelegateApi } from '../delegates/delegate-api.ts';
import type { NotificationHandler } from '../notifications/notification-handler.ts';
import type { ActionDefinition } from './action.ts';
import type { FeatureSet } from './feature-set.ts';
import { overlay } from './overlay.ts';
import { RegistryFaults } from './registry-faults.ts';
import { checkSettings, type Registered } from './settings-check.ts';
import {
  type KnownTaskType,
  MAIL_STAGES,
  notificationConfigOf,
  stageMailsOf,
  TASK_DEFAULTS,
} from './task-config.ts';
import type { TaskType } from './task-type.ts';
import type { WorkflowSettings } from './workflow-settings.ts';

/** The parts of all feature sets, checked together, with the operator's settings. */
export class FeatureRegistry {
  readonly #settings: WorkflowSettings;
  readonly #faults = new RegistryFaults();
  // biome-ignore lint/suspicious/noExplicitAny: each action knows the shape of its own input.
  readonly #actions = new Map<string, Registered<ActionDefinition<any>>>();
  readonly #types = new Map<string, Registered<TaskType>>();
  /** By old name. */
  readonly #oldNames = new Map<string, string>();
  readonly #apis = new Map<string, Registered<DelegateApi>>();
  readonly #handlers = new Map<string, Registered<NotificationHandler>>();
  readonly #known = new Map<string, KnownTaskType>();
  /** Folders of templates, the first set's first. */
  readonly templateFolders: readonly string[];

  private constructor(sets: readonly FeatureSet[], settings: WorkflowSettings) {
    this.#settings = settings;
    const names = new Map<string, Registered<FeatureSet>>();
    for (const set of sets) {
      this.#register('feature set', names, set, set);
      for (const action of set.actions ?? []) this.#register('action', this.#actions, action, set);
      for (const type of set.tasks ?? []) this.#register('task type', this.#types, type, set);
      for (const api of set.delegateApis ?? []) this.#register('delegate API', this.#apis, api, set);
      for (const handler of set.notificationHandlers ?? []) {
        this.#register('notification handler', this.#handlers, handler, set);
      }
    }
    this.templateFolders = sets.flatMap(({ templates }) => (templates === undefined ? [] : [templates]));
    this.#registerOldNames();
    checkSettings(this.#faults, settings, {
      actions: this.#actions,
      types: this.#types,
      apis: this.#apis,
      handlers: this.#handlers,
    });
    for (const { part } of this.#types.values()) this.#known.set(part.name, this.#toKnown(part));
    this.#checkApis();
    this.#faults.throwIfAny();
  }

  /**
   * Throws one Error with one sentence per fault: duplicate names, references to parts that do not exist, and settings
   * of parts that do not exist.
   */
  static load(sets: readonly FeatureSet[], settings: WorkflowSettings): FeatureRegistry {
    return new FeatureRegistry(sets, settings);
  }

  /** Settings without effect, one sentence each. */
  get warnings(): readonly string[] {
    return this.#faults.warnings;
  }

  /** A type of task by its name or an old name. */
  taskType(name: string): KnownTaskType | undefined {
    return this.#known.get(this.#oldNames.get(name) ?? name);
  }

  // biome-ignore lint/suspicious/noExplicitAny: each action knows the shape of its own input.
  action(name: string): ActionDefinition<any> | undefined {
    return this.#actions.get(name)?.part;
  }

  handler(name: string): NotificationHandler | undefined {
    return this.#handlers.get(name)?.part;
  }

  /** The active delegate APIs, each with its settings. */
  get delegateApis(): readonly { readonly api: DelegateApi; readonly config: JsonObject }[] {
    const active = this.#settings.api.activeDelegateApis;
    return [...this.#apis.values()]
      .filter(({ part }) => active === undefined || active.includes(part.name))
      .map(({ part, shared }) => ({
        api: part,
        config: overlay(shared, part.config, this.#settings.api.delegateApis[part.name] as JsonObject),
      }));
  }

  /** The settings of an action in a type of task. Later ones override: own, operator's, type's, operator's for the type. */
  actionConfig(taskType: KnownTaskType, action: string): JsonObject {
    const found = this.#actions.get(action);
    const type = this.#types.get(taskType.name)?.part;
    const { actionDefaults, tasks } = this.#settings.workflow;
    return overlay(
      found?.shared,
      found?.part.config,
      actionDefaults[action] as JsonObject,
      at(type?.config, 'actions', action),
      at(tasks, taskType.name, 'actions', action),
    );
  }

  /** The settings of a handler for the standard or the error notifications of a type of task. */
  handlerConfig(name: string, taskType: KnownTaskType | undefined, error: boolean): JsonObject {
    const found = this.#handlers.get(name);
    const { notifications } = taskType ?? {
      notifications: notificationConfigOf(this.#taskDefaults()['notifications']),
    };
    const own = error ? notifications.errorHandlerConfig : notifications.standardHandlerConfig;
    return overlay(
      found?.shared,
      found?.part.config,
      this.#settings.notificationHandlerDefaults[name] as JsonObject,
      own[name] as JsonObject,
    );
  }

  /** The settings for notifications of tasks whose type is not registered. */
  get defaultNotifications() {
    return notificationConfigOf(this.#taskDefaults()['notifications']);
  }

  /** All templates that settings name, each with the place that names it. */
  *templatesNamed(): Generator<{ readonly place: string; readonly name: string }> {
    for (const type of this.#known.values()) {
      for (const stage of MAIL_STAGES) {
        for (const { template, htmlTemplate } of type.mails[stage]) {
          for (const name of [template, htmlTemplate]) {
            if (name !== null) yield { place: `The ${stage} mail of ${type.name}`, name };
          }
        }
      }
      for (const action of type.actions) {
        const place = `Action ${action} of ${type.name}`;
        for (const name of templatesIn(this.actionConfig(type, action))) yield { place, name };
      }
      for (const error of [true, false]) {
        const { errorHandlers, standardHandlers } = type.notifications;
        for (const handler of error ? errorHandlers : standardHandlers) {
          const place = `Notification handler ${handler} of ${type.name}`;
          for (const name of templatesIn(this.handlerConfig(handler, type, error))) yield { place, name };
        }
      }
    }
  }

  #register<T extends { readonly name: string }>(
    kind: string,
    map: Map<string, Registered<T>>,
    part: T,
    set: FeatureSet,
  ): void {
    if (map.has(part.name)) this.#faults.add(`There are two ${kind}s named '${part.name}'.`);
    map.set(part.name, { part, shared: set.config });
  }

  #registerOldNames(): void {
    for (const { part } of this.#types.values()) {
      for (const old of part.oldNames ?? []) {
        if (this.#types.has(old)) {
          this.#faults.add(`'${old}' is a task type, and an old name of '${part.name}'.`);
        } else if (this.#oldNames.has(old)) {
          this.#faults.add(`'${old}' is an old name of two task types.`);
        } else this.#oldNames.set(old, part.name);
      }
    }
  }

  #taskDefaults(): JsonObject {
    return overlay(TASK_DEFAULTS, withoutEmpty(this.#settings.workflow.taskDefaults));
  }

  #toKnown(type: TaskType): KnownTaskType {
    const set = this.#settings.workflow.tasks[type.name] as JsonObject | undefined;
    const config = overlay(this.#taskDefaults(), type.config, withoutEmpty(set));
    const given = config['additional_actions'];
    const additional = Array.isArray(given) ? (given as string[]) : (type.additionalActions ?? []);
    const actions = [...type.actions, ...additional];
    for (const name of actions) {
      if (!this.#actions.has(name)) {
        this.#faults.add(`Task type '${type.name}' has the action '${name}', which is not registered.`);
      }
    }
    const repeated = actions.find((name, index) => actions.indexOf(name) !== index);
    if (repeated !== undefined) {
      this.#faults.add(`Task type '${type.name}' has the action '${repeated}' twice.`);
    }
    if (actions.length === 0) this.#faults.add(`Task type '${type.name}' has no actions.`);
    const notifications = notificationConfigOf(config['notifications']);
    for (const handler of [...notifications.standardHandlers, ...notifications.errorHandlers]) {
      if (!this.#handlers.has(handler)) {
        this.#faults.add(
          `Task type '${type.name}' has the notification handler '${handler}', which is not registered.`,
        );
      }
    }
    const expiry = config['token_expiry'] ?? type.tokenExpiry_s ?? null;
    const mails = (config['emails'] ?? {}) as JsonObject;
    return {
      name: type.name,
      actions,
      duplicates: type.duplicates,
      allowAutoApprove: (config['allow_auto_approve'] ?? type.allowAutoApprove ?? true) === true,
      sendApprovalNotification: type.sendApprovalNotification ?? true,
      tokenRequiresAuthentication: type.tokenRequiresAuthentication ?? false,
      tokenExpiry_s: typeof expiry === 'number' ? expiry : this.#settings.workflow.defaultTokenExpiry_s,
      mails: {
        initial: stageMailsOf('initial', mails['initial']),
        token: stageMailsOf('token', mails['token']),
        completed: stageMailsOf('completed', mails['completed']),
      },
      notifications,
    };
  }

  /** Two active APIs cannot have the same path. */
  #checkApis(): void {
    const paths = new Map<string, string>();
    for (const { api } of this.delegateApis) {
      for (const path of [api.path, ...(api.aliases ?? [])]) {
        const other = paths.get(path);
        if (other !== undefined) {
          this.#faults.add(`The delegate APIs '${other}' and '${api.name}' have the same path '${path}'.`);
        }
        paths.set(path, api.name);
      }
    }
  }
}

/**
 * Settings without those that are null, which count as not set: in a YAML file, a group whose lines are all commented
 * out is null.
 */
function withoutEmpty(config: JsonObject | undefined | null): JsonObject {
  return Object.fromEntries(Object.entries(config ?? {}).filter(([, value]) => value !== null));
}

/** The value at a path of keys, if it exists. */
function at(config: JsonObject | undefined, ...keys: readonly string[]): JsonObject | undefined {
  let found: Json | undefined = config;
  for (const key of keys) found = (found as JsonObject | null | undefined)?.[key];
  return (found ?? undefined) as JsonObject | undefined;
}

/** The templates that settings name, at any depth. */
function* templatesIn(config: Json): Generator<string> {
  if (typeof config !== 'object' || config === null) return;
  for (const [key, value] of Object.entries(config)) {
    if ((key === 'template' || key === 'html_template') && typeof value === 'string') yield value;
    else yield* templatesIn(value as Json);
  }
}
