// Generated from the description of the native API by `npm run docs`. Do not edit.

import type { CallOptions } from '../http/call.ts';
import type { List, Page } from './lists.ts';
import type {
  AcceptCommissionBody,
  AcceptTermsBody,
  AcknowledgeNotificationsBody,
  ActOnApplicationBody,
  ActOnMembershipBody,
  ActOnProjectBody,
  ActOnTaskBody,
  ActOnUserBody,
  AddComponentBody,
  AddPasskeyAtSignInBody,
  AddPasskeyBody,
  AddResourceBody,
  AddTermsBody,
  AddWebhookBody,
  Application,
  ApplicationDetails,
  ApplicationsDifference,
  ApplyForModificationBody,
  ApplyForProjectBody,
  ApplyForRenewalBody,
  Approval,
  ApprovalDecided,
  AskDelegateBody,
  AuditEntry,
  BeginTotpAtSignInBody,
  ChangeComponentBody,
  ChangeMeBody,
  ChangeMyEmailBody,
  ChangeMyPasswordBody,
  ChangeProjectBody,
  ChangeResourceBody,
  ChangeSystemProjectsBody,
  ChangeUserBody,
  Charge,
  Commission,
  CommissionBulkVerdict,
  CommissionIssue,
  CommissionIssued,
  CommissionVerdict,
  Component,
  ComponentRemoved,
  ComponentWithToken,
  ConfirmTotpAtSignInBody,
  ConfirmTotpBody,
  CreateMembershipBody,
  CreateRoleBody,
  CreateTokenBody,
  CreateUserBody,
  DecideApprovalBody,
  DelegateAnswer,
  DelegateApi,
  DeleteExpiredTaskTokensQuery,
  EndMySessionsQuery,
  Endpoint,
  GetPasskeyCreationOptionsAtSignInBody,
  GetPasskeyOptionsBody,
  GetProjectHistoryQuery,
  GetUsageQuery,
  GetUserRoleQuery,
  GrantRoleQuery,
  ImportServicesBody,
  IssueCommissionsBody,
  ListApplicationsQuery,
  ListApprovalsQuery,
  ListAuditQuery,
  ListChargesQuery,
  ListCommissionsQuery,
  ListComponentsQuery,
  ListEndpointsQuery,
  ListExpiredProjectsQuery,
  ListMailsQuery,
  ListMembershipsQuery,
  ListNotificationsQuery,
  ListProjectMembersQuery,
  ListProjectsQuery,
  ListQuotasQuery,
  ListResourcesQuery,
  ListRolesQuery,
  ListServicesQuery,
  ListTasksQuery,
  ListTaskTokensQuery,
  ListTermsQuery,
  ListTokensQuery,
  ListUsersQuery,
  ListWebhookDeliveriesQuery,
  ListWebhooksQuery,
  LogInBody,
  LookUpUsersBody,
  MailEntry,
  MailRequested,
  MailRetried,
  Me,
  Membership,
  Notification,
  NotificationsAcknowledged,
  Passkey,
  PasskeyCreated,
  PasskeyQuestion,
  PasswordChanged,
  Preview,
  Project,
  ProjectEvent,
  ProjectResource,
  Quota,
  QuotaVerification,
  ReconcileApplicationsBody,
  RecoveryCodes,
  RehearseBody,
  RejectCommissionBody,
  RemoveComponentQuery,
  RenamePasskeyBody,
  RequestPasswordResetBody,
  ResendSignUpMailBody,
  ResolveCommissionsBody,
  Resource,
  ResourceAdded,
  RetryMailsBody,
  RevokeRoleQuery,
  Role,
  RoleGrant,
  SecondFactorReset,
  SendFeedbackBody,
  Service,
  ServiceImported,
  Session,
  SessionEnrolled,
  SessionList,
  SessionsEnded,
  SetDefaultProjectBody,
  SetMyDefaultProjectBody,
  SignInBody,
  SignInMethods,
  SignInWithNewPasswordBody,
  SignInWithSecondFactorBody,
  SignInWithTermsBody,
  SignUpAccepted,
  SignUpBody,
  SignUpVerified,
  Statistics,
  SubmitTaskTokenBody,
  SystemProjectsChanged,
  Task,
  TaskDetails,
  TaskToken,
  TaskTokenDescription,
  TaskTokenSubmitted,
  TaskTokensDeleted,
  TerminateExpiredProjectsBody,
  Termination,
  Terms,
  TermsSummary,
  Token,
  TokenCreated,
  TotpBegun,
  TotpConfirmed,
  UpdateTaskBody,
  UsageSeries,
  User,
  UserChanged,
  UserCreated,
  UserName,
  VerifyQuotasBody,
  VerifySignUpBody,
  Webhook,
  WebhookCreated,
  WebhookDelivery,
  WorkflowOverview,
} from './schemas.ts';

/**
 * A method for each operation of the native API. Parameters: those of the path, in their order; then the
 * query or the body, if there is one; then the options of the call. Names in queries, bodies and responses
 * are those of the API.
 * Besides the named errors, each method can throw `BadValue`, `ConnectionError`, `InvalidResponse` and
 * `Unavailable`.
 */
export interface NativeOperations {
  /**
   * Show the authenticated user. Requires a user; any token is accepted.
   * Sends `GET /api/me`.
   * @throws Unauthorized
   */
  getMe(options?: CallOptions): Promise<Me>;

