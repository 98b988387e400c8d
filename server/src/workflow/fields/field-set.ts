import { isObject, type Json, type JsonObject } from '../../lib/text/json.ts';
import { pythonType } from '../filters/python-text.ts';
import { type Field, FieldRefusal } from './field.ts';
import type { FieldContext, FieldErrors, FieldResult, FieldSet } from './fields.ts';

/**
 * An input of named fields. The messages of all fields are returned together; the fields are checked against one
 * another once each is valid.
 * @param check the message about the whole input; undefined if it is valid
 */
export function fieldSet<Data extends JsonObject>(
  fields: { readonly [Name in keyof Data & string]-?: Field },
  check: (data: Data) => string | undefined = () => undefined,
): FieldSet<Data> {
  return { read: (input, context) => readAll<Data>(Object.entries<Field>(fields), check, input, context) };
}

async function readAll<Data extends JsonObject>(
  fields: readonly (readonly [string, Field])[],
  check: (data: Data) => string | undefined,
  input: Json,
  context: FieldContext,
): Promise<FieldResult<Data>> {
  if (!isObject(input)) {
    return refused({
      non_field_errors: [`Invalid data. Expected a dictionary, but got ${pythonType(input)}.`],
    });
  }
  const data: JsonObject = {};
  const errors: FieldErrors = {};
  for (const [name, field] of fields) {
    if (field.exists?.(context) === false) continue;
    try {
      data[name] = await readOne(field, Object.hasOwn(input, name) ? input[name] : undefined, context);
    } catch (error) {
      if (!(error instanceof FieldRefusal)) throw error;
      errors[name] = error.messages;
    }
  }
  if (Object.keys(errors).length > 0) return refused(errors);
  const wrong = check(data as Data);
  return wrong === undefined ? { ok: true, data: data as Data } : refused({ non_field_errors: [wrong] });
}

function readOne(field: Field, value: Json | undefined, context: FieldContext): Json | Promise<Json> {
  if (value === undefined) {
    if (field.initial === undefined) throw new FieldRefusal('This field is required.');
    return structuredClone(field.initial);
  }
  if (value !== null) return field.read(value, context);
  if (field.nullable) return null;
  throw new FieldRefusal('This field may not be null.');
}

function refused<Data>(errors: FieldErrors): FieldResult<Data> {
  return { ok: false, errors };
}
