// Generated from the description of the native API by `npm run docs`. Do not edit.

/** A request to create or change a project. */
export interface Application {
  readonly id: number;
  readonly project: string;
  /** The present name of the project. */
  readonly project_name: string;
  readonly state: 'pending' | 'approved' | 'replaced' | 'denied' | 'dismissed' | 'cancelled';
  /** True: an application for a new project; false: for a modification. */
  readonly creates: boolean;
  /** Uuid of the applicant; null if the applicant was no account. */
  readonly applicant: string | null;
  /** The present display name of the applicant. */
  readonly applicant_name: string | null;
  /** Uuid of the requested owner of the project. */
  readonly owner: string | null;
  readonly owner_name: string | null;
  /** The requested changes only; for a new project, all its properties. */
  readonly changes: {
    readonly name?: string;
    /** Uuid of a user; null for system projects. */
    readonly owner?: string | null;
    readonly homepage?: string;
    readonly description?: string;
    /** Start date; for information only. */
    readonly start_date?: string | null;
    /** When the project is terminated. */
    readonly end_date?: string;
    /** `auto`: immediately; `moderated`: after approval; `closed`: never. */
    readonly join_policy?: 'auto' | 'moderated' | 'closed';
    /** `auto`: immediately; `moderated`: after approval; `closed`: never. */
    readonly leave_policy?: 'auto' | 'moderated' | 'closed';
    /**
     * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
     * doubles change values above 2^53.
     */
    readonly max_members?: bigint;
    /** Whether only members see it. Users cannot ask to join; they are enrolled. */
    readonly private?: boolean;
    /** Limits by resource name. */
    readonly resources?: Readonly<
      Record<
        string,
        {
          /** `bytes`, or null for a plain count. */
          readonly unit: string | null;
          /** The limit of the project as a whole. */
          readonly project_capacity: bigint;
          /** The limit of each member. */
          readonly member_capacity: bigint;
        }
      >
    >;
  };
  /** The pending application that this one replaced; null if none was pending. */
  readonly replaced: {
    /** Id of the replaced application. */
    readonly application: number;
    /** Changes that this application takes over from it. */
    readonly kept: {
      readonly name?: string;
      /** Uuid of a user; null for system projects. */
      readonly owner?: string | null;
      readonly homepage?: string;
      readonly description?: string;
      /** Start date; for information only. */
      readonly start_date?: string | null;
      /** When the project is terminated. */
      readonly end_date?: string;
      /** `auto`: immediately; `moderated`: after approval; `closed`: never. */
      readonly join_policy?: 'auto' | 'moderated' | 'closed';
      /** `auto`: immediately; `moderated`: after approval; `closed`: never. */
      readonly leave_policy?: 'auto' | 'moderated' | 'closed';
      /**
       * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
       * doubles change values above 2^53.
       */
      readonly max_members?: bigint;
      /** Whether only members see it. Users cannot ask to join; they are enrolled. */
      readonly private?: boolean;
      /** Limits by resource name. */
      readonly resources?: Readonly<
        Record<
          string,
          {
            /** `bytes`, or null for a plain count. */
            readonly unit: string | null;
            /** The limit of the project as a whole. */
            readonly project_capacity: bigint;
            /** The limit of each member. */
            readonly member_capacity: bigint;
          }
        >
      >;
    };
    /** Changes that it requested and this application omits or replaces. */
    readonly dropped: {
      readonly name?: string;
      /** Uuid of a user; null for system projects. */
      readonly owner?: string | null;
      readonly homepage?: string;
      readonly description?: string;
      /** Start date; for information only. */
      readonly start_date?: string | null;
      /** When the project is terminated. */
      readonly end_date?: string;
      /** `auto`: immediately; `moderated`: after approval; `closed`: never. */
      readonly join_policy?: 'auto' | 'moderated' | 'closed';
      /** `auto`: immediately; `moderated`: after approval; `closed`: never. */
      readonly leave_policy?: 'auto' | 'moderated' | 'closed';
      /**
       * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
       * doubles change values above 2^53.
       */
      readonly max_members?: bigint;
      /** Whether only members see it. Users cannot ask to join; they are enrolled. */
      readonly private?: boolean;
      /** Limits by resource name. */
      readonly resources?: Readonly<
        Record<
          string,
          {
            /** `bytes`, or null for a plain count. */
            readonly unit: string | null;
            /** The limit of the project as a whole. */
            readonly project_capacity: bigint;
            /** The limit of each member. */
            readonly member_capacity: bigint;
          }
        >
      >;
    };
  } | null;
  /** Comments of the applicant. */
  readonly comments: string;
  readonly issued_at: string;
  /** When it was approved, denied, dismissed, cancelled or replaced. */
  readonly resolved_at: string | null;
  /** Uuid of the user who did so. */
  readonly resolved_by: string | null;
  /** The reason that this user gave. */
  readonly response: string | null;
}

/** An application, and the limits that its approval would set. */
export interface ApplicationDetails extends Application {
  /**
   * The limits that an approval would set, compared with the present ones. For an approved application:
   * those that its approval set, compared with those before it. Empty for other resolved applications.
   */
  readonly preview: ReadonlyArray<{
    readonly resource: string;
    /** `bytes`, or null for a plain count. */
    readonly unit: string | null;
    /** The limit now, or before the approval; null if there is none. */
    readonly before: {
      /**
       * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
       * doubles change values above 2^53.
       */
      readonly project_capacity: bigint;
      /**
       * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
       * doubles change values above 2^53.
       */
      readonly member_capacity: bigint;
    } | null;
    /** The limit after the approval. */
    readonly after: {
      /**
       * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
       * doubles change values above 2^53.
       */
      readonly project_capacity: bigint;
      /**
       * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
       * doubles change values above 2^53.
       */
      readonly member_capacity: bigint;
    };
  }>;
}

/** A user whose charged number of applications differs from their pending applications. */
export interface ApplicationsDifference {
  readonly user: string;
  /** Number of pending applications of the user. */
  readonly applications: number;
  /** Number of applications charged to the user. */
  readonly charged_user: number;
  /** Number of applications charged to the user's system project. */
  readonly charged_project: number;
  readonly fixed: boolean;
  /** Why the difference was not corrected. */
  readonly problem: string | null;
}

/** A request that waits for an operator: a project application, a task, or an account. */
export interface Approval {
  readonly kind: 'application' | 'task' | 'account';
  /** Number of an application, id of a task, or uuid of an account. */
  readonly id: string;
  /** The request: `new_project`, `modification`, `new_account`, or the type of the task. */
  readonly about: string;
  /** Uuid of the requester; null for an unauthenticated request. */
  readonly asked_by: string | null;
  /** Display name of the requester. */
  readonly asked_by_name: string | null;
  readonly since: string;
  /** Waiting time in seconds. */
  readonly age_s: number;
  /** Uuid of the project that it concerns or was requested in. */
  readonly project: string | null;
  readonly project_name: string | null;
  /** Comments of the applicant; of an account, the name of the person. */
  readonly comments: string;
  /** The pending application that this one replaced; null if none was pending. */
  readonly replaced: {
    /** Id of the replaced application. */
    readonly application: number;
    /** Changes that this application takes over from it. */
    readonly kept: {
      readonly name?: string;
      /** Uuid of a user; null for system projects. */
      readonly owner?: string | null;
      readonly homepage?: string;
      readonly description?: string;
      /** Start date; for information only. */
      readonly start_date?: string | null;
      /** When the project is terminated. */
      readonly end_date?: string;
      /** `auto`: immediately; `moderated`: after approval; `closed`: never. */
      readonly join_policy?: 'auto' | 'moderated' | 'closed';
      /** `auto`: immediately; `moderated`: after approval; `closed`: never. */
      readonly leave_policy?: 'auto' | 'moderated' | 'closed';
      /**
       * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
       * doubles change values above 2^53.
       */
      readonly max_members?: bigint;
      /** Whether only members see it. Users cannot ask to join; they are enrolled. */
      readonly private?: boolean;
      /** Limits by resource name. */
      readonly resources?: Readonly<
        Record<
          string,
          {
            /** `bytes`, or null for a plain count. */
            readonly unit: string | null;
            /** The limit of the project as a whole. */
            readonly project_capacity: bigint;
            /** The limit of each member. */
            readonly member_capacity: bigint;
          }
        >
      >;
    };
    /** Changes that it requested and this application omits or replaces. */
    readonly dropped: {
      readonly name?: string;
      /** Uuid of a user; null for system projects. */
      readonly owner?: string | null;
      readonly homepage?: string;
      readonly description?: string;
      /** Start date; for information only. */
      readonly start_date?: string | null;
      /** When the project is terminated. */
      readonly end_date?: string;
      /** `auto`: immediately; `moderated`: after approval; `closed`: never. */
      readonly join_policy?: 'auto' | 'moderated' | 'closed';
      /** `auto`: immediately; `moderated`: after approval; `closed`: never. */
      readonly leave_policy?: 'auto' | 'moderated' | 'closed';
      /**
       * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
       * doubles change values above 2^53.
       */
      readonly max_members?: bigint;
      /** Whether only members see it. Users cannot ask to join; they are enrolled. */
      readonly private?: boolean;
      /** Limits by resource name. */
      readonly resources?: Readonly<
        Record<
          string,
          {
            /** `bytes`, or null for a plain count. */
            readonly unit: string | null;
            /** The limit of the project as a whole. */
            readonly project_capacity: bigint;
            /** The limit of each member. */
            readonly member_capacity: bigint;
          }
        >
      >;
    };
  } | null;
  /** The known effects of an approval. */
  readonly outlook: {
    /** Names of projects that it would create. */
    readonly projects: readonly string[];
    readonly users: ReadonlyArray<{
      /** E-mail address or uuid of the user whose roles would change. */
      readonly name: string;
      /** Roles that the user would receive. */
      readonly gains: readonly string[];
      /** Roles that the user would lose. */
      readonly loses: readonly string[];
    }>;
    /** Limits that the approval would set. */
    readonly limits: ReadonlyArray<{
      /** Uuid of the project. */
      readonly project: string;
      readonly resource: string;
      /** `bytes`, or null for a plain count. */
      readonly unit: string | null;
      /** The present limit; null if there is none. */
      readonly before: {
        /**
         * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
         * doubles change values above 2^53.
         */
        readonly project_capacity: bigint;
        /**
         * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
         * doubles change values above 2^53.
         */
        readonly member_capacity: bigint;
      } | null;
      /** The limit after the approval. */
      readonly after: {
        /**
         * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
         * doubles change values above 2^53.
         */
        readonly project_capacity: bigint;
        /**
         * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
         * doubles change values above 2^53.
         */
        readonly member_capacity: bigint;
      };
    }>;
  };
  /** Whether it can be approved now. */
  readonly valid: boolean;
  /** Reasons why it cannot be approved. */
  readonly reasons: readonly string[];
  /** Whether a stage of the task is running. */
  readonly running: boolean;
}

