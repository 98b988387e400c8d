import { isObject, type Json, type JsonObject } from '../../lib/text/json.ts';

/** Collects what is wrong, a sentence for each, so that an operator learns of all of it at once. */
export class RegistryFaults {
  readonly #sentences: string[] = [];
  /** What has no effect here, a sentence each. */
  readonly warnings: string[] = [];

  add(sentence: string): void {
    this.#sentences.push(sentence);
  }

  /** Throws one Error with every sentence on a line of its own, if there are any. */
  throwIfAny(): void {
    if (this.#sentences.length > 0) throw new Error(this.#sentences.join('\n'));
  }

  /** The value if it is a mapping, or null; otherwise a fault. Unknown keys are faults. */
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

  /** What every value of a mapping has to be. */
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
