// Made from the description of the native API by `npm run docs`. Changes belong there.

import type { CallOptions } from '../http/call.ts';
import type { List, Page } from './lists.ts';
import type {
  AcceptCommissionBody,
  AcknowledgeNotificationsBody,
  ActOnApplicationBody,
  ActOnMembershipBody,
  ActOnProjectBody,
  ActOnTaskBody,
  ActOnUserBody,
  AddComponentBody,
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
  ChangeComponentBody,
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
  CreateMembershipBody,
  CreateRoleBody,
  CreateTokenBody,
  CreateUserBody,
  DecideApprovalBody,
  DelegateAnswer,
  DelegateApi,
  DeleteExpiredTaskTokensQuery,
  Endpoint,
  Foretold,
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
  MailRetried,
  Me,
  Membership,
  Notification,
  NotificationsAcknowledged,
  Project,
  ProjectEvent,
  ProjectResource,
  Quota,
  QuotaVerification,
  ReconcileApplicationsBody,
  RehearseBody,
  RejectCommissionBody,
  RemoveComponentQuery,
  ResolveCommissionsBody,
  Resource,
  ResourceAdded,
  RetryMailsBody,
  RevokeRoleQuery,
  Role,
  RoleGrant,
  SendFeedbackBody,
  Service,
  ServiceImported,
  SetDefaultProjectBody,
  SetMyDefaultProjectBody,
  Statistics,
  SubmitTaskTokenBody,
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
  UpdateTaskBody,
  UsageSeries,
  User,
  UserChanged,
  UserCreated,
  UserName,
  VerifyQuotasBody,
  Webhook,
  WebhookCreated,
  WebhookDelivery,
  WorkflowOverview,
} from './schemas.ts';

/**
 * A method for each operation of the native API. Each takes what varies in its path, in its order; then
 * the query or the body, if there is one; then the options of the call. Names in queries, bodies and
 * answers are those of the wire.
 * What errors come beside those that are named: `BadValue`, `ConnectionError`, `InvalidResponse`,
 * `Unavailable`.
 */
export interface NativeOperations {
  /**
   * Show who is asking. For any user, with any token.
   * Sends `GET /api/me`.
   * @throws Unauthorized
   */
  getMe(options?: CallOptions): Promise<Me>;

  /**
   * Exchange a password for a token. Who has the wrong password, and who is unknown, gets the same answer.
   * Whoever has the right one is told why it does not help: `account_not_verified`, `account_not_moderated`,
   * `account_rejected`, `account_inactive`. While there are terms of service to accept, the token is good
   * for accepting them and nothing else. After too many wrong passwords, the right one is not heard for a
   * while either. The token ends with the password. Needs no token.
   * Sends `POST /api/login`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Conflict
   */
  logIn(body: LogInBody, options?: CallOptions): Promise<TokenCreated>;

  /**
   * List users. For operators.
   * Sends `GET /api/users`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listUsers: List<[], ListUsersQuery, User>;

  /**
   * Create a user. The user is active at once, without verification and moderation, and has an API token. A
   * service account has a user name, no e-mail address and no project of its own. For operators, with a
   * token of the whole account.
   * Sends `POST /api/users`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  createUser(body?: CreateUserBody, options?: CallOptions): Promise<UserCreated>;

  /**
   * Show a user. For the user concerned, and for operators.
   * Sends `GET /api/users/{user}`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getUser(user: string, options?: CallOptions): Promise<User>;

  /**
   * Change a user. It can be rehearsed. For operators, with a token of the whole account.
   * Sends `PATCH /api/users/{user}`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  changeUser(user: string, body: ChangeUserBody, options?: CallOptions): Promise<UserChanged>;

  /**
   * Delete a user who was never accepted. Others are deactivated instead. It can be rehearsed. For
   * operators, with a token of the whole account.
   * Sends `DELETE /api/users/{user}`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  removeUser(user: string, options?: CallOptions): Promise<void>;

  /**
   * Find user names by uuids, and uuids by user names. An e-mail address of one account finds it as well.
   * For any user, with any token.
   * Sends `POST /api/users/lookup`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized
   */
  lookUpUsers(
    body?: LookUpUsersBody,
    options?: CallOptions,
  ): Promise<{
    /** Those that exist. */
    readonly items: readonly UserName[];
    /** What was asked for and does not exist. */
    readonly missing: readonly string[];
  }>;