  /**
   * Change your name, user name or language. The user name can be changed if it need not be the e-mail
   * address. Requires a user with a full-access token.
   * Sends `PATCH /api/me`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  changeMe(body: ChangeMeBody, options?: CallOptions): Promise<User>;

  /**
   * Change your password, or set the first one. Ends what came of the old password: sessions, API tokens and
   * application credentials, also the token of the request. The session of the request goes on with a new
   * cookie. Requires a user with a full-access token.
   * Sends `POST /api/me/password`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  changeMyPassword(body: ChangeMyPasswordBody, options?: CallOptions): Promise<PasswordChanged>;

  /**
   * Request another e-mail address. Mails a link to the new address. The address changes when the link is
   * confirmed. Requires a user with a full-access token.
   * Sends `POST /api/me/email`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  changeMyEmail(body: ChangeMyEmailBody, options?: CallOptions): Promise<MailRequested>;

  /**
   * Accept the terms of service with a number. Responds 409 `terms_outdated` if they are not the terms in
   * force. Requires a user with a full-access token. Callable before the terms of service are accepted.
   * Sends `POST /api/me/terms`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  acceptTerms(body: AcceptTermsBody, options?: CallOptions): Promise<User>;

  /**
   * Exchange a password for a token. A wrong password and an unknown user get the same response. With the
   * correct password the response says why the account cannot log in: `account_not_verified`,
   * `account_not_moderated`, `account_rejected`, `account_inactive`. While the terms of service in force are
   * not accepted, the token can only be used to accept them. After too many wrong passwords, all logins are
   * refused for a time. Changing the password revokes the token. No authentication required.
   * Sends `POST /api/login`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Conflict
   */
  logIn(body: LogInBody, options?: CallOptions): Promise<TokenCreated>;

  /**
   * Sign in with a password. Responds 201 with the cookie of the session. If the sign-in needs another step,
   * it responds 401 with a `ticket` for that step: `second_factor_required` (with `methods`),
   * `second_factor_enrolment_required`, `password_change_required` or `terms_unsigned`. A wrong password and
   * an unknown user get the same response. With the correct password the response says why the account
   * cannot sign in: `waiting_for_verification`, `waiting_for_moderation`, `suspended`. Programs use tokens:
   * see `logIn`. No authentication required.
   * Sends `POST /api/session`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  signIn(body: SignInBody, options?: CallOptions): Promise<Session>;

  /**
   * Show the session of the request. A token is not a session. Requires a session.
   * Sends `GET /api/session`.
   * @throws Unauthorized, Forbidden
   */
  getSession(options?: CallOptions): Promise<Session>;

  /**
   * Sign out. Ends the session of the request. Requires a session.
   * Sends `DELETE /api/session`.
   * @throws Unauthorized, Forbidden
   */
  signOut(options?: CallOptions): Promise<void>;

  /**
   * Continue a sign-in with a second factor. Responds 201 with the cookie of the session. If the sign-in
   * needs another step, it responds 401 with a `ticket` for that step: `second_factor_required` (with
   * `methods`), `second_factor_enrolment_required`, `password_change_required` or `terms_unsigned`. No
   * authentication required.
   * Sends `POST /api/session/second-factor`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  signInWithSecondFactor(body: SignInWithSecondFactorBody, options?: CallOptions): Promise<Session>;

  /**
   * Get the options for signing in with a passkey. For `navigator.credentials.get` of a browser. With the
   * ticket of a sign-in the passkey is the second factor; without one it is the only factor, and the user is
   * who the passkey says. The answer goes to `signInWithSecondFactor` with the ticket of this response. No
   * authentication required.
   * Sends `POST /api/session/passkey/options`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, NotFound, Conflict
   */
  getPasskeyOptions(body?: GetPasskeyOptionsBody, options?: CallOptions): Promise<PasskeyQuestion>;

  /**
   * Continue a sign-in by accepting the terms of service. Responds 201 with the cookie of the session. If
   * the sign-in needs another step, it responds 401 with a `ticket` for that step: `second_factor_required`
   * (with `methods`), `second_factor_enrolment_required`, `password_change_required` or `terms_unsigned`. No
   * authentication required.
   * Sends `POST /api/session/terms`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  signInWithTerms(body: SignInWithTermsBody, options?: CallOptions): Promise<Session>;

  /**
   * Continue a sign-in with a new password. Responds 201 with the cookie of the session. If the sign-in
   * needs another step, it responds 401 with a `ticket` for that step: `second_factor_required` (with
   * `methods`), `second_factor_enrolment_required`, `password_change_required` or `terms_unsigned`. No
   * authentication required.
   * Sends `POST /api/session/password`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  signInWithNewPassword(body: SignInWithNewPasswordBody, options?: CallOptions): Promise<Session>;

  /**
   * Create an account for oneself. Sends a mail to the address: with a link that confirms it, or, if it has
   * an account, with a link to sign in. The response is the same in both cases. Responds 403
   * `sign_up_closed` if operators create the accounts. No authentication required.
   * Sends `POST /api/sign-up`.
   * @param body The body of the request.
   * @throws BadRequest, Forbidden, Conflict
   */
  signUp(body: SignUpBody, options?: CallOptions): Promise<SignUpAccepted>;

  /**
   * Confirm the e-mail address of a sign-up. Uses up the code. The account is then active, or waits for an
   * operator. No authentication required.
   * Sends `POST /api/sign-up/verify`.
   * @param body The body of the request.
   * @throws BadRequest, Conflict
   */
  verifySignUp(body: VerifySignUpBody, options?: CallOptions): Promise<SignUpVerified>;

  /**
   * Send the mail of a sign-up again. Sends a new link if the address waits for its confirmation; earlier
   * links no longer work. The response is the same for every address. No authentication required.
   * Sends `POST /api/sign-up/resend`.
   * @param body The body of the request.
   * @throws BadRequest
   */
  resendSignUpMail(body: ResendSignUpMailBody, options?: CallOptions): Promise<SignUpAccepted>;

