import { isObject, type Json, type JsonObject } from '../../lib/text/json.ts';
import { overlay } from './overlay.ts';
import type { TaskType } from './task-type.ts';

export const MAIL_STAGES = ['initial', 'token', 'completed'] as const;
export type MailStage = (typeof MAIL_STAGES)[number];

/** A mail that a stage sends (workflow-v1 §4.1). */
export interface StageMailConfig {
  readonly subject: string;
  /** Where bounces go; `%(task_uuid)s` stands for the task's uuid. Null: where answers go. */
  readonly from: string | null;
  /** Whom it is from and who gets answers. Null: the sender of all mails. */
  readonly reply: string | null;
  /** Null: whom the task's actions name. */
  readonly to: readonly string[] | null;
  readonly template: string | null;
  readonly htmlTemplate: string | null;
  readonly emailCurrentUser: boolean;
}

/** Who hears of a task's notifications (workflow-v1 §6.2). */
export interface NotificationConfig {
  readonly standardHandlers: readonly string[];
  readonly errorHandlers: readonly string[];
  /** By handler. */
  readonly standardHandlerConfig: JsonObject;
  readonly errorHandlerConfig: JsonObject;
  /** Kinds of mail failures that nobody needs to hear of. */
  readonly safeErrors: readonly string[];
}

/** A type of task with everything that was set for it. */
export interface KnownTaskType {
  readonly name: string;
  /** Names of actions, in order. */
  readonly actions: readonly string[];
  readonly duplicates: TaskType['duplicates'];
  readonly allowAutoApprove: boolean;
  readonly sendApprovalNotification: boolean;
  readonly tokenRequiresAuthentication: boolean;
  readonly tokenExpiry_s: number;
  /** The mails of a stage; none where it sends none. */
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

/** What is in force where neither the type of task nor an operator says otherwise (workflow-v1 §8). */
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
 * The mails of a stage: one, or one for each of `emails` with what that says otherwise; null sends none. A type of
 * task that sends none by itself has no subject and no template to inherit: those of all tasks take their place.
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