/** The result of a decision. */
export interface ApprovalDecided {
  readonly kind: 'application' | 'task' | 'account';
  readonly id: string;
  /** The new state. */
  readonly state: string;
}

/** An audit entry: the record of one change. Entries are immutable. */
export interface AuditEntry extends ProjectEvent {
  /** IP address of the client. */
  readonly address: string | null;
  /** The object of the action: an id or a name. */
  readonly subject: string;
}

/** The usage of one holding in a period. */
export interface Charge {
  /** Uuid of the project. */
  readonly project: string;
  /** Uuid of the user; null for the project as a whole. */
  readonly user: string | null;
  readonly resource: string;
  /** `bytes`, or null for a plain count. */
  readonly unit: string | null;
  /** The present display name of the user. */
  readonly username: string | null;
  readonly from: string;
  readonly to: string;
  /** Units times seconds, exact: a decimal number of any size with at most three digits after the point. */
  readonly unit_seconds: string;
  /** Units times hours, truncated to six decimal places. Use `unit_seconds` for billing, since it is exact. */
  readonly unit_hours: string;
  /** Usage at the end of the period; exact to the last digit. */
  readonly usage: bigint;
}

/** A set of provisions that is accepted or rejected as a whole. It is stored permanently. */
export interface Commission {
  readonly serial: number;
  /** Name of the component that issued it. */
  readonly component: string;
  readonly name: string;
  readonly state: 'pending' | 'accepted' | 'rejected';
  readonly issued_at: string;
  /** When it is rejected if it is still pending; null: never. */
  readonly expires_at: string | null;
  readonly resolved_at: string | null;
  /** `expired`, or the reason given when it was accepted or rejected. */
  readonly reason: string | null;
  /** Reserved quantities, one for each holding. */
  readonly provisions: readonly Provision[];
  /** Accepted quantities if less than the reserved ones were accepted; otherwise null. */
  readonly accepted: readonly Provision[] | null;
}

/** The result for each commission: its serial, or its problem as if it had been sent alone. */
export interface CommissionBulkVerdict {
  /** One result for each commission, in the order of the request. */
  readonly results: ReadonlyArray<
    | CommissionIssued
    | {
        readonly problem: Problem;
      }
  >;
}

/** A commission to issue. */
export interface CommissionIssue {
  readonly name?: string | undefined;
  /** Allow reservations to exceed the limit. It has no effect on releases. */
  readonly force?: boolean | undefined;
  /** Issue and accept it in one step. */
  readonly auto_accept?: boolean | undefined;
  /**
   * Idempotency key: a repetition of the request with the same key returns the first serial. The header
   * `Idempotency-Key` has the same effect. A refused request does not use up its key.
   */
  readonly key?: string | undefined;
  /** Seconds after which it is rejected if it is still pending; null: never. Default: that of the component. */
  readonly expires_in?: number | null | undefined;
  readonly provisions: readonly ProvisionInput[];
}

/** The serial of an issued commission. */
export interface CommissionIssued {
  readonly serial: number;
  /** Whether an earlier request with the same key issued it. */
  readonly replayed: boolean;
}

/** The result for each commission; every serial is in exactly one list. */
export interface CommissionVerdict {
  /** Accepted, by this or an earlier request. */
  readonly accepted: readonly number[];
  /** Rejected, by this or an earlier request. */
  readonly rejected: readonly number[];
  /** Already resolved the other way; unchanged. */
  readonly resolved: readonly number[];
  /** Unknown serials. */
  readonly not_found: readonly number[];
  /** In both lists of the request; unchanged. */
  readonly conflicting: readonly number[];
  /** Stored data is damaged, so they cannot be applied; unchanged. */
  readonly damaged: readonly number[];
}

/** A system that registers services and charges their usage. */
export interface Component {
  readonly id: number;
  readonly name: string;
  /** Base URL of its services. */
  readonly base_url: string | null;
  /** URL of its user interface. */
  readonly ui_url: string | null;
  readonly token_created_at: string;
  readonly token_expires_at: string | null;
  /**
   * Seconds after which its pending commissions are rejected, unless a commission has a time of its own;
   * null: never.
   */
  readonly commission_expiry: number | null;
  readonly created_at: string;
}

/** How the pending commissions of a removed component were resolved. */
export interface ComponentRemoved {
  /** Pending commissions that were accepted. */
  readonly accepted: number;
  /** Pending commissions that were rejected. */
  readonly rejected: number;
}

/** A component, with its secret if this request made it. */
export interface ComponentWithToken extends Component {
  /** The secret of the component, if this request made it. No later response contains it. */
  readonly token?: string;
}

/** The response of a delegate API. */
export interface DelegateAnswer {
  /** Whether a task was created. */
  readonly accepted: boolean;
  /** The response of the workflow dialect. */
  readonly answer: unknown;
  /** Open tasks of earlier requests that this request cancelled. Empty for APIs without authentication. */
  readonly replaced: readonly string[];
}

/** A delegate API: it creates tasks of a type, or lists what can be requested. */
export interface DelegateApi {
  readonly name: string;
  /** Path in the workflow dialect, below `/v1`. */
  readonly path: string;
  readonly methods: readonly string[];
}

/** An endpoint of the service catalog. */
export interface Endpoint {
  /** Name of the service. */
  readonly service: string;
  /** Type of the service. */
  readonly type: string;
  readonly version: string | null;
  readonly region: string | null;
  /** URL of the service. */
  readonly url: string | null;
  /** URL of its user interface. */
  readonly ui_url: string | null;
}

/** A mail of the service to one recipient, without its body. */
export interface MailEntry {
  readonly id: number;
  /** The kind of mail: the name of its template. */
  readonly kind: string;
  readonly to: readonly string[];
  readonly subject: string;
  /**
   * `waiting`: it will be sent, or is being sent; `failed`: no further attempt follows; `sent`: the mail
   * server accepted it.
   */
  readonly state: 'waiting' | 'failed' | 'sent';
  readonly created_at: string;
  /** Number of attempts since the last request to retry it. */
  readonly attempts: number;
  /** Time of the next attempt. */
  readonly next_at: string | null;
  readonly sent_at: string | null;
  /** When delivery was abandoned; null if it was not. */
  readonly failed_at: string | null;
  /** The error of the last attempt. */
  readonly error: string | null;
}

/** The request was accepted; a mail has the next step. */
export interface MailRequested {
  readonly status: 'requested';
}

/** The result of a request to retry mails. */
export interface MailRetried {
  /** Number of mails that are attempted now. */
  readonly due: number;
}

/** The caller and the token of the request. */
export interface Me {
  readonly user: User;
  readonly token: Token;
  /** How the user proved who they are when the token or session began; empty if it did not begin so. */
  readonly methods: readonly string[];
  readonly roles: readonly RoleGrant[];
  /** Whether this token has the rights of an operator. */
  readonly operator: boolean;
  /** Uuids of the projects that this token can draw from. */
  readonly projects: readonly string[];
}

/** A user's relation to a project. */
export interface Membership {
  /** Id; permanent for a user and project. */
  readonly id: number;
  readonly user: string;
  readonly username: string;
  readonly project: string;
  readonly state:
    | 'requested'
    | 'accepted'
    | 'leave_requested'
    | 'suspended'
    | 'rejected'
    | 'cancelled'
    | 'removed';
  /** When it entered this state. */
  readonly since: string | null;
  /** When it last entered each state that it has had. */
  readonly dates: {
    readonly requested?: string;
    readonly accepted?: string;
    readonly leave_requested?: string;
    readonly suspended?: string;
    readonly rejected?: string;
    readonly cancelled?: string;
    readonly removed?: string;
  };
  /** The reason for its state. */
  readonly reason: string | null;
  /** Roles that the user has on the project. */
  readonly roles: readonly string[];
  /** Actions that the caller may take now. */
  readonly allowed_actions: ReadonlyArray<
    'leave' | 'cancel' | 'accept' | 'reject' | 'remove' | 'deny_leave' | 'cancel_leave'
  >;
}

/** A message to operators, shown until one of them acknowledges it. */
export interface Notification {
  readonly id: string;
  /** Id of the task that it concerns. */
  readonly task: string;
  /** Whether it reports an error. */
  readonly error: boolean;
  readonly acknowledged: boolean;
  /** The text of the notification. */
  readonly notes: Readonly<Record<string, unknown>>;
  readonly created_at: string;
}

/** The result of acknowledging notifications. */
export interface NotificationsAcknowledged {
  /** Number of notifications that this request acknowledged. */
  readonly acknowledged: number;
}

/** A passkey of a user: a key pair on a device, of which the service has the public key. */
export interface Passkey {
  readonly id: number;
  readonly name: string;
  readonly created_at: string;
  readonly last_used_at: string | null;
  /** Whether it can be copied to other devices of the user. */
  readonly syncable: boolean;
  /** Whether it was copied to other devices at its last use. */
  readonly synced: boolean;
}

/** A new passkey. */
export interface PasskeyCreated extends Passkey {
  /**
   * Recovery codes, each of which can be used once. No later response contains them. Null if the user has
   * some already.
   */
  readonly recovery_codes: readonly string[] | null;
}

