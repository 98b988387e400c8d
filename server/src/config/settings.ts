import type { MetadataOverrides } from '../catalog/presentation.ts';
import type { WorkflowSettings } from '../workflow/workflow-settings.ts';
import { type Definition, TABLE } from './settings-table.ts';
import { SettingError } from './values.ts';
import { variableFaults } from './variables.ts';
import { readYamlFile } from './yaml-file.ts';

export { describeSettings } from './described.ts';

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
  readonly mailPatience_ms: number;
  /** Bounds on what can be stored and sent in an hour; see `AllowanceSettings`. */
  readonly mailsPerRecipient: number;
  readonly requestsPerStranger: number;
  readonly requestsOfStrangers: number;
  readonly requestsPerAccount: number;
  readonly serviceName: string;
  readonly helpdesk: readonly string[];
  readonly projectNotifications: readonly string[];
  /** Whether projects end by themselves at their end date. */
  readonly projectExpiry: 'automatic' | 'manual';
  /** Days before the end of a project at which its owner is warned. */
  readonly projectWarningDays: readonly number[];
  readonly tokenLifetime_ms: number;
  /** Whether webhooks may be on this machine and in private networks. */
  readonly webhooksPrivateAddresses: boolean;
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
  readonly logLevel: LogLevel;
  readonly componentsMeta: MetadataOverrides;
  readonly resourcesMeta: MetadataOverrides;
  /** Where each setting comes from, by its key in the file: `default`, a variable's name or a file's. */
  readonly origins: Readonly<Record<string, string>>;
}

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

const CONFIG_VARIABLE = 'PURSER_CONFIG';
const CONFIG_DEFAULT = 'purser.yaml';

/** Where the database is, and which setting says so. */
export function databasePlaceOf({ databaseUrl: url, origins }: Settings): { url: string; setting: string } {
  const { environment } = TABLE.database_url;
  const origin = origins['database_url'] ?? 'default';
  if (origin === environment) return { url, setting: origin };
  return {
    url,
    setting: origin === 'default' ? `${environment}, which has its default` : `${origin}: database_url`,
  };
}

/** The variables of all settings that have one. */
const VARIABLES = Object.values<Definition>(TABLE).flatMap(({ environment }) => environment ?? []);

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration: the environment wins over the file, the file over the defaults (design 3.1). The file is
 * the one that PURSER_CONFIG names, or `purser.yaml` in `cwd` if there is one. An empty variable counts as not set.
 * Throws an Error with one sentence that names the setting if a value is wrong or the file has a key that is unknown;
 * with a sentence for each variable `PURSER_…` that is unknown.
 */
export function loadSettings(from: { env: Environment; cwd: string }): Settings {
  const { env, cwd } = from;
  const faults = variableFaults(env, VARIABLES);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const given = env[CONFIG_VARIABLE] || undefined;
  const name = given ?? CONFIG_DEFAULT;
  const file = readYamlFile(cwd, name, given !== undefined, Object.keys(TABLE));
  const values: Record<string, unknown> = {};
  const origins: Record<string, string> = {};
  for (const [key, definition] of Object.entries<Definition>(TABLE)) {
    const { property, value, origin } = settle(key, definition, { env, file, name, cwd, values });
    values[property] = value;
    origins[key] = origin;
  }
  return { ...values, origins } as unknown as Settings;
}

interface Sources {
  readonly env: Environment;
  readonly file: ReadonlyMap<string, unknown>;
  readonly name: string;
  readonly cwd: string;
  /** What is settled already: defaults may derive from it. */
  readonly values: Record<string, unknown>;
}

function settle(key: string, definition: Definition, { env, file, name, cwd, values }: Sources) {
  const { property, environment } = definition;
  const fromEnvironment = environment === undefined ? undefined : env[environment] || undefined;
  if (environment !== undefined && fromEnvironment !== undefined) {
    const value = readValue(environment, definition, fromEnvironment, cwd);
    return { property, value, origin: environment };
  }
  const fromFile = file.get(key);
  if (fromFile !== undefined && fromFile !== null) {
    return { property, value: readValue(`${name}: ${key}`, definition, fromFile, cwd), origin: name };
  }
  const fallback = definition.fallback(values as Partial<Settings>);
  const value = typeof fallback === 'string' ? definition.read(fallback, cwd) : fallback;
  return { property, value, origin: 'default' };
}

function readValue(place: string, definition: Definition, raw: unknown, cwd: string): unknown {
  try {
    return definition.read(raw, cwd);
  } catch (error) {
    if (error instanceof SettingError) throw new Error(`${place}: ${error.message}`);
    throw error;
  }
}
