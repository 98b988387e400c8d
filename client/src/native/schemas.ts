// Made from the description of the native API by `npm run docs`. Changes belong there.

/** A request to create or change a project. */
export interface Application {
  readonly id: number;
  readonly project: string;
  /** What the project is called now. */
  readonly project_name: string;
  readonly state: 'pending' | 'approved' | 'replaced' | 'denied' | 'dismissed' | 'cancelled';
  /** Whether it asks for a new project, and not for a modification. */
  readonly creates: boolean;
  /** Uuid of who applied; null if it was no account. */
  readonly applicant: string | null;
  /** What the applicant is called now. */
  readonly applicant_name: string | null;
  /** Uuid of whose the project is to be. */
  readonly owner: string | null;
  readonly owner_name: string | null;
  /** What is to change, and nothing else; everything, for a new project. */
  readonly changes: {
    readonly name?: string;
    /** Uuid of a user; null for system projects. */
    readonly owner?: string | null;
    readonly homepage?: string;
    readonly description?: string;
    /** For information only. */
    readonly start_date?: string | null;
    /** Beyond it the project is terminated. */
    readonly end_date?: string;
    /** `auto`: at once; `moderated`: after approval; `closed`: never. */
    readonly join_policy?: 'auto' | 'moderated' | 'closed';
    /** `auto`: at once; `moderated`: after approval; `closed`: never. */
    readonly leave_policy?: 'auto' | 'moderated' | 'closed';
    /**
     * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
     * numbers as doubles changes it.
     */
    readonly max_members?: bigint;
    /** Seen by its members only, who have to be enrolled. */
    readonly private?: boolean;
    /** What may be used of each resource, by its name. */
    readonly resources?: Readonly<
      Record<
        string,
        {
          /** `bytes`, or null for a plain count. */
          readonly unit: string | null;
          /** What the project may use as a whole. */
          readonly project_capacity: bigint;
          /** What each member may use. */
          readonly member_capacity: bigint;
        }
      >
    >;
  };
  /** The application whose place this one took; null if none was pending. */
  readonly replaced: {
    /** Id of the application that was pending. */
    readonly application: number;
    /** What this application takes over from it. */
    readonly kept: {
      readonly name?: string;
      /** Uuid of a user; null for system projects. */
      readonly owner?: string | null;
      readonly homepage?: string;
      readonly description?: string;
      /** For information only. */
      readonly start_date?: string | null;
      /** Beyond it the project is terminated. */
      readonly end_date?: string;
      /** `auto`: at once; `moderated`: after approval; `closed`: never. */
      readonly join_policy?: 'auto' | 'moderated' | 'closed';
      /** `auto`: at once; `moderated`: after approval; `closed`: never. */
      readonly leave_policy?: 'auto' | 'moderated' | 'closed';
      /**
       * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
       * numbers as doubles changes it.
       */
      readonly max_members?: bigint;
      /** Seen by its members only, who have to be enrolled. */
      readonly private?: boolean;
      /** What may be used of each resource, by its name. */
      readonly resources?: Readonly<
        Record<
          string,
          {
            /** `bytes`, or null for a plain count. */
            readonly unit: string | null;
            /** What the project may use as a whole. */
            readonly project_capacity: bigint;
            /** What each member may use. */
            readonly member_capacity: bigint;
          }
        >
      >;
    };
    /** What it asked for and this application leaves out, or states otherwise. */
    readonly dropped: {
      readonly name?: string;
      /** Uuid of a user; null for system projects. */
      readonly owner?: string | null;
      readonly homepage?: string;
      readonly description?: string;
      /** For information only. */
      readonly start_date?: string | null;
      /** Beyond it the project is terminated. */
      readonly end_date?: string;
      /** `auto`: at once; `moderated`: after approval; `closed`: never. */
      readonly join_policy?: 'auto' | 'moderated' | 'closed';
      /** `auto`: at once; `moderated`: after approval; `closed`: never. */
      readonly leave_policy?: 'auto' | 'moderated' | 'closed';
      /**
       * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
       * numbers as doubles changes it.
       */
      readonly max_members?: bigint;
      /** Seen by its members only, who have to be enrolled. */
      readonly private?: boolean;
      /** What may be used of each resource, by its name. */
      readonly resources?: Readonly<
        Record<
          string,
          {
            /** `bytes`, or null for a plain count. */
            readonly unit: string | null;
            /** What the project may use as a whole. */
            readonly project_capacity: bigint;
            /** What each member may use. */
            readonly member_capacity: bigint;
          }
        >
      >;
    };
  } | null;
  /** What the applicant has to say. */
  readonly comments: string;
  readonly issued_at: string;
  /** When it was approved, denied, dismissed and so on. */
  readonly resolved_at: string | null;
  /** Uuid of who did. */
  readonly resolved_by: string | null;
  /** In which words. */
  readonly response: string | null;
}

/** An application, and what approving it would do to limits. */
export interface ApplicationDetails extends Application {
  /**
   * The limits that an approval sets, beside those of today. Of an approved application: those that its
   * approval set at the time, beside those before it. Empty for other applications that were decided.
   */
  readonly preview: ReadonlyArray<{
    readonly resource: string;
    /** `bytes`, or null for a plain count. */
    readonly unit: string | null;
    /** What holds, or held before the approval; null where there was no limit yet. */
    readonly before: {
      /**
       * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
       * numbers as doubles changes it.
       */
      readonly project_capacity: bigint;
      /**
       * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
       * numbers as doubles changes it.
       */
      readonly member_capacity: bigint;
    } | null;
    /** What holds after an approval. */
    readonly after: {
      /**
       * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
       * numbers as doubles changes it.
       */
      readonly project_capacity: bigint;
      /**
       * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
       * numbers as doubles changes it.
       */
      readonly member_capacity: bigint;
    };
  }>;
}

/** A user who is charged for another number than their pending applications. */
export interface ApplicationsDifference {
  readonly user: string;
  /** How many applications of the user wait for a decision. */
  readonly applications: number;
  /** How many the user is charged for. */
  readonly charged_user: number;
  /** How many the user's own project is charged for. */
  readonly charged_project: number;
  readonly fixed: boolean;
  /** Why it was left as it is. */
  readonly problem: string | null;
}

