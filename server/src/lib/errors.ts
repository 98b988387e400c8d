/**
 * The table of all expected errors (decision error-table). The domain throws a code; each dialect renders it in its own
 * envelope. The kind decides the HTTP status in every dialect; the message is the default text, in English;
 * a dialect may use an older wording that its clients know.
 */

export type ErrorKind =
  | 'invalid' // the request itself is wrong: 400
  | 'unauthenticated' // no valid credentials: 401
  | 'forbidden' // known, but not allowed: 403
  | 'not_found' // 404
  | 'not_allowed' // the thing exists but cannot do this: 405 in the old dialects, 409 in the native one
  | 'conflict' // 409
  | 'over_limit' // 413
  | 'too_many' // 429, try again later
  | 'unavailable' // 503, try again
  | 'bad_gateway' // a system that the service depends on failed: 502
  | 'internal'; // an error of the service itself: 500

/** Facts of an error in addition to its text; the native dialect returns them, and messages use them. */
export type ErrorData = Record<string, unknown>;

interface ErrorEntry {
  readonly kind: ErrorKind;
  readonly message: string | ((data: ErrorData) => string);
}

const entry = (kind: ErrorKind, message: ErrorEntry['message']): ErrorEntry => ({ kind, message });

/** Text from a request, shortened for messages, as it can be of any length. */
function shown(asked: unknown): string {
  const text = String(asked);
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH).toWellFormed()}…`;
}
const SHOWN_LENGTH = 200;

/** The holding of a refused provision, for messages. */
function holdingOf({ provision }: ErrorData): string {
  if (provision === undefined) return '';
  const { holder, source, resource } = provision as Record<string, string | null>;
  return `: ${resource} of ${holder}${source === null ? '' : ` from ${source}`}`;
}

/** Messages by field as one sentence, for messages. */
function inputErrorsOf({ errors }: ErrorData): string {
  return Object.entries(errors as Record<string, readonly string[]>)
    .map(([field, messages]) => `${field}: ${messages.join(' ')}`)
    .join('; ');
}

export const ERRORS = {
  // The request
  invalid_request: entry('invalid', (d) => String(d['reason'] ?? 'The request is not valid.')),
  invalid_field: entry('invalid', (d) => `${d['field']}: ${d['reason']}`),
  not_rehearsable: entry('conflict', 'This operation does not support a dry run.'),
  body_too_large: entry('over_limit', 'The request body is too large.'),

  // Authentication
  token_missing: entry('unauthenticated', 'Authentication required: no token was sent.'),
  token_unknown: entry('unauthenticated', 'The authentication token is not valid.'),
  token_expired: entry('unauthenticated', 'The authentication token has expired.'),
  account_inactive: entry('unauthenticated', 'The account is not active.'),
  terms_unsigned: entry('unauthenticated', 'The terms of service have not been accepted.'),
  credentials_wrong: entry('unauthenticated', 'The credentials are not valid.'),
  session_ended: entry('unauthenticated', 'The session has ended. Sign in again.'),
  session_not_found: entry('not_found', 'The session was not found.'),
  ticket_invalid: entry(
    'unauthenticated',
    'The ticket of the sign-in is not valid: it has expired, was used, or is for another step. Sign in again.',
  ),
  waiting_for_verification: entry(
    'unauthenticated',
    'The e-mail address of the account is not verified yet. Use the link in the mail, or request a new mail.',
  ),
  waiting_for_moderation: entry('unauthenticated', 'The account waits for the approval of an operator.'),
  suspended: entry('unauthenticated', (d) =>
    d['state'] === 'rejected'
      ? 'An operator has rejected the account.'
      : 'The account is not active. Contact the operators.',
  ),
  password_change_required: entry(
    'unauthenticated',
    'The password was only for the first sign-in. Choose a new one.',
  ),
  foreign_request: entry(
    'forbidden',
    'The request does not come from a page of this service. Requests that change something by a session must state their origin.',
  ),
  forbidden: entry('forbidden', 'You are not allowed to do this.'),
  too_many_requests: entry(
    'too_many',
    (d) => `Too many requests of this kind. Try again in ${d['retryAfter_s']} seconds.`,
  ),
  too_busy: entry('unavailable', 'The service is busy. Try again in a moment.'),
  database_unavailable: entry('unavailable', 'The database does not answer. Try again in a moment.'),
  database_read_only: entry('unavailable', 'The database is read-only at the moment. Try again later.'),
  database_full: entry('unavailable', 'The storage of the database is full. Try again later.'),
  outcome_unknown: entry(
    'unavailable',
    'The connection to the database was lost during the commit, so the outcome is unknown. Repeat the request with the same idempotency key, or check the state before you repeat it.',
  ),
  shutting_down: entry('unavailable', 'The service is shutting down. Try again in a moment.'),

  // Accounts
  account_not_found: entry('not_found', (d) => `There is no user ${shown(d['user'])}.`),
  email_invalid: entry('invalid', (d) => `'${d['email']}' is not a valid e-mail address.`),
  username_taken: entry('conflict', (d) => `A user with the name '${shown(d['username'])}' already exists.`),
  users_not_editable: entry('forbidden', 'Users are managed in another system and cannot be changed here.'),
  email_taken: entry('conflict', (d) => `A user with the e-mail address '${d['email']}' already exists.`),
  account_already_verified: entry('not_allowed', 'This account is already verified.'),
  account_not_verified: entry('not_allowed', 'User account does not have a verified email address.'),
  account_already_moderated: entry('not_allowed', 'This account is already moderated.'),
  account_not_moderated: entry('not_allowed', 'User account is not moderated.'),
  account_rejected: entry('not_allowed', 'This account has been rejected.'),
  account_accepted: entry('conflict', 'An accepted account cannot be deleted; deactivate it.'),
  account_ended: entry('not_allowed', 'Only an operator can reactivate this account.'),
  account_already_active: entry('not_allowed', 'This account is already active.'),
  last_admin: entry('conflict', 'This is the last administrator; appoint another one first.'),
  token_not_found: entry('not_found', 'The token was not found.'),
  too_many_tokens: entry('conflict', (d) => `An account can have ${d['limit']} tokens; revoke some first.`),
  application_credential_not_found: entry('not_found', 'There is no such application credential.'),
  application_credential_exists: entry(
    'conflict',
    (d) => `An application credential named '${d['name']}' already exists.`,
  ),
  too_many_application_credentials: entry(
    'conflict',
    (d) => `An account can have ${d['limit']} application credentials; delete some first.`,
  ),
  role_exists: entry('conflict', (d) => `A role named '${d['role']}' already exists.`),
  role_not_found: entry('not_found', (d) => `There is no role ${shown(d['role'])}.`),
  sign_up_closed: entry('forbidden', 'Accounts are created by the operators of this cloud.'),
  verification_code_invalid: entry(
    'conflict',
    'The code is not valid: it has expired, was used, or was replaced by a newer mail.',
  ),
  terms_outdated: entry('conflict', 'These are not the terms of service in force.'),
  terms_not_found: entry('not_found', 'The terms of service were not found.'),

  // Second factors and passkeys
  second_factor_required: entry(
    'unauthenticated',
    'This account has a second factor, so its password alone is not enough. Programs use API tokens or application credentials.',
  ),
  second_factor_enrolment_required: entry(
    'unauthenticated',
    'This account must have a second factor. Sign in on the web to set one up; programs use API tokens or application credentials.',
  ),
  second_factor_missing: entry('conflict', 'This account has no second factor.'),
  second_factor_needed: entry(
    'conflict',
    'This account must have a second factor; add another one before you remove this one.',
  ),
  last_sign_in_method: entry(
    'conflict',
    'This is the only way to sign in to this account; set a password or add another passkey first.',
  ),
  totp_exists: entry('conflict', 'This account already has an authenticator app; remove it first.'),
  totp_not_begun: entry('not_found', 'This account has no authenticator app.'),
  passkeys_unavailable: entry('conflict', (d) => `Passkeys are not available. ${d['reason']}`),
  passkey_not_found: entry('not_found', 'The passkey was not found.'),
  passkey_exists: entry('conflict', 'This passkey is already registered.'),
  too_many_passkeys: entry(
    'conflict',
    (d) => `An account can have ${d['limit']} passkeys; remove some first.`,
  ),

  // Catalog
  component_not_found: entry('not_found', (d) => `There is no component ${shown(d['component'])}.`),
  component_exists: entry('conflict', (d) => `A component named '${d['component']}' already exists.`),
  component_built_in: entry(
    'conflict',
    (d) => `Component '${d['component']}' is built in and cannot be changed.`,
  ),
  component_commissions_pending: entry(
    'conflict',
    (d) =>
      `Component '${d['component']}' has pending commissions (${d['pending']}), which reserve quantity; ` +
      'specify whether to accept or to reject them.',
  ),
  component_not_registered: entry('invalid', (d) => `Component '${d['component']}' is not registered.`),
  service_not_found: entry('not_found', (d) => `There is no service ${shown(d['service'])}.`),
  service_malformed: entry('invalid', (d) => `Malformed service definition. ${d['reason']}`),
  service_owned: entry('conflict', (d) => `Service '${d['service']}' belongs to component '${d['owner']}'.`),
  resource_not_found: entry('not_found', (d) => `There is no resource ${shown(d['resource'])}.`),
  resource_exists: entry('conflict', (d) => `A resource named '${d['resource']}' already exists.`),
  resource_owned: entry(
    'conflict',
    (d) => `Resource '${d['resource']}' belongs to component '${d['owner']}'.`,
  ),
  resource_foreign: entry(
    'forbidden',
    (d) =>
      `Component '${d['component']}' cannot charge resource ${shown(d['resource'])}, which belongs to another component.`,
  ),
  resource_visibility: entry(
    'invalid',
    (d) => `Resource '${d['resource']}': ui_visible requires api_visible.`,
  ),

  // Projects
  project_not_found: entry('not_found', (d) => `There is no project identified by ${shown(d['project'])}.`),
  project_exists: entry('conflict', (d) => `A project identified by ${d['project']} already exists.`),

  project_state: entry('conflict', (d) => `A project that is ${d['state']} cannot be ${d['action']}.`),
  project_name_taken: entry('conflict', (d) => `A project named '${d['name']}' already exists.`),
  project_is_system: entry('conflict', 'This operation is not possible for a system project.'),
  project_locked_fields: entry(
    'conflict',
    (d) => `These fields of a system project cannot be changed: ${d['fields']}.`,
  ),
  project_full: entry('conflict', (d) => `The project has reached its maximum of ${d['limit']} members.`),
  join_closed: entry('conflict', 'This project does not accept new members.'),
  leave_closed: entry('conflict', 'Members of this project cannot leave it.'),
  application_not_found: entry('not_found', (d) => `There is no application ${shown(d['application'])}.`),
  application_not_last: entry(
    'conflict',
    (d) => `Application ${d['application']} is not the newest one of the project.`,
  ),
  application_state: entry(
    'conflict',
    (d) => `An application that is ${d['state']} cannot be ${d['action']}.`,
  ),
  too_many_pending: entry(
    'conflict',
    (d) => `You can have ${d['limit']} pending applications; cancel one or wait for a decision.`,
  ),
  membership_not_found: entry('not_found', (d) => `There is no membership ${shown(d['membership'])}.`),
  membership_state: entry('conflict', (d) =>
    d['state'] ? `This is not possible for a membership in state ${d['state']}.` : 'There is no membership.',
  ),
  account_not_accepted: entry('conflict', (d) => `${d['user']} has no active account.`),

  // Ledger
  no_holding: entry('not_found', (d) => `The holding does not exist${holdingOf(d)}.`),
  no_capacity: entry('over_limit', (d) => `The limit would be exceeded${holdingOf(d)}.`),
  no_quantity: entry('over_limit', (d) => `The usage is less than the quantity to release${holdingOf(d)}.`),
  holding_busy: entry('conflict', 'The holding has pending commissions; try again when they are resolved.'),
  key_reused: entry('conflict', 'The idempotency key was used for a different request.'),
  commission_not_found: entry('not_found', (d) => `serial ${d['serial']} does not exist`),
  commission_resolved: entry('conflict', (d) => `serial ${d['serial']} has been ${d['state']} already`),
  commission_damaged: entry(
    'internal',
    (d) => `serial ${d['serial']} is damaged in the database and cannot be applied`,
  ),
  commission_conflict: entry('invalid', (d) => `cannot both accept and reject serial ${d['serial']}`),

  usage_behind: entry('unavailable', 'The usage history is not up to date yet. Try again in a moment.'),
  too_many_points: entry(
    'invalid',
    (d) =>
      `The response would exceed ${d['limit']} points; request a shorter period, longer steps or fewer holdings.`,
  ),
  verification_running: entry('conflict', 'A verification that corrects counters is already running.'),

  // Backends
  not_available_here: entry('not_allowed', (d) => `${d['what']} are not available here.`),

  // Workflow
  task_not_found: entry('not_found', (d) => `There is no task ${shown(d['uuid'])}.`),
  task_type_unknown: entry('unavailable', (d) =>
    d['stored'] === true
      ? `Task type '${d['taskType']}' not registered, and used for existing task.`
      : `Unknown task type: '${d['taskType']}'`,
  ),
  task_action_unknown: entry(
    'unavailable',
    (d) => `The task uses the action ${d['action']}, which is not registered.`,
  ),
  task_input: entry('invalid', (d) => `The input of the task is not valid: ${inputErrorsOf(d)}`),
  task_duplicate: entry('conflict', 'This Task already exists.'),
  task_actions_invalid: entry('invalid', 'actions invalid'),
  task_state: entry('invalid', (d) => String(d['reason'])),
  task_needs_no_token: entry('conflict', 'No action of this task requires a token.'),
  task_busy: entry('conflict', 'A stage of this task is running. Try again when it has ended.'),
  task_failed: entry('unavailable', 'Service temporarily unavailable, try again later.'),
  workflow_token_not_found: entry('not_found', 'This token does not exist or has expired.'),
  workflow_token_authentication: entry('unauthenticated', 'This token requires authentication to submit.'),
  workflow_token_fields: entry('invalid', (d) => `The token requires more input: ${inputErrorsOf(d)}`),
  delegate_not_found: entry(
    'not_found',
    (d) => `There is no delegate API ${d['delegate']} with this method.`,
  ),
  delegate_found_nothing: entry('not_found', (d) => String(d['reason'])),
  notification_not_found: entry('not_found', (d) => `There is no notification ${shown(d['uuid'])}.`),
  filter_malformed: entry(
    'invalid',
    "Filters incorrectly formatted. Required format: {'filters': {'fieldname': { 'operation': 'value'}}",
  ),
  filter_field: entry(
    'invalid',
    (d) => `Cannot resolve keyword '${d['field']}' into field. Choices are: ${d['choices']}`,
  ),
  filter_operation: entry(
    'invalid',
    (d) => `Unsupported lookup '${d['operation']}' for ${d['kind']} or join on the field not permitted.`,
  ),
  filter_regex: entry(
    'invalid',
    (d) => `The lookup '${d['operation']}' is not offered; use contains, startswith or endswith.`,
  ),
  filter_value: entry('invalid', (d) => `'${d['value']}' value ${d['reason']}`),
  page_empty: entry('invalid', 'Empty page'),

  // Webhooks
  webhook_not_found: entry('not_found', (d) => `There is no webhook ${d['webhook']}.`),
  too_many_webhooks: entry('conflict', (d) => `There can be ${d['limit']} webhooks; remove one first.`),

  // Mail
  mail_failed: entry('bad_gateway', 'The mail could not be sent.'),

  unexpected: entry('internal', 'Unexpected error'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** An expected error of the domain: a code of the table and the facts for its message. */
export class PurserError extends Error {
  override readonly name = 'PurserError';
  readonly code: ErrorCode;
  readonly data: ErrorData;

  constructor(code: ErrorCode, data: ErrorData = {}) {
    const { message } = ERRORS[code] as ErrorEntry;
    super(typeof message === 'string' ? message : message(data));
    this.code = code;
    this.data = data;
  }

  get kind(): ErrorKind {
    return ERRORS[this.code].kind;
  }
}

/** The value of the header `Retry-After` for an error; undefined if repeating the request cannot help. */
export function retryAfter(error: unknown): string | undefined {
  if (!(error instanceof PurserError)) return undefined;
  if (error.kind === 'unavailable') return '1';
  return error.kind === 'too_many' ? String(error.data['retryAfter_s'] ?? 1) : undefined;
}
