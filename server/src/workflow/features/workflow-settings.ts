import type { UserPolicy } from '../../directory/accounts/account-names.ts';
import type { JsonObject } from '../../lib/text/json.ts';

/** What operators set (workflow-v1 §8); names in the JSON parts are those of the wire's older configuration. */
export interface WorkflowSettings {
  /** What the service calls itself. */
  readonly serviceName: string;
  /** The public URL of the service, without a trailing slash. */
  readonly baseUrl: string;
  /** Feature sets by the names of their packages; `core` is always there. */
  readonly featureSets: readonly string[];
  readonly workflow: {
    /** Where links in mails lead, without a trailing slash; undefined: to the pages of this service. */
    readonly horizonUrl: string | undefined;
    readonly defaultTokenExpiry_s: number;
    /** After how long a request stops to wait for a stage; undefined: never. */
    readonly backgroundAfter_ms: number | undefined;
    /** After how many years projects end that tasks make. */
    readonly projectLifetime_years: number;
    /** A directory of templates that win over those of the feature sets. */
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
    /** Undefined: all that the feature sets bring. */
    readonly activeDelegateApis: readonly string[] | undefined;
    /** By delegate API. */
    readonly delegateApis: JsonObject;
  };
  readonly identity: UserPolicy & {
    /** Which roles somebody who has a role may give and take. */
    readonly roleMapping: Readonly<Record<string, readonly string[]>>;
  };
  readonly quota: {
    /** By size, service and resource. */
    readonly sizes: Readonly<Record<string, JsonObject>>;
    readonly sizesAscending: readonly string[];
    /** By service and quota: what it limits, where that is not as it is built in; null: nothing. */
    readonly mapping: Readonly<
      Record<
        string,
        Readonly<Record<string, { readonly resources: readonly string[]; readonly factor: bigint } | null>>
      >
    >;
    /** By region; `*` stands for all others. */
    readonly services: Readonly<Record<string, readonly string[]>>;
  };
  readonly regions: readonly string[];
}

/** Where people follow links of mails, without a trailing slash. */
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
