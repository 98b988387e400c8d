import { isObject, type Json, type JsonObject } from '../../lib/text/json.ts';
import type { DelegateApi } from '../delegates/delegate-api.ts';
import type { NotificationHandler } from '../notifications/notification-handler.ts';
import type { ActionDefinition } from './action.ts';
import type { RegistryFaults } from './registry-faults.ts';
import { MAIL_STAGES } from './task-config.ts';
import type { TaskType } from './task-type.ts';
import type { WorkflowSettings } from './workflow-settings.ts';

/** A part of a feature set, and the settings that the parts of that set share. */
export interface Registered<T> {
  readonly part: T;
  readonly shared: JsonObject | undefined;
}

/** All registered parts, by their names. */
export interface RegisteredParts {
  // biome-ignore lint/suspicious/noExplicitAny: each action knows the shape of its own input.
  readonly actions: ReadonlyMap<string, Registered<ActionDefinition<any>>>;
  readonly types: ReadonlyMap<string, Registered<TaskType>>;
  readonly apis: ReadonlyMap<string, Registered<DelegateApi>>;
  readonly handlers: ReadonlyMap<string, Registered<NotificationHandler>>;
}

type Check = RegisteredParts & { readonly faults: RegistryFaults };

/** The older service's sample configuration has settings for an action that does not exist. */
const SAMPLE_ACTION = 'SomeCustomAction';

const TASK_KEYS = [
  'allow_auto_approve',
  'additional_actions',
  'token_expiry',
  'actions',
  'emails',
  'notifications',
];
const MAIL_KEYS = ['subject', 'from', 'to', 'reply', 'template', 'html_template', 'email_current_user'];
const NOTIFICATION_KEYS = [
  'standard_handlers',
  'error_handlers',
  'standard_handler_config',
  'error_handler_config',
  'safe_errors',
];

/**
 * Checks the operator's settings and those of the types of tasks, key by key: a setting has to be known, to have the
 * right type, and to belong to a part that exists. What is wrong is added to `faults`.
 */
export function checkSettings(
  faults: RegistryFaults,
  { workflow, notificationHandlerDefaults, api }: WorkflowSettings,
  parts: RegisteredParts,
): void {
  const { taskDefaults, actionDefaults, tasks } = workflow;
  const check = { faults, ...parts };
  faults.mapping('workflow.task_defaults', taskDefaults, ['emails', 'notifications']);
  checkTaskConfig(check, 'workflow.task_defaults', taskDefaults);
  for (const [name, config] of Object.entries(actionDefaults)) {
    checkPart(faults, 'workflow.action_defaults', 'action', parts.actions, name, config);
  }
  for (const [name, config] of Object.entries(tasks)) {
    const place = `workflow.tasks.${name}`;
    if (!parts.types.has(name)) faults.add(`${place}: There is no task type '${name}'.`);
    checkTaskConfig(check, place, faults.mapping(place, config, TASK_KEYS));
  }
  for (const { part } of parts.types.values()) {
    const place = `Task type '${part.name}': config`;
    checkTaskConfig(check, place, faults.mapping(place, part.config, TASK_KEYS));
  }
  for (const [name, config] of Object.entries(notificationHandlerDefaults)) {
    checkPart(faults, 'notifications.handler_defaults', 'notification handler', parts.handlers, name, config);
  }
  for (const [name, config] of Object.entries(api.delegateApis)) {
    checkPart(faults, 'api.delegate_apis', 'delegate API', parts.apis, name, config);
  }
  for (const name of api.activeDelegateApis ?? []) {
    if (!parts.apis.has(name)) {
      faults.add(`api.active_delegate_apis: There is no delegate API '${name}'.`);
    }
  }
}

/** Checks the settings of a part: it has to exist, and to know each of them. */
function checkPart<T extends { readonly config?: JsonObject; readonly unusedConfig?: readonly string[] }>(
  faults: RegistryFaults,
  group: string,
  kind: string,
  map: ReadonlyMap<string, Registered<T>>,
  name: string,
  config: Json,
): void {
  const found = map.get(name);
  const place = `${group}.${name}`;
  if (!found) {
    faults.add(`${place}: There is no ${kind} '${name}'.`);
    return;
  }
  const unused = found.part.unusedConfig ?? [];
  const known = Object.keys({ ...found.shared, ...found.part.config });
  const given = faults.mapping(place, config, [...known, ...unused]);
  for (const [where, one] of mailsIn(place, given)) checkPlaceholders(faults, where, one);
  for (const key of unused) {
    if (Object.hasOwn(given, key)) faults.warnings.push(`${place}.${key} has no effect.`);
  }
}