/** What a browser needs to make or to use a passkey. */
export interface PasskeyQuestion {
  /** To send along with the answer of the browser. */
  readonly ticket: string;
  /**
   * The options for the browser in their JSON form (Web Authentication, `parseCreationOptionsFromJSON` and
   * `parseRequestOptionsFromJSON`).
   */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What ended with the old password. */
export interface PasswordChanged {
  /** API tokens that came of the old password and have ended. */
  readonly tokens: ReadonlyArray<{
    readonly id: number;
    readonly name: string;
  }>;
  /** Application credentials that came of the old password and have ended. */
  readonly application_credentials: ReadonlyArray<{
    readonly id: string;
    readonly name: string;
  }>;
  /** Number of other sessions that have ended. */
  readonly sessions: number;
}

/** The changes and mails that a request would cause. */
export interface Preview {
  /** The changes, in their order. */
  readonly changes: readonly PreviewedChange[];
  /** The mails that would be sent. */
  readonly mails: ReadonlyArray<{
    readonly to: readonly string[];
    readonly subject: string;
  }>;
}

/** The audit entry that a change would have. */
export interface PreviewedChange {
  /** The action, as `thing.verb`. */
  readonly action: string;
  /** The object of the action: an id or a name. */
  readonly subject: string;
  /** The relevant state before the action, or null. */
  readonly before: unknown;
  /** The relevant state after the action, or null. */
  readonly after: unknown;
  readonly reason: string | null;
}

/** Problem details (RFC 9457). Some problems have additional members. */
export interface Problem {
  /** A URI of the kind of problem: `urn:purser:problem:` and the code. */
  readonly type: string;
  /** The kind of problem; the same text for every occurrence. */
  readonly title: string;
  /** The HTTP status. */
  readonly status: number;
  /** A sentence about this occurrence. */
  readonly detail: string;
  /** A stable code for programs. */
  readonly code: string;
  /** One entry for each invalid field, if the request does not match the schema. */
  readonly errors?: ReadonlyArray<{
    /** The invalid field of the body, the query or the path. */
    readonly field: string;
    /** What is wrong with it. */
    readonly reason: string;
  }>;
}

/** A pool of resources with members. */
export interface Project {
  /** Never changes. */
  readonly id: string;
  /** A short number. */
  readonly number: number;
  readonly name: string;
  /** Uuid of a user; null for system projects. */
  readonly owner: string | null;
  readonly homepage: string;
  readonly description: string;
  /** Start date; for information only. */
  readonly start_date: string | null;
  /** When the project is terminated. */
  readonly end_date: string;
  /** `auto`: immediately; `moderated`: after approval; `closed`: never. */
  readonly join_policy: 'auto' | 'moderated' | 'closed';
  /** `auto`: immediately; `moderated`: after approval; `closed`: never. */
  readonly leave_policy: 'auto' | 'moderated' | 'closed';
  /**
   * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
   * doubles change values above 2^53.
   */
  readonly max_members: bigint;
  /** Whether only members see it. Users cannot ask to join; they are enrolled. */
  readonly private: boolean;
  /** Limits by resource name. */
  readonly resources: Readonly<
    Record<
      string,
      {
        /** `bytes`, or null for a plain count. */
        readonly unit: string | null;
        /** The limit of the project as a whole. */
        readonly project_capacity: bigint;
        /** The limit of each member. */
        readonly member_capacity: bigint;
      }
    >
  >;
  /** The present display name of the owner. */
  readonly owner_name: string | null;
  readonly state: 'uninitialized' | 'active' | 'suspended' | 'terminated' | 'deleted';
  /** The state of the project combined with that of its application. */
  readonly status:
    | 'uninitialized'
    | 'pending'
    | 'denied'
    | 'active'
    | 'suspended'
    | 'terminated'
    | 'deleted'
    | 'dismissed'
    | 'cancelled';
  /** Whether it is the system project of a user. */
  readonly system_project: boolean;
  /** Number of members that count towards `max_members`. */
  readonly members: number;
  readonly created_at: string;
  /**
   * Whether the caller manages it: as its owner, its administrator, or an operator. For other callers, the
   * fields below are null.
   */
  readonly managed: boolean;
  /** The reason for its state. */
  readonly state_reason: string | null;
  /** When it was last activated. */
  readonly activated_at: string | null;
  /** When it was last suspended or terminated. */
  readonly deactivated_at: string | null;
  /** The newest application, or null; its applicant sees it too. */
  readonly last_application: Application | null;
}

/** An action on a project. */
export interface ProjectEvent {
  readonly id: number;
  readonly at: string;
  /** The action, as `thing.verb`. */
  readonly action: string;
  /** Uuid of the actor; null if the actor was no account. */
  readonly actor: string | null;
  /** The name of the actor at that time. */
  readonly actor_name: string;
  /** The relevant state before the action, or null. */
  readonly before: unknown;
  /** The relevant state after the action, or null. */
  readonly after: unknown;
  /** The reason that the actor gave. */
  readonly reason: string | null;
}

/** Limits and usage of a resource in a project. */
export interface ProjectResource {
  readonly resource: string;
  /** `bytes`, or null for a plain count. */
  readonly unit: string | null;
  /**
   * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
   * doubles change values above 2^53.
   */
  readonly project_capacity: bigint;
  /**
   * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
   * doubles change values above 2^53.
   */
  readonly member_capacity: bigint;
  /** The total usage of all members, including reserved quantities. */
  readonly usage: bigint;
  /** The part of the usage that belongs to pending commissions. */
  readonly pending: bigint;
}

/**
 * A change of one holding. A service sends two for each resource: one for the user and one for the
 * project.
 */
export interface Provision {
  /** `user:` or `project:` and the uuid. */
  readonly holder: string;
  /** `project:` and the uuid of the project that a user draws from; null if the holder is a project. */
  readonly source: string | null;
  /** Name of the resource. */
  readonly resource: string;
  /** Positive reserves, negative releases; exact to the last digit. */
  readonly quantity: bigint;
}

/**
 * A change of one holding. A service sends two for each resource: one for the user and one for the
 * project.
 */
export interface ProvisionInput {
  /** `user:` or `project:` and the uuid. */
  readonly holder: string;
  /** `project:` and the uuid of the project that a user draws from; null if the holder is a project. */
  readonly source: string | null;
  /** Name of the resource. */
  readonly resource: string;
  /** Positive reserves, negative releases; exact to the last digit. */
  readonly quantity: number | bigint;
}

/** Limit and usage of a resource for a user in a project, and for the project. */
export interface Quota {
  /** Uuid of the user. */
  readonly user: string;
  /** Uuid of the project. */
  readonly project: string;
  readonly resource: string;
  /** `bytes`, or null for a plain count. */
  readonly unit: string | null;
  /**
   * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
   * doubles change values above 2^53.
   */
  readonly limit: bigint;
  /** Exact to the last digit. */
  readonly usage: bigint;
  /** The part of the usage that belongs to pending commissions. */
  readonly pending: bigint;
  /**
   * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
   * doubles change values above 2^53.
   */
  readonly project_limit: bigint;
  /** Exact to the last digit. */
  readonly project_usage: bigint;
  /** Exact to the last digit. */
  readonly project_pending: bigint;
  /** The usage that the user can reach now: the limit, or less if other members have used up the project. */
  readonly effective_limit: bigint;
}

/** A holding whose counters differ from the sum of its commissions. */
export interface QuotaDifference {
  /** `user:` or `project:` and the uuid. */
  readonly holder: string;
  /** `project:` and the uuid; null if the holder is a project. */
  readonly source: string | null;
  readonly resource: string;
  /** The counters computed from the commissions. */
  readonly expected: {
    /** Accepted quantities minus pending releases. */
    readonly usage_min: bigint;
    /** Accepted quantities plus pending reservations. */
    readonly usage_max: bigint;
  };
  /** The stored counters. */
  readonly actual: {
    /** Accepted quantities minus pending releases. */
    readonly usage_min: bigint;
    /** Accepted quantities plus pending reservations. */
    readonly usage_max: bigint;
  };
  /** Whether this request corrected them. */
  readonly fixed: boolean;
}

/** Comparison of the counters of all holdings with the commissions. */
export interface QuotaVerification {
  /** Serials of commissions with damaged stored data; the sums do not include them. */
  readonly damaged: readonly number[];
  readonly differences: readonly QuotaDifference[];
  /** Number of commissions in the sums; rejected ones are not included. */
  readonly commissions: number;
  /** Number of holdings that were compared. */
  readonly holdings: number;
}

/** New recovery codes; earlier ones are void. */
export interface RecoveryCodes {
  /** Each can be used once. No later response contains them. */
  readonly recovery_codes: readonly string[];
}

/**
 * A countable quantity with a limit. `system_default` is the limit in new system projects,
 * `project_default` in other new projects.
 */
export interface Resource {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  /** `bytes`, or null for a plain count. */
  readonly unit: string | null;
  readonly service_type: string;
  /** Name of the service that registered it. */
  readonly service_origin: string;
  /** Name of the component that charges it. */
  readonly component: string;
  /**
   * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
   * doubles change values above 2^53.
   */
  readonly system_default: bigint;
  /**
   * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
   * doubles change values above 2^53.
   */
  readonly project_default: bigint;
  /** Whether the APIs show it to users. */
  readonly api_visible: boolean;
  /** Whether user interfaces show it. */
  readonly ui_visible: boolean;
}

/** A new resource, and the numbers of users and projects that received its defaults as limits. */
export interface ResourceAdded extends Resource {
  /** Number of users that have `system_default` as their limit. */
  readonly users: number;
  /** Number of other projects that have `project_default` as their limit. */
  readonly projects: number;
}

/** Total usage and total limits of a resource. */
export interface ResourceStatistics {
  readonly resource: string;
  readonly unit: string | null;
  /** Total usage of all projects; exact to the last digit. */
  readonly usage: bigint;
  /** Sum of the limits of projects that have a limit. */
  readonly allocated: bigint;
  /** Number of projects without a limit. */
  readonly unlimited: number;
}

/** A role that can be granted on a project or on the whole cloud. */
export interface Role {
  readonly id: number;
  readonly name: string;
  readonly description: string;
}

/** A role that a user has. */
export interface RoleGrant {
  readonly role: string;
  /** Uuid of the project; null for the whole cloud. */
  readonly project: string | null;
}

/** The second factors that were removed. */
export interface SecondFactorReset {
  /** Whether an authenticator app was removed. */
  readonly totp: boolean;
  /** Passkeys that were removed. */
  readonly passkeys: number;
}

/** A service of the catalog. */
export interface Service {
  readonly id: number;
  readonly name: string;
  /** Type of the service in the catalog. */
  readonly type: string;
  /** Name of its component. */
  readonly component: string;
  /** Groups of keys and values, as registered. */
  readonly endpoints: ReadonlyArray<Readonly<Record<string, string>>>;
}

/** The result of an import. */
export interface ServiceImported {
  /** Messages about what was added and updated. */
  readonly messages: readonly string[];
  /** Accepted values that are probably mistakes. */
  readonly warnings: readonly string[];
  /** New resources and their initial limits. */
  readonly resources: ReadonlyArray<{
    readonly resource: string;
    /** The limit of each present and future user. */
    readonly system_default: bigint;
    /** The limit of each other project, present and future. */
    readonly project_default: bigint;
    /** Number of users that received this limit. */
    readonly users: number;
    /** Number of other projects that received this limit. */
    readonly projects: number;
  }>;
  /** Registered values that this document replaced. */
  readonly replaced: ReadonlyArray<{
    readonly kind: 'service' | 'resource';
    readonly name: string;
    /** Name of the value, for example `endpoints`, `type` or `description`. */
    readonly field: string;
    readonly old_value: unknown;
    readonly new_value: unknown;
  }>;
}

/** The session of the request. */
export interface Session {
  readonly id: string;
  /** Browser and operating system, as far as they are known. */
  readonly device: string;
  /** Network address of the client that signed in. */
  readonly address: string;
  /** How the user proved who they are. */
  readonly methods: readonly string[];
  readonly created_at: string;
  /** The last use, to the minute. */
  readonly last_seen_at: string;
  /** When it ends even if it is used. */
  readonly ends_at: string;
  readonly user: User;
}

/** A new session, and what was made with the second factor. */
export interface SessionEnrolled extends Session {
  /**
   * Recovery codes, each of which can be used once. No later response contains them. Null if the user has
   * some already.
   */
  readonly recovery_codes: readonly string[] | null;
}

/** A session of a user. */
export interface SessionItem {
  readonly id: string;
  /** Browser and operating system, as far as they are known. */
  readonly device: string;
  /** Network address of the client that signed in. */
  readonly address: string;
  /** How the user proved who they are. */
  readonly methods: readonly string[];
  readonly created_at: string;
  /** The last use, to the minute. */
  readonly last_seen_at: string;
  /** When it ends even if it is used. */
  readonly ends_at: string;
  /** Whether it is the session of the request. */
  readonly current: boolean;
}

/** The sessions of a user, the newest first. */
export interface SessionList {
  readonly sessions: readonly SessionItem[];
}

/** The result of ending sessions. */
export interface SessionsEnded {
  /** Number of sessions that this request ended. */
  readonly ended: number;
}

/** The ways in which a user can sign in. */
export interface SignInMethods {
  /** Whether the user has a password. */
  readonly password: boolean;
  /** When the authenticator app was confirmed; null if the user has none. */
  readonly totp: string | null;
  readonly passkeys: readonly Passkey[];
  /** Recovery codes that were not used yet. */
  readonly recovery_codes_left: number;
  /** Whether the password alone is not enough: the user has an authenticator app or a passkey. */
  readonly second_factor: boolean;
  /** Whether the settings require a second factor of this user. */
  readonly second_factor_required: boolean;
  /** Why this installation cannot have passkeys; null if it can. */
  readonly passkeys_unavailable: string | null;
}

/** A mail with the next step was sent to the address. */
export interface SignUpAccepted {
  /** The same whether or not the address has an account. */
  readonly status: 'mail_sent';
}

/** The state of an account whose address is confirmed. */
export interface SignUpVerified {
  /** Whether the account can be used, or waits for an operator. */
  readonly state: 'active' | 'waiting_for_moderation';
}

/** Statistics of the cloud. */
export interface Statistics {
  readonly users: {
    readonly total: number;
    readonly pending_verification: number;
    readonly pending_moderation: number;
    readonly rejected: number;
    readonly active: number;
    readonly inactive: number;
  };
  /** Projects by state, without system projects. */
  readonly projects: {
    readonly total: number;
    readonly uninitialized: number;
    readonly active: number;
    readonly suspended: number;
    readonly terminated: number;
    readonly deleted: number;
  };
  readonly resources: readonly ResourceStatistics[];
}

/** The result of a change of all system projects. */
export interface SystemProjectsChanged {
  /** The number of changed projects. */
  readonly changed: number;
  /** Limits that the projects had and that differ from the new ones, the most frequent first; at most 100. */
  readonly replaced: ReadonlyArray<{
    readonly resource: string;
    /**
     * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
     * doubles change values above 2^53.
     */
    readonly project_capacity: bigint;
    /**
     * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
     * doubles change values above 2^53.
     */
    readonly member_capacity: bigint;
    /** The number of projects that had these limits. */
    readonly projects: number;
  }>;
}

/** A task: a request that is completed after an approval, a submission of its token, or both. */
export interface Task {
  /** Uuid of the task, without hyphens. */
  readonly id: string;
  readonly type: string;
  /**
   * `awaiting` an approval; `approved`, but its token is not submitted yet; closed: `completed` or
   * `cancelled`.
   */
  readonly state: 'awaiting' | 'approved' | 'completed' | 'cancelled';
  /** Whether all of its actions are valid. */
  readonly valid: boolean;
  /** Uuid of the requester; null for an unauthenticated request. */
  readonly asked_by: string | null;
  /** Name of the requester at that time. */
  readonly asked_by_name: string | null;
  /** Uuid of the project in which it was requested. */
  readonly project: string | null;
  /** Uuid of the approver; null if the task is not approved or the service approved it. */
  readonly approved_by: string | null;
  /** Name of the approver at that time; `system` for the service. */
  readonly approved_by_name: string | null;
  readonly created_at: string;
  readonly approved_at: string | null;
  readonly completed_at: string | null;
  /** The running stage: number of the action, number of actions, and start time. */
  readonly running: {
    readonly stage: 'prepare' | 'approve' | 'submit';
    readonly action: number;
    readonly actions: number;
    readonly since: string;
  } | null;
}

/** A task with all its details. */
export interface TaskDetails extends Task {
  /** Its actions, in order. */
  readonly actions: ReadonlyArray<{
    readonly name: string;
    readonly valid: boolean;
    /** The input of the action, validated and completed. */
    readonly data: Readonly<Record<string, unknown>>;
    /** Notes of the action, each with its time. */
    readonly notes: readonly string[];
    /** Whether it completes only when its token is submitted. */
    readonly need_token: boolean;
    /** Fields that must be sent with the token. */
    readonly token_fields: readonly string[];
  }>;
  /** Notes of the invalid actions; empty if all actions are valid. */
  readonly reasons: readonly string[];
  readonly notes: readonly string[];
  /** The known effects of an approval. */
  readonly outlook: {
    /** Names of projects that it would create. */
    readonly projects: readonly string[];
    readonly users: ReadonlyArray<{
      /** E-mail address or uuid of the user whose roles would change. */
      readonly name: string;
      /** Roles that the user would receive. */
      readonly gains: readonly string[];
      /** Roles that the user would lose. */
      readonly loses: readonly string[];
    }>;
    /** Limits that the approval would set. */
    readonly limits: ReadonlyArray<{
      /** Uuid of the project. */
      readonly project: string;
      readonly resource: string;
      /** `bytes`, or null for a plain count. */
      readonly unit: string | null;
      /** The present limit; null if there is none. */
      readonly before: {
        /**
         * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
         * doubles change values above 2^53.
         */
        readonly project_capacity: bigint;
        /**
         * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
         * doubles change values above 2^53.
         */
        readonly member_capacity: bigint;
      } | null;
      /** The limit after the approval. */
      readonly after: {
        /**
         * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
         * doubles change values above 2^53.
         */
        readonly project_capacity: bigint;
        /**
         * A limit, exact to the last digit; 9223372036854775807 means unlimited. Parsers that read numbers as
         * doubles change values above 2^53.
         */
        readonly member_capacity: bigint;
      };
    }>;
  };
}

/** A token, sent by mail, that submits a task. */
export interface TaskToken {
  /** Id of the token. It is not the secret and cannot submit the task. */
  readonly id: string;
  /** Id of its task. */
  readonly task: string;
  readonly task_type: string;
  readonly created_at: string;
  readonly expires_at: string;
}

/** The data that a task token requires to be submitted. */
export interface TaskTokenDescription {
  readonly task_type: string;
  readonly actions: readonly string[];
  /** Fields that must be sent with the token. */
  readonly required_fields: readonly string[];
  /** Whether the request also needs an API token. */
  readonly requires_authentication: boolean;
}

/** The state of the task after the submission. */
export interface TaskTokenSubmitted {
  /** Id of the task. */
  readonly task: string;
  /**
   * `awaiting` an approval; `approved`, but its token is not submitted yet; closed: `completed` or
   * `cancelled`.
   */
  readonly state: 'awaiting' | 'approved' | 'completed' | 'cancelled';
  readonly running: boolean;
}

/** The result of deleting expired tokens. */
export interface TaskTokensDeleted {
  /** Number of deleted tokens. */
  readonly deleted: number;
}

/** The result for one expired project. */
export interface Termination {
  readonly project: string;
  readonly name: string;
  readonly end_date: string;
  readonly terminated: boolean;
  /** Why it was not terminated. */
  readonly error: string | null;
}

/** A version of the terms of service. The one with the highest id is in force. */
export interface Terms {
  readonly id: number;
  readonly issued_at: string;
  readonly text: string;
}

/** A version of the terms of service, without its text. */
export interface TermsSummary {
  readonly id: number;
  readonly issued_at: string;
}

/** An API token of a user, without its secret. */
export interface Token {
  readonly id: number;
  readonly name: string;
  readonly created_at: string;
  /** Null if it never expires. */
  readonly expires_at: string | null;
  /** Uuid of the project that the token is bound to; null if it is not bound. */
  readonly project: string | null;
  /** The roles that the token is narrowed to; null means all roles of the user. */
  readonly roles: readonly string[] | null;
  readonly scope: string | null;
}

/** A new API token with its secret. */
export interface TokenCreated extends Token {
  /** The token itself. No later response contains it. */
  readonly token: string;
  /** Tokens that were revoked by this request because it had `replace`. */
  readonly replaced: ReadonlyArray<{
    readonly id: number;
    readonly name: string;
  }>;
  /** Application credentials that ended because they had been created with these tokens. */
  readonly replaced_application_credentials: ReadonlyArray<{
    readonly id: string;
    readonly name: string;
  }>;
}

/** A secret for an authenticator app. No later response contains it. */
export interface TotpBegun {
  /** The secret in base32, to type into an authenticator app. */
  readonly secret: string;
  /** The same as an `otpauth` URI, for a QR code. */
  readonly uri: string;
}

/** The authenticator app is a second factor now. */
export interface TotpConfirmed {
  /**
   * Recovery codes, each of which can be used once. No later response contains them. Null if the user has
   * some already.
   */
  readonly recovery_codes: readonly string[] | null;
}

/** The usage of one holding over time. Pending reservations are not included. */
export interface UsageSeries {
  /** Uuid of the project. */
  readonly project: string;
  /** Uuid of the user; null for the project as a whole. */
  readonly user: string | null;
  readonly resource: string;
  /** `bytes`, or null for a plain count. */
  readonly unit: string | null;
  /** One entry for each step, in chronological order, without gaps. */
  readonly points: ReadonlyArray<{
    readonly from: string;
    /** The end of the step, or the time of the response if that is earlier. */
    readonly to: string;
    /** Usage at the end of the period; exact to the last digit. */
    readonly usage: bigint;
    /** Average usage, rounded down. */
    readonly average: bigint;
    /** Units times seconds, exact: a decimal number of any size with at most three digits after the point. */
    readonly unit_seconds: string;
    /** Units times hours, truncated to six decimal places. Use `unit_seconds` for billing, since it is exact. */
    readonly unit_hours: string;
  }>;
}

/** A user account. */
export interface User {
  /** Never changes. */
  readonly id: string;
  /** A short number, accepted in paths in place of the uuid. */
  readonly number: number;
  /** E-mail address in the spelling of the user; null for a service account. */
  readonly email: string | null;
  /** The display name: by default, the e-mail address in lower case. */
  readonly username: string;
  /** Whether this is the account of a program. It has no e-mail address and no system project. */
  readonly service: boolean;
  readonly first_name: string;
  readonly last_name: string;
  readonly full_name: string;
  readonly affiliation: string | null;
  /** Language of mails and pages; null for the default. */
  readonly language: 'en' | 'el' | null;
  /** State of the account. */
  readonly state:
    | 'pending_verification'
    | 'pending_moderation'
    | 'rejected'
    | 'active'
    | 'inactive'
    | 'deleted';
  /** Whether the user may log in and use tokens. */
  readonly active: boolean;
  readonly email_verified: boolean;
  /** Whether the account has been accepted or rejected. */
  readonly moderated: boolean;
  readonly rejected: boolean;
  readonly rejected_reason: string | null;
  /** Name of the rule by which the account was accepted. */
  readonly accepted_policy: string | null;
  readonly deactivated_reason: string | null;
  /**
   * Who rejected, deactivated or deleted the account: its owner, a delegate (a task, or a program that
   * manages users), or an operator. A delegate can reactivate only accounts that a delegate ended.
   */
  readonly ended_by: 'owner' | 'delegate' | 'operator' | null;
  readonly password_set: boolean;
  /** The password was generated and must be replaced at first login. */
  readonly password_once: boolean;
  /** Id of the terms of service that the user accepted last. */
  readonly terms_signed: number | null;
  readonly terms_signed_at: string | null;
  /** Uuid of the project that is charged if a request names none; initially null for a service account. */
  readonly default_project: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly verified_at: string | null;
  readonly moderated_at: string | null;
  readonly deactivated_at: string | null;
  readonly last_login_at: string | null;
}

/** The account after the change. */
export interface UserChanged extends User {
  /** The generated password, if requested. No later response contains it. */
  readonly password?: string;
}

/** The new account and its first API token. */
export interface UserCreated extends UserChanged {
  /** An API token of the new user. No later response contains it. */
  readonly token: string;
}

/** Uuids and names of users. */
export interface UserName {
  readonly id: string;
  readonly username: string;
}

/** An address that receives events, without its secret. */
export interface Webhook {
  readonly id: number;
  readonly url: string;
  readonly description: string;
  /** Types of events that it receives. */
  readonly events: readonly string[];
  readonly created_at: string;
  /** Uuid of the operator who added it. */
  readonly created_by: string | null;
}

/** A new webhook with its secret. */
export interface WebhookCreated extends Webhook {
  /** The key that signs events. No later response contains it. */
  readonly secret: string;
}

/** The delivery of an event to a webhook, and its state. */
export interface WebhookDelivery {
  readonly id: number;
  /** The header `webhook-id` of every attempt. */
  readonly message: string;
  readonly event: string;
  /** `waiting`: it will be sent, or is being sent; `failed`: no further attempt follows. */
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly created_at: string;
  readonly attempts: number;
  /** Time of the next attempt. */
  readonly next_at: string | null;
  readonly delivered_at: string | null;
  /** When delivery was abandoned; null if it was not. */
  readonly failed_at: string | null;
  /** HTTP status of the last response; null if there was none. */
  readonly status: number | null;
  /** The error of the last attempt. */
  readonly error: string | null;
}

/** Overview of the workflow for operators. */
export interface WorkflowOverview {
  /** Unacknowledged notifications of errors. */
  readonly error_notifications: readonly Notification[];
  readonly last_created_task: Task | null;
  readonly last_completed_task: Task | null;
}

/** Body of `PATCH /api/me`. */
export interface ChangeMeBody {
  readonly first_name?: string | undefined;
  readonly last_name?: string | undefined;
  readonly username?: string | undefined;
  readonly affiliation?: string | undefined;
  /** Language of mails and pages. */
  readonly language?: 'en' | 'el' | undefined;
}

/** Body of `POST /api/me/password`. */
export interface ChangeMyPasswordBody {
  /** The present password; required if the account has one. */
  readonly current?: string | undefined;
  /** The new password. */
  readonly new: string;
}

/** Body of `POST /api/me/email`. */
export interface ChangeMyEmailBody {
  readonly email: string;
  /** The present password; required if the account has one. */
  readonly current?: string | undefined;
}

/** Body of `POST /api/me/terms`. */
export interface AcceptTermsBody {
  /** Number of the terms of service that the user accepts. */
  readonly id: number;
}

/** Body of `POST /api/login`. */
export interface LogInBody {
  /** User name, e-mail address or uuid of the user. */
  readonly email: string;
  /** The user's password. */
  readonly password: string;
  /** Name of the token; default `login`. */
  readonly name?: string | undefined;
  /** When the token expires; null: never. Default: the configured lifetime of tokens. */
  readonly expires_at?: string | null | undefined;
}

/** Body of `POST /api/session`. */
export interface SignInBody {
  /** User name, e-mail address or uuid of the user. */
  readonly username: string;
  /** The user's password. */
  readonly password: string;
}

/** Body of `POST /api/session/second-factor`. */
export interface SignInWithSecondFactorBody {
  /** The ticket of the response that requires this step. */
  readonly ticket: string;
  /** One of the methods of that response. */
  readonly method: string;
  /** A one-time code or a recovery code. */
  readonly code?: string | undefined;
  /** The response of a WebAuthn authenticator. */
  readonly assertion?: unknown | undefined;
}

/** Body of `POST /api/session/passkey/options`. */
export interface GetPasskeyOptionsBody {
  /** The ticket of the response that requires this step. */
  readonly ticket?: string | undefined;
}

/** Body of `POST /api/session/terms`. */
export interface SignInWithTermsBody {
  /** The ticket of the response that requires this step. */
  readonly ticket: string;
  /** Number of the terms of service that the user accepts. */
  readonly terms: number;
}

/** Body of `POST /api/session/password`. */
export interface SignInWithNewPasswordBody {
  /** The ticket of the response that requires this step. */
  readonly ticket: string;
  /** The new password. */
  readonly new: string;
}

/** Body of `POST /api/sign-up`. */
export interface SignUpBody {
  readonly email: string;
  /** User name, if user names need not be e-mail addresses; default: the address. */
  readonly username?: string | undefined;
  readonly first_name: string;
  readonly last_name: string;
  /** The password for the account. */
  readonly password: string;
  /** Number of the terms of service in force, which the user accepts; required if there are any. */
  readonly terms?: number | undefined;
  /** Language of mails; default English. */
  readonly language?: 'en' | 'el' | undefined;
}

/** Body of `POST /api/sign-up/verify`. */
export interface VerifySignUpBody {
  /** The code from the link in the mail. */
  readonly code: string;
}

/** Body of `POST /api/sign-up/resend`. */
export interface ResendSignUpMailBody {
  readonly email: string;
}

/** Body of `POST /api/session/enrolment/totp`. */
export interface BeginTotpAtSignInBody {
  /** The ticket of the response that requires this step. */
  readonly ticket: string;
}

/** Body of `POST /api/session/enrolment/totp/confirm`. */
export interface ConfirmTotpAtSignInBody {
  /** The ticket of the response that requires this step. */
  readonly ticket: string;
  readonly code: string;
}

/** Body of `POST /api/session/enrolment/passkeys/options`. */
export interface GetPasskeyCreationOptionsAtSignInBody {
  /** The ticket of the response that requires this step. */
  readonly ticket: string;
}

/** Body of `POST /api/session/enrolment/passkeys`. */
export interface AddPasskeyAtSignInBody {
  /** The ticket of the response that requires this step. */
  readonly ticket: string;
  /** The ticket of the response that had the options. */
  readonly passkey_ticket: string;
  readonly name: string;
  /** The answer of the browser: the JSON form of a `PublicKeyCredential` (Web Authentication, `toJSON`). */
  readonly response: Readonly<Record<string, unknown>>;
}

/** Query of `DELETE /api/me/sessions`. */
export interface EndMySessionsQuery {
  /** True: also the session of the request; false: all others. */
  readonly all?: boolean | undefined;
}

/** Body of `POST /api/password-reset`. */
export interface RequestPasswordResetBody {
  readonly email: string;
}

/** Body of `POST /api/me/sign-in-methods/totp/confirm`. */
export interface ConfirmTotpBody {
  readonly code: string;
}

/** Body of `POST /api/me/sign-in-methods/passkeys`. */
export interface AddPasskeyBody {
  readonly ticket: string;
  readonly name: string;
  /** The answer of the browser: the JSON form of a `PublicKeyCredential` (Web Authentication, `toJSON`). */
  readonly response: Readonly<Record<string, unknown>>;
}

/** Body of `PATCH /api/me/sign-in-methods/passkeys/{id}`. */
export interface RenamePasskeyBody {
  readonly name: string;
}

/** Query of `GET /api/users`. */
export interface ListUsersQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
  /** State of the account. */
  readonly state?:
    | 'pending_verification'
    | 'pending_moderation'
    | 'rejected'
    | 'active'
    | 'inactive'
    | 'deleted'
    | undefined;
  /** True: only accounts that may log in; false: only others. */
  readonly active?: boolean | undefined;
  /** Only users with this role on the whole cloud. */
  readonly role?: string | undefined;
  /** Part of a user name, e-mail address, first or last name; upper and lower case are equal. */
  readonly search?: string | undefined;
}

