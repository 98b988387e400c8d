import type { UserPolicy } from '../../directory/accounts/account-names.ts';
import type { JsonObject } from '../../lib/text/json.ts';

/** The operator's settings (workflow-v1 §8); names in the JSON parts are those of the older service's configuration. */
export interface WorkflowSettings {
  /** The name of the service in mails. */
  readonly serviceName: string;
  /** The public URL of the service, without a trailing slash. */
  readonly baseUrl: string;
  /** Package names of feature sets; `core` is always loaded. */
  readonly featureSets: readonly string[];
  readonly workflow: {
    /** Base URL of links in mails, without a trailing slash; undefined: the pages of this service. */
    readonly horizonUrl: string | undefined;
    readonly defaultTokenExpiry_s: number;
    /** How long a request waits for a stage; undefined: until it ends. */
    readonly backgroundAfter_ms: number | undefined;
    /** Lifetime of projects that tasks create. */
    readonly projectLifetime_years: number;
    /** A directory of templates that override those of the feature sets. */
    readonly templates: string | undefined;
    readonly taskDefaults: JsonObject;
    /** By action. */
    readonly actionDefaults: JsonObject;
    /** By type of task. */
    readonly tasks: JsonObject;
  };
  /** By handler. */
  readonly notificationHandlerDefaults: JsonObject;
  readonly api: {
    /** Undefined: all delegate APIs of the feature sets. */
    readonly activeDelegateApis: readonly string[] | undefined;
    /** By delegate API. */
    readonly delegateApis: JsonObject;
  };
  readonly identity: UserPolicy & {
    /** By role, the roles that its holder may grant and revoke. */
    readonly roleMapping: Readonly<Record<string, readonly string[]>>;
  };
  readonly quota: {
    /** By size, service and resource. */
    readonly sizes: Readonly<Record<string, JsonObject>>;
    readonly sizesAscending: readonly string[];
    /** By service and quota: the resources that it limits, where they differ from the built-in ones; null: none. */
    readonly mapping: Readonly<
      Record<
        string,
        Readonly<Record<string, { readonly resources: readonly string[]; readonly factor: bigint } | null>>
      >
    >;
    /** By region; `*` stands for all other regions. */
    readonly services: Readonly<Record<string, readonly string[]>>;
  };
  readonly regions: readonly string[];
}

/** The base URL of links in mails, without a trailing slash. */
export function consoleUrl({ workflow, baseUrl }: WorkflowSettings): string {
  return workflow.horizonUrl ?? `${baseUrl}/ui`;
}

/**
 * The roles that a holder of these roles may grant and revoke, each once; by default those that any role may.
 */
export function manageableRoles(
  mapping: WorkflowSettings['identity']['roleMapping'],
  roles: readonly string[] = Object.keys(mapping),
): string[] {
  return [...new Set(roles.flatMap((role) => (Object.hasOwn(mapping, role) ? (mapping[role] ?? []) : [])))];
}