/** Something that waits for an operator: an application for a project, or a task. */
export interface Approval {
  readonly kind: 'application' | 'task';
  /** The number of an application, or the id of a task. */
  readonly id: string;
  /** What is asked for: `new_project`, `modification`, or the type of the task. */
  readonly about: string;
  /** Uuid of the requester; null for an unauthenticated request. */
  readonly asked_by: string | null;
  /** What they are called. */
  readonly asked_by_name: string | null;
  readonly since: string;
  /** For how many seconds it has been waiting. */
  readonly age_s: number;
  /** Uuid of the project that it is about, or was asked for in. */
  readonly project: string | null;
  readonly project_name: string | null;
  /** What the applicant has to say. */
  readonly comments: string;
  /** The application whose place this one took; null if none was pending. */
  readonly replaced: {
    /** Id of the application that was pending. */
    readonly application: number;
    /** What this application takes over from it. */
    readonly kept: {
      readonly name?: string;
      /** Uuid of a user; null for system projects. */
      readonly owner?: string | null;
      readonly homepage?: string;
      readonly description?: string;
      /** For information only. */
      readonly start_date?: string | null;
      /** Beyond it the project is terminated. */
      readonly end_date?: string;
      /** `auto`: at once; `moderated`: after approval; `closed`: never. */
      readonly join_policy?: 'auto' | 'moderated' | 'closed';
      /** `auto`: at once; `moderated`: after approval; `closed`: never. */
      readonly leave_policy?: 'auto' | 'moderated' | 'closed';
      /**
       * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
       * numbers as doubles changes it.
       */
      readonly max_members?: bigint;
      /** Seen by its members only, who have to be enrolled. */
      readonly private?: boolean;
      /** What may be used of each resource, by its name. */
      readonly resources?: Readonly<
        Record<
          string,
          {
            /** `bytes`, or null for a plain count. */
            readonly unit: string | null;
            /** What the project may use as a whole. */
            readonly project_capacity: bigint;
            /** What each member may use. */
            readonly member_capacity: bigint;
          }
        >
      >;
    };
    /** What it asked for and this application leaves out, or states otherwise. */
    readonly dropped: {
      readonly name?: string;
      /** Uuid of a user; null for system projects. */
      readonly owner?: string | null;
      readonly homepage?: string;
      readonly description?: string;
      /** For information only. */
      readonly start_date?: string | null;
      /** Beyond it the project is terminated. */
      readonly end_date?: string;
      /** `auto`: at once; `moderated`: after approval; `closed`: never. */
      readonly join_policy?: 'auto' | 'moderated' | 'closed';
      /** `auto`: at once; `moderated`: after approval; `closed`: never. */
      readonly leave_policy?: 'auto' | 'moderated' | 'closed';
      /**
       * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
       * numbers as doubles changes it.
       */
      readonly max_members?: bigint;
      /** Seen by its members only, who have to be enrolled. */
      readonly private?: boolean;
      /** What may be used of each resource, by its name. */
      readonly resources?: Readonly<
        Record<
          string,
          {
            /** `bytes`, or null for a plain count. */
            readonly unit: string | null;
            /** What the project may use as a whole. */
            readonly project_capacity: bigint;
            /** What each member may use. */
            readonly member_capacity: bigint;
          }
        >
      >;
    };
  } | null;
  /** The effects that an approval would have, as far as they are known. */
  readonly outlook: {
    /** Names of projects that it would make. */
    readonly projects: readonly string[];
    readonly users: ReadonlyArray<{
      /** E-mail address of who would be let in or changed, or the uuid. */
      readonly name: string;
      /** Roles that they would get. */
      readonly gains: readonly string[];
      /** Roles that they would lose. */
      readonly loses: readonly string[];
    }>;
    /** Limits that it would set. */
    readonly limits: ReadonlyArray<{
      /** Uuid of the project. */
      readonly project: string;
      readonly resource: string;
      /** `bytes`, or null for a plain count. */
      readonly unit: string | null;
      /** What holds; null where there is no limit yet. */
      readonly before: {
        /**
         * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
         * numbers as doubles changes it.
         */
        readonly project_capacity: bigint;
        /**
         * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
         * numbers as doubles changes it.
         */
        readonly member_capacity: bigint;
      } | null;
      /** What would hold. */
      readonly after: {
        /**
         * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
         * numbers as doubles changes it.
         */
        readonly project_capacity: bigint;
        /**
         * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
         * numbers as doubles changes it.
         */
        readonly member_capacity: bigint;
      };
    }>;
  };
  /** Whether it could be approved as it is. */
  readonly valid: boolean;
  /** Why not. */
  readonly reasons: readonly string[];
  /** Whether a stage of the task runs at this moment. */
  readonly running: boolean;
}

/** What became of it. */
export interface ApprovalDecided {
  readonly kind: 'application' | 'task';
  readonly id: string;
  /** The state from now on. */
  readonly state: string;
}

/** A recorded change. Entries are never changed. */
export interface AuditEntry {
  readonly id: number;
  readonly at: string;
  /** Uuid of the account; null if it was none. */
  readonly actor: string | null;
  /** What it was called then. */
  readonly actor_name: string;
  /** Where the request came from. */
  readonly address: string | null;
  /** What was done, as `thing.verb`. */
  readonly action: string;
  /** What it was done to. */
  readonly subject: string;
  /** The state before, as far as it matters, or null. */
  readonly before: unknown;
  /** The state after, as far as it matters, or null. */
  readonly after: unknown;
  /** The reason that the actor gave. */
  readonly reason: string | null;
}

/** What one holding used in a span of time. */
export interface Charge {
  /** Uuid of the project. */
  readonly project: string;
  /** Uuid of the user; null for the project as a whole. */
  readonly user: string | null;
  readonly resource: string;
  /** `bytes`, or null for a plain count. */
  readonly unit: string | null;
  /** What the user is called now. */
  readonly username: string | null;
  readonly from: string;
  readonly to: string;
  /** Units times seconds, exactly: a decimal number of any size with at most three digits after the point. */
  readonly unit_seconds: string;
  /**
   * The same times hours, cut after six digits: a third of an hour has no exact decimal. Bill by
   * `unit_seconds`.
   */
  readonly unit_hours: string;
  /** At the end; exact to the last digit. */
  readonly usage: bigint;
}

/** A set of provisions that is accepted or rejected as a whole. It is remembered for ever. */
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
  /** `expired`, or what was said when it was accepted or rejected. */
  readonly reason: string | null;
  /** What was reserved, one for each holding. */
  readonly provisions: readonly Provision[];
  /** What was accepted, where that is less than was reserved; otherwise null. */
  readonly accepted: readonly Provision[] | null;
}

/** What became of each commission: its serial, or the problem that it would have had on its own. */
export interface CommissionBulkVerdict {
  /** One for each commission, in their order. */
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
  /** Let reservations exceed the limit. Releases are never forced. */
  readonly force?: boolean | undefined;
  /** Accept it in the same step. */
  readonly auto_accept?: boolean | undefined;
  /**
   * Makes a retry safe: the same key with the same request answers the first serial. The header
   * `Idempotency-Key` says the same. A refusal leaves no trace, so its retry is a new attempt.
   */
  readonly key?: string | undefined;
  /**
   * Seconds after which it is rejected if it is still pending; null: never. Without it, what the component
   * has as default.
   */
  readonly expires_in?: number | null | undefined;
  readonly provisions: readonly ProvisionInput[];
}

/** The serial of a commission. */
export interface CommissionIssued {
  readonly serial: number;
  /** Whether it had been issued before, with the same key. */
  readonly replayed: boolean;
}

/** What became of each commission; every serial is in one list. */
export interface CommissionVerdict {
  /** Accepted, now or before. */
  readonly accepted: readonly number[];
  /** Rejected, now or before. */
  readonly rejected: readonly number[];
  /** Had been resolved the other way; they stay as they are. */
  readonly resolved: readonly number[];
  /** There are no such commissions. */
  readonly not_found: readonly number[];
  /** Asked to be both accepted and rejected; untouched. */
  readonly conflicting: readonly number[];
  /** Cannot be applied as they are stored; untouched. */
  readonly damaged: readonly number[];
}

/** A system that registers services and keeps account of what they use. */
export interface Component {
  readonly id: number;
  readonly name: string;
  /** Where its services are. */
  readonly base_url: string | null;
  /** Where its user interface is. */
  readonly ui_url: string | null;
  readonly token_created_at: string;
  readonly token_expires_at: string | null;
  /**
   * Seconds after which its commissions are rejected if they are still pending, unless it says otherwise for
   * one of them; null: never.
   */
  readonly commission_expiry: number | null;
  readonly created_at: string;
}

/** What became of the pending commissions of a component that was removed. */
export interface ComponentRemoved {
  /** Pending commissions that were accepted. */
  readonly accepted: number;
  /** Pending commissions that were rejected. */
  readonly rejected: number;
}

/** A component, with its secret if that has just been made. */
export interface ComponentWithToken extends Component {
  /** The secret of the component, if it is new. It is shown this once. */
  readonly token?: string;
}

/** What a delegate API said. */
export interface DelegateAnswer {
  /** Whether a task was made of it. */
  readonly accepted: boolean;
  /** In the words of the workflow dialect. */
  readonly answer: unknown;
  /** Open tasks of earlier requests that this one has cancelled. Empty for APIs that need no authentication. */
  readonly replaced: readonly string[];
}

