/** Notes of the service about a request. */
export interface Noted {
  readonly notes: readonly string[];
  /** The task that was created, for operators. */
  readonly task?: string;
}

/** The requester or approver of a task; empty for requests without a token. */
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
  /** Its input, validated and completed. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly valid: boolean;
}

/** A task. */
export interface WorkflowTask {
  readonly uuid: string;
  readonly task_type: string;
  /** The requester. */
  readonly keystone_user: WorkflowIdentity;
  /** The approver; empty until it is approved, `system` if it was approved automatically. */
  readonly approved_by: WorkflowIdentity | string;
  /** The project in which it was requested; null if there was none. */
  readonly project_id: string | null;
  readonly actions: readonly WorkflowAction[];
  readonly task_notes: readonly string[];
  /** Notes of its actions, by name. */
  readonly action_notes: Readonly<Record<string, readonly string[]>>;
  readonly cancelled: boolean;
  readonly approved: boolean;
  readonly completed: boolean;
  readonly created_on: string;
  readonly approved_on: string | null;
  readonly completed_on: string | null;
  /** The running stage: number of the action, and number of actions. */
  readonly running?: {
    readonly stage: 'prepare' | 'approve' | 'submit';
    readonly action: number;
    readonly actions: number;
    readonly since: string;
  };
}

/** A task token, as operators see it. */
export interface WorkflowToken {
  /** Uuid of its task. */
  readonly task: string;
  readonly task_type: string;
  /** An id. It cannot submit the task if the service stores no secrets. */
  readonly token: string;
  readonly created_on: string;
  readonly expires: string;
}

/** The fields that a token requires. */
export interface WorkflowTokenDescription {
  readonly actions: readonly string[];
  readonly required_fields: readonly string[];
  readonly task_type: string;
  /** Whether the request also needs an API token. */
  readonly requires_authentication: boolean;
}

/** A message to operators about a task. */
export interface WorkflowNotification {
  readonly uuid: string;
  /** Its text: `notes` or `errors`, each a sentence or a list of sentences. */
  readonly notes: Readonly<Record<string, readonly string[] | string>>;
  /** Uuid of the task. */
  readonly task: string;
  readonly error: boolean;
  readonly acknowledged: boolean;
  readonly created_on: string;
}

/** An overview for operators. */
export interface WorkflowStatus {
  /** Unacknowledged errors. */
  readonly error_notifications: readonly WorkflowNotification[];
  readonly last_created_task: WorkflowTask | null;
  readonly last_completed_task: WorkflowTask | null;
}

/** The position of a page; its properties are missing if all items were requested. */
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

/** Roles of a user on a project, and those that are inherited by its subprojects. */
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
  /** Whether the caller may change the roles of this user; missing for invitations. */
  readonly manageable?: boolean;
}

/** One user of the caller's project. */
export interface WorkflowUserDetails extends WorkflowRoles {
  readonly id: string;
  readonly username: string;
  readonly email: string;
}

/** A role that the caller may grant and revoke. */
export interface ManagedRole {
  readonly id: string;
  readonly name: string;
  readonly description?: string | null;
  readonly domain_id: string | null;
  readonly links?: Readonly<Record<string, unknown>>;
}

/** Quantities by service and resource; -1 means unlimited. */
export type ServiceQuotas = Readonly<Record<string, Readonly<Record<string, bigint>>>>;

/** The quotas of a project in one region. */
export interface RegionQuota {
  readonly region: string;
  readonly current_quota: ServiceQuotas;
  /** Name of the nearest size; `custom` if none is near. */
  readonly current_quota_size: string;
  /** Sizes that can be requested. */
  readonly quota_change_options: readonly string[];
  /** Empty unless requested. */
  readonly current_usage: ServiceQuotas;
}

/** A requested change of quotas. */
export interface QuotaTask {
  readonly id: string;
  readonly regions: readonly string[];
  readonly size: string | null;
  readonly request_user: string | null;
  readonly task_created: string;
  readonly valid: boolean;
  readonly status: 'Awaiting Approval' | 'Completed';
}

/** The quotas of a project, and the sizes that it can request. */
export interface WorkflowQuotas {
  readonly regions: readonly RegionQuota[];
  readonly quota_sizes: Readonly<Record<string, ServiceQuotas>>;
  /** The names of the sizes, the smallest first. */
  readonly quota_size_order: readonly string[];
  /** The latest requested changes that were not cancelled. */
  readonly active_quota_tasks: readonly QuotaTask[];
}

/** An invitation to the caller's project; at least one role is required. */
export interface Invitation {
  readonly email: string;
  /** Only if user names are not e-mail addresses. */
  readonly username?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly inherited_roles?: readonly string[] | undefined;
  /** Default: the caller's project. */
  readonly project_id?: string | undefined;
}

/** Roles to grant or revoke; at least one is required. */
export interface RoleChange {
  readonly roles?: readonly string[] | undefined;
  readonly inherited_roles?: readonly string[] | undefined;
  /** Default: the caller's project. */
  readonly project_id?: string | undefined;
}

/** A request for an account and a project. Additional actions may require further fields. */
export interface SignUp {
  readonly email: string;
  readonly project_name: string;
  /** Only if user names are not e-mail addresses. */
  readonly username?: string | undefined;
  /** Whether to create a network for the project. */
  readonly setup_network?: boolean | undefined;
  readonly [field: string]: unknown;
}

/** The user whose password changes. */
export interface PasswordReset {
  readonly email: string;
  /** Only if user names are not e-mail addresses. */
  readonly username?: string | undefined;
  readonly domain_name?: string | undefined;
}
