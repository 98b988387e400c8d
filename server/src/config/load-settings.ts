import { nearest } from '@purser/text/nearest';
import { withPresentNames } from './former-names.ts';
import type { Settings } from './settings.ts';
import { type Definition, TABLE } from './settings-table.ts';
import { SettingError } from './values.ts';
import { variableFaults } from './variables.ts';
import { readYamlFile } from './yaml-file.ts';

export { describeSettings } from './described.ts';

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
 * Reads the configuration: the environment wins over the file, the file over the defaults. The file is
 * the one that PURSER_CONFIG names, or `purser.yaml` in `cwd` if there is one. An empty variable counts as not set.
 * Throws an Error with a sentence for each fault of the file, of the environment and of the values, which names the
 * setting. Settings that have no effect, or that break something, are in `warnings`.
 */
export function loadSettings(from: { env: Environment; cwd: string }): Settings {
  const { settings, faults } = readSettings(from);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return settings;
}

/** The settings as far as they can be read, with all faults. */
export interface ReadSettings {
  /** Wrong values are replaced by the defaults. */
  readonly settings: Settings;
  /** One sentence each. */
  readonly faults: readonly string[];
  /** Keys whose values are unknown, because they are wrong or stand in a file that cannot be read. */
  readonly unknown: ReadonlySet<string>;
}

/** As `loadSettings`, but returns the faults together with what could be read, for further checks. */
export function readSettings(from: { env: Environment; cwd: string }): ReadSettings {
  const { cwd } = from;
  const given = from.env[CONFIG_VARIABLE] || undefined;
  const name = given ?? CONFIG_DEFAULT;
  const { written, fault } = fileIn(cwd, name, given !== undefined);
  const { env, file, warnings } = withPresentNames(TABLE, { env: from.env, file: written, fileName: name });
  const faults = [...(fault === undefined ? [] : [fault]), ...variableFaults(env, VARIABLES)];
  checkKeys(file, name, { faults, warnings });
  const values: Record<string, unknown> = {};
  const origins: Record<string, string> = {};
  const unknown = new Set<string>();
  for (const [key, definition] of Object.entries<Definition>(TABLE)) {
    const found = settle(key, definition, { env, file, name, cwd, values, warnings });
    values[definition.property] = found.value;
    origins[key] = found.origin;
    faults.push(...(found.faults ?? []));
    if (found.faults || (fault !== undefined && found.origin === 'default')) unknown.add(key);
  }
  if (origins['base_url'] === 'default' && WILDCARD.test(String(values['host']))) {
    warnings.push(
      `base_url: It is not set, and PURSER_HOST is ${values['host']}: the links in mails and the addresses in the catalog begin with ${values['baseUrl']}, which opens on this machine at best. Set PURSER_BASE_URL to the address by which others reach the service.`,
    );
  }
  return { settings: { ...values, origins, warnings } as unknown as Settings, faults, unknown };
}

/** The keys and values of the file; if it cannot be read, none, and the reason. */
function fileIn(
  cwd: string,
  name: string,
  required: boolean,
): { written: ReadonlyMap<string, unknown>; fault?: string } {
  try {
    return { written: readYamlFile(cwd, name, required) };
  } catch (error) {
    return { written: new Map(), fault: (error as Error).message };
  }
}

/** Listening on all addresses names none by which others could come. */
const WILDCARD = /^\[?(0\.0\.0\.0|::|0:0:0:0:0:0:0:0)\]?$/;

/** Groups of the older workflow service's configuration that this service has nothing for. */
const UNUSED: Readonly<Record<string, string>> = {
  django: 'mail is set by mail_url and mail_from, the database by database_url, logs by log_level',
};

/** Looks for keys of the file that are unknown, or of no use here. */
function checkKeys(
  file: ReadonlyMap<string, unknown>,
  name: string,
  { faults, warnings }: { faults: string[]; warnings: string[] },
): void {
  const known = Object.keys(TABLE);
  for (const [key, value] of file) {
    if (known.includes(key)) continue;
    if (Object.hasOwn(UNUSED, key)) {
      const inside = typeof value === 'object' && value !== null ? Object.keys(value) : [];
      const named = inside.length === 0 ? '' : ` (${inside.join(', ')})`;
      warnings.push(`${name}: ${key}: This group${named} has no effect here: ${UNUSED[key]}.`);
    } else faults.push(`${name}: ${key} is not a setting. The nearest is ${nearest(key, known)}.`);
  }
}

interface Sources {
  readonly env: Environment;
  readonly file: ReadonlyMap<string, unknown>;
  readonly name: string;
  readonly cwd: string;
  /** What is settled already: defaults may derive from it. */
  readonly values: Record<string, unknown>;
  readonly warnings: string[];
}

interface Settled {
  readonly value: unknown;
  readonly origin: string;
  readonly faults?: readonly string[];
}

function settle(key: string, definition: Definition, sources: Sources): Settled {
  const { env, file, name, cwd, values, warnings } = sources;
  const { environment } = definition;
  const fallback = definition.fallback(values as Partial<Settings>);
  const byDefault = typeof fallback === 'string' ? definition.read(fallback, cwd) : fallback;
  const read = (place: string, raw: unknown, origin: string): Settled => {
    try {
      const warn = (sentence: string) => warnings.push(`${place}: ${sentence}`);
      return { value: definition.read(raw, cwd, warn), origin };
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      const faults = error.sentences.map((sentence) => `${place}: ${sentence}`);
      return { value: byDefault, origin, faults };
    }
  };
  const fromEnvironment = environment === undefined ? undefined : env[environment] || undefined;
  if (environment !== undefined && fromEnvironment !== undefined) {
    return read(environment, fromEnvironment, environment);
  }
  const fromFile = file.get(key);
  if (fromFile !== undefined && fromFile !== null) return read(`${name}: ${key}`, fromFile, name);
  return { value: byDefault, origin: 'default' };
}
