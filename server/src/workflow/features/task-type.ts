import type { JsonObject } from '../../lib/text/json.ts';

/** A type of task (workflow-v1 §4). Registered by a feature set under its name and its old names. */
export interface TaskType {
  readonly name: string;
  /** Names under which older versions stored such tasks. */
  readonly oldNames?: readonly string[];
  /** Names of actions, in order. */
  readonly actions: readonly string[];
  readonly additionalActions?: readonly string[];
  /** What happens to an open equal task: it is cancelled, or it blocks the new one. */
  readonly duplicates: 'cancel' | 'block';
  readonly allowAutoApprove?: boolean;
  readonly sendApprovalNotification?: boolean;
  readonly tokenRequiresAuthentication?: boolean;
  /** Null: the default of the workflow's settings. */
  readonly tokenExpiry_s?: number | null;
  /** Settings of its mails, actions and notifications; the operator's settings override them (workflow-v1 §8). */
  readonly config?: JsonObject;
}
