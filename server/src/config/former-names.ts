import type { Definition } from './settings-table.ts';

/** The variable of a key. */
const variableOf = (key: string): string => `PURSER_${key.toUpperCase()}`;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The configuration with former names of settings replaced by the present ones. A former name works for one release
 * after its setting was renamed, with a warning. Where both names are set in one place, the present one counts.
 * @param table the settings; a `formerKey` is removed there one release after the renaming
 * @returns the environment and the file with present names, and a sentence for each former name
 */
export function withPresentNames(
  table: Readonly<Record<string, Definition>>,
  from: { readonly env: Environment; readonly file: ReadonlyMap<string, unknown>; readonly fileName: string },
): { env: Environment; file: ReadonlyMap<string, unknown>; warnings: string[] } {
  const env: Record<string, string | undefined> = { ...from.env };
  const file = new Map(from.file);
  const warnings: string[] = [];
  for (const [key, { environment, formerKey }] of Object.entries(table)) {
    if (formerKey === undefined) continue;
    const formerVariable = variableOf(formerKey);
    if (environment !== undefined && env[formerVariable]) {
      warnings.push(warning(formerVariable, formerVariable, environment));
      env[environment] ||= env[formerVariable];
    }
    delete env[formerVariable];
    if (file.has(formerKey)) {
      warnings.push(warning(`${from.fileName}: ${formerKey}`, formerKey, key));
      file.set(key, file.get(key) ?? file.get(formerKey));
      file.delete(formerKey);
    }
  }
  return { env, file, warnings };
}

const warning = (place: string, former: string, present: string): string =>
  `${place}: This setting is named ${present} now; the name ${former} works until the next release.`;
