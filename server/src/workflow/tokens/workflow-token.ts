/** A token that somebody can submit, as lists show it. Times are milliseconds since the epoch. */
export interface WorkflowToken {
  /** Names it, 32 hexadecimal digits. It is no secret, and nothing can be submitted with it. */
  readonly handle: string;
  /** Uuid of its task. */
  readonly task: string;
  readonly taskType: string;
  readonly createdOn: number;
  readonly expires: number;
}

/** Why a token cannot be submitted any more: that of a task that ended, or that has a newer token. */
export type TokenEnd = 'used' | 'cancelled' | 'replaced' | 'expired';

/** What whoever holds a token has to know (workflow-v1 §1.6). */
export interface TokenDescription {
  /** Names of the task's actions. */
  readonly actions: readonly string[];
  readonly requiredFields: readonly string[];
  readonly taskType: string;
  readonly requiresAuthentication: boolean;
}

/** How a field of a token is asked for: a secret is entered twice, a confirmation is a box to tick. */
export type TokenFieldKind = 'password' | 'confirmation' | 'text' | 'long_text';

/** How a field is shown to the person who submits a token. */
export interface TokenFieldWords {
  readonly label: string;
  readonly kind: TokenFieldKind;
  readonly hint?: string | undefined;
}

/** What a token is for, in sentences for the person who received it by mail. */
export interface TokenPurpose {
  /** A heading. */
  readonly title: string;
  /** What happens when the token is submitted. */
  readonly text: string;
  /** What has happened once it was submitted. */
  readonly done: string;
}