  /**
   * Get a secret for an authenticator app during a sign-in. Requires the ticket of a
   * `second_factor_enrolment_required` response. No authentication required.
   * Sends `POST /api/session/enrolment/totp`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  beginTotpAtSignIn(body: BeginTotpAtSignInBody, options?: CallOptions): Promise<TotpBegun>;

  /**
   * Confirm the authenticator app and continue the sign-in. Requires the ticket of a
   * `second_factor_enrolment_required` response. Responds 201 with the cookie of the session. If the sign-in
   * needs another step, it responds 401 with a `ticket` for that step: `second_factor_required` (with
   * `methods`), `second_factor_enrolment_required`, `password_change_required` or `terms_unsigned`. No
   * authentication required.
   * Sends `POST /api/session/enrolment/totp/confirm`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  confirmTotpAtSignIn(body: ConfirmTotpAtSignInBody, options?: CallOptions): Promise<SessionEnrolled>;

  /**
   * Get the options for a new passkey during a sign-in. Requires the ticket of a
   * `second_factor_enrolment_required` response. No authentication required.
   * Sends `POST /api/session/enrolment/passkeys/options`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  getPasskeyCreationOptionsAtSignIn(
    body: GetPasskeyCreationOptionsAtSignInBody,
    options?: CallOptions,
  ): Promise<PasskeyQuestion>;

  /**
   * Register a passkey and continue the sign-in. Requires the ticket of a `second_factor_enrolment_required`
   * response. Responds 201 with the cookie of the session. If the sign-in needs another step, it responds
   * 401 with a `ticket` for that step: `second_factor_required` (with `methods`),
   * `second_factor_enrolment_required`, `password_change_required` or `terms_unsigned`. No authentication
   * required.
   * Sends `POST /api/session/enrolment/passkeys`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  addPasskeyAtSignIn(body: AddPasskeyAtSignInBody, options?: CallOptions): Promise<SessionEnrolled>;

  /**
   * List your sessions. Requires a user with a full-access token.
   * Sends `GET /api/me/sessions`.
   * @throws Unauthorized, Forbidden
   */
  listMySessions(options?: CallOptions): Promise<SessionList>;

  /**
   * End your other sessions. With `all=true` the session of the request ends too. Requires a user with a
   * full-access token.
   * Sends `DELETE /api/me/sessions`.
   * @param query Query parameters.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  endMySessions(query?: EndMySessionsQuery, options?: CallOptions): Promise<SessionsEnded>;

  /**
   * End one of your sessions. Requires a user with a full-access token.
   * Sends `DELETE /api/me/sessions/{session}`.
   * @param session Id of the session.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  endMySession(session: string, options?: CallOptions): Promise<void>;

  /**
   * List a user's sessions. Requires the user concerned with a full-access token, or an operator.
   * Sends `GET /api/users/{user}/sessions`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  listUserSessions(user: string, options?: CallOptions): Promise<SessionList>;

  /**
   * End all of a user's sessions. The tokens and application credentials that were created in them end too;
   * others stay. The user can sign in again; deactivate the account to prevent that. Requires the user
   * concerned or an operator, with a full-access token.
   * Sends `DELETE /api/users/{user}/sessions`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  endUserSessions(user: string, options?: CallOptions): Promise<SessionsEnded>;

  /**
   * End one of a user's sessions. Requires the user concerned or an operator, with a full-access token.
   * Sends `DELETE /api/users/{user}/sessions/{session}`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @param session Id of the session.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  endUserSession(user: string, session: string, options?: CallOptions): Promise<void>;

  /**
   * Request a mail to set a new password. The response and its time are the same for every address. No
   * authentication required.
   * Sends `POST /api/password-reset`.
   * @param body The body of the request.
   * @throws BadRequest
   */
  requestPasswordReset(body: RequestPasswordResetBody, options?: CallOptions): Promise<MailRequested>;

  /**
   * Show how the authenticated user can sign in. Requires a user with a full-access token.
   * Sends `GET /api/me/sign-in-methods`.
   * @throws Unauthorized, Forbidden
   */
  getSignInMethods(options?: CallOptions): Promise<SignInMethods>;

  /**
   * Get a secret for an authenticator app. The app becomes a second factor when a code of it is confirmed.
   * An earlier secret is void. Requires a user with a full-access token.
   * Sends `POST /api/me/sign-in-methods/totp`.
   * @throws Unauthorized, Forbidden, Conflict
   */
  beginTotp(options?: CallOptions): Promise<TotpBegun>;

  /**
   * Remove the authenticator app. Requires a user with a full-access token.
   * Sends `DELETE /api/me/sign-in-methods/totp`.
   * @throws Unauthorized, Forbidden, NotFound, Conflict
   */
  removeTotp(options?: CallOptions): Promise<void>;

  /**
   * Confirm the authenticator app with a code. From then on the password alone is not enough. The same code
   * cannot be used again. Requires a user with a full-access token.
   * Sends `POST /api/me/sign-in-methods/totp/confirm`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  confirmTotp(body: ConfirmTotpBody, options?: CallOptions): Promise<TotpConfirmed>;

  /**
   * Create new recovery codes. Earlier codes are void. Requires a user with a full-access token.
   * Sends `POST /api/me/sign-in-methods/recovery-codes`.
   * @throws Unauthorized, Forbidden, Conflict
   */
  renewRecoveryCodes(options?: CallOptions): Promise<RecoveryCodes>;

  /**
   * Get the options for a new passkey. For `navigator.credentials.create` of a browser. The answer is valid
   * for five minutes. Requires a user with a full-access token.
   * Sends `POST /api/me/sign-in-methods/passkeys/options`.
   * @throws Unauthorized, Forbidden, Conflict
   */
  getPasskeyCreationOptions(options?: CallOptions): Promise<PasskeyQuestion>;

