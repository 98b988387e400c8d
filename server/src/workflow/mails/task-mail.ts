/** A mail that an action or a handler of notifications has the service send on behalf of a task. */
export interface TaskMail {
  readonly to: readonly string[];
  readonly subject: string;
  /** Where bounces go; `%(task_uuid)s` stands for the task's uuid. Null: where answers go. */
  readonly from: string | null;
  /** Whom it is from and who gets answers. Null: the sender of all mails. */
  readonly reply: string | null;
  /** Names of templates. */
  readonly template: string;
  readonly htmlTemplate: string | null;
}
