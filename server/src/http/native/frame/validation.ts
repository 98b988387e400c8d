import type { FieldFault } from '@purser/api/native/problem';
import type { FastifySchemaCompiler } from 'fastify';
import { type TSchema, Type } from 'typebox';
import type { TLocalizedValidationError } from 'typebox/error';
import { Compile } from 'typebox/schema';
import { PurserError } from '../../../lib/errors.ts';
import { asInteger } from '../../../lib/text/json.ts';
import { describe } from './faults.ts';

type Schema = Record<string, unknown>;
type Validator = ReturnType<typeof Compile>;

/** The largest number of faults in one response. */
const FAULTS_MAX = 20;

/**
 * Checks requests against their TypeBox schemas. Texts of the path and the query are converted to the integers and
 * booleans of the schema if they are written plainly; bodies are not converted.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const properties = ((schema as Schema)['properties'] ?? {}) as Record<string, Schema>;
  return (sent: unknown) => {
    const value = httpPart === 'body' ? sent : readTexts(properties, sent as Record<string, unknown>);
    const validator = validatorOf(schema);
    if (validator.Check(value)) return { value };
    const [, errors] = validator.Errors(value);
    const faults = faultsOf(errors, httpPart ?? 'body').slice(0, FAULTS_MAX);
    return { error: new PurserError('invalid_request', { reason: describe(faults), errors: faults }) };
  };
};

const validators = new WeakMap<TSchema, Validator>();

/** Compiled at the first use: to compile those of all routes takes longer than all else that the API's start does. */
function validatorOf(schema: TSchema): Validator {
  let validator = validators.get(schema);
  if (validator === undefined) {
    validator = Compile(withExactIntegers(schema) as TSchema);
    validators.set(schema, validator);
  }
  return validator;
}

const ANY_OBJECT = Type.Object({});

/** The same, where a body only has to be an object: its content is validated elsewhere. */
export const anyObject: FastifySchemaCompiler<unknown> = ({ schema, ...rest }) =>
  validatorCompiler({ ...rest, schema: rest.httpPart === 'body' ? ANY_OBJECT : (schema as TSchema) });

/**
 * The same schema, with 64-bit integers checked as the exact parser returns them: a number where that is exact,
 * else a bigint. JSON Schema has one integer type, JavaScript has two.
 */
function withExactIntegers(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withExactIntegers);
  if (typeof schema !== 'object' || schema === null) return schema;
  if ((schema as Schema)['format'] === 'int64') return exactInteger(schema as Int64Schema);
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withExactIntegers(value)]));
}

interface Int64Schema {
  minimum: number | bigint;
  maximum: number | bigint;
}

function exactInteger({ minimum, maximum }: Int64Schema): unknown {
  const check = (value: unknown) => {
    const integer = asInteger(value);
    return integer !== undefined && integer >= minimum && integer <= maximum;
  };
  return { '~refine': [{ check, error: () => `must be an integer from ${minimum} to ${maximum}` }] };
}

function readTexts(
  properties: Record<string, Schema>,
  sent: Record<string, unknown>,
): Record<string, unknown> {
  const read: Record<string, unknown> = { ...sent };
  for (const [name, { type }] of Object.entries(properties)) {
    const text = read[name];
    if (typeof text !== 'string') continue;
    if (type === 'integer' && /^-?[0-9]{1,16}$/.test(text)) read[name] = Number(text);
    if (type === 'boolean' && (text === 'true' || text === 'false')) read[name] = text === 'true';
  }
  return read;
}

/** The validator's errors as faults of fields; the alternatives of a union are one fault. */
function faultsOf(errors: readonly TLocalizedValidationError[], httpPart: string): FieldFault[] {
  const unions = errors
    .filter(({ keyword }) => keyword === 'anyOf')
    .map(({ schemaPath }) => `${schemaPath}/anyOf/`);
  const faults: FieldFault[] = [];
  for (const error of errors) {
    // `boolean` repeats an unknown property that `additionalProperties` already names.
    if (error.keyword === 'boolean' || unions.some((union) => error.schemaPath.startsWith(union))) continue;
    for (const fault of faultsOfOne(error, errors, httpPart)) {
      // A value of the wrong type also violates the enumeration; one reason is enough.
      if (!faults.some(({ field }) => field === fault.field)) faults.push(fault);
    }
  }
  return faults;
}

function faultsOfOne(
  error: TLocalizedValidationError,
  all: readonly TLocalizedValidationError[],
  httpPart: string,
): FieldFault[] {
  const path = error.instancePath.split('/').slice(1).map(unescapePointer);
  const at = (...more: string[]) => [...path, ...more].join('.') || httpPart;
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((name) => ({ field: at(name), reason: 'is missing' }));
    case 'additionalProperties':
      return error.params.additionalProperties.map((name) => ({
        field: at(name),
        reason: 'is not a known property',
      }));
    case 'anyOf': {
      const branches = all.filter(({ schemaPath }) => schemaPath.startsWith(`${error.schemaPath}/anyOf/`));
      return [{ field: at(), reason: branches.map(reasonOf).join(', or ') }];
    }
    default:
      return [{ field: at(), reason: reasonOf(error) }];
  }
}

function reasonOf(error: TLocalizedValidationError): string {
  switch (error.keyword) {
    case '~refine':
      return error.params.message;
    case 'enum':
      return `must be one of ${error.params.allowedValues.join(', ')}`;
    case 'minProperties':
      return 'must have at least one property';
    case 'type':
      return `must be ${[error.params.type].flat().map(typeName).join(' or ')}`;
    case 'format':
      return `is not a valid ${error.params.format}`;
    case 'minLength':
      return `must have at least ${error.params.limit} characters`;
    case 'maxLength':
      return `must have at most ${error.params.limit} characters`;
    default:
      return error.message;
  }
}

function typeName(type: string): string {
  return TYPE_NAMES[type] ?? type;
}

const TYPE_NAMES: Record<string, string> = {
  string: 'a string',
  integer: 'an integer',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