/** Body of `POST /api/users`. */
export interface CreateUserBody {
  readonly email?: string | undefined;
  readonly username?: string | undefined;
  /**
   * Whether this is the account of a program: it has a `username` and no `email`. A person has an `email`, a
   * `first_name` and a `last_name`.
   */
  readonly service?: boolean | undefined;
  readonly first_name?: string | undefined;
  readonly last_name?: string | undefined;
  readonly password?: string | undefined;
  /** Generate a password, which the user must replace at first login. */
  readonly generate_password?: boolean | undefined;
  readonly affiliation?: string | undefined;
}

/** Body of `PATCH /api/users/{user}`. */
export interface ChangeUserBody {
  readonly email?: string | undefined;
  readonly username?: string | undefined;
  readonly first_name?: string | undefined;
  readonly last_name?: string | undefined;
  readonly password?: string | undefined;
  /** Generate a password, which the user must replace at the next login. */
  readonly generate_password?: boolean | undefined;
  /**
   * End all tokens and application credentials of the user. Without it, a new password ends those made by
   * logins with the old password, directly or through other tokens, and mailed links that change the
   * account.
   */
  readonly end_all?: boolean | undefined;
  readonly affiliation?: string | undefined;
  /** Language of mails and pages. */
  readonly language?: 'en' | 'el' | undefined;
}

