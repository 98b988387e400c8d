import type { JsonObject } from '../../lib/text/json.ts';
import type { Task } from '../engine/task.ts';
import type { TaskMail } from '../mails/task-mail.ts';

/** A message to operators that stays until it is acknowledged (workflow-v1 §6). */
export interface Notification {
  /** 32 hexadecimal digits. */
  readonly uuid: string;
  /** Uuid of its task. */
  readonly task: string;
  readonly notes: JsonObject;
  readonly error: boolean;
  readonly acknowledged: boolean;
  /** Milliseconds since the epoch. */
  readonly createdOn: number;
}

/** Passes notifications to operators. */
export interface NotificationHandler {
  readonly name: string;
  readonly config?: JsonObject;
  /** @returns whether the notification was delivered, and so counts as acknowledged */
  notify(
    notification: Notification,
    task: Task,
    tools: {
      readonly config: JsonObject;
      mail(message: TaskMail): Promise<void>;
    },
  ): Promise<boolean>;
}
