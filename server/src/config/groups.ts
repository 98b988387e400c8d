import { nearest } from '@purser/text/nearest';
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
  /** What is to be said of a value that this service cannot honour; undefined if it can. */
  readonly unhonoured?: (value: unknown) => string | undefined;
}

export type GroupKeys = Readonly<Record<string, GroupKey>>;

/** Reads a mapping of settings; what is left out has its default, and an unknown key is an error. */
export function group(keys: GroupKeys): Reader {
  return (raw, cwd, warn = () => undefined) => {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      throw new SettingError('The value is not a mapping of settings.');
    }
    const given = new Map(Object.entries(raw));
    const faults: string[] = [];
    for (const key of given.keys()) {
      if (Object.hasOwn(keys, key)) continue;
      faults.push(`${key} is not a setting. The nearest is ${nearest(key, Object.keys(keys))}.`);
    }
    const read: Record<string, unknown> = {};
    for (const [key, { property, read: reader, fallback, unhonoured }] of Object.entries(keys)) {
      const value = given.get(key);
      read[property] = fallback;
      if (value === undefined || value === null) continue;
      try {
        read[property] = reader(value, cwd, (sentence) => warn(`${key}: ${sentence}`));
        const sentence = unhonoured?.(value);
        if (sentence !== undefined) warn(`${key}: ${sentence}`);
      } catch (error) {
        if (!(error instanceof SettingError)) throw error;
        faults.push(...error.sentences.map((sentence) => `${key}: ${sentence}`));
      }
    }
    if (faults.length > 0) throw new SettingError(...faults);
    return read;
  };
}
