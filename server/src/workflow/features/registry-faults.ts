import { isObject, type Json, type JsonObject } from '../../lib/text/json.ts';

/** Collects faults, one sentence each, so that an operator sees all of them at once. */
export class RegistryFaults {
  readonly #sentences: string[] = [];
  /** Settings without effect, one sentence each. */
  readonly warnings: string[] = [];

  add(sentence: string): void {
    this.#sentences.push(sentence);
  }

  /** Throws one Error with all sentences, one per line, if there are any. */
  throwIfAny(): void {
    if (this.#sentences.length > 0) throw new Error(this.#sentences.join('\n'));
  }

  /** A mapping; null and undefined count as an empty one. Any other value, and any unknown key, is a fault. */
  mapping(place: string, value: Json | undefined, keys?: readonly string[]): JsonObject {
    if (value === undefined || value === null) return {};
    if (!isObject(value)) {
      this.add(`${place} is not a mapping.`);
      return {};
    }
    if (keys) {
      for (const key of Object.keys(value)) {
        if (!keys.includes(key)) this.add(`${place}.${key} is not a setting.`);
      }
    }
    return value;
  }

  /** Adds a fault if the value is not of that kind. */
  check(place: string, value: Json | undefined, kind: keyof typeof KINDS): void {
    if (value !== undefined && !KINDS[kind].is(value)) this.add(`${place} is not ${KINDS[kind].name}.`);
  }
}

const isText = (value: Json): boolean => typeof value === 'string';
const isTexts = (value: Json): boolean => Array.isArray(value) && value.every(isText);

const KINDS = {
  textOrNull: { name: 'a text or null', is: (value: Json) => value === null || isText(value) },
  textsOrNull: { name: 'a list of texts or null', is: (value: Json) => value === null || isTexts(value) },
  addressesOrNull: {
    name: 'an address, a list of addresses or null',
    is: (value: Json) => value === null || isText(value) || isTexts(value),
  },
  flagOrNull: {
    name: 'true, false or null',
    is: (value: Json) => value === null || typeof value === 'boolean',
  },
  secondsOrNull: {
    name: 'a number of seconds above zero, or null',
    is: (value: Json) => value === null || (Number.isSafeInteger(value) && (value as number) > 0),
  },
  mappingsOrNull: {
    name: 'a list of mappings or null',
    is: (value: Json) => value === null || (Array.isArray(value) && value.every((item) => isObject(item))),
  },
} as const;
