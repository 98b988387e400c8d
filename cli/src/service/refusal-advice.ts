/** What of the caller decides which advice helps. */
export interface Caller {
  readonly operator: boolean;
  /** Whether the token carries less than its user: it is bound to a project or narrowed to roles. */
  readonly narrowed: boolean;
}

/** Who else may do what was forbidden, by the request; the first that fits. */
const WHO_MAY: readonly (readonly [request: RegExp, who: string])[] = [
  [/^POST \/commissions(\/bulk)?$/, 'use the secret of a component as the token'],
  [/^\w+ \/commissions/, 'a component may, for its own commissions, or an operator'],
  [/^POST \/projects\/[^/]+\/(applications|renewal)$/, 'the owner of the project may, or an operator'],
  [/^(PUT|DELETE) \/projects\/[^/]+\/members\//, 'the owner of the project may, or an operator'],
  [
    /^POST \/projects\/[^/]+\/memberships$/,
    'the owner and the moderators of the project may enroll members, or an operator',
  ],
  [/^POST \/memberships\//, 'the owner and the moderators of the project may, or an operator'],
  [/^GET \/memberships\//, 'the member, the owner and the moderators of the project may, or an operator'],
  [/^GET \/projects\//, 'the owner and the moderators of the project may, or an operator'],
  [/^POST \/applications\/[^/]+\/action (cancel|dismiss)$/, 'the applicant and the owner may'],
  [/^GET \/applications/, 'the applicant and the owner of the project may, or an operator'],
  [/^\w+ \/users\/[^/]+/, 'the user may, or an operator'],
  [/^GET \/(quotas|usage)$/, 'operators see what others use; without --user and --project you see your own'],
  [/^POST \/delegates\//, 'it takes a role on the project that may do this, such as project_admin'],
  [/^\w+ \/tasks/, 'those who run the project may, or an operator'],
];

/** What to do about a request that was forbidden. @param request method, path, and the action in the body if any */
export function adviceOnForbidden(request: string, caller: Caller | undefined): string | undefined {
  if (caller?.narrowed)
    return 'the token is bound to a project or narrowed to roles; use a full-access token';
  const who = WHO_MAY.find(([pattern]) => pattern.test(request))?.[1];
  return who ?? (caller?.operator ? undefined : 'only an operator may; ask one');
}

/** What to do about a refusal, by its code, where the reason alone does not say it. */
export const ADVICE: Readonly<Record<string, string>> = {
  account_inactive: 'ask an operator',
  terms_unsigned: "accept them first, in the console or with 'purser terms sign'",
  body_too_large: 'send less at once',
  credentials_wrong: 'check the user name and the password; after many failures, wait a minute',
  unexpected: 'try again; if it persists, report it to the operators of the service',
  resource_not_found: "'purser resource list' shows all",
  project_not_found: "'purser project list --all' shows all that you may see",
  application_not_found: "'purser application list' shows all that you may see",
  membership_not_found: "'purser membership list' shows all that you may see",
  task_not_found: "'purser task list' shows all that you may see",
  token_not_found: "'purser user token USER list' shows all",
};

/** The same for operators alone: to others these commands are refused. */
export const OPERATORS_ADVICE: Readonly<Record<string, string>> = {
  account_not_found: "'purser user list' shows all",
  component_not_found: "'purser component list' shows all",
  component_commissions_pending: 'use --resolve accept or --resolve reject',
  component_not_registered: "add it with 'purser component add'",
  service_not_found: "'purser service list' shows all",
  commission_not_found: "'purser commission list' shows all",
  role_not_found: "'purser role list' shows all",
  notification_not_found: "'purser notification list' shows all",
  webhook_not_found: "'purser webhook list' shows all",
};
