import type { ColumnType, Generated } from 'kysely';

/**
 * The tables as Kysely sees them. Times are milliseconds since the epoch, flags are 0 or 1, JSON is text.
 * `Int64` columns can exceed 2^53: both engines answer `number` where that is exact and `bigint` beyond, so
 * readers pass it through `BigInt()`.
 */
export type Int64 = number | bigint;
export type Flag = 0 | 1;
/** Made of another column by every write (`derived-columns.ts`), so no statement sets it. */
export type Derived = ColumnType<string | null, never, never>;

export interface AccountsTable {
  id: Generated<number>;
  uuid: string;
  /** As it was typed (`keptEmail`); empty where the account has none. */
  email: string;
  /** The display name of every dialect. */
  username: string;
  first_name: string;
  last_name: string;
  password_hash: string | null;
  /** A generated first password must be replaced at the first web login. */
  password_once: Flag;
  affiliation: string | null;
  email_verified: Flag;
  verified_at: number | null;
  moderated: Flag;
  moderated_at: number | null;
  rejected: Flag;
  rejected_reason: string | null;
  accepted_policy: string | null;
  active: Flag;
  deactivated_at: number | null;
  deactivated_reason: string | null;
  /** Who rejected, deactivated or deleted it: owner, delegate or operator; null where it is not ended. */
  ended_by: string | null;
  deleted: Generated<Flag>;
  password_changed_at: number | null;
  terms_signed: number | null;
  terms_signed_at: number | null;
  default_project: string | null;
  created_at: number;
  updated_at: number;
  last_login_at: number | null;
  folded_email: Derived;
  folded_username: Derived;
  folded_first_name: Derived;
  folded_last_name: Derived;
  username_key: Derived;
  email_key: Derived;
  /** Whether it is a program's, without an address and a project of its own. */
  service: Generated<Flag>;
  /** Of mails and pages; null for the default. */
  language: Generated<string | null>;
}

export interface TokensTable {
  id: Generated<number>;
  account_id: number;
  digest: Uint8Array;
  name: string;
  created_at: number;
  expires_at: number | null;
  /** Uuid of the project the token is bound to. */
  project: string | null;
  /** JSON array of role names the token is narrowed to. */
  roles: string | null;
  /** Free text that `belongsTo` is compared with. */
  scope: string | null;
  /** JSON object: how it came of a login; null if it came otherwise. */
  origin: string | null;
  application_credential: number | null;
  generation: 'a' | null;
  /** It came of a login with the password, directly or not, and ends when the password changes. */
  of_password: Generated<Flag>;
  /** Id of the token that it was made with, which may be gone. */
  made_with: number | null;
  /** It ended with its account; it is kept so that its bearer learns why. */
  ended: Generated<Flag>;
  /** It is a session of the web. */
  session: Generated<Flag>;
}

export interface EmailVerificationsTable {
  account_id: number;
  digest: Uint8Array;
  sent_at: number;
  expires_at: number;
}

export interface SessionsTable {
  token_id: number;
  uuid: string;
  address: string;
  user_agent: string;
  last_seen_at: number;
  proved_at: number;
}

export interface SignInTicketsTable {
  digest: Uint8Array;
  account_id: number;
  /** JSON array of the methods by which the person has proved who they are so far. */
  methods: string;
  password_of: number | null;
  step: string;
  tries_left: number;
  expires_at: number;
}

export interface ApplicationCredentialsTable {
  id: Generated<number>;
  /** The id on the wire. */
  uuid: string;
  account_id: number;
  /** Uuid of a project. */
  project: string;
  name: string;
  description: string | null;
  /** `sha256:` and the digest of a generated secret in hex, or a PHC string. */
  secret_hash: string;
  /** JSON array of role names. */
  roles: string;
  unrestricted: Flag;
  created_at: number;
  expires_at: number | null;
  /** As of tokens. */
  of_password: Generated<Flag>;
  /** Id of the token that it was made with, which may be gone. */
  made_with: number | null;
  /** The credential that it was made with, and ends with. */
  parent: number | null;
  name_key: Derived;
}