/** An API by which people ask for tasks, or look at what they could ask for. */
export interface DelegateApi {
  readonly name: string;
  /** Where the workflow dialect has it, below `/v1`. */
  readonly path: string;
  readonly methods: readonly string[];
}

/** An endpoint of the service catalog. */
export interface Endpoint {
  /** Name of the service. */
  readonly service: string;
  /** What kind of service it is. */
  readonly type: string;
  readonly version: string | null;
  readonly region: string | null;
  /** Where it is. */
  readonly url: string | null;
  /** Where its user interface is. */
  readonly ui_url: string | null;
}

/** A mail of the service to one recipient. What it says is not shown. */
export interface MailEntry {
  readonly id: number;
  /** Which mail it is: the name of its template. */
  readonly kind: string;
  readonly to: readonly string[];
  readonly subject: string;
  /** `waiting`: it will be tried, or is being sent; `failed`: it was given up; `sent`: it was taken. */
  readonly state: 'waiting' | 'failed' | 'sent';
  readonly created_at: string;
  /** Number of attempts since the last request to retry it. */
  readonly attempts: number;
  /** When it is tried next. */
  readonly next_at: string | null;
  readonly sent_at: string | null;
  /** When it was given up. */
  readonly failed_at: string | null;
  /** Why the last attempt failed. */
  readonly error: string | null;
}

/** What came of a wish to try mails again. */
export interface MailRetried {
  /** How many mails are tried now. */
  readonly due: number;
}

/** Who is asking, and with which token. */
export interface Me {
  readonly user: User;
  readonly token: Token;
  readonly roles: readonly RoleGrant[];
  /** Whether this token may operate the cloud. */
  readonly operator: boolean;
  /** Projects that can be charged. */
  readonly projects: readonly string[];
}

/** A user's relation to a project. */
export interface Membership {
  /** One for each user and project, for ever. */
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
  /** When it came into this state. */
  readonly since: string | null;
  /** When it last came into each state that it ever was in. */
  readonly dates: {
    readonly requested?: string;
    readonly accepted?: string;
    readonly leave_requested?: string;
    readonly suspended?: string;
    readonly rejected?: string;
    readonly cancelled?: string;
    readonly removed?: string;
  };
  /** Why it is in this state. */
  readonly reason: string | null;
  /** Roles that the user has on the project. */
  readonly roles: readonly string[];
  /** What you can do with it as things are. */
  readonly allowed_actions: ReadonlyArray<
    'leave' | 'cancel' | 'accept' | 'reject' | 'remove' | 'deny_leave' | 'cancel_leave'
  >;
}

/** A message to operators, kept until one of them acknowledges it. */
export interface Notification {
  readonly id: string;
  /** Id of the task that it is about. */
  readonly task: string;
  /** Whether something went wrong. */
  readonly error: boolean;
  readonly acknowledged: boolean;
  /** What it says. */
  readonly notes: Readonly<Record<string, unknown>>;
  readonly created_at: string;
}

/** What came of it. */
export interface NotificationsAcknowledged {
  /** How many were not acknowledged before. */
  readonly acknowledged: number;
}

/** The changes and mails that a request would cause. */
export interface Preview {
  /** In the order in which they would be made. */
  readonly changes: readonly PreviewedChange[];
  /** The mails that would be sent. */
  readonly mails: ReadonlyArray<{
    readonly to: readonly string[];
    readonly subject: string;
  }>;
}

/** The audit entry that a change would have. */
export interface PreviewedChange {
  /** What would be done, as `thing.verb`. */
  readonly action: string;
  /** What it would be done to: an id or a name. */
  readonly subject: string;
  /** The state before, as far as it matters, or null. */
  readonly before: unknown;
  /** The state after, as far as it matters, or null. */
  readonly after: unknown;
  readonly reason: string | null;
}

/** Problem details (RFC 9457). Some problems carry members of their own. */
export interface Problem {
  /** A URI that names the kind of problem: `urn:purser:problem:` and the code. */
  readonly type: string;
  /** What kind of problem it is, the same text for every occurrence. */
  readonly title: string;
  /** The HTTP status again. */
  readonly status: number;
  /** What went wrong this time, in a sentence. */
  readonly detail: string;
  /** The code to program against. */
  readonly code: string;
  /** The single faults, where the request did not fit the schema. */
  readonly errors?: ReadonlyArray<{
    /** The field of the body, the query or the path that is wrong. */
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
  /** For information only. */
  readonly start_date: string | null;
  /** Beyond it the project is terminated. */
  readonly end_date: string;
  /** `auto`: at once; `moderated`: after approval; `closed`: never. */
  readonly join_policy: 'auto' | 'moderated' | 'closed';
  /** `auto`: at once; `moderated`: after approval; `closed`: never. */
  readonly leave_policy: 'auto' | 'moderated' | 'closed';
  /**
   * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
   * numbers as doubles changes it.
   */
  readonly max_members: bigint;
  /** Seen by its members only, who have to be enrolled. */
  readonly private: boolean;
  /** What may be used of each resource, by its name. */
  readonly resources: Readonly<
    Record<
      string,
      {
        /** `bytes`, or null for a plain count. */
        readonly unit: string | null;
        /** What the project may use as a whole. */
        readonly project_capacity: bigint;
        /** What each member may use. */
        readonly member_capacity: bigint;
      }
    >
  >;
  /** What the owner is called now. */
  readonly owner_name: string | null;
  readonly state: 'uninitialized' | 'active' | 'suspended' | 'terminated' | 'deleted';
  /** The state, and what became of the application for it, in one word. */
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
  /** The project that every user has of their own. */
  readonly system_project: boolean;
  /** How many members count against `max_members`. */
  readonly members: number;
  readonly created_at: string;
  /**
   * Whether you manage it: as its owner, as its administrator, or as an operator. To others, what follows is
   * null.
   */
  readonly managed: boolean;
  /** Why it is in this state. */
  readonly state_reason: string | null;
  /** When it last became active. */
  readonly activated_at: string | null;
  /** When it was last suspended or terminated. */
  readonly deactivated_at: string | null;
  /** The newest application, if there is any; also to whom it is of. */
  readonly last_application: Application | null;
}

/** Something that was done to a project. */
export interface ProjectEvent {
  readonly id: number;
  readonly at: string;
  /** What was done, as `thing.verb`. */
  readonly action: string;
  /** Uuid of who did it; null if it was no account. */
  readonly actor: string | null;
  /** What it was called then. */
  readonly actor_name: string;
  /** The state before, as far as it matters, or null. */
  readonly before: unknown;
  /** The state after, as far as it matters, or null. */
  readonly after: unknown;
  /** The reason that the actor gave. */
  readonly reason: string | null;
}

/** What a project may use of a resource, and does use. */
export interface ProjectResource {
  readonly resource: string;
  /** `bytes`, or null for a plain count. */
  readonly unit: string | null;
  /**
   * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
   * numbers as doubles changes it.
   */
  readonly project_capacity: bigint;
  /**
   * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
   * numbers as doubles changes it.
   */
  readonly member_capacity: bigint;
  /** What all members use together, and what is reserved. */
  readonly usage: bigint;
  /** How much of the usage waits for a commission to be resolved. */
  readonly pending: bigint;
}

/** A change of one holding. A service sends two for each resource: one for the user, one for the project. */
export interface Provision {
  /** `user:` or `project:` and the uuid. */
  readonly holder: string;
  /** `project:` and the uuid that a user draws from; null where the holder is a project. */
  readonly source: string | null;
  /** Name of the resource. */
  readonly resource: string;
  /** Positive reserves, negative releases; exact to the last digit. */
  readonly quantity: bigint;
}

/** A change of one holding. A service sends two for each resource: one for the user, one for the project. */
export interface ProvisionInput {
  /** `user:` or `project:` and the uuid. */
  readonly holder: string;
  /** `project:` and the uuid that a user draws from; null where the holder is a project. */
  readonly source: string | null;
  /** Name of the resource. */
  readonly resource: string;
  /** Positive reserves, negative releases; exact to the last digit. */
  readonly quantity: number | bigint;
}

/** What a user may use of a resource from a project, and does use; and the same of the project. */
export interface Quota {
  /** Uuid of the user. */
  readonly user: string;
  /** Uuid of the project. */
  readonly project: string;
  readonly resource: string;
  /** `bytes`, or null for a plain count. */
  readonly unit: string | null;
  /**
   * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
   * numbers as doubles changes it.
   */
  readonly limit: bigint;
  /** Exact to the last digit. */
  readonly usage: bigint;
  /** How much of the usage waits for a commission to be resolved. */
  readonly pending: bigint;
  /**
   * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
   * numbers as doubles changes it.
   */
  readonly project_limit: bigint;
  /** Exact to the last digit. */
  readonly project_usage: bigint;
  /** Exact to the last digit. */
  readonly project_pending: bigint;
  /** What the user can reach as things are: the limit, or less where others have used up the project. */
  readonly effective_limit: bigint;
}

/** A holding whose counters are not what its commissions add up to. */
export interface QuotaDifference {
  /** `user:` or `project:` and the uuid. */
  readonly holder: string;
  /** `project:` and the uuid; null where a project holds. */
  readonly source: string | null;
  readonly resource: string;
  /** What follows from the commissions. */
  readonly expected: {
    /** What was accepted, less pending releases. */
    readonly usage_min: bigint;
    /** What was accepted, and what is pending to be. */
    readonly usage_max: bigint;
  };
  /** What the counters said. */
  readonly actual: {
    /** What was accepted, less pending releases. */
    readonly usage_min: bigint;
    /** What was accepted, and what is pending to be. */
    readonly usage_max: bigint;
  };
  /** Whether they have been corrected now. */
  readonly fixed: boolean;
}

/** How the counters of all holdings compare with the commissions. */
export interface QuotaVerification {
  /** Serials of commissions that cannot be read; they count for nothing. */
  readonly damaged: readonly number[];
  readonly differences: readonly QuotaDifference[];
  /** How many were added up, leaving out rejected ones. */
  readonly commissions: number;
  /** How many they were compared with. */
  readonly holdings: number;
}

/**
 * Something countable with a limit. `system_default` is the limit in new personal projects,
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
  /** Name of the component that accounts for it. */
  readonly component: string;
  /**
   * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
   * numbers as doubles changes it.
   */
  readonly system_default: bigint;
  /**
   * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
   * numbers as doubles changes it.
   */
  readonly project_default: bigint;
  /** Shown to users by the APIs. */
  readonly api_visible: boolean;
  /** Shown in user interfaces. */
  readonly ui_visible: boolean;
}