  /**
   * Move a user through the life of an account. A transition that the present state does not allow is
   * refused with 409. It can be rehearsed. For operators, with a token of the whole account.
   * Sends `POST /api/users/{user}/action`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  actOnUser(user: string, body: ActOnUserBody, options?: CallOptions): Promise<User>;

  /**
   * List a user's tokens. For the user concerned, with a token of the whole account; and for operators.
   * Sends `GET /api/users/{user}/tokens`, which answers one page; `all` goes on to the last.
   * @param user A user: uuid, number, user name or e-mail address.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listTokens: List<[user: string], ListTokensQuery, Token>;

  /**
   * Make a token. For the user concerned, and for operators, with a token of the whole account.
   * Sends `POST /api/users/{user}/tokens`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  createToken(user: string, body: CreateTokenBody, options?: CallOptions): Promise<TokenCreated>;

  /**
   * Revoke a token. For the user concerned, and for operators, with a token of the whole account.
   * Sends `DELETE /api/users/{user}/tokens/{id}`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @param id Id of a token.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  revokeToken(user: string, id: number, options?: CallOptions): Promise<void>;

  /**
   * List roles. For operators.
   * Sends `GET /api/roles`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listRoles: List<[], ListRolesQuery, Role>;

  /**
   * Create a role. For operators.
   * Sends `POST /api/roles`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  createRole(body: CreateRoleBody, options?: CallOptions): Promise<Role>;

  /**
   * List a user's roles. For the user concerned, with a token of the whole account; and for operators.
   * Sends `GET /api/users/{user}/roles`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  listUserRoles(user: string, options?: CallOptions): Promise<Page<RoleGrant>>;

  /**
   * Check whether a user has a role. For the user concerned, with a token of the whole account; and for
   * operators.
   * Sends `GET /api/users/{user}/roles/{role}`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @param role Name of a role.
   * @param query What is asked for.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getUserRole(
    user: string,
    role: string,
    query?: GetUserRoleQuery,
    options?: CallOptions,
  ): Promise<RoleGrant>;

  /**
   * Grant a role to a user. Granting it again changes nothing. It can be rehearsed. For operators, with a
   * token of the whole account.
   * Sends `PUT /api/users/{user}/roles/{role}`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @param role Name of a role.
   * @param query What is asked for.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  grantRole(user: string, role: string, query?: GrantRoleQuery, options?: CallOptions): Promise<void>;

  /**
   * Take a role from a user. It can be rehearsed. For operators, with a token of the whole account.
   * Sends `DELETE /api/users/{user}/roles/{role}`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @param role Name of a role.
   * @param query What is asked for.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  revokeRole(user: string, role: string, query?: RevokeRoleQuery, options?: CallOptions): Promise<void>;

  /**
   * List components. For operators.
   * Sends `GET /api/components`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listComponents: List<[], ListComponentsQuery, Component>;

  /**
   * Add a component. The answer has its secret, which is shown this once. For operators, with a token of the
   * whole account.
   * Sends `POST /api/components`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  addComponent(body: AddComponentBody, options?: CallOptions): Promise<ComponentWithToken>;

  /**
   * Show a component. For operators.
   * Sends `GET /api/components/{component}`.
   * @param component A component: name or id.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getComponent(component: string, options?: CallOptions): Promise<Component>;

  /**
   * Change a component. It can be rehearsed. For operators, with a token of the whole account.
   * Sends `PATCH /api/components/{component}`.
   * @param component A component: name or id.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  changeComponent(
    component: string,
    body: ChangeComponentBody,
    options?: CallOptions,
  ): Promise<ComponentWithToken>;

  /**
   * Remove a component. Its services go with it. While commissions of it are pending, which reserve
   * quantity, it is removed only if `resolve` says whether they are accepted or rejected; they are settled
   * first. It can be rehearsed. For operators.
   * Sends `DELETE /api/components/{component}`.
   * @param component A component: name or id.
   * @param query What is asked for.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  removeComponent(
    component: string,
    query?: RemoveComponentQuery,
    options?: CallOptions,
  ): Promise<ComponentRemoved>;

  /**
   * List services. For operators.
   * Sends `GET /api/services`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listServices: List<[], ListServicesQuery, Service>;

  /**
   * Show a service. For operators.
   * Sends `GET /api/services/{service}`.
   * @param service A service: name or id.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getService(service: string, options?: CallOptions): Promise<Service>;

  /**
   * Register services and their resources. All of the document is imported, or nothing. Importing it again
   * updates what is there, and the answer names the values that were replaced; the defaults of resources
   * that are registered already stay. A new resource whose definition states no `system_default` is
   * unlimited for all users, which is a warning. It can be rehearsed. For operators.
   * Sends `POST /api/services/import`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  importServices(body: ImportServicesBody, options?: CallOptions): Promise<ServiceImported>;

  /**
   * List resources. Users see those that are visible in the API, operators all. For any user, with any
   * token.
   * Sends `GET /api/resources`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized
   */
  readonly listResources: List<[], ListResourcesQuery, Resource>;

