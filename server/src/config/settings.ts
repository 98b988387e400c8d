import type { MetadataOverrides } from '../catalog/presentation.ts';
import type { WorkflowSettings } from '../workflow/features/workflow-settings.ts';

/** The effective configuration. */
export interface Settings extends WorkflowSettings {
  readonly host: string;
  readonly port: number;
  /** Without a trailing slash; may have a path. */
  readonly baseUrl: string;
  /** Addresses and networks of proxies whose forwarding headers are believed. */
  readonly trustedProxies: readonly string[];
  /** `sqlite:/absolute/path` or `postgres://…` */
  readonly databaseUrl: string;
  readonly adminEmail: string | undefined;
  readonly adminPassword: string | undefined;
  readonly adminToken: string | undefined;
  /** `console`, `smtp://…`, `smtps://…` or `file:/absolute/folder` */
  readonly mailUrl: string;
  readonly mailFrom: string;
  /** An absolute path; undefined: the built-in templates. */
  readonly mailTemplates: string | undefined;
  readonly mailRetry_ms: number;
  /** Bounds on what can be stored and sent in an hour; see `AllowanceSettings`. */
  readonly mailsPerRecipient: number;
  readonly anonymousRequestsPerAddress: number;
  readonly anonymousRequests: number;
  readonly requestsPerAccount: number;
  readonly serviceName: string;
  /** Undefined: the administrators that there are. */
  readonly helpdesk: readonly string[] | undefined;
  /** Undefined: the administrators that there are. */
  readonly projectNotifications: readonly string[] | undefined;
  /** Whether projects end by themselves at their end date. */
  readonly projectExpiry: 'automatic' | 'manual';
  /** Days before the end of a project at which its owner is warned. */
  readonly projectWarningDays: readonly number[];
  readonly tokenLifetime_ms: number;
  /** Names of roles, or `all`; see `isSecondFactorRequired`. */
  readonly secondFactorRequired: readonly string[];
  /** Undefined: the host name of the public URL. */
  readonly webauthnRpId: string | undefined;
  /** See `SessionTimes`. */
  readonly sessionIdle_ms: number;
  readonly sessionMax_ms: number;
  /** Whether webhooks may be on this machine and in private networks. */
  readonly webhooksPrivateAddresses: boolean;
  /** See `SignUpPolicy`. */
  readonly signUp: boolean;
  readonly accountModeration: boolean;
  readonly accountPatterns: readonly string[];
  readonly signUpVerify_ms: number;
  /** Undefined: the administrators that there are. */
  readonly accountPendingNotifications: readonly string[] | undefined;
  readonly accountActivatedNotifications: readonly string[] | undefined;
  /** Schemes without a colon, and origins, of programs that may receive a token. */
  readonly webloginTargets: readonly string[];
  readonly cookieName: string;
  /** Whether the identity dialect manages users. */
  readonly adminApi: boolean;
  /** Roles on the whole cloud that may use it. */
  readonly adminApiGroups: readonly string[];
  /** Whether components may charge their own resources only. */
  readonly componentsOwnResources: boolean;
  /** What reads metrics; undefined: an address on this machine. */
  readonly metricsToken: string | undefined;
  /** Roles on the whole cloud that may see statistics in detail. */
  readonly adminStatsGroups: readonly string[];
  /** In which generation of the account dialect callers are answered. */
  readonly accountGeneration: 'auto' | 'a' | 'b';
  readonly logLevel: LogLevel;
  readonly componentsMeta: MetadataOverrides;
  readonly resourcesMeta: MetadataOverrides;
  /** What the service cannot honour, and what breaks by a setting: a sentence each. */
  readonly warnings: readonly string[];
  /** Where each setting comes from, by its key in the file: `default`, a variable's name or a file's. */
  readonly origins: Readonly<Record<string, string>>;
}

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