  /**
   * Register a passkey. From then on the password alone is not enough. Requires a user with a full-access
   * token.
   * Sends `POST /api/me/sign-in-methods/passkeys`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  addPasskey(body: AddPasskeyBody, options?: CallOptions): Promise<PasskeyCreated>;

  /**
   * Rename a passkey. Requires a user with a full-access token.
   * Sends `PATCH /api/me/sign-in-methods/passkeys/{id}`.
   * @param id Id of a passkey.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  renamePasskey(id: number, body: RenamePasskeyBody, options?: CallOptions): Promise<Passkey>;

  /**
   * Remove a passkey. The last way to sign in cannot be removed. Requires a user with a full-access token.
   * Sends `DELETE /api/me/sign-in-methods/passkeys/{id}`.
   * @param id Id of a passkey.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  removePasskey(id: number, options?: CallOptions): Promise<void>;

  /**
   * Show how a user can sign in. Requires an operator.
   * Sends `GET /api/users/{user}/sign-in-methods`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getSignInMethodsOfUser(user: string, options?: CallOptions): Promise<SignInMethods>;

  /**
   * Remove a user's second factors. For users who have lost them: removes the authenticator app, all
   * passkeys and the recovery codes. A user of whom the settings require a second factor has to set one up
   * at the next sign-in. Requires an operator with a full-access token.
   * Sends `DELETE /api/users/{user}/sign-in-methods/second-factor`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  resetSecondFactor(user: string, options?: CallOptions): Promise<SecondFactorReset>;

  /**
   * List users. Requires an operator.
   * Sends `GET /api/users`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listUsers: List<[], ListUsersQuery, User>;

  /**
   * Create a user. The account is active immediately, without verification and moderation, and has an API
   * token. A service account has a user name, but no e-mail address and no project of its own. Requires an
   * operator with a full-access token.
   * Sends `POST /api/users`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  createUser(body?: CreateUserBody, options?: CallOptions): Promise<UserCreated>;

  /**
   * Show a user. Requires the user concerned, or an operator.
   * Sends `GET /api/users/{user}`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getUser(user: string, options?: CallOptions): Promise<User>;

  /**
   * Change a user. Supports a dry run. Requires an operator with a full-access token.
   * Sends `PATCH /api/users/{user}`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  changeUser(user: string, body: ChangeUserBody, options?: CallOptions): Promise<UserChanged>;

  /**
   * Delete a user that was never accepted. An accepted user cannot be deleted; deactivate the account
   * instead. Supports a dry run. Requires an operator with a full-access token.
   * Sends `DELETE /api/users/{user}`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  removeUser(user: string, options?: CallOptions): Promise<void>;

  /**
   * Look up user names by uuid, and uuids by user name. An e-mail address that belongs to exactly one
   * account is accepted as a user name. Requires a user; any token is accepted.
   * Sends `POST /api/users/lookup`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized
   */
  lookUpUsers(
    body?: LookUpUsersBody,
    options?: CallOptions,
  ): Promise<{
    /** The users that exist. */
    readonly items: readonly UserName[];
    /** Uuids and names of the request that belong to no user. */
    readonly missing: readonly string[];
  }>;

  /**
   * Change the state of a user account. Returns 409 if the current state of the account does not allow the
   * transition. Supports a dry run. Requires an operator with a full-access token.
   * Sends `POST /api/users/{user}/action`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  actOnUser(user: string, body: ActOnUserBody, options?: CallOptions): Promise<User>;

  /**
   * List a user's tokens. Requires the user concerned with a full-access token, or an operator.
   * Sends `GET /api/users/{user}/tokens`, which returns one page; `all` reads all pages.
   * @param user A user: uuid, number, user name or e-mail address.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listTokens: List<[user: string], ListTokensQuery, Token>;

  /**
   * Create a token. Requires the user concerned or an operator, with a full-access token.
   * Sends `POST /api/users/{user}/tokens`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  createToken(user: string, body: CreateTokenBody, options?: CallOptions): Promise<TokenCreated>;

  /**
   * Revoke a token. Also ends all tokens and application credentials that were made with it, directly or
   * through others. A token that revokes itself is a logout: only tokens that it was exchanged for end with
   * it. Requires the user concerned or an operator, with a full-access token.
   * Sends `DELETE /api/users/{user}/tokens/{id}`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @param id Id of a token.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  revokeToken(user: string, id: number, options?: CallOptions): Promise<void>;

  /**
   * List roles. Requires an operator.
   * Sends `GET /api/roles`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listRoles: List<[], ListRolesQuery, Role>;

  /**
   * Create a role. Requires an operator.
   * Sends `POST /api/roles`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  createRole(body: CreateRoleBody, options?: CallOptions): Promise<Role>;

  /**
   * List a user's roles. Requires the user concerned with a full-access token, or an operator.
   * Sends `GET /api/users/{user}/roles`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  listUserRoles(user: string, options?: CallOptions): Promise<Page<RoleGrant>>;

  /**
   * Check whether a user has a role. Requires the user concerned with a full-access token, or an operator.
   * Sends `GET /api/users/{user}/roles/{role}`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @param role Name of a role.
   * @param query Query parameters.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getUserRole(
    user: string,
    role: string,
    query?: GetUserRoleQuery,
    options?: CallOptions,
  ): Promise<RoleGrant>;

  /**
   * Grant a role to a user. Idempotent. Supports a dry run. Requires an operator with a full-access token.
   * Sends `PUT /api/users/{user}/roles/{role}`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @param role Name of a role.
   * @param query Query parameters.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  grantRole(user: string, role: string, query?: GrantRoleQuery, options?: CallOptions): Promise<void>;

  /**
   * Revoke a role from a user. Supports a dry run. Requires an operator with a full-access token.
   * Sends `DELETE /api/users/{user}/roles/{role}`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @param role Name of a role.
   * @param query Query parameters.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  revokeRole(user: string, role: string, query?: RevokeRoleQuery, options?: CallOptions): Promise<void>;

  /**
   * List components. Requires an operator.
   * Sends `GET /api/components`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listComponents: List<[], ListComponentsQuery, Component>;

  /**
   * Add a component. The response contains its secret, which cannot be retrieved again. Requires an operator
   * with a full-access token.
   * Sends `POST /api/components`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  addComponent(body: AddComponentBody, options?: CallOptions): Promise<ComponentWithToken>;

  /**
   * Show a component. Requires an operator.
   * Sends `GET /api/components/{component}`.
   * @param component A component: name or id.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getComponent(component: string, options?: CallOptions): Promise<Component>;

  /**
   * Change a component. Supports a dry run. Requires an operator with a full-access token.
   * Sends `PATCH /api/components/{component}`.
   * @param component A component: name or id.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  changeComponent(
    component: string,
    body: ChangeComponentBody,
    options?: CallOptions,
  ): Promise<ComponentWithToken>;

  /**
   * Remove a component. Removes its services too. A component with pending commissions, which reserve
   * quantity, is removed only if `resolve` says whether to accept or to reject them; they are resolved
   * first. Supports a dry run. Requires an operator with a full-access token.
   * Sends `DELETE /api/components/{component}`.
   * @param component A component: name or id.
   * @param query Query parameters.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  removeComponent(
    component: string,
    query?: RemoveComponentQuery,
    options?: CallOptions,
  ): Promise<ComponentRemoved>;

  /**
   * List services. Requires an operator.
   * Sends `GET /api/services`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listServices: List<[], ListServicesQuery, Service>;

  /**
   * Show a service. Requires an operator.
   * Sends `GET /api/services/{service}`.
   * @param service A service: name or id.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getService(service: string, options?: CallOptions): Promise<Service>;

  /**
   * Register services and their resources. Imports the whole document or nothing. Importing it again updates
   * the registered services, and the response lists the replaced values; the defaults of resources that are
   * already registered are kept. A new resource without `system_default` is unlimited for all users; the
   * response then contains a warning. Supports a dry run. Requires an operator.
   * Sends `POST /api/services/import`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  importServices(body: ImportServicesBody, options?: CallOptions): Promise<ServiceImported>;

  /**
   * List resources. Users get the resources that are visible in the API, operators all. Requires a user; any
   * token is accepted.
   * Sends `GET /api/resources`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized
   */
  readonly listResources: List<[], ListResourcesQuery, Resource>;

