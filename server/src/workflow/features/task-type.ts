import type { JsonObject } from '../../lib/text/json.ts';

/** A kind of task (workflow-v1 §4). Registered by a feature set under its name and its old ones. */
export interface TaskType {
  readonly name: string;
  /** Names under which such tasks were stored once. */
  readonly oldNames?: readonly string[];
  /** Names of actions, in order. */
  readonly actions: readonly string[];
  readonly additionalActions?: readonly string[];
  /** What becomes of an equal task that is still open: it gives way, or it blocks the new one. */
  readonly duplicates: 'cancel' | 'block';
  readonly allowAutoApprove?: boolean;
  readonly sendApprovalNotification?: boolean;
  readonly tokenRequiresAuthentication?: boolean;
  /** Null: as the workflow's settings say. */
  readonly tokenExpiry_s?: number | null;
  /** Settings of its mails, actions and notifications; operators' settings are laid over them (workflow-v1 §8). */
  readonly config?: JsonObject;
}