/** A new resource, and how many users and projects have its defaults as their limits. */
export interface ResourceAdded extends Resource {
  /** How many users have the limit `system_default`. */
  readonly users: number;
  /** How many other projects have the limit `project_default`. */
  readonly projects: number;
}

/** How much of a resource is used and given out. */
export interface ResourceStatistics {
  readonly resource: string;
  readonly unit: string | null;
  /** What all projects use together; all digits count. */
  readonly usage: bigint;
  /** What they may use, of those whose use is limited. */
  readonly allocated: bigint;
  /** How many projects may use it without limit. */
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
  /** Null for the whole cloud. */
  readonly project: string | null;
}

/** A service of the catalog. */
export interface Service {
  readonly id: number;
  readonly name: string;
  /** What kind of service it is, in the catalog. */
  readonly type: string;
  /** Name of the component it belongs to. */
  readonly component: string;
  /** Groups of keys and values, as registered. */
  readonly endpoints: ReadonlyArray<Readonly<Record<string, string>>>;
}

/** What an import did. */
export interface ServiceImported {
  /** What was added and updated. */
  readonly messages: readonly string[];
  /** What looks wrong but was accepted. */
  readonly warnings: readonly string[];
  /** The resources that are new, and the limits that they start with. */
  readonly resources: ReadonlyArray<{
    readonly resource: string;
    /** The limit of each user, and of new ones. */
    readonly system_default: bigint;
    /** The limit of each other project, and of new ones. */
    readonly project_default: bigint;
    /** How many users have got it. */
    readonly users: number;
    /** How many other projects have got it. */
    readonly projects: number;
  }>;
  /** Values that were registered before and that this document states otherwise. */
  readonly replaced: ReadonlyArray<{
    readonly kind: 'service' | 'resource';
    readonly name: string;
    /** Such as `endpoints`, `type` or `description`. */
    readonly field: string;
    readonly old_value: unknown;
    readonly new_value: unknown;
  }>;
}

/** The cloud in numbers. */
export interface Statistics {
  readonly users: {
    readonly total: number;
    readonly pending_verification: number;
    readonly pending_moderation: number;
    readonly rejected: number;
    readonly active: number;
    readonly inactive: number;
  };
  /** Without users' own projects. */
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

/** Something that was asked for and has to be approved, or submitted, before it is done. */
export interface Task {
  /** Its uuid, as the workflow writes it. */
  readonly id: string;
  readonly type: string;
  /** `awaiting` an approval; `approved`, and its token is to be submitted; over: `completed` or `cancelled`. */
  readonly state: 'awaiting' | 'approved' | 'completed' | 'cancelled';
  /** Whether all of its actions are. */
  readonly valid: boolean;
  /** Uuid of the requester; null for an unauthenticated request. */
  readonly asked_by: string | null;
  /** What they were called then. */
  readonly asked_by_name: string | null;
  /** Uuid of the project in which it was asked for. */
  readonly project: string | null;
  /** Uuid of the approver; null if it is not approved, or if the service approved it. */
  readonly approved_by: string | null;
  /** What they were called then; `system` for the service. */
  readonly approved_by_name: string | null;
  readonly created_at: string;
  readonly approved_at: string | null;
  readonly completed_at: string | null;
  /** The stage that is running now: which action of how many, and since when. */
  readonly running: {
    readonly stage: 'prepare' | 'approve' | 'submit';
    readonly action: number;
    readonly actions: number;
    readonly since: string;
  } | null;
}

/** A task with all that is known of it. */
export interface TaskDetails extends Task {
  /** Its steps, in order. */
  readonly actions: ReadonlyArray<{
    readonly name: string;
    readonly valid: boolean;
    /** What it was asked for, checked and completed. */
    readonly data: Readonly<Record<string, unknown>>;
    /** What it has to say, each with its time. */
    readonly notes: readonly string[];
    /** Whether a token has to be submitted before it completes. */
    readonly need_token: boolean;
    /** What has to be sent with the token. */
    readonly token_fields: readonly string[];
  }>;
  /** What the actions that are not valid have noted; empty where all are valid. */
  readonly reasons: readonly string[];
  readonly notes: readonly string[];
  /** The effects that an approval would have, as far as they are known. */
  readonly outlook: {
    /** Names of projects that it would make. */
    readonly projects: readonly string[];
    readonly users: ReadonlyArray<{
      /** E-mail address of who would be let in or changed, or the uuid. */
      readonly name: string;
      /** Roles that they would get. */
      readonly gains: readonly string[];
      /** Roles that they would lose. */
      readonly loses: readonly string[];
    }>;
    /** Limits that it would set. */
    readonly limits: ReadonlyArray<{
      /** Uuid of the project. */
      readonly project: string;
      readonly resource: string;
      /** `bytes`, or null for a plain count. */
      readonly unit: string | null;
      /** What holds; null where there is no limit yet. */
      readonly before: {
        /**
         * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
         * numbers as doubles changes it.
         */
        readonly project_capacity: bigint;
        /**
         * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
         * numbers as doubles changes it.
         */
        readonly member_capacity: bigint;
      } | null;
      /** What would hold. */
      readonly after: {
        /**
         * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
         * numbers as doubles changes it.
         */
        readonly project_capacity: bigint;
        /**
         * A limit, exact to the last digit; 9223372036854775807 means unlimited. Above 2^53 a parser that reads
         * numbers as doubles changes it.
         */
        readonly member_capacity: bigint;
      };
    }>;
  };
}

/** A token that was sent by mail and submits a task. */
export interface TaskToken {
  /** Names it. It is not the secret, and nothing can be submitted with it. */
  readonly id: string;
  /** Id of its task. */
  readonly task: string;
  readonly task_type: string;
  readonly created_at: string;
  readonly expires_at: string;
}

/** What the owner of a token needs to know to submit it. */
export interface TaskTokenDescription {
  readonly task_type: string;
  readonly actions: readonly string[];
  /** What has to be sent with it. */
  readonly required_fields: readonly string[];
  /** Whether an API token has to be sent along. */
  readonly requires_authentication: boolean;
}

/** What became of the task. */
export interface TaskTokenSubmitted {
  /** Id of the task. */
  readonly task: string;
  /** `awaiting` an approval; `approved`, and its token is to be submitted; over: `completed` or `cancelled`. */
  readonly state: 'awaiting' | 'approved' | 'completed' | 'cancelled';
  readonly running: boolean;
}

/** What became of tokens that had run out. */
export interface TaskTokensDeleted {
  /** How many there were. */
  readonly deleted: number;
}

/** What became of one expired project. */
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
  /** The project it is bound to, if any. */
  readonly project: string | null;
  /** The roles it is narrowed to; null means all that the user has. */
  readonly roles: readonly string[] | null;
  readonly scope: string | null;
}

