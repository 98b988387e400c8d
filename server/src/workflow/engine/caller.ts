/**
 * The caller of the workflow, in the form that is stored with tasks and shown on the wire (workflow-v1 §1.2). An
 * anonymous caller, and one whose token has no project, is the empty object.
 */
export interface KnownCaller {
  readonly project_domain_id: string;
  readonly project_name: string;
  readonly project_id: string;
  readonly roles: readonly string[];
  readonly user_domain_id: string;
  readonly username: string;
  readonly user_id: string;
  /** The value of the header of Keystone's filter. */
  readonly authenticated: 'Confirmed';
}

export type Caller = KnownCaller | Readonly<Record<string, never>>;

export const ANONYMOUS: Caller = {};

export function isKnown(caller: Caller): caller is KnownCaller {
  return 'user_id' in caller;
}
