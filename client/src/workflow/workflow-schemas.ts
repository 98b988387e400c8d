/** What the service has to say about what it has done. */
export interface Noted {
  readonly notes: readonly string[];
  /** The task that was created, for operators. */
  readonly task?: string;
}

/** Who asked for a task, or approved it; unknown for requests without a token. */
export interface WorkflowIdentity {
  readonly user_id?: string;
  readonly username?: string;
  readonly user_domain_id?: string;
  readonly project_id?: string;
  readonly project_name?: string;
  readonly project_domain_id?: string;
  readonly roles?: readonly string[];
  /** `Confirmed`. */
  readonly authenticated?: string;
}

/** A step of a task. */
export interface WorkflowAction {
  readonly action_name: string;
  /** Its input, checked and completed. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly valid: boolean;
}

/** One run of an admin workflow. */
export interface WorkflowTask {
  readonly uuid: string;
  readonly task_type: string;
  /** Who asked for it. */
  readonly keystone_user: WorkflowIdentity;
  /** Empty until it is approved; `system` if it approved itself. */
  readonly approved_by: WorkflowIdentity | string;
  /** The project in which it was asked for; null if there was none. */
  readonly project_id: string | null;
  readonly actions: readonly WorkflowAction[];
  readonly task_notes: readonly string[];
  /** What its actions noted, by their names. */
  readonly action_notes: Readonly<Record<string, readonly string[]>>;
  readonly cancelled: boolean;
  readonly approved: boolean;
  readonly completed: boolean;
  readonly created_on: string;
  readonly approved_on: string | null;
  readonly completed_on: string | null;
  /** The stage that is running now: which action of how many. */
  readonly running?: {
    readonly stage: 'prepare' | 'approve' | 'submit';
    readonly action: number;
    readonly actions: number;
    readonly since: string;
  };
}

/** A token of a task in the eyes of operators. */
export interface WorkflowToken {
  /** Uuid of its task. */
  readonly task: string;
  readonly task_type: string;
  /** A handle, with which nothing can be submitted where the service keeps no secrets. */
  readonly token: string;
  readonly created_on: string;
  readonly expires: string;
}

/** What is to be sent with a token. */
export interface WorkflowTokenDescription {
  readonly actions: readonly string[];
  readonly required_fields: readonly string[];
  readonly task_type: string;
  /** Whether it needs a login. */
  readonly requires_authentication: boolean;
}

/** A message to operators about a task. */
export interface WorkflowNotification {
  readonly uuid: string;
  /** What it says: `notes` or `errors`, each a list of sentences or one. */
  readonly notes: Readonly<Record<string, readonly string[] | string>>;
  /** Uuid of the task. */
  readonly task: string;
  readonly error: boolean;
  readonly acknowledged: boolean;
  readonly created_on: string;
}

/** What operators look at first. */
export interface WorkflowStatus {
  /** Unacknowledged errors. */
  readonly error_notifications: readonly WorkflowNotification[];
  readonly last_created_task: WorkflowTask | null;
  readonly last_completed_task: WorkflowTask | null;
}

/** Where a page is among all; there is nothing of it where all were asked for at once. */
interface Paging {
  readonly pages?: number;
  readonly has_more?: boolean;
  readonly has_prev?: boolean;
}

export interface WorkflowTaskPage extends Paging {
  readonly tasks: readonly WorkflowTask[];
}

export interface WorkflowNotificationPage extends Paging {
  readonly notifications: readonly WorkflowNotification[];
}

/** Roles of a user on a project, and those that apply below it too. */
export interface WorkflowRoles {
  readonly roles: readonly string[];
  readonly inherited_roles: readonly string[];
}

/** A member of the caller's project, or a user invited to it. */
export interface WorkflowUser extends WorkflowRoles {
  /** Uuid of the user; of the task, for an invitation. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly cohort: 'Member' | 'Inherited' | 'Invited';
  readonly status: 'Active' | 'Account Disabled' | 'Invited' | 'Expired' | 'Failed' | 'Invalid';
  /** Whether the caller may change the roles of this user; not said of invitations. */
  readonly manageable?: boolean;
}

/** One user of the caller's project. */
export interface WorkflowUserDetails extends WorkflowRoles {
  readonly id: string;
  readonly username: string;
  readonly email: string;
}

/** A role that the caller may give and take. */
export interface ManagedRole {
  readonly id: string;
  readonly name: string;
  readonly description?: string | null;
  readonly domain_id: string | null;
  readonly links?: Readonly<Record<string, unknown>>;
}

/** Quantities by service and resource; -1 is unlimited. */
export type ServiceQuotas = Readonly<Record<string, Readonly<Record<string, bigint>>>>;

/** What a project may use in one region. */
export interface RegionQuota {
  readonly region: string;
  readonly current_quota: ServiceQuotas;
  /** Name of the size that is nearest; `custom` if none is near. */
  readonly current_quota_size: string;
  /** Sizes that may be asked for. */
  readonly quota_change_options: readonly string[];
  /** Empty if it was not asked for. */
  readonly current_usage: ServiceQuotas;
}

/** A change of quotas that was asked for. */
export interface QuotaTask {
  readonly id: string;
  readonly regions: readonly string[];
  readonly size: string | null;
  readonly request_user: string | null;
  readonly task_created: string;
  readonly valid: boolean;
  readonly status: 'Awaiting Approval' | 'Completed';
}

/** What a project may use, and what it could ask for. */
export interface WorkflowQuotas {
  readonly regions: readonly RegionQuota[];
  readonly quota_sizes: Readonly<Record<string, ServiceQuotas>>;
  /** The names of the sizes, the smallest first. */
  readonly quota_size_order: readonly string[];
  /** The newest few changes that were asked for and not cancelled. */
  readonly active_quota_tasks: readonly QuotaTask[];
}

/** An invitation to the caller's project; at least one role is needed. */
export interface Invitation {
  readonly email: string;
  /** Only where names of users are not their e-mail addresses. */
  readonly username?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly inherited_roles?: readonly string[] | undefined;
  /** The caller's own unless said. */
  readonly project_id?: string | undefined;
}

/** Roles to give or to take; at least one is needed. */
export interface RoleChange {
  readonly roles?: readonly string[] | undefined;
  readonly inherited_roles?: readonly string[] | undefined;
  /** The caller's own unless said. */
  readonly project_id?: string | undefined;
}

/** A request for an account and a project. What additional actions ask for is sent as well. */
export interface SignUp {
  readonly email: string;
  readonly project_name: string;
  /** Only where names of users are not their e-mail addresses. */
  readonly username?: string | undefined;
  /** Whether the project shall have a network to begin with. */
  readonly setup_network?: boolean | undefined;
  readonly [field: string]: unknown;
}

/** Whose password is to be another one. */
export interface PasswordReset {
  readonly email: string;
  /** Only where names of users are not their e-mail addresses. */
  readonly username?: string | undefined;
  readonly domain_name?: string | undefined;
}