  /**
   * Add a resource to a registered service. Its defaults become the limits of all existing users and
   * projects. To register many resources, use `importServices`. Supports a dry run. Requires an operator.
   * Sends `POST /api/resources`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  addResource(body: AddResourceBody, options?: CallOptions): Promise<ResourceAdded>;

  /**
   * Show a resource. Requires a user; any token is accepted.
   * Sends `GET /api/resources/{resource}`.
   * @param resource Name of a resource.
   * @throws BadRequest, Unauthorized, NotFound
   */
  getResource(resource: string, options?: CallOptions): Promise<Resource>;

  /**
   * Change the defaults or the visibility of a resource. New defaults apply to projects created from now on.
   * Supports a dry run. Requires an operator.
   * Sends `PATCH /api/resources/{resource}`.
   * @param resource Name of a resource.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  changeResource(resource: string, body: ChangeResourceBody, options?: CallOptions): Promise<Resource>;

  /**
   * List projects. Users get the projects they own or are members of, and active projects that are not
   * private. Requires a user; a narrowed token acts within its project and its roles.
   * Sends `GET /api/projects`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listProjects: List<[], ListProjectsQuery, Project>;

  /**
   * Apply for a project. The project exists immediately, and becomes active when an operator approves the
   * application. Requires a user with a full-access token, or an operator.
   * Sends `POST /api/projects`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  applyForProject(body: ApplyForProjectBody, options?: CallOptions): Promise<Application>;

  /**
   * Show a project. Requires a user; a narrowed token acts within its project and its roles.
   * Sends `GET /api/projects/{project}`.
   * @param project A project: its uuid, or its number.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getProject(project: string, options?: CallOptions): Promise<Project>;

  /**
   * Modify a project directly. Without an application. The name, owner, homepage and description of a system
   * project cannot change. Supports a dry run. Requires an operator.
   * Sends `PATCH /api/projects/{project}`.
   * @param project A project: its uuid, or its number.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  changeProject(project: string, body: ChangeProjectBody, options?: CallOptions): Promise<Project>;

  /**
   * List the limits and the usage of a project. Allowed for its members, its managers, and operators.
   * Requires a user; a narrowed token acts within its project and its roles.
   * Sends `GET /api/projects/{project}/resources`.
   * @param project A project: its uuid, or its number.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  listProjectResources(
    project: string,
    options?: CallOptions,
  ): Promise<{
    readonly items: readonly ProjectResource[];
  }>;

  /**
   * List the memberships of a project. Managers get all memberships, including requests and former members;
   * members get their own. Requires a user; a narrowed token acts within its project and its roles.
   * Sends `GET /api/projects/{project}/members`, which returns one page; `all` reads all pages.
   * @param project A project: its uuid, or its number.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listProjectMembers: List<[project: string], ListProjectMembersQuery, Membership>;

  /**
   * List the history of a project. The newest entries first. Allowed for managers of the project. Requires a
   * user; a narrowed token acts within its project and its roles.
   * Sends `GET /api/projects/{project}/history`, which returns one page; `all` reads all pages.
   * @param project A project: its uuid, or its number.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly getProjectHistory: List<[project: string], GetProjectHistoryQuery, ProjectEvent>;

  /**
   * Apply for a modification of a project. It replaces a pending application, and keeps the values of that
   * one which it does not state itself; `replaced` in the response describes the replaced application.
   * Allowed for managers of the project. Requires a user; a narrowed token acts within its project and its
   * roles.
   * Sends `POST /api/projects/{project}/applications`.
   * @param project A project: its uuid, or its number.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  applyForModification(
    project: string,
    body: ApplyForModificationBody,
    options?: CallOptions,
  ): Promise<Application>;

  /**
   * Apply for a later end date of a project. A modification of the end date only. Like every modification,
   * it replaces a pending application and keeps the other values of it. Allowed for managers of the project.
   * Requires a user; a narrowed token acts within its project and its roles.
   * Sends `POST /api/projects/{project}/renewal`.
   * @param project A project: its uuid, or its number.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  applyForRenewal(project: string, body: ApplyForRenewalBody, options?: CallOptions): Promise<Application>;

  /**
   * Suspend, unsuspend, terminate or reinstate a project. Returns 409 if the current state does not allow
   * the transition. Supports a dry run. Requires an operator.
   * Sends `POST /api/projects/{project}/action`.
   * @param project A project: its uuid, or its number.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  actOnProject(project: string, body: ActOnProjectBody, options?: CallOptions): Promise<Project>;

  /**
   * Change the system projects of all users. Changes all of them or, after any error, none. Limits that were
   * set for single users are overwritten; the response lists them by value. Supports a dry run. Requires an
   * operator.
   * Sends `POST /api/projects/system/limits`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  changeSystemProjects(body: ChangeSystemProjectsBody, options?: CallOptions): Promise<SystemProjectsChanged>;

  /**
   * List expired projects that have not been terminated. Requires an operator.
   * Sends `GET /api/projects/expired`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listExpiredProjects: List<[], ListExpiredProjectsQuery, Project>;

  /**
   * Terminate expired projects. Each project is terminated independently and has its own result. The
   * response is streamed. Supports a dry run. Requires an operator.
   * Sends `POST /api/projects/expired/termination`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  terminateExpiredProjects(
    body?: TerminateExpiredProjectsBody,
    options?: CallOptions,
  ): Promise<{
    readonly items: readonly Termination[];
  }>;

  /**
   * List project applications. Users get their own applications and those for their projects; operators all.
   * Requires a user; a narrowed token acts within its project and its roles.
   * Sends `GET /api/applications`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listApplications: List<[], ListApplicationsQuery, Application>;

  /**
   * Show a project application and its effect on limits. Allowed for the applicant, the owner of the
   * project, and operators. Requires a user; a narrowed token acts within its project and its roles.
   * Sends `GET /api/applications/{application}`.
   * @param application Id of an application.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getApplication(application: number, options?: CallOptions): Promise<ApplicationDetails>;

  /**
   * Approve, deny, cancel or dismiss a project application. Only the newest application of a project can
   * change state. Supports a dry run. Requires a user with a full-access token, or an operator.
   * Sends `POST /api/applications/{application}/action`.
   * @param application Id of an application.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  actOnApplication(
    application: number,
    body: ActOnApplicationBody,
    options?: CallOptions,
  ): Promise<Application>;

  /**
   * List memberships. Users get their own and those of projects that they manage; operators all. Requires a
   * user; a narrowed token acts within its project and its roles.
   * Sends `GET /api/memberships`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listMemberships: List<[], ListMembershipsQuery, Membership>;

  /**
   * Show a membership. Requires a user; a narrowed token acts within its project and its roles.
   * Sends `GET /api/memberships/{membership}`.
   * @param membership Id of a membership.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getMembership(membership: number, options?: CallOptions): Promise<Membership>;

  /**
   * Join a project, or enrol a user. Without `user`, the caller asks to join, and becomes a member
   * immediately if the join policy is `auto`. With `user`, a manager of the project adds that user. Requires
   * a user; a narrowed token acts within its project and its roles.
   * Sends `POST /api/projects/{project}/memberships`.
   * @param project A project: its uuid, or its number.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  createMembership(project: string, body?: CreateMembershipBody, options?: CallOptions): Promise<Membership>;

  /**
   * Accept, reject, cancel, leave or remove a membership. `allowed_actions` of a membership lists the
   * possible actions. Supports a dry run. Requires a user; a narrowed token acts within its project and its
   * roles.
   * Sends `POST /api/memberships/{membership}/action`.
   * @param membership Id of a membership.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  actOnMembership(membership: number, body: ActOnMembershipBody, options?: CallOptions): Promise<Membership>;

  /**
   * Grant a project role to a member. Idempotent. Allowed for managers of the project. Supports a dry run.
   * Requires a user; a narrowed token acts within its project and its roles.
   * Sends `PUT /api/projects/{project}/members/{user}/roles/{role}`.
   * @param project A project: its uuid, or its number.
   * @param user A member: uuid or e-mail address.
   * @param role `project_admin` has the rights of the owner; `project_mod` accepts and removes members.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  grantProjectRole(
    project: string,
    user: string,
    role: 'project_admin' | 'project_mod',
    options?: CallOptions,
  ): Promise<void>;

  /**
   * Revoke a project role from a member. Allowed for managers of the project. Supports a dry run. Requires a
   * user; a narrowed token acts within its project and its roles.
   * Sends `DELETE /api/projects/{project}/members/{user}/roles/{role}`.
   * @param project A project: its uuid, or its number.
   * @param user A member: uuid or e-mail address.
   * @param role `project_admin` has the rights of the owner; `project_mod` accepts and removes members.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  revokeProjectRole(
    project: string,
    user: string,
    role: 'project_admin' | 'project_mod',
    options?: CallOptions,
  ): Promise<void>;

  /**
   * Set your default project. Requires a user with a full-access token.
   * Sends `PUT /api/me/default_project`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  setMyDefaultProject(body: SetMyDefaultProjectBody, options?: CallOptions): Promise<User>;

  /**
   * Set a user's default project. Requires the user concerned or an operator, with a full-access token.
   * Sends `PUT /api/users/{user}/default_project`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  setDefaultProject(user: string, body: SetDefaultProjectBody, options?: CallOptions): Promise<User>;

  /**
   * List pending approvals with their effects. Pending project applications, tasks that are not approved,
   * and accounts that wait for moderation. Requires an operator.
   * Sends `GET /api/approvals`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listApprovals: List<[], ListApprovalsQuery, Approval>;

  /**
   * Approve or deny a pending approval. Denying a task cancels it and stores the reason as a note; the
   * requester receives a mail if the address is known. An account is accepted or rejected, and its owner
   * receives a mail. Requires an operator.
   * Sends `POST /api/approvals/{kind}/{id}`.
   * @param kind `application`, `task` or `account`.
   * @param id Id of the application, task or account.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  decideApproval(
    kind: 'application' | 'task' | 'account',
    id: string,
    body: DecideApprovalBody,
    options?: CallOptions,
  ): Promise<ApprovalDecided>;

  /**
   * List tasks. The newest first. Operators see all tasks. Administrators and moderators of a project see
   * its tasks, except those about the e-mail address or the password of another user. Requires a user; a
   * narrowed token acts within its project and its roles.
   * Sends `GET /api/tasks`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listTasks: List<[], ListTasksQuery, Task>;

  /**
   * Show a task with its actions, notes and effects. Operators see all tasks. Administrators and moderators
   * of a project see its tasks, except those about the e-mail address or the password of another user.
   * Requires a user; a narrowed token acts within its project and its roles.
   * Sends `GET /api/tasks/{task}`.
   * @param task Id of a task.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getTask(task: string, options?: CallOptions): Promise<TaskDetails>;

  /**
   * Change the input of a task and run its checks again. Allowed until the task is approved. The task keeps
   * its requester. Requires an operator with a full-access token.
   * Sends `PATCH /api/tasks/{task}`.
   * @param task Id of a task.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  updateTask(task: string, body: UpdateTaskBody, options?: CallOptions): Promise<TaskDetails>;

  /**
   * Approve or cancel a task, or reissue its token. Operators see all tasks. Administrators and moderators
   * of a project see its tasks, except those about the e-mail address or the password of another user. Only
   * operators can approve. Requires a user; a narrowed token acts within its project and its roles.
   * Sends `POST /api/tasks/{task}/action`.
   * @param task Id of a task.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  actOnTask(task: string, body: ActOnTaskBody, options?: CallOptions): Promise<TaskDetails>;

  /**
   * List task tokens. The newest first. Their secrets are sent by mail and not stored. Requires an operator.
   * Sends `GET /api/task-tokens`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listTaskTokens: List<[], ListTaskTokensQuery, TaskToken>;

  /**
   * Delete expired task tokens. Requires an operator.
   * Sends `DELETE /api/task-tokens`.
   * @param query Query parameters.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  deleteExpiredTaskTokens(
    query: DeleteExpiredTaskTokensQuery,
    options?: CallOptions,
  ): Promise<TaskTokensDeleted>;

  /**
   * Show a task token and the fields it requires. No authentication required.
   * Sends `GET /api/task-tokens/{secret}`.
   * @param secret The token from the mail.
   * @throws BadRequest, NotFound
   */
  describeTaskToken(secret: string, options?: CallOptions): Promise<TaskTokenDescription>;