/** A new API token with its secret. */
export interface TokenCreated extends Token {
  /** The token itself. It is shown this once. */
  readonly token: string;
  /** The tokens that were revoked at the same time, because `replace` was asked for. */
  readonly replaced: ReadonlyArray<{
    readonly id: number;
    readonly name: string;
  }>;
}

/** What one holding used over time. What is reserved and not accepted is not used. */
export interface UsageSeries {
  /** Uuid of the project. */
  readonly project: string;
  /** Uuid of the user; null for the project as a whole. */
  readonly user: string | null;
  readonly resource: string;
  /** `bytes`, or null for a plain count. */
  readonly unit: string | null;
  /** One for each step, in the order of time, without gaps. */
  readonly points: ReadonlyArray<{
    readonly from: string;
    /** The end of the step, or the moment of the answer if that comes first. */
    readonly to: string;
    /** At the end; exact to the last digit. */
    readonly usage: bigint;
    /** On average, rounded down. */
    readonly average: bigint;
    /** Units times seconds, exactly: a decimal number of any size with at most three digits after the point. */
    readonly unit_seconds: string;
    /**
     * The same times hours, cut after six digits: a third of an hour has no exact decimal. Bill by
     * `unit_seconds`.
     */
    readonly unit_hours: string;
  }>;
}

/** A user account. */
export interface User {
  /** Never changes. */
  readonly id: string;
  /** A short number, usable wherever a user is named in a path. */
  readonly number: number;
  /** As the user wrote it; a service account has none. */
  readonly email: string | null;
  /** The display name: the e-mail address in lower case, unless another one was given. */
  readonly username: string;
  /** Whether this is the account of a program, without an address and a project of its own. */
  readonly service: boolean;
  readonly first_name: string;
  readonly last_name: string;
  readonly full_name: string;
  readonly affiliation: string | null;
  /** Where the account stands in its life. */
  readonly state:
    | 'pending_verification'
    | 'pending_moderation'
    | 'rejected'
    | 'active'
    | 'inactive'
    | 'deleted';
  /** May log in and use tokens. */
  readonly active: boolean;
  readonly email_verified: boolean;
  /** Accepted or rejected. */
  readonly moderated: boolean;
  readonly rejected: boolean;
  readonly rejected_reason: string | null;
  /** By which rule the account was accepted. */
  readonly accepted_policy: string | null;
  readonly deactivated_reason: string | null;
  /**
   * Who rejected, deactivated or deleted the account: its owner, a delegate (a task, or a program that
   * manages users), or an operator. Delegates bring back only what delegates ended.
   */
  readonly ended_by: 'owner' | 'delegate' | 'operator' | null;
  readonly password_set: boolean;
  /** The password was generated and must be replaced at first login. */
  readonly password_once: boolean;
  /** Id of the terms of service the user accepted last. */
  readonly terms_signed: number | null;
  readonly terms_signed_at: string | null;
  /** The project that is charged unless one is named; a service account has none at first. */
  readonly default_project: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly verified_at: string | null;
  readonly moderated_at: string | null;
  readonly deactivated_at: string | null;
  readonly last_login_at: string | null;
}

/** The account as it is now. */
export interface UserChanged extends User {
  /** The generated password, if one was asked for. It is shown this once. */
  readonly password?: string;
}

/** The new account and its first API token. */
export interface UserCreated extends UserChanged {
  /** An API token of the new user. It is shown this once. */
  readonly token: string;
}

/** Who is who. */
export interface UserName {
  readonly id: string;
  readonly username: string;
}

/** An address that receives events, without its secret. */
export interface Webhook {
  readonly id: number;
  readonly url: string;
  readonly description: string;
  /** Types of events that are sent to it. */
  readonly events: readonly string[];
  readonly created_at: string;
  /** Uuid of who added it. */
  readonly created_by: string | null;
}

/** A new webhook with its secret. */
export interface WebhookCreated extends Webhook {
  /** What events are signed with. It is shown this once. */
  readonly secret: string;
}

/** A call of a webhook and what became of it. */
export interface WebhookDelivery {
  readonly id: number;
  /** The `webhook-id` of every try. */
  readonly message: string;
  readonly event: string;
  /** `waiting`: it will be tried, or is being sent; `failed`: it was given up. */
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly created_at: string;
  readonly attempts: number;
  /** When it is tried next. */
  readonly next_at: string | null;
  readonly delivered_at: string | null;
  /** When it was given up. */
  readonly failed_at: string | null;
  /** HTTP status of the last answer; null if there was none. */
  readonly status: number | null;
  /** Why the last try failed. */
  readonly error: string | null;
}

/** What operators look at first. */
export interface WorkflowOverview {
  /** Unacknowledged notifications of errors. */
  readonly error_notifications: readonly Notification[];
  readonly last_created_task: Task | null;
  readonly last_completed_task: Task | null;
}

/** Body of `POST /api/login`. */
export interface LogInBody {
  /** User name or e-mail address of the user, or the uuid. */
  readonly email: string;
  /** The user's password. */
  readonly password: string;
  /** What the token is to be called; without it, `login`. */
  readonly name?: string | undefined;
  /** Null for never; without it, the usual lifetime of tokens. */
  readonly expires_at?: string | null | undefined;
}

/** Query of `GET /api/users`. */
export interface ListUsersQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** Where the account stands in its life. */
  readonly state?:
    | 'pending_verification'
    | 'pending_moderation'
    | 'rejected'
    | 'active'
    | 'inactive'
    | 'deleted'
    | undefined;
  /** Only accounts that may, or may not, log in. */
  readonly active?: boolean | undefined;
  /** Only those who have this role on the whole cloud. */
  readonly role?: string | undefined;
  /** Part of a user name, an e-mail address or a name, in any case. */
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
  /** Make up a password, which the user replaces at first login. */
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
  /** Make up a password, which the user replaces at next login. */
  readonly generate_password?: boolean | undefined;
  /**
   * End all tokens and application credentials of the user. A new password alone ends those that came of
   * logins with the old one, directly or through other tokens, and links that were mailed to change the
   * account.
   */
  readonly end_all?: boolean | undefined;
  readonly affiliation?: string | undefined;
}

/** Body of `POST /api/users/lookup`. */
export interface LookUpUsersBody {
  readonly ids?: readonly string[] | undefined;
  readonly usernames?: readonly string[] | undefined;
}

