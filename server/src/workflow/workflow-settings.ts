import type { JsonObject } from '../lib/json.ts';

/** What operators set (spec workflow 8); names in the JSON parts are those of the wire's older configuration. */
export interface WorkflowSettings {
  /** Feature sets by the names of their packages; `core` is always there. */
  readonly featureSets: readonly string[];
  readonly workflow: {
    /** Where links in mails lead, without a trailing slash. */
    readonly horizonUrl: string;
    readonly defaultTokenExpiry_s: number;
    /** After how long a request stops to wait for a stage; undefined: never. */
    readonly backgroundAfter_ms: number | undefined;
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
  /** Which roles somebody who has a role may give and take. */
  readonly roleMapping: Readonly<Record<string, readonly string[]>>;
  readonly quota: {
    /** By size, service and resource. */
    readonly sizes: Readonly<Record<string, JsonObject>>;
    readonly sizesAscending: readonly string[];
    /** By region; `*` stands for all others. */
    readonly services: Readonly<Record<string, readonly string[]>>;
  };
  readonly regions: readonly string[];
}