/** Body of `POST /api/users/lookup`. */
export interface LookUpUsersBody {
  readonly ids?: readonly string[] | undefined;
  readonly usernames?: readonly string[] | undefined;
}

/** Body of `POST /api/users/{user}/action`. */
export interface ActOnUserBody {
  /**
   * The transition. `deactivate` and `delete` permanently end all tokens and application credentials; a
   * deleted account receives no password mails and no invitations. `activate` reverses either.
   */
  readonly action: 'verify' | 'accept' | 'reject' | 'activate' | 'deactivate' | 'delete' | 'sign_terms';
  /** Reason for `reject`, `deactivate` or `delete`; stored with the account. */
  readonly reason?: string | undefined;
}

/** Query of `GET /api/users/{user}/tokens`. */
export interface ListTokensQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
}

/** Body of `POST /api/users/{user}/tokens`. */
export interface CreateTokenBody {
  readonly name: string;
  /** When the token expires; null: never. Default: the configured lifetime of tokens. */
  readonly expires_at?: string | null | undefined;
  readonly project?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly scope?: string | undefined;
  /** Also revoke all other tokens of the user and what was created with them; the response lists both. */
  readonly replace?: boolean | undefined;
}

/** Query of `GET /api/roles`. */
export interface ListRolesQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
}

