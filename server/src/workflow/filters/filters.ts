import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { foldPart, foldText } from '../../lib/text/fold.ts';
import { isObject, type Json } from '../../lib/text/json.ts';
import type { Engine } from '../../storage/storage.ts';
import { contains } from '../../storage/text-conditions.ts';
import type { FilterInput } from '../store/task-query.ts';
import { DATE_PARTS, datePartOf } from './date-parts.ts';
import { type FieldKind, type FilterFields, TASK_FIELDS } from './filter-fields.ts';
import {
  readDay,
  readFlag,
  readFlagOnly,
  readJson,
  readJsonPart,
  readList,
  readMoment,
  readNumber,
  readPair,
  readText,
  readTimeOfDay,
  type ValueReader,
} from './filter-values.ts';

type Condition = RawBuilder<SqlBool>;

/** The operand of a filter operation: a column, or a part of one. */
interface Operand {
  readonly sql: RawBuilder<unknown>;
  /** The operand case-folded and normalised. */
  readonly folded?: RawBuilder<unknown>;
  readonly kind: FieldKind | 'IntegerField' | 'DateField' | 'TimeField';
}

const READERS: Readonly<Record<Operand['kind'], ValueReader>> = {
  CharField: readText,
  ForeignKey: readText,
  JSONField: readJson,
  BooleanField: readFlag,
  DateTimeField: readMoment,
  IntegerField: readNumber,
  DateField: readDay,
  TimeField: readTimeOfDay,
};

const ORDER: Readonly<Record<string, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' };
const TEXTS = ['CharField', 'JSONField', 'ForeignKey'];
const REGEXES = ['regex', 'iregex'];

/**
 * The conditions of a filter, all of which have to hold (workflow-v1 §7). Fields and operations are those of the list;
 * a list of what belongs to a task can also be filtered by the fields of the task. Regular expressions are refused:
 * one that backtracks can keep a database busy without limit.
 * Errors: `filter_malformed`, `filter_field`, `filter_operation`, `filter_regex`, `filter_value`.
 */
export function filterConditions(engine: Engine, fields: FilterFields, filters: FilterInput): Condition[] {
  if (filters === undefined) return [];
  if (!isObject(filters)) throw new PurserError('filter_malformed');
  const conditions: Condition[] = [];
  for (const [field, operations] of Object.entries(filters)) {
    if (!isObject(operations)) throw new PurserError('filter_malformed');
    for (const [operation, value] of Object.entries(operations)) {
      if (conditions.length === LIMITS.filter_conditions) {
        const reason = `are more than ${LIMITS.filter_conditions} conditions.`;
        throw new PurserError('filter_value', { value: 'filters', reason });
      }
      const words = [...field.split('__'), ...operation.split('__')];
      conditions.push(conditionOf(engine, fields, words, value));
    }
  }
  return conditions;
}

function conditionOf(engine: Engine, fields: FilterFields, words: readonly string[], value: Json): Condition {
  const [first = '', second = ''] = words;
  const traverses = first === 'task' && 'task' in fields && Object.hasOwn(TASK_FIELDS, second);
  const table = traverses ? TASK_FIELDS : fields;
  const name = traverses ? second : first;
  const field = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!field) {
    throw new PurserError('filter_field', { field: name, choices: Object.keys(table).sort().join(', ') });
  }
  const rest = words.slice(traverses ? 2 : 1);
  const column = sql.ref(field.column);
  const folded = field.folded === undefined ? sql`lower(${column})` : sql.ref(field.folded);
  return operationOn(engine, { sql: column, folded, kind: field.kind }, rest, value, field.column);
}

function operationOn(
  engine: Engine,
  operand: Operand,
  words: readonly string[],
  value: Json,
  column?: string,
): Condition {
  const [word = 'exact', ...rest] = words;
  const part = Object.hasOwn(DATE_PARTS, word) ? DATE_PARTS[word] : undefined;
  if (part && operand.kind === 'DateTimeField' && column !== undefined) {
    const kind = part.numeric ? 'IntegerField' : word === 'date' ? 'DateField' : 'TimeField';
    return operationOn(engine, { sql: datePartOf(engine, part, column), kind }, rest, value);
  }
  const condition = rest.length === 0 ? simple(engine, operand, word, value) : undefined;
  if (condition) return condition;
  const operation = words.join('__');
  if (REGEXES.includes(word)) throw new PurserError('filter_regex', { operation });
  throw new PurserError('filter_operation', { operation, kind: operand.kind });
}

function simple(engine: Engine, on: Operand, operation: string, value: Json): Condition | undefined {
  const { sql: operand, kind } = on;
  const read = READERS[kind];
  const order = Object.hasOwn(ORDER, operation) ? ORDER[operation] : undefined;
  if (order !== undefined && kind !== 'BooleanField') {
    return sql`${operand} ${sql.raw(order)} ${bound(engine, read(value))}`;
  }
  switch (operation) {
    case 'exact':
      return value === null ? sql`${operand} IS NULL` : sql`${operand} = ${bound(engine, read(value))}`;
    case 'isnull':
      return readFlagOnly(value) ? sql`${operand} IS NULL` : sql`${operand} IS NOT NULL`;
    case 'in': {
      const values = readList(value, LIMITS.filter_values).map((item) => bound(engine, read(item)));
      return values.length === 0 ? sql`1 = 0` : sql`${operand} IN (${sql.join(values)})`;
    }
    case 'range': {
      const [from, to] = readPair(value).map((item) => bound(engine, read(item)));
      return sql`${operand} BETWEEN ${from} AND ${to}`;
    }
  }
  return TEXTS.includes(kind) ? textual(engine, on, operation, value) : undefined;
}

/** Operations on texts. There are no wildcards: a percent sign is a percent sign. */
function textual(
  engine: Engine,
  { sql: column, folded = column, kind }: Operand,
  operation: string,
  value: Json,
): Condition | undefined {
  const folds = operation.startsWith('i') && operation !== 'in';
  const name = folds ? operation.slice(1) : operation;
  if (!['exact', 'contains', 'startswith', 'endswith'].includes(name)) return undefined;
  if (name === 'exact' && value === null) return sql`${column} IS NULL`;
  const given = String((kind === 'JSONField' && name !== 'exact' ? readJsonPart : READERS[kind])(value));
  const operand = folds ? folded : column;
  const wanted = bound(engine, folds ? (name === 'exact' ? foldText(given) : foldPart(given)) : given);
  if (name === 'exact') return sql`${operand} = ${wanted}`;
  if (given === '') return sql`${column} IS NOT NULL`;
  if (name === 'contains') return contains(engine, operand, wanted);
  if (name === 'startswith') return sql`substr(${operand}, 1, length(${wanted})) = ${wanted}`;
  return engine === 'postgres'
    ? sql`right(${operand}, length(${wanted})) = ${wanted}`
    : sql`substr(${operand}, -length(${wanted})) = ${wanted}`;
}

/** A value with its type, because PostgreSQL cannot always infer it. */
function bound(engine: Engine, value: string | number): RawBuilder<unknown> {
  if (engine === 'sqlite') return sql`${value}`;
  return typeof value === 'number' ? sql`${value}::bigint` : sql`${value}::text`;
}