/** Body of `POST /api/users/{user}/action`. */
export interface ActOnUserBody {
  /**
   * The transition to make. `deactivate` and `delete` end all tokens and application credentials for good; a
   * deleted account is sent no mails about its password and no invitations. `activate` brings back either.
   */
  readonly action: 'verify' | 'accept' | 'reject' | 'activate' | 'deactivate' | 'delete' | 'sign_terms';
  /** Why, for `reject`, `deactivate` and `delete`; it is kept with the account. */
  readonly reason?: string | undefined;
}

/** Query of `GET /api/users/{user}/tokens`. */
export interface ListTokensQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/** Body of `POST /api/users/{user}/tokens`. */
export interface CreateTokenBody {
  readonly name: string;
  /** Null for never; without it, the usual lifetime of tokens. */
  readonly expires_at?: string | null | undefined;
  readonly project?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly scope?: string | undefined;
  /** Revoke all other tokens of the user at the same time; the answer names them. */
  readonly replace?: boolean | undefined;
}

/** Query of `GET /api/roles`. */
export interface ListRolesQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/** Body of `POST /api/roles`. */
export interface CreateRoleBody {
  readonly name: string;
  readonly description?: string | undefined;
}

/** Query of `GET /api/users/{user}/roles/{role}`. */
export interface GetUserRoleQuery {
  /** The project the role counts on; without it, the whole cloud. */
  readonly project?: string | undefined;
}

/** Query of `PUT /api/users/{user}/roles/{role}`. */
export interface GrantRoleQuery {
  /** The project the role counts on; without it, the whole cloud. */
  readonly project?: string | undefined;
}

/** Query of `DELETE /api/users/{user}/roles/{role}`. */
export interface RevokeRoleQuery {
  /** The project the role counts on; without it, the whole cloud. */
  readonly project?: string | undefined;
}

/** Query of `GET /api/components`. */
export interface ListComponentsQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/** Body of `POST /api/components`. */
export interface AddComponentBody {
  readonly name: string;
  readonly base_url?: string | null | undefined;
  readonly ui_url?: string | null | undefined;
  /** Seconds that its commissions may stay pending if it does not say; null: for ever. */
  readonly commission_expiry?: number | null | undefined;
}

/** Body of `PATCH /api/components/{component}`. */
export interface ChangeComponentBody {
  readonly base_url?: string | null | undefined;
  readonly ui_url?: string | null | undefined;
  /** Replace the secret; the old one stops working. */
  readonly renew_token?: boolean | undefined;
  /** A secret to use from now on, such as that of an older installation. */
  readonly token?: string | undefined;
  /** Remove all services of the component. */
  readonly purge_services?: boolean | undefined;
  /** Seconds that its commissions may stay pending if it does not say; null: for ever. */
  readonly commission_expiry?: number | null | undefined;
}

/** Query of `DELETE /api/components/{component}`. */
export interface RemoveComponentQuery {
  /** What to do with commissions of the component that are pending. */
  readonly resolve?: 'accept' | 'reject' | undefined;
}

/** Query of `GET /api/services`. */
export interface ListServicesQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
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
                /** The limit that every user has of a new resource. Without it, unlimited. */
                readonly system_default?: number | bigint | string | undefined;
                /** The limit that every other project has of a new resource. Without it, 0, or unlimited if it is hidden. */
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
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/** Body of `POST /api/resources`. A new resource of a registered service. */
export interface AddResourceBody {
  readonly name: string;
  /** The service that counts it: name or id. */
  readonly service: string;
  readonly description?: string | undefined;
  /** `bytes`; left out for a plain count. */
  readonly unit?: string | undefined;
  /** The limit of every user, and of new ones; 0 if left out. */
  readonly system_default?: number | bigint | string | undefined;
  /** The limit of every other project, and of new ones; 0 if left out. */
  readonly project_default?: number | bigint | string | undefined;
  /** True if left out. */
  readonly api_visible?: boolean | undefined;
  /** As `api_visible` if left out. */
  readonly ui_visible?: boolean | undefined;
}

/** Body of `PATCH /api/resources/{resource}`. Defaults apply to projects made from now on. */
export interface ChangeResourceBody {
  /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
  readonly system_default?: number | bigint | string | undefined;
  /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
  readonly project_default?: number | bigint | string | undefined;
  /** Switching it off also switches off `ui_visible`. */
  readonly api_visible?: boolean | undefined;
  /** Switching it on also switches on `api_visible`. */
  readonly ui_visible?: boolean | undefined;
}

/** Query of `GET /api/projects`. */
export interface ListProjectsQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** Only those of exactly this name. */
  readonly name?: string | undefined;
  /** Only those with this in their name. */
  readonly search?: string | undefined;
  /** Only those of this user: uuid or e-mail address. */
  readonly owner?: string | undefined;
  /** Only those in this state, or in one of several, with commas between them. */
  readonly state?: string | undefined;
  /** Only those of this status, or in one of several, with commas between them. */
  readonly status?: string | undefined;
  /** Only those in which this user is a member: uuid or e-mail address; yourself, unless you are an operator. */
  readonly member?: string | undefined;
  /**
   * `member`: in which you are; `related`: these, and those that are yours; `active`: active ones that are
   * not private; `default`: related and active ones. Operators see all with any but `member`.
   * 'default' unless said.
   */
  readonly mode?: 'default' | 'member' | 'related' | 'active' | undefined;
  /** Only users' own projects, or only projects that are not. */
  readonly system?: boolean | undefined;
  /** Only those with a pending application, or only others. */
  readonly pending?: boolean | undefined;
  /** Only those that end before this time or day (UTC). */
  readonly ends_before?: string | undefined;
}

/** Body of `POST /api/projects`. */
export interface ApplyForProjectBody {
  readonly name: string;
  /** A time in UTC such as `2031-05-30T10:00:00Z`, or a day such as `2031-05-30`. */
  readonly end_date: string;
  /** Whose it is to be: uuid or e-mail address. Without it, yours. */
  readonly owner?: string | undefined;
  readonly homepage?: string | undefined;
  readonly description?: string | undefined;
  /** A time in UTC such as `2031-05-30T10:00:00Z`, or a day such as `2031-05-30`. For information only. */
  readonly start_date?: string | null | undefined;
  /**
   * `auto`: at once; `moderated`: after approval; `closed`: never.
   * 'moderated' unless said.
   */
  readonly join_policy?: 'auto' | 'moderated' | 'closed' | undefined;
  /**
   * `auto`: at once; `moderated`: after approval; `closed`: never.
   * 'auto' unless said.
   */
  readonly leave_policy?: 'auto' | 'moderated' | 'closed' | undefined;
  /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
  readonly max_members?: number | bigint | string | undefined;
  /**
   * Seen by its members only, who have to be enrolled.
   * false unless said.
   */
  readonly private?: boolean | undefined;
  /**
   * Limits of resources, by name: of the project as a whole, and of each member, which is at most as much.
   * Resources that are not named stay as they are, or as their defaults say.
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
  /** For those who review the application. */
  readonly comments?: string | undefined;
}

/** Body of `PATCH /api/projects/{project}`. */
export interface ChangeProjectBody {
  readonly name?: string | undefined;
  /** A user: uuid or e-mail address. */
  readonly owner?: string | undefined;
  readonly homepage?: string | undefined;
  readonly description?: string | undefined;
  /** A time in UTC such as `2031-05-30T10:00:00Z`, or a day such as `2031-05-30`. For information only. */
  readonly start_date?: string | null | undefined;
  /** A time in UTC such as `2031-05-30T10:00:00Z`, or a day such as `2031-05-30`. */
  readonly end_date?: string | undefined;
  /** `auto`: at once; `moderated`: after approval; `closed`: never. */
  readonly join_policy?: 'auto' | 'moderated' | 'closed' | undefined;
  /** `auto`: at once; `moderated`: after approval; `closed`: never. */
  readonly leave_policy?: 'auto' | 'moderated' | 'closed' | undefined;
  /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
  readonly max_members?: number | bigint | string | undefined;
  /** Seen by its members only, who have to be enrolled. */
  readonly private?: boolean | undefined;
  /**
   * Limits of resources, by name: of the project as a whole, and of each member, which is at most as much.
   * Resources that are not named stay as they are, or as their defaults say.
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
  /** Why; it is kept, and told to whom it concerns. */
  readonly reason?: string | undefined;
}