/** Body of `POST /api/roles`. */
export interface CreateRoleBody {
  readonly name: string;
  readonly description?: string | undefined;
}

/** Query of `GET /api/users/{user}/roles/{role}`. */
export interface GetUserRoleQuery {
  /** Uuid of the project that the role applies to; without it, the whole cloud. */
  readonly project?: string | undefined;
}

/** Query of `PUT /api/users/{user}/roles/{role}`. */
export interface GrantRoleQuery {
  /** Uuid of the project that the role applies to; without it, the whole cloud. */
  readonly project?: string | undefined;
}

/** Query of `DELETE /api/users/{user}/roles/{role}`. */
export interface RevokeRoleQuery {
  /** Uuid of the project that the role applies to; without it, the whole cloud. */
  readonly project?: string | undefined;
}

/** Query of `GET /api/components`. */
export interface ListComponentsQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
}

/** Body of `POST /api/components`. */
export interface AddComponentBody {
  readonly name: string;
  readonly base_url?: string | null | undefined;
  readonly ui_url?: string | null | undefined;
  /** Default time, in seconds, that its commissions may stay pending; null: no limit. */
  readonly commission_expiry?: number | null | undefined;
}

/** Body of `PATCH /api/components/{component}`. */
export interface ChangeComponentBody {
  readonly base_url?: string | null | undefined;
  readonly ui_url?: string | null | undefined;
  /** Replace the secret; the old one stops working. */
  readonly renew_token?: boolean | undefined;
  /** Secret to set, for example that of an older installation. */
  readonly token?: string | undefined;
  /** Remove all services of the component. */
  readonly purge_services?: boolean | undefined;
  /** Default time, in seconds, that its commissions may stay pending; null: no limit. */
  readonly commission_expiry?: number | null | undefined;
}

/** Query of `DELETE /api/components/{component}`. */
export interface RemoveComponentQuery {
  /** What to do with pending commissions of the component. */
  readonly resolve?: 'accept' | 'reject' | undefined;
}

/** Query of `GET /api/services`. */
export interface ListServicesQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
}

/**
 * Body of `POST /api/services/import`. Services by name, each with its endpoints and the resources it
 * counts.
 */
export type ImportServicesBody = Readonly<
  Record<
    string,
    {
      /** Name of a registered component. */
      readonly component: string;
      readonly type: string;
      readonly endpoints: ReadonlyArray<Readonly<Record<string, unknown>>>;
      readonly resources?:
        | Readonly<
            Record<
              string,
              {
                readonly name: string;
                readonly desc?: string | undefined;
                readonly unit?: string | undefined;
                readonly service_type: string;
                /** Must be the name of the service. */
                readonly service_origin: string;
                readonly ui_visible?: boolean | undefined;
                readonly api_visible?: boolean | undefined;
                /** The limit of each user for a new resource. Default: unlimited. */
                readonly system_default?: number | bigint | string | undefined;
                /** The limit of each other project for a new resource. Default: 0, or unlimited if the resource is hidden. */
                readonly project_default?: number | bigint | string | undefined;
              }
            >
          >
        | undefined;
    }
  >
>;

/** Query of `GET /api/resources`. */
export interface ListResourcesQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
}

/** Body of `POST /api/resources`. A new resource of a registered service. */
export interface AddResourceBody {
  readonly name: string;
  /** The service that counts the resource: name or id. */
  readonly service: string;
  readonly description?: string | undefined;
  /** `bytes`; omit it for a plain count. */
  readonly unit?: string | undefined;
  /** The limit of each present and future user; default 0. */
  readonly system_default?: number | bigint | string | undefined;
  /** The limit of each other project, present and future; default 0. */
  readonly project_default?: number | bigint | string | undefined;
  /** Default true. */
  readonly api_visible?: boolean | undefined;
  /** Default: the value of `api_visible`. */
  readonly ui_visible?: boolean | undefined;
}

/** Body of `PATCH /api/resources/{resource}`. Changed defaults apply to new projects only. */
export interface ChangeResourceBody {
  /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
  readonly system_default?: number | bigint | string | undefined;
  /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
  readonly project_default?: number | bigint | string | undefined;
  /** False also sets `ui_visible` to false. */
  readonly api_visible?: boolean | undefined;
  /** True also sets `api_visible` to true. */
  readonly ui_visible?: boolean | undefined;
}

/** Query of `GET /api/projects`. */
export interface ListProjectsQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
  /** Only projects with exactly this name. */
  readonly name?: string | undefined;
  /** Only projects whose name contains this text. */
  readonly search?: string | undefined;
  /** Only projects owned by this user: uuid or e-mail address. */
  readonly owner?: string | undefined;
  /** Only projects in this state, or in one of several, separated by commas. */
  readonly state?: string | undefined;
  /** Only projects with this status, or in one of several, separated by commas. */
  readonly status?: string | undefined;
  /**
   * Only projects of which this user is a member: uuid or e-mail address. Only operators may name other
   * users.
   */
  readonly member?: string | undefined;
  /**
   * `member`: projects of which the caller is a member; `related`: also those that the caller owns;
   * `active`: active ones that are not private; `default`: related and active ones. For operators, all modes
   * but `member` return all projects.
   * Default: 'default'.
   */
  readonly mode?: 'default' | 'member' | 'related' | 'active' | undefined;
  /** True: only system projects; false: only others. */
  readonly system?: boolean | undefined;
  /** True: only projects with a pending application; false: only others. */
  readonly pending?: boolean | undefined;
  /** Only projects that end before this time or day (UTC). */
  readonly ends_before?: string | undefined;
}