export interface LoginSourcesTable {
  account_id: number;
  /** Of the account's uuid and the network address, in hex. */
  digest: string;
  seen_at: number;
}

export interface RolesTable {
  id: Generated<number>;
  name: string;
  description: string;
  name_key: Derived;
}

export interface RoleGrantsTable {
  account_id: number;
  role_id: number;
  /** Uuid of the project the role is granted on; empty for the whole cloud. */
  project: string;
}

export interface TermsTable {
  id: Generated<number>;
  text: string;
  issued_at: number;
}

export interface ComponentsTable {
  id: Generated<number>;
  name: string;
  ui_url: string | null;
  base_url: string | null;
  token_digest: Uint8Array;
  token_created_at: number;
  token_expires_at: number | null;
  commission_expiry_s: number | null;
  created_at: number;
  generation: 'a' | null;
  name_key: Derived;
}

export interface ServicesTable {
  id: Generated<number>;
  component_id: number;
  name: string;
  type: string;
  name_key: Derived;
}

export interface EndpointsTable {
  id: Generated<number>;
  service_id: number;
  /** JSON object of strings, verbatim from the registration document. */
  data: string;
}

export interface ResourcesTable {
  id: Generated<number>;
  name: string;
  description: string | null;
  unit: string | null;
  service_type: string;
  service_origin: string;
  system_default: Int64;
  project_default: Int64;
  ui_visible: Flag;
  api_visible: Flag;
  name_key: Derived;
}

export interface ProjectsTable {
  id: Generated<number>;
  uuid: string;
  /** uninitialized, active, suspended, terminated, deleted */
  state: string;
  name: string;
  owner: string | null;
  homepage: string;
  description: string;
  created_at: number;
  end_date: number;
  join_policy: string;
  leave_policy: string;
  max_members: Int64;
  private: Flag;
  system_project: Flag;
  /** Unique among projects that are alive; null while it is not. */
  reserved_name: string | null;
  start_date: number | null;
  state_reason: string | null;
  activated_at: number | null;
  deactivated_at: number | null;
  /** Members that count against `max_members`. */
  members: Generated<number>;
  last_application: number | null;
  reference_application: number | null;
  warned_of: number | null;
  warned_days: number | null;
  folded_name: Derived;
  name_key: Derived;
  reserved_key: Derived;
}

export interface ApplicationsTable {
  id: Generated<number>;
  project_id: number;
  /** pending, approved, replaced, denied, dismissed, cancelled */
  state: string;
  /** Uuid of an account; null where an operator's command applied. */
  applicant: string | null;
  /** Whose the project is to be: uuid of an account. */
  owner: string | null;
  /** Whether it asks for a new project. */
  creates: Flag;
  /** JSON object of the fields to change. */
  changes: string;
  comments: string;
  issued_at: number;
  resolved_at: number | null;
  resolved_by: string | null;
  response: string | null;
  /** JSON object: what became of the pending application whose place this one took. */
  replaced: string | null;
  /** JSON array: the limits that the approval set, with those before. */
  applied: string | null;
}

export interface PendingApplicationChargesTable {
  id: Generated<number>;
  /** Uuid of the applicant. */
  account: string;
  quantity: number;
  issued_at: number;
}

export interface OutboxTable {
  id: Generated<number>;
  /** Which mail it is: the name of its template. */
  kind: string;
  /** JSON array of addresses. */
  recipients: string;
  subject: string;
  text: string | null;
  html: string | null;
  reply_to: string | null;
  created_at: number;
  attempts: Generated<number>;
  /** When to try next; null once it was sent or given up. */
  next_at: number | null;
  sent_at: number | null;
  failed_at: number | null;
  error: string | null;
  /** Where they are not those of all mails. */
  sender: string | null;
  envelope_from: string | null;
  /** JSON object of texts. */
  headers: string | null;
  /** What it is about, as the writer named it. */
  reference: string | null;
}

