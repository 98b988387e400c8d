/** A token as lists show it. Times are milliseconds since the epoch. */
export interface WorkflowToken {
  /** Identifies the token; 32 hexadecimal digits. It is not the secret and cannot be submitted. */
  readonly handle: string;
  /** Uuid of its task. */
  readonly task: string;
  readonly taskType: string;
  readonly createdOn: number;
  readonly expires: number;
}

/** Why a token can no longer be submitted. */
export type TokenEnd = 'used' | 'cancelled' | 'replaced' | 'expired';

/** What the holder of a token has to know (workflow-v1 §1.6). */
export interface TokenDescription {
  /** Names of the task's actions. */
  readonly actions: readonly string[];
  readonly requiredFields: readonly string[];
  readonly taskType: string;
  readonly requiresAuthentication: boolean;
}

/** The input element of a token's field: a password is entered twice, a confirmation is a checkbox. */
export type TokenFieldKind = 'password' | 'confirmation' | 'text' | 'long_text';

/** How a field is shown to the person who submits a token. */
export interface TokenFieldWords {
  readonly label: string;
  readonly kind: TokenFieldKind;
  readonly hint?: string | undefined;
}

/** What a token is for, in sentences for the person who received it by mail. */
export interface TokenPurpose {
  /** The heading of the page. */
  readonly title: string;
  /** What happens when the token is submitted. */
  readonly text: string;
  /** What has happened after it was submitted. */
  readonly done: string;
}