/** Body of `POST /api/projects`. */
export interface ApplyForProjectBody {
  readonly name: string;
  /** A time in UTC, for example `2031-05-30T10:00:00Z`, or a day, for example `2031-05-30`. */
  readonly end_date: string;
  /** The owner: uuid or e-mail address. Default: the caller. */
  readonly owner?: string | undefined;
  readonly homepage?: string | undefined;
  readonly description?: string | undefined;
  /**
   * A time in UTC, for example `2031-05-30T10:00:00Z`, or a day, for example `2031-05-30`. For information
   * only.
   */
  readonly start_date?: string | null | undefined;
  /**
   * `auto`: immediately; `moderated`: after approval; `closed`: never.
   * Default: 'moderated'.
   */
  readonly join_policy?: 'auto' | 'moderated' | 'closed' | undefined;
  /**
   * `auto`: immediately; `moderated`: after approval; `closed`: never.
   * Default: 'auto'.
   */
  readonly leave_policy?: 'auto' | 'moderated' | 'closed' | undefined;
  /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
  readonly max_members?: number | bigint | string | undefined;
  /**
   * Whether only members see it. Users cannot ask to join; they are enrolled.
   * Default: false.
   */
  readonly private?: boolean | undefined;
  /**
   * Limits by resource name: of the project as a whole, and of each member, which must not be larger.
   * Resources that are not named keep their limits, or receive their defaults in a new project.
   */
  readonly resources?:
    | Readonly<
        Record<
          string,
          {
            /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
            readonly project_capacity: number | bigint | string;
            /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
            readonly member_capacity: number | bigint | string;
          }
        >
      >
    | undefined;
  /** Comments for the reviewers of the application. */
  readonly comments?: string | undefined;
}

/** Body of `PATCH /api/projects/{project}`. */
export interface ChangeProjectBody {
  readonly name?: string | undefined;
  /** A user: uuid or e-mail address. */
  readonly owner?: string | undefined;
  readonly homepage?: string | undefined;
  readonly description?: string | undefined;
  /**
   * A time in UTC, for example `2031-05-30T10:00:00Z`, or a day, for example `2031-05-30`. For information
   * only.
   */
  readonly start_date?: string | null | undefined;
  /** A time in UTC, for example `2031-05-30T10:00:00Z`, or a day, for example `2031-05-30`. */
  readonly end_date?: string | undefined;
  /** `auto`: immediately; `moderated`: after approval; `closed`: never. */
  readonly join_policy?: 'auto' | 'moderated' | 'closed' | undefined;
  /** `auto`: immediately; `moderated`: after approval; `closed`: never. */
  readonly leave_policy?: 'auto' | 'moderated' | 'closed' | undefined;
  /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
  readonly max_members?: number | bigint | string | undefined;
  /** Whether only members see it. Users cannot ask to join; they are enrolled. */
  readonly private?: boolean | undefined;
  /**
   * Limits by resource name: of the project as a whole, and of each member, which must not be larger.
   * Resources that are not named keep their limits, or receive their defaults in a new project.
   */
  readonly resources?:
    | Readonly<
        Record<
          string,
          {
            /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
            readonly project_capacity: number | bigint | string;
            /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
            readonly member_capacity: number | bigint | string;
          }
        >
      >
    | undefined;
  /** Reason; stored and sent to the users concerned. */
  readonly reason?: string | undefined;
}

/** Query of `GET /api/projects/{project}/members`. */
export interface ListProjectMembersQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
  /** Only memberships in this state, or in one of several, separated by commas. */
  readonly state?: string | undefined;
}

/** Query of `GET /api/projects/{project}/history`. */
export interface GetProjectHistoryQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
}

/** Body of `POST /api/projects/{project}/applications`. */
export interface ApplyForModificationBody {
  readonly name?: string | undefined;
  /** A user: uuid or e-mail address. */
  readonly owner?: string | undefined;
  readonly homepage?: string | undefined;
  readonly description?: string | undefined;
  /**
   * A time in UTC, for example `2031-05-30T10:00:00Z`, or a day, for example `2031-05-30`. For information
   * only.
   */
  readonly start_date?: string | null | undefined;
  /** A time in UTC, for example `2031-05-30T10:00:00Z`, or a day, for example `2031-05-30`. */
  readonly end_date?: string | undefined;
  /** `auto`: immediately; `moderated`: after approval; `closed`: never. */
  readonly join_policy?: 'auto' | 'moderated' | 'closed' | undefined;
  /** `auto`: immediately; `moderated`: after approval; `closed`: never. */
  readonly leave_policy?: 'auto' | 'moderated' | 'closed' | undefined;
  /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
  readonly max_members?: number | bigint | string | undefined;
  /** Whether only members see it. Users cannot ask to join; they are enrolled. */
  readonly private?: boolean | undefined;
  /**
   * Limits by resource name: of the project as a whole, and of each member, which must not be larger.
   * Resources that are not named keep their limits, or receive their defaults in a new project.
   */
  readonly resources?:
    | Readonly<
        Record<
          string,
          {
            /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
            readonly project_capacity: number | bigint | string;
            /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
            readonly member_capacity: number | bigint | string;
          }
        >
      >
    | undefined;
  /** Comments for the reviewers of the application. */
  readonly comments?: string | undefined;
  /**
   * Discard the changes of a pending application for the project. Without it, this application takes over
   * the changes that it does not state itself.
   * Default: false.
   */
  readonly discard_pending?: boolean | undefined;
}

/** Body of `POST /api/projects/{project}/renewal`. */
export interface ApplyForRenewalBody {
  /** The new end date, later than the present one: a time in UTC, or a day. */
  readonly end_date: string;
  /** Comments for the reviewers of the application. */
  readonly comments?: string | undefined;
}

/** Body of `POST /api/projects/{project}/action`. */
export interface ActOnProjectBody {
  /** The transition. */
  readonly action: 'suspend' | 'unsuspend' | 'terminate' | 'reinstate';
  /** Reason; stored and sent to the users concerned. */
  readonly reason?: string | undefined;
}

/** Body of `POST /api/projects/system/limits`. */
export interface ChangeSystemProjectsBody {
  /**
   * A time in UTC, for example `2031-05-30T10:00:00Z`, or a day, for example `2031-05-30`. For information
   * only.
   */
  readonly start_date?: string | null | undefined;
  /** A time in UTC, for example `2031-05-30T10:00:00Z`, or a day, for example `2031-05-30`. */
  readonly end_date?: string | undefined;
  /** `auto`: immediately; `moderated`: after approval; `closed`: never. */
  readonly join_policy?: 'auto' | 'moderated' | 'closed' | undefined;
  /** `auto`: immediately; `moderated`: after approval; `closed`: never. */
  readonly leave_policy?: 'auto' | 'moderated' | 'closed' | undefined;
  /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
  readonly max_members?: number | bigint | string | undefined;
  /** Whether only members see it. Users cannot ask to join; they are enrolled. */
  readonly private?: boolean | undefined;
  /**
   * Limits by resource name: of the project as a whole, and of each member, which must not be larger.
   * Resources that are not named keep their limits, or receive their defaults in a new project.
   */
  readonly resources?:
    | Readonly<
        Record<
          string,
          {
            /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
            readonly project_capacity: number | bigint | string;
            /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
            readonly member_capacity: number | bigint | string;
          }
        >
      >
    | undefined;
  /** Users whose system projects stay unchanged: uuid or e-mail address. */
  readonly exclude?: readonly string[] | undefined;
  /** Reason; stored and sent to the users concerned. */
  readonly reason?: string | undefined;
}

/** Query of `GET /api/projects/expired`. */
export interface ListExpiredProjectsQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
}

/** Body of `POST /api/projects/expired/termination`. */
export type TerminateExpiredProjectsBody = Readonly<Record<string, never>>;

/** Query of `GET /api/applications`. */
export interface ListApplicationsQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
  /** Only applications in this state, or in one of several, separated by commas. */
  readonly state?: string | undefined;
  /** Only applications for this project: uuid. */
  readonly project?: string | undefined;
  /** Only applications of this user: uuid or e-mail address. */
  readonly applicant?: string | undefined;
  /** Only applications for projects with this requested owner: uuid or e-mail address. */
  readonly owner?: string | undefined;
}

/** Body of `POST /api/applications/{application}/action`. */
export interface ActOnApplicationBody {
  /**
   * `approve` and `deny` are for operators. Applicants withdraw a pending application with `cancel`, and
   * remove a denied one from their list with `dismiss`.
   */
  readonly action: 'approve' | 'deny' | 'cancel' | 'dismiss';
  /** Reason; stored and sent to the users concerned. */
  readonly reason?: string | undefined;
}

/** Query of `GET /api/memberships`. */
export interface ListMembershipsQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
  /** Only memberships in this state, or in one of several, separated by commas. */
  readonly state?: string | undefined;
  /** Only memberships in this project: uuid. */
  readonly project?: string | undefined;
  /** Only memberships of this user: uuid or e-mail address. */
  readonly user?: string | undefined;
}

/** Body of `POST /api/projects/{project}/memberships`. */
export interface CreateMembershipBody {
  /** The user to enrol: uuid or e-mail address. Without it, the caller asks to join. */
  readonly user?: string | undefined;
  /** Roles to grant to the enrolled user. */
  readonly roles?: ReadonlyArray<'project_admin' | 'project_mod'> | undefined;
}

/** Body of `POST /api/memberships/{membership}/action`. */
export interface ActOnMembershipBody {
  /**
   * Members `leave`, `cancel` their request to join, and `cancel_leave`. Managers of the project `accept`
   * and `reject` requests, `remove` members, which also accepts a request to leave, and `deny_leave`.
   */
  readonly action: 'leave' | 'cancel' | 'accept' | 'reject' | 'remove' | 'deny_leave' | 'cancel_leave';
  /** Reason; stored and sent to the users concerned. */
  readonly reason?: string | undefined;
}

/** Body of `PUT /api/me/default_project`. */
export interface SetMyDefaultProjectBody {
  /** Uuid of a project of which the user is a member. */
  readonly project: string;
}

/** Body of `PUT /api/users/{user}/default_project`. */
export interface SetDefaultProjectBody {
  /** Uuid of a project of which the user is a member. */
  readonly project: string;
}