/** Query of `GET /api/projects/{project}/members`. */
export interface ListProjectMembersQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** Only those in this state, or in one of several, with commas between them. */
  readonly state?: string | undefined;
}

/** Query of `GET /api/projects/{project}/history`. */
export interface GetProjectHistoryQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/** Body of `POST /api/projects/{project}/applications`. */
export interface ApplyForModificationBody {
  readonly name?: string | undefined;
  /** A user: uuid or e-mail address. */
  readonly owner?: string | undefined;
  readonly homepage?: string | undefined;
  readonly description?: string | undefined;
  /** A time in UTC such as `2031-05-30T10:00:00Z`, or a day such as `2031-05-30`. For information only. */
  readonly start_date?: string | null | undefined;
  /** A time in UTC such as `2031-05-30T10:00:00Z`, or a day such as `2031-05-30`. */
  readonly end_date?: string | undefined;
  /** `auto`: at once; `moderated`: after approval; `closed`: never. */
  readonly join_policy?: 'auto' | 'moderated' | 'closed' | undefined;
  /** `auto`: at once; `moderated`: after approval; `closed`: never. */
  readonly leave_policy?: 'auto' | 'moderated' | 'closed' | undefined;
  /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
  readonly max_members?: number | bigint | string | undefined;
  /** Seen by its members only, who have to be enrolled. */
  readonly private?: boolean | undefined;
  /**
   * Limits of resources, by name: of the project as a whole, and of each member, which is at most as much.
   * Resources that are not named stay as they are, or as their defaults say.
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
  /** For those who review the application. */
  readonly comments?: string | undefined;
  /**
   * Drops what a pending application for the project asks for. Without it, this application takes over what
   * it does not state itself.
   * false unless said.
   */
  readonly discard_pending?: boolean | undefined;
}

/** Body of `POST /api/projects/{project}/renewal`. */
export interface ApplyForRenewalBody {
  /** Later than the present one: a time in UTC, or a day. */
  readonly end_date: string;
  /** For those who review the application. */
  readonly comments?: string | undefined;
}

/** Body of `POST /api/projects/{project}/action`. */
export interface ActOnProjectBody {
  /** The transition to make. */
  readonly action: 'suspend' | 'unsuspend' | 'terminate' | 'reinstate';
  /** Why; it is kept, and told to whom it concerns. */
  readonly reason?: string | undefined;
}

/** Body of `POST /api/projects/system/limits`. */
export interface ChangeSystemProjectsBody {
  /** A time in UTC such as `2031-05-30T10:00:00Z`, or a day such as `2031-05-30`. For information only. */
  readonly start_date?: string | null | undefined;
  /** A time in UTC such as `2031-05-30T10:00:00Z`, or a day such as `2031-05-30`. */
  readonly end_date?: string | undefined;
  /** `auto`: at once; `moderated`: after approval; `closed`: never. */
  readonly join_policy?: 'auto' | 'moderated' | 'closed' | undefined;
  /** `auto`: at once; `moderated`: after approval; `closed`: never. */
  readonly leave_policy?: 'auto' | 'moderated' | 'closed' | undefined;
  /** A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit. */
  readonly max_members?: number | bigint | string | undefined;
  /** Seen by its members only, who have to be enrolled. */
  readonly private?: boolean | undefined;
  /**
   * Limits of resources, by name: of the project as a whole, and of each member, which is at most as much.
   * Resources that are not named stay as they are, or as their defaults say.
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
  /** Not of these: users by uuid, which is that of the project too, or by e-mail address. */
  readonly exclude?: readonly string[] | undefined;
  /** Why; it is kept, and told to whom it concerns. */
  readonly reason?: string | undefined;
}

/** Query of `GET /api/projects/expired`. */
export interface ListExpiredProjectsQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/** Body of `POST /api/projects/expired/termination`. */
export type TerminateExpiredProjectsBody = Readonly<Record<string, never>>;

/** Query of `GET /api/applications`. */
export interface ListApplicationsQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** Only those in this state, or in one of several, with commas between them. */
  readonly state?: string | undefined;
  /** Only those of this project: uuid. */
  readonly project?: string | undefined;
  /** Only those of this user: uuid or e-mail address. */
  readonly applicant?: string | undefined;
  /** Only those of projects that are to be of this user: uuid or e-mail address. */
  readonly owner?: string | undefined;
}

/** Body of `POST /api/applications/{application}/action`. */
export interface ActOnApplicationBody {
  /**
   * `approve` and `deny` are for operators. Applicants take back what is pending with `cancel`, and put away
   * what was denied with `dismiss`.
   */
  readonly action: 'approve' | 'deny' | 'cancel' | 'dismiss';
  /** Why; it is kept, and told to whom it concerns. */
  readonly reason?: string | undefined;
}

/** Query of `GET /api/memberships`. */
export interface ListMembershipsQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** Only those in this state, or in one of several, with commas between them. */
  readonly state?: string | undefined;
  /** Only those in this project: uuid. */
  readonly project?: string | undefined;
  /** Only those of this user: uuid or e-mail address. */
  readonly user?: string | undefined;
}

/** Body of `POST /api/projects/{project}/memberships`. */
export interface CreateMembershipBody {
  /** Whom to enrol: uuid or e-mail address. Without it, you ask to join. */
  readonly user?: string | undefined;
  /** Roles to grant to who is enrolled. */
  readonly roles?: ReadonlyArray<'project_admin' | 'project_mod'> | undefined;
}

/** Body of `POST /api/memberships/{membership}/action`. */
export interface ActOnMembershipBody {
  /**
   * Members `leave`, `cancel` their request to join, and `cancel_leave`. Those who manage the project
   * `accept` and `reject` requests, `remove` members, which also grants their wish to leave, and
   * `deny_leave`.
   */
  readonly action: 'leave' | 'cancel' | 'accept' | 'reject' | 'remove' | 'deny_leave' | 'cancel_leave';
  /** Why; it is kept, and told to whom it concerns. */
  readonly reason?: string | undefined;
}

/** Body of `PUT /api/me/default_project`. */
export interface SetMyDefaultProjectBody {
  /** One of which the user is a member. */
  readonly project: string;
}

/** Body of `PUT /api/users/{user}/default_project`. */
export interface SetDefaultProjectBody {
  /** One of which the user is a member. */
  readonly project: string;
}

/** Query of `GET /api/approvals`. */
export interface ListApprovalsQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** Which come first; the oldest if not said. */
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
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** Only those in this state, or in one of several, with commas between them. */
  readonly state?: string | undefined;
  /** Only tasks of this type. */
  readonly type?: string | undefined;
  /** Only those of this project: uuid. */
  readonly project?: string | undefined;
  /** Only those created from this time or day (UTC) on. */
  readonly since?: string | undefined;
  /** Only those created before this time or day (UTC). */
  readonly until?: string | undefined;
  /** Only those that are valid, or that are not. */
  readonly valid?: boolean | undefined;
}

/**
 * Body of `PATCH /api/tasks/{task}`. The input of all actions of the task, as when it was created; it
 * takes the place of the old one.
 */
export type UpdateTaskBody = Readonly<Record<string, unknown>>;

