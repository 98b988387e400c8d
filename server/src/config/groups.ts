import { nearest } from '../lib/nearest.ts';
import { type Reader, SettingError } from './values.ts';

/** A setting inside a group of the file. */
export interface GroupKey {
  /** Its name where the group is used. */
  readonly property: string;
  readonly read: Reader;
  readonly fallback?: unknown;
  /** The default in the documentation, where the value itself says little. */
  readonly shownDefault?: string;
  readonly description: string;
}

export type GroupKeys = Readonly<Record<string, GroupKey>>;

/** Reads a mapping of settings; what is left out has its default, and an unknown key is an error. */
export function group(keys: GroupKeys): Reader {
  return (raw, cwd) => {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      throw new SettingError('The value is not a mapping of settings.');
    }
    const given = new Map(Object.entries(raw));
    for (const key of given.keys()) {
      if (Object.hasOwn(keys, key)) continue;
      throw new SettingError(`${key} is not a setting. The nearest is ${nearest(key, Object.keys(keys))}.`);
    }
    const entries = Object.entries(keys).map(([key, { property, read, fallback }]) => {
      const value = given.get(key);
      return [property, value === undefined || value === null ? fallback : readAt(key, read, value, cwd)];
    });
    return Object.fromEntries(entries);
  };
}

function readAt(key: string, read: Reader, value: unknown, cwd: string): unknown {
  try {
    return read(value, cwd);
  } catch (error) {
    if (error instanceof SettingError) throw new SettingError(`${key}: ${error.message}`);
    throw error;
  }
}