export interface WebhooksTable {
  id: Generated<number>;
  url: string;
  description: string;
  /** JSON array of types. */
  events: string;
  secret: Uint8Array;
  created_at: number;
  created_by: string | null;
}

export interface WebhookDeliveriesTable {
  id: Generated<number>;
  webhook_id: number;
  message: string;
  event: string;
  /** JSON; cleared once it was taken. */
  body: string | null;
  created_at: number;
  attempts: Generated<number>;
  next_at: number | null;
  sent_at: number | null;
  failed_at: number | null;
  /** HTTP status of the last answer. */
  status: number | null;
  error: string | null;
}

export interface TasksTable {
  id: Generated<number>;
  /** 32 hexadecimal digits. */
  uuid: string;
  hash_key: string;
  /** The hash while the task is open: unique, so of equal tasks one is open at a time. */
  open_hash: string | null;
  task_type: string;
  /** JSON object. */
  caller: string;
  project_id: string | null;
  /** JSON object, or the JSON text "system". */
  approved_by: string;
  /** JSON array of texts. */
  task_notes: string;
  /** JSON object of arrays of texts. */
  action_notes: string;
  cancelled: Flag;
  approved: Flag;
  completed: Flag;
  created_on: number;
  approved_on: number | null;
  completed_on: number | null;
  /** Who runs a stage, and until when that counts. */
  lease_holder: string | null;
  lease_until: number | null;
  running_stage: string | null;
  running_action: number | null;
  running_since: number | null;
  /** User id of the person whose e-mail address or password the task changes. */
  person: string | null;
  folded_caller: Derived;
  folded_approved_by: Derived;
  folded_task_type: Derived;
  folded_task_notes: Derived;
  folded_action_notes: Derived;
}

export interface ActionsTable {
  task_id: number;
  position: number;
  name: string;
  /** JSON objects. */
  data: string;
  cache: string;
  state: string;
  valid: Flag;
  need_token: Flag;
  /** JSON array of texts. */
  token_fields: string;
  auto_approve: Flag | null;
}

export interface WorkflowTokensTable {
  id: Generated<number>;
  handle: string;
  digest: Uint8Array;
  task_id: number;
  created_on: number;
  expires: number;
}

export interface EndedWorkflowTokensTable {
  digest: Uint8Array;
  reason: 'used' | 'cancelled' | 'replaced' | 'expired';
  ended_on: number;
}

export interface NotificationsTable {
  id: Generated<number>;
  uuid: string;
  task_id: number;
  /** JSON object. */
  notes: string;
  error: Flag;
  acknowledged: Flag;
  created_on: number;
  folded_notes: Derived;
}

export interface MembershipsTable {
  id: Generated<number>;
  project_id: number;
  account_id: number;
  /** requested, accepted, leave_requested, suspended, rejected, cancelled, removed */
  state: string;
  /** The latest time it came into each state. */
  requested_at: number | null;
  accepted_at: number | null;
  leave_requested_at: number | null;
  suspended_at: number | null;
  rejected_at: number | null;
  cancelled_at: number | null;
  removed_at: number | null;
  state_reason: string | null;
}

export interface LedgerResourcesTable {
  id: Generated<number>;
  name: string;
}

export interface LedgerProjectsTable {
  id: Generated<number>;
  project: string;
  live: Flag;
}

export interface PoolsTable {
  project_id: number;
  resource_id: number;
  capacity: Int64;
  member_capacity: Int64;
  usage_min: Int64;
  usage_max: Int64;
}

export interface SeatsTable {
  id: Generated<number>;
  project_id: number;
  user: string;
  open: Flag;
}

export interface SeatUsagesTable {
  seat_id: number;
  resource_id: number;
  usage_min: Int64;
  usage_max: Int64;
}

