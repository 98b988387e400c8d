/**
 * Who asks, in the words that the workflow dialect stores with tasks and shows (workflow-v1 §1.2). A caller that is
 * nobody, or whose token has no project, is the empty object.
 */
export interface KnownCaller {
  readonly project_domain_id: string;
  readonly project_name: string;
  readonly project_id: string;
  readonly roles: readonly string[];
  readonly user_domain_id: string;
  readonly username: string;
  readonly user_id: string;
  /** As the header of Keystone's filter says it. */
  readonly authenticated: 'Confirmed';
}

export type Caller = KnownCaller | Readonly<Record<string, never>>;

export const ANONYMOUS: Caller = {};

export function isKnown(caller: Caller): caller is KnownCaller {
  return 'user_id' in caller;
}
