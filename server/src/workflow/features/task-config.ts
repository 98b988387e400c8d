import { isObject, type Json, type JsonObject } from '../../lib/text/json.ts';
import { overlay } from './overlay.ts';
import type { TaskType } from './task-type.ts';

export const MAIL_STAGES = ['initial', 'token', 'completed'] as const;
export type MailStage = (typeof MAIL_STAGES)[number];

/** A mail that a stage sends (workflow-v1 §4.1). */
export interface StageMailConfig {
  readonly subject: string;
  /** The envelope sender; `%(task_uuid)s` stands for the task's uuid. Null: as `reply`. */
  readonly from: string | null;
  /** The `From` and `Reply-To` address. Null: the sender of all mails. */
  readonly reply: string | null;
  /** Null: the addresses of the task's actions. */
  readonly to: readonly string[] | null;
  readonly template: string | null;
  readonly htmlTemplate: string | null;
  readonly emailCurrentUser: boolean;
}

/** The handlers of a task's notifications (workflow-v1 §6.2). */
export interface NotificationConfig {
  readonly standardHandlers: readonly string[];
  readonly errorHandlers: readonly string[];
  /** By handler. */
  readonly standardHandlerConfig: JsonObject;
  readonly errorHandlerConfig: JsonObject;
  /** Kinds of mail failures whose notifications are acknowledged from the start. */
  readonly safeErrors: readonly string[];
}

/** A type of task with its settings. */
export interface KnownTaskType {
  readonly name: string;
  /** Names of actions, in order. */
  readonly actions: readonly string[];
  readonly duplicates: TaskType['duplicates'];
  readonly allowAutoApprove: boolean;
  readonly sendApprovalNotification: boolean;
  readonly tokenRequiresAuthentication: boolean;
  readonly tokenExpiry_s: number;
  /** The mails of each stage; may be empty. */
  readonly mails: Readonly<Record<MailStage, readonly StageMailConfig[]>>;
  readonly notifications: NotificationConfig;
}

const stageMail = (subject: string, template: string): JsonObject => ({
  subject,
  from: null,
  to: null,
  reply: null,
  template,
  html_template: null,
  email_current_user: false,
  emails: [],
});

/** Defaults of the settings of all types of tasks (workflow-v1 §8). */
export const TASK_DEFAULTS: JsonObject = {
  emails: {
    initial: stageMail('[%(service_name)s] Your request was received', 'initial.txt'),
    token: stageMail('[%(service_name)s] Confirm your request', 'token.txt'),
    completed: stageMail('[%(service_name)s] Your request was carried out', 'completed.txt'),
  },
  notifications: {
    standard_handlers: ['EmailNotification'],
    error_handlers: ['EmailNotification'],
    standard_handler_config: {},
    error_handler_config: {},
    safe_errors: ['SMTPException'],
  },
};

const text = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);

const texts = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

/**
 * The mails of a stage: one, or one for each entry of `emails`, which overrides the common settings; null: none. Where
 * the type of task has no subject and template, those of `TASK_DEFAULTS` apply.
 */
export function stageMailsOf(stage: MailStage, config: Json | undefined): StageMailConfig[] {
  if (!isObject(config)) return [];
  const builtIn = object(object(TASK_DEFAULTS['emails'])[stage]);
  const { emails, ...common } = overlay(builtIn, config);
  const variants = Array.isArray(emails) && emails.length > 0 ? emails : [{}];
  return variants.map((variant) => toStageMail({ ...common, ...object(variant) }, builtIn));
}

function toStageMail(config: JsonObject, builtIn: JsonObject): StageMailConfig {
  const { to } = config;
  return {
    subject: text(config['subject']) ?? text(builtIn['subject']) ?? '',
    from: text(config['from']),
    reply: text(config['reply']),
    to: typeof to === 'string' ? [to] : Array.isArray(to) ? texts(to) : null,
    template: text(config['template']),
    htmlTemplate: text(config['html_template']),
    emailCurrentUser: config['email_current_user'] === true,
  };
}

export function notificationConfigOf(config: Json | undefined): NotificationConfig {
  const given = object(config);
  return {
    standardHandlers: texts(given['standard_handlers']),
    errorHandlers: texts(given['error_handlers']),
    standardHandlerConfig: object(given['standard_handler_config']),
    errorHandlerConfig: object(given['error_handler_config']),
    safeErrors: texts(given['safe_errors']),
  };
}