export interface CommissionsTable {
  serial: number;
  component: string;
  name: string;
  issued_at: number;
  expires_at: number | null;
  /** 0 pending, 1 accepted, 2 rejected */
  state: number;
  resolved_at: number | null;
  /** Why it was resolved: `expired`, or an operator's words. */
  reason: string | null;
  provisions: string;
  /** As `provisions`, where less was accepted than reserved. */
  accepted: string | null;
  balances: string | null;
  key: string | null;
  digest: Uint8Array | null;
  /** Whether the usage history has taken it in. */
  rolled: Flag;
}

export interface LedgerTracesTable {
  serial: number;
  trace: string;
}

export interface UsageTable {
  /** 0 a project's own holding, 1 a member's. */
  kind: number;
  /** Row of `ledger_projects` or of `seats`. */
  id: number;
  resource: number;
  /** Of the hour or the day. */
  start: number;
  /** Wide integers: high times 2^36 plus low. */
  change_high: Int64;
  change_low: Int64;
  weighted_high: Int64;
  weighted_low: Int64;
}

export interface AuditTable {
  id: Generated<number>;
  at: number;
  actor: string | null;
  actor_name: string;
  address: string | null;
  action: string;
  subject: string;
  /** JSON */
  before: string | null;
  after: string | null;
  reason: string | null;
}

/** One row: a number that every change which nodes may remember raises. */
export interface TotpSecretsTable {
  account_id: number;
  secret: Uint8Array;
  created_at: number;
  /** When a code proved that the app has the secret; null before that. */
  confirmed_at: number | null;
  /** The time step of the last code that was accepted. */
  last_step: number | null;
  /** When all wrong codes are forgiven. */
  forgiven_at: Generated<number>;
}

export interface RecoveryCodesTable {
  account_id: number;
  digest: Uint8Array;
  created_at: number;
  used_at: number | null;
}

export interface PasskeysTable {
  id: Generated<number>;
  account_id: number;
  /** As the authenticator names it, in base64url. */
  credential_id: string;
  public_key: Uint8Array;
  counter: number;
  /** JSON array. */
  transports: string;
  syncable: Flag;
  synced: Flag;
  aaguid: string;
  name: string;
  created_at: number;
  last_used_at: number | null;
}

export interface PasskeyChallengesTable {
  ticket: Uint8Array;
  challenge: string;
  purpose: string;
  /** Null where any account may answer it. */
  account_id: number | null;
  source: string | null;
  expires_at: number;
}

export interface EpochsTable {
  value: number;
}

export interface Database {
  epochs: EpochsTable;
  accounts: AccountsTable;
  email_verifications: EmailVerificationsTable;
  sessions: SessionsTable;
  sign_in_tickets: SignInTicketsTable;
  tokens: TokensTable;
  application_credentials: ApplicationCredentialsTable;
  login_sources: LoginSourcesTable;
  totp_secrets: TotpSecretsTable;
  recovery_codes: RecoveryCodesTable;
  passkeys: PasskeysTable;
  passkey_challenges: PasskeyChallengesTable;
  roles: RolesTable;
  role_grants: RoleGrantsTable;
  terms: TermsTable;
  components: ComponentsTable;
  services: ServicesTable;
  endpoints: EndpointsTable;
  resources: ResourcesTable;
  projects: ProjectsTable;
  memberships: MembershipsTable;
  applications: ApplicationsTable;
  pending_application_charges: PendingApplicationChargesTable;
  outbox: OutboxTable;
  webhooks: WebhooksTable;
  webhook_deliveries: WebhookDeliveriesTable;
  tasks: TasksTable;
  actions: ActionsTable;
  workflow_tokens: WorkflowTokensTable;
  ended_workflow_tokens: EndedWorkflowTokensTable;
  notifications: NotificationsTable;
  ledger_resources: LedgerResourcesTable;
  ledger_projects: LedgerProjectsTable;
  pools: PoolsTable;
  seats: SeatsTable;
  seat_usages: SeatUsagesTable;
  commissions: CommissionsTable;
  ledger_traces: LedgerTracesTable;
  usage_hours: UsageTable;
  usage_days: UsageTable;
  audit: AuditTable;
}