/** Query of `GET /api/approvals`. */
export interface ListApprovalsQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
  /** Sort order; default `oldest`. */
  readonly order?: 'oldest' | 'newest' | undefined;
}

/** Body of `POST /api/approvals/{kind}/{id}`. */
export interface DecideApprovalBody {
  readonly decision: 'approve' | 'deny';
  /** Reason; stored and sent to the requester. */
  readonly reason?: string | undefined;
}

/** Query of `GET /api/tasks`. */
export interface ListTasksQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
  /** Only tasks in this state, or in one of several, separated by commas. */
  readonly state?: string | undefined;
  /** Only tasks of this type. */
  readonly type?: string | undefined;
  /** Only tasks of this project: uuid. */
  readonly project?: string | undefined;
  /** Only tasks created from this time or day (UTC) on. */
  readonly since?: string | undefined;
  /** Only tasks created before this time or day (UTC). */
  readonly until?: string | undefined;
  /** True: only valid tasks; false: only invalid ones. */
  readonly valid?: boolean | undefined;
}

/** Body of `PATCH /api/tasks/{task}`. The input of all actions of the task; replaces the previous input. */
export type UpdateTaskBody = Readonly<Record<string, unknown>>;

/** Body of `POST /api/tasks/{task}/action`. */
export interface ActOnTaskBody {
  /**
   * `approve` is for operators. `cancel` closes a task permanently. `reissue_token` sends a new token by
   * mail, which replaces the present one.
   */
  readonly action: 'approve' | 'cancel' | 'reissue_token';
  /** Reason; stored in the notes of the task. Not used by `reissue_token`. */
  readonly reason?: string | undefined;
}

/** Query of `GET /api/task-tokens`. */
export interface ListTaskTokensQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
  /** True: only expired tokens; default: only valid ones. */
  readonly expired?: boolean | undefined;
}

/** Query of `DELETE /api/task-tokens`. */
export interface DeleteExpiredTaskTokensQuery {
  /** Required: confirms that only expired tokens are deleted. */
  readonly expired: true;
}

/** Body of `POST /api/task-tokens/{secret}`. The fields that the token requires; others are ignored. */
export type SubmitTaskTokenBody = Readonly<Record<string, unknown>>;

/** Query of `GET /api/notifications`. */
export interface ListNotificationsQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
  /** True: only acknowledged notifications; false: only others. */
  readonly acknowledged?: boolean | undefined;
  /** True: only errors; false: only others. */
  readonly error?: boolean | undefined;
  /** Only notifications about this task. */
  readonly task?: string | undefined;
}

/** Body of `POST /api/notifications/acknowledge`. */
export interface AcknowledgeNotificationsBody {
  /** Ids of the notifications; unknown ids are ignored. */
  readonly ids?: readonly string[] | undefined;
  /** Acknowledge all notifications that are not acknowledged yet. */
  readonly all?: true | undefined;
}

/** Body of `POST /api/webhooks`. */
export interface AddWebhookBody {
  readonly url: string;
  /**
   * Types of events: `task.created`, `task.approved`, `task.completed`, `task.cancelled`, `task.failed`, and
   * the actions `project.…`, `application.…` and `membership.…` of the audit record; `project.*` means all
   * of projects, `*` all events.
   */
  readonly events: readonly string[];
  readonly description?: string | undefined;
}

/** Query of `GET /api/webhooks`. */
export interface ListWebhooksQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
}

/** Query of `GET /api/webhooks/{webhook}/deliveries`. */
export interface ListWebhookDeliveriesQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
  /** `waiting`: it will be sent, or is being sent; `failed`: no further attempt follows. */
  readonly state?: 'waiting' | 'delivered' | 'failed' | undefined;
}

/** Query of `GET /api/quotas`. */
export interface ListQuotasQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
  /** Only this user: uuid, number or e-mail address. */
  readonly user?: string | undefined;
  /** Only this project: uuid. */
  readonly project?: string | undefined;
  /** Only this resource: its name. */
  readonly resource?: string | undefined;
  /** Only quotas where the usage of the user or the project exceeds the limit. */
  readonly over_limit?: boolean | undefined;
}

/** Body of `POST /api/quotas/verification`. */
export interface VerifyQuotasBody {
  /**
   * Correct the counters; each correction has an audit entry.
   * Default: false.
   */
  readonly fix?: boolean | undefined;
}

/** Query of `GET /api/commissions`. */
export interface ListCommissionsQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
  /** Only commissions that this component issued. */
  readonly component?: string | undefined;
  readonly state?: 'pending' | 'accepted' | 'rejected' | undefined;
  /** Only commissions issued more than this number of seconds ago. */
  readonly older_than?: number | undefined;
  /** Only commissions on this project: uuid. */
  readonly project?: string | undefined;
  /** Only commissions for this user: uuid; operators may also send the number or e-mail address. */
  readonly user?: string | undefined;
  /** Only commissions with this resource. */
  readonly resource?: string | undefined;
}

/** Body of `POST /api/commissions/bulk`. */
export interface IssueCommissionsBody {
  readonly commissions: readonly CommissionIssue[];
}

/** Body of `POST /api/commissions/{serial}/accept`. */
export interface AcceptCommissionBody {
  /**
   * Quantities to accept, each between zero and the reserved quantity. Holdings that are not named are
   * accepted in full.
   */
  readonly provisions?: readonly ProvisionInput[] | undefined;
  /** Reason; stored with the commission. */
  readonly reason?: string | undefined;
}

/** Body of `POST /api/commissions/{serial}/reject`. */
export interface RejectCommissionBody {
  /** Reason; stored with the commission. */
  readonly reason?: string | undefined;
}

/** Body of `POST /api/commissions/resolve`. */
export interface ResolveCommissionsBody {
  readonly accept?: readonly number[] | undefined;
  readonly reject?: readonly number[] | undefined;
  /** Reason; stored with the commission. */
  readonly reason?: string | undefined;
}

/** Query of `GET /api/usage`. */
export interface GetUsageQuery {
  /** Only this project: uuid. */
  readonly project?: string | undefined;
  /** Only this user: uuid, number or e-mail address. */
  readonly user?: string | undefined;
  /** Only this resource: its name. */
  readonly resource?: string | undefined;
  /**
   * Only usage of projects as a whole, or only usage of users. Without it, both: the usage of a project
   * includes that of its users, so do not add them up.
   */
  readonly per?: 'project' | 'user' | undefined;
  /** The beginning of a step. Default: 24 hours or 30 days before the end. */
  readonly from?: string | undefined;
  /** The end of a step; future steps are omitted. Default: now. */
  readonly to?: string | undefined;
  /**
   * Steps in UTC.
   * Default: 'hour'.
   */
  readonly step?: 'hour' | 'day' | undefined;
}

/** Query of `GET /api/charges`. */
export interface ListChargesQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
  /** Only this project: uuid. */
  readonly project?: string | undefined;
  /** Only this user: uuid, number or e-mail address. */
  readonly user?: string | undefined;
  /** Only this resource: its name. */
  readonly resource?: string | undefined;
  /**
   * Only usage of projects as a whole, or only usage of users. Without it, both: the usage of a project
   * includes that of its users, so do not add them up.
   */
  readonly per?: 'project' | 'user' | undefined;
  /** The beginning of an hour. */
  readonly from: string;
  /** The beginning of an hour. Default and maximum: the end of the last complete hour. */
  readonly to?: string | undefined;
}

/** Query of `GET /api/terms`. */
export interface ListTermsQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
}

/** Body of `POST /api/terms`. */
export interface AddTermsBody {
  /** HTML or plain text. */
  readonly text: string;
}

/** Query of `GET /api/audit`. */
export interface ListAuditQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
  /** Only actions of this user: uuid, number or e-mail address. */
  readonly actor?: string | undefined;
  /** Only this action. */
  readonly action?: string | undefined;
  /** Only actions on this object. */
  readonly subject?: string | undefined;
  /** Only entries from this time or day (UTC) on. */
  readonly since?: string | undefined;
  /** Only entries before this time or day (UTC). */
  readonly until?: string | undefined;
}

/** Query of `GET /api/mails`. */
export interface ListMailsQuery {
  /**
   * Maximum number of items on the page.
   * Default: 100.
   */
  readonly limit?: number | undefined;
  /** Cursor: `next` of the previous page. */
  readonly after?: string | undefined;
  /**
   * `waiting`: it will be sent, or is being sent; `failed`: no further attempt follows; `sent`: the mail
   * server accepted it.
   */
  readonly state?: 'waiting' | 'failed' | 'sent' | undefined;
}

/** Body of `POST /api/mails/retry`. */
export interface RetryMailsBody {
  /** Ids of the mails to retry. */
  readonly ids?: readonly number[] | undefined;
  /** Retry all waiting and failed mails. */
  readonly all?: true | undefined;
}

/** Query of `GET /api/endpoints`. */
export interface ListEndpointsQuery {
  /** Only endpoints of this service. */
  readonly service?: string | undefined;
  /** Only endpoints of services of this type. */
  readonly type?: string | undefined;
}

/** Body of `POST /api/delegates/{delegate}`. */
export interface AskDelegateBody {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Values of the parameters in its path. */
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** Input of the task. */
  readonly input?: Readonly<Record<string, unknown>> | undefined;
  /** The project that the task concerns; default: the project of the token. */
  readonly project?: string | undefined;
}

/** Body of `POST /api/feedback`. */
export interface SendFeedbackBody {
  readonly message: string;
  /** Diagnostic data that the calling program adds. */
  readonly data?: string | undefined;
}

/** Body of `POST /api/quotas/reconciliation`. */
export interface ReconcileApplicationsBody {
  /** Only this user: uuid, number or e-mail address. */
  readonly user?: string | undefined;
  /** Charge or release the difference by an accepted commission. */
  readonly fix?: boolean | undefined;
  /** Charge the difference even if that exceeds the limit. */
  readonly force?: boolean | undefined;
}

/** Body of `POST /api/rehearsals`. */
export interface RehearseBody {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below `/api`, with the query string if there is one. */
  readonly path: string;
  /** The body of the request. */
  readonly body?: unknown | undefined;
}