  /**
   * Submit a task token to complete its task. If the token requires it, an API token must be sent too. No
   * authentication required.
   * Sends `POST /api/task-tokens/{secret}`.
   * @param secret The token from the mail.
   * @param body The body of the request.
   * @throws BadRequest, NotFound, Conflict
   */
  submitTaskToken(
    secret: string,
    body: SubmitTaskTokenBody,
    options?: CallOptions,
  ): Promise<TaskTokenSubmitted>;

  /**
   * List notifications. The newest first. Requires an operator.
   * Sends `GET /api/notifications`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listNotifications: List<[], ListNotificationsQuery, Notification>;

  /**
   * Show a notification. Requires an operator.
   * Sends `GET /api/notifications/{notification}`.
   * @param notification Id of a notification.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getNotification(notification: string, options?: CallOptions): Promise<Notification>;

  /**
   * Acknowledge notifications, by `ids` or `all`. Requires an operator.
   * Sends `POST /api/notifications/acknowledge`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  acknowledgeNotifications(
    body?: AcknowledgeNotificationsBody,
    options?: CallOptions,
  ): Promise<NotificationsAcknowledged>;

  /**
   * Create a webhook. Each event is sent as a POST request with a JSON body, signed according to Standard
   * Webhooks with the secret of this response, which cannot be retrieved again. The URL must have a public
   * address unless the settings allow others. Requires an operator with a full-access token.
   * Sends `POST /api/webhooks`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  addWebhook(body: AddWebhookBody, options?: CallOptions): Promise<WebhookCreated>;

  /**
   * List webhooks. Requires an operator.
   * Sends `GET /api/webhooks`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listWebhooks: List<[], ListWebhooksQuery, Webhook>;

  /**
   * Show a webhook. Requires an operator.
   * Sends `GET /api/webhooks/{webhook}`.
   * @param webhook Id of a webhook.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getWebhook(webhook: number, options?: CallOptions): Promise<Webhook>;

  /**
   * Delete a webhook and its deliveries. Requires an operator with a full-access token.
   * Sends `DELETE /api/webhooks/{webhook}`.
   * @param webhook Id of a webhook.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  removeWebhook(webhook: number, options?: CallOptions): Promise<void>;

  /**
   * List the deliveries of a webhook. The newest first. Deliveries are deleted 30 days after they were
   * accepted or given up. Requires an operator.
   * Sends `GET /api/webhooks/{webhook}/deliveries`, which returns one page; `all` reads all pages.
   * @param webhook Id of a webhook.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listWebhookDeliveries: List<[webhook: number], ListWebhookDeliveriesQuery, WebhookDelivery>;

  /**
   * Send a test event to a webhook. Requires an operator.
   * Sends `POST /api/webhooks/{webhook}/test`.
   * @param webhook Id of a webhook.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  testWebhook(webhook: number, options?: CallOptions): Promise<WebhookDelivery>;

  /**
   * List quotas. Users get their own, operators those of all users. A page examines a bounded number of
   * quotas, so with filters it can be short or even empty and still have a `next`. Requires a user; a
   * narrowed token acts within its project and its roles.
   * Sends `GET /api/quotas`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listQuotas: List<[], ListQuotasQuery, Quota>;

  /**
   * Compare the counters of all holdings with the commissions. Both are read at one moment while commissions
   * continue. The response is streamed and can take minutes on a large cloud; closing the connection cancels
   * the verification. Only one verification at a time can make corrections. Requires an operator.
   * Sends `POST /api/quotas/verification`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  verifyQuotas(body?: VerifyQuotasBody, options?: CallOptions): Promise<QuotaVerification>;

  /**
   * Issue a commission. All its provisions are reserved durably, or none. 200 instead of 201 means that a
   * commission with the same key had already been issued. Requires a component.
   * Sends `POST /api/commissions`.
   * The client generates a missing `key`, so a retry after a lost response has no second effect.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict, QuotaLimit
   */
  issueCommission(body: CommissionIssue, options?: CallOptions): Promise<CommissionIssued>;

