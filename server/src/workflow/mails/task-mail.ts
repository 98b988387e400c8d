/** A mail that an action or a notification handler sends about a task. */
export interface TaskMail {
  readonly to: readonly string[];
  readonly subject: string;
  /** The envelope sender; `%(task_uuid)s` stands for the task's uuid. Null: as `reply`. */
  readonly from: string | null;
  /** The `From` and `Reply-To` address. Null: the sender of all mails. */
  readonly reply: string | null;
  /** Names of templates. */
  readonly template: string;
  readonly htmlTemplate: string | null;
}