  /**
   * Add a resource to a registered service. All users and projects get its defaults as their limits. Many
   * resources are registered together with `importServices`. It can be rehearsed. For operators.
   * Sends `POST /api/resources`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  addResource(body: AddResourceBody, options?: CallOptions): Promise<ResourceAdded>;

  /**
   * Show a resource. For any user, with any token.
   * Sends `GET /api/resources/{resource}`.
   * @param resource Name of a resource.
   * @throws BadRequest, Unauthorized, NotFound
   */
  getResource(resource: string, options?: CallOptions): Promise<Resource>;

  /**
   * Change the defaults or the visibility of a resource. Defaults apply to projects made from now on. It can
   * be rehearsed. For operators.
   * Sends `PATCH /api/resources/{resource}`.
   * @param resource Name of a resource.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  changeResource(resource: string, body: ChangeResourceBody, options?: CallOptions): Promise<Resource>;

  /**
   * List projects. Users see their own, those they are members of, and active ones that are not private. For
   * any user; a token that is narrowed acts within its project and its roles.
   * Sends `GET /api/projects`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listProjects: List<[], ListProjectsQuery, Project>;

  /**
   * Apply for a project. The project is there at once, and of use once an operator has approved the
   * application. For any user, with a token of the whole account; and for operators.
   * Sends `POST /api/projects`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  applyForProject(body: ApplyForProjectBody, options?: CallOptions): Promise<Application>;

  /**
   * Show a project. For any user; a token that is narrowed acts within its project and its roles.
   * Sends `GET /api/projects/{project}`.
   * @param project A project: its uuid, or its number.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getProject(project: string, options?: CallOptions): Promise<Project>;

  /**
   * Change a project at once. Without an application. System projects keep their name, owner, homepage and
   * description. It can be rehearsed. For operators.
   * Sends `PATCH /api/projects/{project}`.
   * @param project A project: its uuid, or its number.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  changeProject(project: string, body: ChangeProjectBody, options?: CallOptions): Promise<Project>;

  /**
   * List what a project may use and does use. For its members, those who manage it, and operators. For any
   * user; a token that is narrowed acts within its project and its roles.
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
   * List the memberships of a project. Those who manage it see all, also of those who asked to join or have
   * left; members their own. For any user; a token that is narrowed acts within its project and its roles.
   * Sends `GET /api/projects/{project}/members`, which answers one page; `all` goes on to the last.
   * @param project A project: its uuid, or its number.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listProjectMembers: List<[project: string], ListProjectMembersQuery, Membership>;

  /**
   * Show what was done to a project, by whom and why. The newest first; for those who manage it. For any
   * user; a token that is narrowed acts within its project and its roles.
   * Sends `GET /api/projects/{project}/history`, which answers one page; `all` goes on to the last.
   * @param project A project: its uuid, or its number.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly getProjectHistory: List<[project: string], GetProjectHistoryQuery, ProjectEvent>;

  /**
   * Apply for a modification of a project. It takes the place of an application that is pending, and takes
   * over what it does not state itself; `replaced` in the answer tells what became of the other one. For
   * those who manage the project. For any user; a token that is narrowed acts within its project and its
   * roles.
   * Sends `POST /api/projects/{project}/applications`.
   * @param project A project: its uuid, or its number.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  applyForModification(
    project: string,
    body: ApplyForModificationBody,
    options?: CallOptions,
  ): Promise<Application>;

  /**
   * Apply for a later end of a project. A modification of nothing but the end date. Like every modification
   * it takes the place of an application that is pending, and takes over the rest of it. For those who
   * manage the project. For any user; a token that is narrowed acts within its project and its roles.
   * Sends `POST /api/projects/{project}/renewal`.
   * @param project A project: its uuid, or its number.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  applyForRenewal(project: string, body: ApplyForRenewalBody, options?: CallOptions): Promise<Application>;

  /**
   * Suspend, unsuspend, terminate or reinstate a project. A transition that the present state does not allow
   * is refused with 409. It can be rehearsed. For operators.
   * Sends `POST /api/projects/{project}/action`.
   * @param project A project: its uuid, or its number.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  actOnProject(project: string, body: ActOnProjectBody, options?: CallOptions): Promise<Project>;

  /**
   * Change all users' own projects. All of them or, if anything is wrong, none. It can be rehearsed. For
   * operators.
   * Sends `POST /api/projects/system/limits`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  changeSystemProjects(
    body: ChangeSystemProjectsBody,
    options?: CallOptions,
  ): Promise<{
    /** How many there were. */
    readonly changed: number;
  }>;

  /**
   * List projects that are past their end and still alive. For operators.
   * Sends `GET /api/projects/expired`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listExpiredProjects: List<[], ListExpiredProjectsQuery, Project>;

  /**
   * Terminate projects that are past their end. Each on its own, with a verdict of its own. The answer comes
   * in pieces. It can be rehearsed. For operators.
   * Sends `POST /api/projects/expired/termination`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  terminateExpiredProjects(
    body?: TerminateExpiredProjectsBody,
    options?: CallOptions,
  ): Promise<{
    readonly items: readonly Termination[];
  }>;

  /**
   * List applications for projects. Users see those that they made, and those for projects that are theirs;
   * operators all. For any user; a token that is narrowed acts within its project and its roles.
   * Sends `GET /api/applications`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listApplications: List<[], ListApplicationsQuery, Application>;

  /**
   * Show an application, and what approving it would do to limits. For the applicant, the owner of the
   * project, and operators. For any user; a token that is narrowed acts within its project and its roles.
   * Sends `GET /api/applications/{application}`.
   * @param application Id of an application.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getApplication(application: number, options?: CallOptions): Promise<ApplicationDetails>;

  /**
   * Approve, deny, cancel or dismiss an application. Only the newest application of a project can be acted
   * on. It can be rehearsed. For any user, with a token of the whole account; and for operators.
   * Sends `POST /api/applications/{application}/action`.
   * @param application Id of an application.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  actOnApplication(
    application: number,
    body: ActOnApplicationBody,
    options?: CallOptions,
  ): Promise<Application>;

  /**
   * List memberships. Users see their own, and those in projects that they manage; operators all. For any
   * user; a token that is narrowed acts within its project and its roles.
   * Sends `GET /api/memberships`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listMemberships: List<[], ListMembershipsQuery, Membership>;

  /**
   * Show a membership. For any user; a token that is narrowed acts within its project and its roles.
   * Sends `GET /api/memberships/{membership}`.
   * @param membership Id of a membership.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getMembership(membership: number, options?: CallOptions): Promise<Membership>;

  /**
   * Join a project, or enrol somebody. Without `user` you ask to join, and are in at once if the project
   * takes everybody. With `user` those who manage the project take somebody in. For any user; a token that
   * is narrowed acts within its project and its roles.
   * Sends `POST /api/projects/{project}/memberships`.
   * @param project A project: its uuid, or its number.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  createMembership(project: string, body?: CreateMembershipBody, options?: CallOptions): Promise<Membership>;

  /**
   * Accept, reject, remove, leave and so on. `allowed_actions` of a membership says what is possible. It can
   * be rehearsed. For any user; a token that is narrowed acts within its project and its roles.
   * Sends `POST /api/memberships/{membership}/action`.
   * @param membership Id of a membership.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  actOnMembership(membership: number, body: ActOnMembershipBody, options?: CallOptions): Promise<Membership>;

  /**
   * Grant a role on a project to a member. Granting it again changes nothing. For those who manage the
   * project. It can be rehearsed. For any user; a token that is narrowed acts within its project and its
   * roles.
   * Sends `PUT /api/projects/{project}/members/{user}/roles/{role}`.
   * @param project A project: its uuid, or its number.
   * @param user A member: uuid or e-mail address.
   * @param role `project_admin` may do what the owner may; `project_mod` takes members in and lets them go.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  grantProjectRole(
    project: string,
    user: string,
    role: 'project_admin' | 'project_mod',
    options?: CallOptions,
  ): Promise<void>;

  /**
   * Take a role on a project from a member. For those who manage the project. It can be rehearsed. For any
   * user; a token that is narrowed acts within its project and its roles.
   * Sends `DELETE /api/projects/{project}/members/{user}/roles/{role}`.
   * @param project A project: its uuid, or its number.
   * @param user A member: uuid or e-mail address.
   * @param role `project_admin` may do what the owner may; `project_mod` takes members in and lets them go.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  revokeProjectRole(
    project: string,
    user: string,
    role: 'project_admin' | 'project_mod',
    options?: CallOptions,
  ): Promise<void>;

  /**
   * Choose the project that is charged unless one is named. For any user, with a token of the whole account.
   * Sends `PUT /api/me/default_project`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  setMyDefaultProject(body: SetMyDefaultProjectBody, options?: CallOptions): Promise<User>;

  /**
   * Choose the project that is charged unless one is named. For the user concerned, and for operators, with
   * a token of the whole account.
   * Sends `PUT /api/users/{user}/default_project`.
   * @param user A user: uuid, number, user name or e-mail address.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  setDefaultProject(user: string, body: SetDefaultProjectBody, options?: CallOptions): Promise<User>;

  /**
   * List all that waits for an operator, and what approving it would bring about. Pending applications for
   * projects, and tasks that nobody has approved. For operators.
   * Sends `GET /api/approvals`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listApprovals: List<[], ListApprovalsQuery, Approval>;

  /**
   * Approve or deny something that waits. A task that is denied is cancelled, with the reason as a note;
   * whoever asked is told by mail where the address is known. For operators.
   * Sends `POST /api/approvals/{kind}/{id}`.
   * @param kind `application` or `task`.
   * @param id Its id.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  decideApproval(
    kind: 'application' | 'task',
    id: string,
    body: DecideApprovalBody,
    options?: CallOptions,
  ): Promise<ApprovalDecided>;

  /**
   * List tasks. The newest first. Operators see all; administrators and moderators of projects those of
   * their projects. For any user; a token that is narrowed acts within its project and its roles.
   * Sends `GET /api/tasks`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listTasks: List<[], ListTasksQuery, Task>;

  /**
   * Show a task: its actions, its notes, and what approving it would bring about. Operators see all;
   * administrators and moderators of projects those of their projects. For any user; a token that is
   * narrowed acts within its project and its roles.
   * Sends `GET /api/tasks/{task}`.
   * @param task Id of a task.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getTask(task: string, options?: CallOptions): Promise<TaskDetails>;

  /**
   * Change what a task asks for, and check it again. As long as it is not approved. It is done in the name
   * of whoever asked for the task. For operators, with a token of the whole account.
   * Sends `PATCH /api/tasks/{task}`.
   * @param task Id of a task.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  updateTask(task: string, body: UpdateTaskBody, options?: CallOptions): Promise<TaskDetails>;

  /**
   * Approve or cancel a task, or send its token anew. Operators see all; administrators and moderators of
   * projects those of their projects. To approve is for operators. For any user; a token that is narrowed
   * acts within its project and its roles.
   * Sends `POST /api/tasks/{task}/action`.
   * @param task Id of a task.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  actOnTask(task: string, body: ActOnTaskBody, options?: CallOptions): Promise<TaskDetails>;

  /**
   * List tokens that tasks wait for. The newest first. Their secrets went out by mail and are not kept. For
   * operators.
   * Sends `GET /api/task-tokens`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listTaskTokens: List<[], ListTaskTokensQuery, TaskToken>;

  /**
   * Delete tokens that have run out. For operators.
   * Sends `DELETE /api/task-tokens`.
   * @param query What is asked for.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  deleteExpiredTaskTokens(
    query: DeleteExpiredTaskTokensQuery,
    options?: CallOptions,
  ): Promise<TaskTokensDeleted>;

  /**
   * Show what a token is for and what has to be sent with it. Needs no token.
   * Sends `GET /api/task-tokens/{secret}`.
   * @param secret The token, as it came by mail.
   * @throws BadRequest, NotFound
   */
  describeTaskToken(secret: string, options?: CallOptions): Promise<TaskTokenDescription>;

  /**
   * Submit a token: the task that waits for it is done. Where the token requires it, an API token has to be
   * sent along. Needs no token.
   * Sends `POST /api/task-tokens/{secret}`.
   * @param secret The token, as it came by mail.
   * @param body What is sent.
   * @throws BadRequest, NotFound, Conflict
   */
  submitTaskToken(
    secret: string,
    body: SubmitTaskTokenBody,
    options?: CallOptions,
  ): Promise<TaskTokenSubmitted>;

  /**
   * List messages about tasks. The newest first. For operators.
   * Sends `GET /api/notifications`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listNotifications: List<[], ListNotificationsQuery, Notification>;

  /**
   * Show a message about a task. For operators.
   * Sends `GET /api/notifications/{notification}`.
   * @param notification Id of a notification.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getNotification(notification: string, options?: CallOptions): Promise<Notification>;

  /**
   * Acknowledge messages, by `ids` or `all`. For operators.
   * Sends `POST /api/notifications/acknowledge`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  acknowledgeNotifications(
    body?: AcknowledgeNotificationsBody,
    options?: CallOptions,
  ): Promise<NotificationsAcknowledged>;

  /**
   * Add an address that is told of events. Each event is posted as JSON and signed as Standard Webhooks has
   * it, with the secret that is answered here, once. The address has to be a public one unless the settings
   * say otherwise. For operators, with a token of the whole account.
   * Sends `POST /api/webhooks`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  addWebhook(body: AddWebhookBody, options?: CallOptions): Promise<WebhookCreated>;

  /**
   * List webhooks. For operators.
   * Sends `GET /api/webhooks`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listWebhooks: List<[], ListWebhooksQuery, Webhook>;

  /**
   * Show a webhook. For operators.
   * Sends `GET /api/webhooks/{webhook}`.
   * @param webhook Id of a webhook.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getWebhook(webhook: number, options?: CallOptions): Promise<Webhook>;

  /**
   * Remove a webhook, and forget its calls. For operators.
   * Sends `DELETE /api/webhooks/{webhook}`.
   * @param webhook Id of a webhook.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  removeWebhook(webhook: number, options?: CallOptions): Promise<void>;

  /**
   * List calls of a webhook and what became of them. The newest first. They are forgotten 30 days after they
   * were taken or given up. For operators.
   * Sends `GET /api/webhooks/{webhook}/deliveries`, which answers one page; `all` goes on to the last.
   * @param webhook Id of a webhook.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listWebhookDeliveries: List<[webhook: number], ListWebhookDeliveriesQuery, WebhookDelivery>;

  /**
   * Call a webhook once, now, with an event that means nothing. For operators.
   * Sends `POST /api/webhooks/{webhook}/test`.
   * @param webhook Id of a webhook.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  testWebhook(webhook: number, options?: CallOptions): Promise<WebhookDelivery>;

  /**
   * List quotas. Users see their own, operators those of all users. A page looks at a bounded number of
   * quotas, so with filters it can be short, even empty, and still have a `next`. For any user; a token that
   * is narrowed acts within its project and its roles.
   * Sends `GET /api/quotas`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listQuotas: List<[], ListQuotasQuery, Quota>;

  /**
   * Compare the counters of all holdings with the commissions. Both as they are at one moment, while
   * commissions go on. The answer comes in pieces and can take minutes on a large cloud; if the connection
   * is cut before its end, so is the verification. Corrections can be made by one verification at a time.
   * For operators.
   * Sends `POST /api/quotas/verification`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  verifyQuotas(body?: VerifyQuotasBody, options?: CallOptions): Promise<QuotaVerification>;

  /**
   * Issue a commission. All of its provisions are reserved, durably, or none. 200 instead of 201 says that
   * it had been issued before, with the same key. For components.
   * Sends `POST /api/commissions`.
   * What has no `key` is given one, so a call whose answer is lost is made again and nothing is done twice.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict, QuotaLimit
   */
  issueCommission(body: CommissionIssue, options?: CallOptions): Promise<CommissionIssued>;

  /**
   * List commissions. In the order of their serials. A page looks at a bounded number of commissions, so
   * with filters it can be short, even empty, and still have a `next`. For components, which see nothing but
   * what they issued themselves, and for operators.
   * Sends `GET /api/commissions`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listCommissions: List<[], ListCommissionsQuery, Commission>;

  /**
   * Issue many commissions. Each has a verdict of its own, in their order, and a `key` of its own. What is
   * refused or malformed does not harm its neighbours. For components.
   * Sends `POST /api/commissions/bulk`.
   * What has no `key` is given one, so a call whose answer is lost is made again and nothing is done twice.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  issueCommissions(body: IssueCommissionsBody, options?: CallOptions): Promise<CommissionBulkVerdict>;

  /**
   * Show a commission, whatever became of it. For components, which see nothing but what they issued
   * themselves, and for operators.
   * Sends `GET /api/commissions/{serial}`.
   * @param serial Serial of the commission.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getCommission(serial: number, options?: CallOptions): Promise<Commission>;

  /**
   * Accept a commission, in full or with smaller quantities. Repeating it answers the commission as it is.
   * For components, which see nothing but what they issued themselves, and for operators.
   * Sends `POST /api/commissions/{serial}/accept`.
   * @param serial Serial of the commission.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  acceptCommission(serial: number, body?: AcceptCommissionBody, options?: CallOptions): Promise<Commission>;

  /**
   * Reject a commission. Repeating it answers the commission as it is. For components, which see nothing but
   * what they issued themselves, and for operators.
   * Sends `POST /api/commissions/{serial}/reject`.
   * @param serial Serial of the commission.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  rejectCommission(serial: number, body?: RejectCommissionBody, options?: CallOptions): Promise<Commission>;

  /**
   * Accept and reject many commissions. Each on its own. Repeating it answers the same. For components,
   * which see nothing but what they issued themselves, and for operators.
   * Sends `POST /api/commissions/resolve`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  resolveCommissions(body?: ResolveCommissionsBody, options?: CallOptions): Promise<CommissionVerdict>;

  /**
   * Show usage over time. A series for each holding with any use before the end. Operators see everything.
   * Users see what they used themselves and, with `project` or `per=project`, what the projects they are in
   * used as a whole. For any user; a token that is narrowed acts within its project and its roles.
   * Sends `GET /api/usage`.
   * @param query What is asked for.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getUsage(
    query?: GetUsageQuery,
    options?: CallOptions,
  ): Promise<{
    readonly items: readonly UsageSeries[];
  }>;

  /**
   * List who used how much of what, for charge-back. One item for each holding with any use in the span:
   * projects first, then their users. A page looks at a bounded number of holdings, so it can be short, even
   * empty, and still have a `next`. For operators.
   * Sends `GET /api/charges`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listCharges: List<[], ListChargesQuery, Charge>;

  /**
   * List the versions of the terms. For operators.
   * Sends `GET /api/terms`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listTerms: List<[], ListTermsQuery, TermsSummary>;

  /**
   * Put new terms in force. Every user has to accept them before using a token again. For operators.
   * Sends `POST /api/terms`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  addTerms(body: AddTermsBody, options?: CallOptions): Promise<Terms>;

  /**
   * Show the terms in force. Needs no token.
   * Sends `GET /api/terms/current`.
   * @throws NotFound
   */
  getCurrentTerms(options?: CallOptions): Promise<Terms>;

  /**
   * Show a version of the terms. For operators.
   * Sends `GET /api/terms/{terms}`.
   * @param terms Id of the terms.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  getTerms(terms: number, options?: CallOptions): Promise<Terms>;

  /**
   * Accept the terms in force. For any user, with a token of the whole account. Terms of service may be
   * pending.
   * Sends `POST /api/terms/sign`.
   * @throws Unauthorized, Forbidden
   */
  signTerms(options?: CallOptions): Promise<User>;

  /**
   * List who did what. The newest first. For operators.
   * Sends `GET /api/audit`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  readonly listAudit: List<[], ListAuditQuery, AuditEntry>;

  /**
   * List mails and what became of them. In the order in which they were written. They are forgotten 30 days
   * after they were sent or given up. For operators.
   * Sends `GET /api/mails`, which answers one page; `all` goes on to the last.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  readonly listMails: List<[], ListMailsQuery, MailEntry>;

  /**
   * Try mails again at once. Those that wait and those that were given up, by `ids` or `all`; those that
   * were sent stay as they are. For operators.
   * Sends `POST /api/mails/retry`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  retryMails(body?: RetryMailsBody, options?: CallOptions): Promise<MailRetried>;

  /**
   * List where the services of the cloud are. For any user, with any token.
   * Sends `GET /api/endpoints`.
   * @param query What is asked for.
   * @throws BadRequest, Unauthorized
   */
  listEndpoints(
    query?: ListEndpointsQuery,
    options?: CallOptions,
  ): Promise<{
    readonly items: readonly Endpoint[];
  }>;

  /**
   * List the APIs by which people ask for tasks. Needs no token.
   * Sends `GET /api/delegates`.
   */
  listDelegates(options?: CallOptions): Promise<{
    readonly items: readonly DelegateApi[];
  }>;

  /**
   * Ask for a task, or for what could be asked for. Sign-up, invitations, roles, forgotten passwords,
   * quotas, and what feature sets add. Some need a token, and a role on the project that they are about. A
   * request that replaces an open task of an earlier one names it. Needs no token.
   * Sends `POST /api/delegates/{delegate}`.
   * @param delegate Name of a delegate API.
   * @param body What is sent.
   * @throws BadRequest, Forbidden, NotFound, Conflict
   */
  askDelegate(delegate: string, body: AskDelegateBody, options?: CallOptions): Promise<DelegateAnswer>;

  /**
   * Show what went wrong, and the last tasks. For operators.
   * Sends `GET /api/workflow/overview`.
   * @throws Unauthorized, Forbidden
   */
  getWorkflowOverview(options?: CallOptions): Promise<WorkflowOverview>;

  /**
   * Say something to those who run the cloud. It is handed to the mail server at once; 502 says that this
   * has failed. For any user, with a token of the whole account.
   * Sends `POST /api/feedback`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  sendFeedback(body: SendFeedbackBody, options?: CallOptions): Promise<void>;

  /**
   * Compare what users are charged for pending applications with those that there are. Who is charged
   * rightly is not in the answer. Each correction is audited. For operators.
   * Sends `POST /api/quotas/reconciliation`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  reconcileApplications(
    body?: ReconcileApplicationsBody,
    options?: CallOptions,
  ): Promise<{
    readonly items: readonly ApplicationsDifference[];
  }>;

  /**
   * Show the cloud in numbers. Adds up what all projects use, so it takes the longer the more there are. For
   * operators.
   * Sends `GET /api/statistics`.
   * @throws Unauthorized, Forbidden
   */
  getStatistics(options?: CallOptions): Promise<Statistics>;

  /**
   * Find out what a request would bring about. The request runs as it would, with your token, and is undone:
   * nothing changes, no mail leaves and nothing is recorded. What would be refused is refused in the same
   * words. Operations say whether they can be rehearsed. For any user, with any token.
   * Sends `POST /api/rehearsals`.
   * @param body What is sent.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  rehearse(body: RehearseBody, options?: CallOptions): Promise<Foretold>;
}