  /**
   * List commissions. In the order of their serials. A page examines a bounded number of commissions, so
   * with filters it can be short or even empty and still have a `next`. Requires a component, which sees
   * only its own commissions, or an operator.
   * Sends `GET /api/commissions`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listCommissions: List<[], ListCommissionsQuery, Commission>;

  /**
   * Issue many commissions. Each has its own result, in the order of the request, and its own `key`. A
   * refused or malformed commission does not affect the others. Requires a component.
   * Sends `POST /api/commissions/bulk`.
   * The client generates a missing `key`, so a retry after a lost response has no second effect.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  issueCommissions(body: IssueCommissionsBody, options?: CallOptions): Promise<CommissionBulkVerdict>;

  /**
   * Show a commission, pending or resolved. Requires a component, which sees only its own commissions, or an
   * operator.
   * Sends `GET /api/commissions/{serial}`.
   * @param serial Serial of the commission.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getCommission(serial: number, options?: CallOptions): Promise<Commission>;

  /**
   * Accept a commission, in full or with smaller quantities. Idempotent: repeating the request returns the
   * commission unchanged. Requires a component, which sees only its own commissions, or an operator.
   * Sends `POST /api/commissions/{serial}/accept`.
   * @param serial Serial of the commission.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  acceptCommission(serial: number, body?: AcceptCommissionBody, options?: CallOptions): Promise<Commission>;

  /**
   * Reject a commission. Idempotent: repeating the request returns the commission unchanged. Requires a
   * component, which sees only its own commissions, or an operator.
   * Sends `POST /api/commissions/{serial}/reject`.
   * @param serial Serial of the commission.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  rejectCommission(serial: number, body?: RejectCommissionBody, options?: CallOptions): Promise<Commission>;

  /**
   * Accept and reject many commissions. Each commission is resolved independently. Idempotent. Requires a
   * component, which sees only its own commissions, or an operator.
   * Sends `POST /api/commissions/resolve`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  resolveCommissions(body?: ResolveCommissionsBody, options?: CallOptions): Promise<CommissionVerdict>;

  /**
   * Show usage over time. A series for each holding with usage before the end of the period. Operators get
   * all. Users get their own usage and, with `project` or `per=project`, the total usage of the projects
   * they are members of. Requires a user; a narrowed token acts within its project and its roles.
   * Sends `GET /api/usage`.
   * @param query Query parameters.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getUsage(
    query?: GetUsageQuery,
    options?: CallOptions,
  ): Promise<{
    readonly items: readonly UsageSeries[];
  }>;

  /**
   * List usage per holding for charge-back. One item for each holding with usage in the period: projects
   * first, then their users. A page examines a bounded number of holdings, so it can be short or even empty
   * and still have a `next`. Requires an operator.
   * Sends `GET /api/charges`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listCharges: List<[], ListChargesQuery, Charge>;

  /**
   * List the versions of the terms of service. Requires an operator.
   * Sends `GET /api/terms`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listTerms: List<[], ListTermsQuery, TermsSummary>;

  /**
   * Publish new terms of service. Each user must accept them before using a token again. Requires an
   * operator.
   * Sends `POST /api/terms`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  addTerms(body: AddTermsBody, options?: CallOptions): Promise<Terms>;

  /**
   * Show the terms of service in force. No authentication required.
   * Sends `GET /api/terms/current`.
   * @throws NotFound
   */
  getCurrentTerms(options?: CallOptions): Promise<Terms>;

