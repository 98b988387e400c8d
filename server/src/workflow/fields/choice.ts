import { isObject, type Json, JsonDecimal } from '../../lib/text/json.ts';
import { pythonLiteral, pythonType } from '../filters/python-text.ts';
import { type Field, type FieldOptions, FieldRefusal } from './field.ts';
import type { FieldContext } from './fields.ts';
import { type TextOptions, text } from './text.ts';

/** The choices, which may depend on the settings and the backends. */
export type Choices = (context: FieldContext) => readonly string[] | Promise<readonly string[]>;

export interface ChoiceOptions extends TextOptions {
  /** The message for a text that is not a choice. */
  readonly refusal?: (value: string) => string;
}

/** One of several texts. A value that is not a text gets the message of a text field. */
export function choice(choices: Choices, { refusal = noChoice, ...options }: ChoiceOptions = {}): Field {
  const written = text(options);
  return {
    ...written,
    read: async (value, context) => {
      const name = String(await written.read(value, context));
      if ((await choices(context)).includes(name)) return name;
      throw new FieldRefusal(refusal(name));
    },
  };
}

/** Some of several texts, each once, sorted. The message names the first that is not a choice. */
export function choiceList(choices: Choices, options: FieldOptions = {}): Field {
  return {
    ...options,
    read: async (value, context) => {
      const known = await choices(context);
      const items = listOf(value).map((item) => chosen(item, known));
      return [...new Set(items)].sort();
    },
  };
}

/** A list of values of one kind; the order is kept. */
export function list(item: Field, options: FieldOptions = {}): Field {
  return {
    ...options,
    read: (value, context) =>
      Promise.all(
        listOf(value).map((element) => {
          if (element === null) throw new FieldRefusal('This field may not be null.');
          return item.read(element, context);
        }),
      ),
  };
}

function listOf(value: Json): Json[] {
  if (Array.isArray(value)) return value;
  throw new FieldRefusal(`Expected a list of items but got type "${pythonType(value)}".`);
}

function noChoice(value: string): string {
  return `"${value}" is not a valid choice.`;
}

function chosen(value: Json, known: readonly string[]): string {
  const name = typeof value === 'string' ? value : pythonLiteral(value);
  const isText = !Array.isArray(value) && !isObject(value) && !(value instanceof JsonDecimal);
  if (isText && known.includes(name)) return name;
  throw new FieldRefusal(noChoice(name));
}