/** Body of `POST /api/tasks/{task}/action`. */
export interface ActOnTaskBody {
  /**
   * `approve` is for operators. `cancel` ends a task for good. `reissue_token` sends a new token by mail in
   * the place of the one it has.
   */
  readonly action: 'approve' | 'cancel' | 'reissue_token';
  /** Why; it is noted with the task. Not for `reissue_token`. */
  readonly reason?: string | undefined;
}

/** Query of `GET /api/task-tokens`. */
export interface ListTaskTokensQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** Those that have run out, in the place of those that are good. */
  readonly expired?: boolean | undefined;
}

/** Query of `DELETE /api/task-tokens`. */
export interface DeleteExpiredTaskTokensQuery {
  /** It has to be said. */
  readonly expired: true;
}

/** Body of `POST /api/task-tokens/{secret}`. The fields that the token asks for; others are ignored. */
export type SubmitTaskTokenBody = Readonly<Record<string, unknown>>;

/** Query of `GET /api/notifications`. */
export interface ListNotificationsQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** Only those that are, or that are not. */
  readonly acknowledged?: boolean | undefined;
  /** Only errors, or only others. */
  readonly error?: boolean | undefined;
  /** Only those about this task. */
  readonly task?: string | undefined;
}

/** Body of `POST /api/notifications/acknowledge`. */
export interface AcknowledgeNotificationsBody {
  /** These; those that do not exist are passed over. */
  readonly ids?: readonly string[] | undefined;
  /** All notifications that are not acknowledged yet. */
  readonly all?: true | undefined;
}

/** Body of `POST /api/webhooks`. */
export interface AddWebhookBody {
  readonly url: string;
  /**
   * Types of events: `task.created`, `task.approved`, `task.completed`, `task.cancelled`, `task.failed`, and
   * what the audit record calls `project.…`, `application.…` and `membership.…`; `project.*` stands for all
   * of projects, `*` for everything.
   */
  readonly events: readonly string[];
  readonly description?: string | undefined;
}

/** Query of `GET /api/webhooks`. */
export interface ListWebhooksQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/** Query of `GET /api/webhooks/{webhook}/deliveries`. */
export interface ListWebhookDeliveriesQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** `waiting`: it will be tried, or is being sent; `failed`: it was given up. */
  readonly state?: 'waiting' | 'delivered' | 'failed' | undefined;
}

/** Query of `GET /api/quotas`. */
export interface ListQuotasQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** Only this user: uuid, number or e-mail address. */
  readonly user?: string | undefined;
  /** Only this project: uuid. */
  readonly project?: string | undefined;
  /** Only this resource: its name. */
  readonly resource?: string | undefined;
  /** Only where the user or the project uses more than the limit. */
  readonly over_limit?: boolean | undefined;
}

/** Body of `POST /api/quotas/verification`. */
export interface VerifyQuotasBody {
  /**
   * Correct the counters; each correction is audited.
   * false unless said.
   */
  readonly fix?: boolean | undefined;
}

/** Query of `GET /api/commissions`. */
export interface ListCommissionsQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** Only what this component issued. */
  readonly component?: string | undefined;
  readonly state?: 'pending' | 'accepted' | 'rejected' | undefined;
  /** Only those issued more than so many seconds ago. */
  readonly older_than?: number | undefined;
  /** Only those on this project: uuid. */
  readonly project?: string | undefined;
  /** Only those for this user: uuid; operators may also give the number or e-mail address. */
  readonly user?: string | undefined;
  /** Only those of this resource. */
  readonly resource?: string | undefined;
}

/** Body of `POST /api/commissions/bulk`. */
export interface IssueCommissionsBody {
  readonly commissions: readonly CommissionIssue[];
}

/** Body of `POST /api/commissions/{serial}/accept`. */
export interface AcceptCommissionBody {
  /**
   * Smaller quantities than were reserved, between zero and the whole. Holdings that are left out are
   * accepted in full.
   */
  readonly provisions?: readonly ProvisionInput[] | undefined;
  /** Kept with the commission. */
  readonly reason?: string | undefined;
}

/** Body of `POST /api/commissions/{serial}/reject`. */
export interface RejectCommissionBody {
  /** Kept with the commission. */
  readonly reason?: string | undefined;
}

/** Body of `POST /api/commissions/resolve`. */
export interface ResolveCommissionsBody {
  readonly accept?: readonly number[] | undefined;
  readonly reject?: readonly number[] | undefined;
  /** Kept with the commission. */
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
   * Only what projects used as a whole, or only what users did. Without it both, and the users of a project
   * are part of the project: do not add them to it.
   */
  readonly per?: 'project' | 'user' | undefined;
  /** The beginning of a step. Without it, 24 hours or 30 days before the end. */
  readonly from?: string | undefined;
  /** The end of a step; what lies in the future is left out. Without it, now. */
  readonly to?: string | undefined;
  /**
   * Steps in UTC.
   * 'hour' unless said.
   */
  readonly step?: 'hour' | 'day' | undefined;
}

/** Query of `GET /api/charges`. */
export interface ListChargesQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** Only this project: uuid. */
  readonly project?: string | undefined;
  /** Only this user: uuid, number or e-mail address. */
  readonly user?: string | undefined;
  /** Only this resource: its name. */
  readonly resource?: string | undefined;
  /**
   * Only what projects used as a whole, or only what users did. Without it both, and the users of a project
   * are part of the project: do not add them to it.
   */
  readonly per?: 'project' | 'user' | undefined;
  /** The beginning of an hour. */
  readonly from: string;
  /** The beginning of an hour. Without it, and at the latest, the last hour that is over. */
  readonly to?: string | undefined;
}

/** Query of `GET /api/terms`. */
export interface ListTermsQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
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
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** Only what this user did: uuid, number or e-mail address. */
  readonly actor?: string | undefined;
  /** Only this action. */
  readonly action?: string | undefined;
  /** Only what was done to this. */
  readonly subject?: string | undefined;
  /** Only from this time or day (UTC) on. */
  readonly since?: string | undefined;
  /** Only before this time or day (UTC). */
  readonly until?: string | undefined;
}

/** Query of `GET /api/mails`. */
export interface ListMailsQuery {
  /**
   * Items on the page, at most.
   * 100 unless said.
   */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** `waiting`: it will be tried, or is being sent; `failed`: it was given up; `sent`: it was taken. */
  readonly state?: 'waiting' | 'failed' | 'sent' | undefined;
}

/** Body of `POST /api/mails/retry`. */
export interface RetryMailsBody {
  /** These mails. */
  readonly ids?: readonly number[] | undefined;
  /** All mails that wait or were given up. */
  readonly all?: true | undefined;
}

/** Query of `GET /api/endpoints`. */
export interface ListEndpointsQuery {
  /** Only those of this service. */
  readonly service?: string | undefined;
  /** Only those of services of this type. */
  readonly type?: string | undefined;
}

/** Body of `POST /api/delegates/{delegate}`. */
export interface AskDelegateBody {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Values of the parameters in its path. */
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** What is asked for. */
  readonly input?: Readonly<Record<string, unknown>> | undefined;
  /** The project that it is about; without it, the one that the token acts on. */
  readonly project?: string | undefined;
}

/** Body of `POST /api/feedback`. */
export interface SendFeedbackBody {
  readonly message: string;
  /** What a program adds to it. */
  readonly data?: string | undefined;
}

/** Body of `POST /api/quotas/reconciliation`. */
export interface ReconcileApplicationsBody {
  /** Only this user: uuid, number or e-mail address. */
  readonly user?: string | undefined;
  /** Charge the difference, or give it back, by a commission that is accepted. */
  readonly fix?: boolean | undefined;
  /** Charge it even above the limit. */
  readonly force?: boolean | undefined;
}

/** Body of `POST /api/rehearsals`. */
export interface RehearseBody {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api`, with the query if there is one. */
  readonly path: string;
  /** The body that the request would have. */
  readonly body?: unknown | undefined;
}