function checkTaskConfig(check: Check, place: string, config: JsonObject): void {
  const { faults, actions: known, handlers } = check;
  faults.check(`${place}.allow_auto_approve`, config['allow_auto_approve'], 'flagOrNull');
  faults.check(`${place}.additional_actions`, config['additional_actions'], 'textsOrNull');
  faults.check(`${place}.token_expiry`, config['token_expiry'], 'secondsOrNull');
  const actions = faults.mapping(`${place}.actions`, config['actions']);
  for (const [name, own] of Object.entries(actions)) {
    if (name === SAMPLE_ACTION && !known.has(name)) {
      faults.warnings.push(`${place}.actions.${name} has no effect: there is no action of that name.`);
      continue;
    }
    checkPart(faults, `${place}.actions`, 'action', known, name, own);
  }
  const mails = faults.mapping(`${place}.emails`, config['emails'], MAIL_STAGES);
  for (const [stage, mail] of Object.entries(mails)) checkMail(faults, `${place}.emails.${stage}`, mail);
  const notifications = faults.mapping(`${place}.notifications`, config['notifications'], NOTIFICATION_KEYS);
  for (const key of ['standard_handlers', 'error_handlers', 'safe_errors']) {
    faults.check(`${place}.notifications.${key}`, notifications[key], 'textsOrNull');
  }
  for (const key of ['standard_handler_config', 'error_handler_config']) {
    const group = `${place}.notifications.${key}`;
    for (const [name, own] of Object.entries(faults.mapping(group, notifications[key]))) {
      checkPart(faults, group, 'notification handler', handlers, name, own);
    }
  }
}

function checkMail(faults: RegistryFaults, place: string, config: Json): void {
  const mail = faults.mapping(place, config, [...MAIL_KEYS, 'emails']);
  faults.check(`${place}.emails`, mail['emails'], 'mappingsOrNull');
  const variants = Array.isArray(mail['emails']) ? mail['emails'] : [];
  const all: [string, Json][] = [
    [place, mail],
    ...variants.map((variant, index): [string, Json] => [`${place}.emails[${index}]`, variant]),
  ];
  for (const [where, value] of all) {
    const one = where === place ? mail : faults.mapping(where, value, MAIL_KEYS);
    faults.check(`${where}.subject`, one['subject'], 'textOrNull');
    for (const key of ['from', 'reply', 'template', 'html_template']) {
      faults.check(`${where}.${key}`, one[key], 'textOrNull');
    }
    checkPlaceholders(faults, where, one);
    faults.check(`${where}.to`, one['to'], 'addressesOrNull');
    faults.check(`${where}.email_current_user`, one['email_current_user'], 'flagOrNull');
  }
}

/** The placeholders that a text of a mail may contain. */
const PLACEHOLDERS: Readonly<Record<string, string>> = { subject: 'service_name', from: 'task_uuid' };

/** Refuses placeholders that nothing replaces: recipients would read them as they are written. */
function checkPlaceholders(faults: RegistryFaults, place: string, mail: JsonObject): void {
  for (const [key, known] of Object.entries(PLACEHOLDERS)) {
    const text = mail[key];
    if (typeof text !== 'string') continue;
    for (const [written, name] of text.matchAll(/%\((\w*)\)s?/g)) {
      if (name === known && written.endsWith('s')) continue;
      faults.add(`${place}.${key}: ${written} is not a placeholder; the only one is %(${known})s.`);
    }
  }
}

/** A mapping of settings and those within it, which can describe mails. */
function mailsIn(place: string, config: JsonObject): [string, JsonObject][] {
  const inner = Object.entries(config).flatMap(([key, value]) =>
    isObject(value) ? mailsIn(`${place}.${key}`, value) : [],
  );
  return [[place, config], ...inner];
}