  /**
   * Show a version of the terms of service. Requires an operator.
   * Sends `GET /api/terms/{terms}`.
   * @param terms Id of the terms.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getTerms(terms: number, options?: CallOptions): Promise<Terms>;

  /**
   * Accept the terms of service in force. Requires a user with a full-access token. Callable before the
   * terms of service are accepted.
   * Sends `POST /api/terms/sign`.
   * @throws Unauthorized, Forbidden
   */
  signTerms(options?: CallOptions): Promise<User>;

  /**
   * List audit entries. The newest first. Requires an operator.
   * Sends `GET /api/audit`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listAudit: List<[], ListAuditQuery, AuditEntry>;

  /**
   * List mails and their delivery state. In the order of their creation. Mails are deleted 30 days after
   * they were sent or given up. Requires an operator.
   * Sends `GET /api/mails`, which returns one page; `all` reads all pages.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listMails: List<[], ListMailsQuery, MailEntry>;

  /**
   * Retry mails immediately. Retries waiting mails and given-up mails, by `ids` or `all`; sent mails stay as
   * they are. Requires an operator.
   * Sends `POST /api/mails/retry`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  retryMails(body?: RetryMailsBody, options?: CallOptions): Promise<MailRetried>;

  /**
   * List the endpoints of all services. Requires a user; any token is accepted.
   * Sends `GET /api/endpoints`.
   * @param query Query parameters.
   * @throws BadRequest, Unauthorized
   */
  listEndpoints(
    query?: ListEndpointsQuery,
    options?: CallOptions,
  ): Promise<{
    readonly items: readonly Endpoint[];
  }>;

  /**
   * List the delegate APIs. No authentication required.
   * Sends `GET /api/delegates`.
   */
  listDelegates(options?: CallOptions): Promise<{
    readonly items: readonly DelegateApi[];
  }>;

  /**
   * Call a delegate API. Creates a task or returns its options: sign-up, invitations, roles, password reset,
   * quotas, and the APIs of feature sets. Some require a token, and a role on the project concerned. If the
   * request replaces an open task, the response names that task. No authentication required.
   * Sends `POST /api/delegates/{delegate}`.
   * @param delegate Name of a delegate API.
   * @param body The body of the request.
   * @throws BadRequest, Forbidden, NotFound, Conflict
   */
  askDelegate(delegate: string, body: AskDelegateBody, options?: CallOptions): Promise<DelegateAnswer>;

  /**
   * Show recent errors and tasks. Requires an operator.
   * Sends `GET /api/workflow/overview`.
   * @throws Unauthorized, Forbidden
   */
  getWorkflowOverview(options?: CallOptions): Promise<WorkflowOverview>;

  /**
   * Send feedback to the operators. The mail is sent before the response; 502 means that the mail server did
   * not accept it. Requires a user with a full-access token.
   * Sends `POST /api/feedback`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  sendFeedback(body: SendFeedbackBody, options?: CallOptions): Promise<void>;

  /**
   * Compare the usage of pending applications with their number. Returns only the users whose usage differs.
   * Each correction is audited. Requires an operator.
   * Sends `POST /api/quotas/reconciliation`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  reconcileApplications(
    body?: ReconcileApplicationsBody,
    options?: CallOptions,
  ): Promise<{
    readonly items: readonly ApplicationsDifference[];
  }>;

  /**
   * Show statistics of the cloud. Sums the usage of all projects, so the response time grows with their
   * number. Requires an operator.
   * Sends `GET /api/statistics`.
   * @throws Unauthorized, Forbidden
   */
  getStatistics(options?: CallOptions): Promise<Statistics>;

  /**
   * Run a request as a dry run. The request runs with your token and is rolled back: nothing changes, no
   * mail is sent and nothing is recorded. Errors are the same as those of the request itself. The
   * description of an operation says whether it supports this. Requires a user; any token is accepted.
   * Sends `POST /api/rehearsals`.
   * @param body The body of the request.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  rehearse(body: RehearseBody, options?: CallOptions): Promise<Preview>;
}
