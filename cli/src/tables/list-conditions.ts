import { stringifyExact } from '@purser/text/json';
import { parseQuantity } from '@purser/text/quantity';
import { usage } from '../failures.ts';

type Operator = '=' | '!=' | '>' | '>=' | '<' | '<=' | '~';

/** What a field of an item must be like. */
export interface Condition {
  readonly field: string;
  readonly operator: Operator;
  /** As it was written; what it means depends on what it is compared with. */
  readonly text: string;
}

const CONDITION = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*(!=|>=|=>|<=|=<|=|>|<|~)\s*(.*?)\s*$/s;
/** A comma after which another condition begins; any other belongs to a value. */
const NEXT = /,(?=\s*[A-Za-z_][A-Za-z0-9_]*\s*(?:!=|[=<>~]))/;
/** Spellings that are as good. */
const SAME: Readonly<Record<string, Operator>> = { '=>': '>=', '=<': '<=' };

/**
 * The conditions of a text, for example `state=active,usage>=10GiB`.
 * @throws Failure if it is none
 */
export function conditionsOf(text: string): Condition[] {
  return text.split(NEXT).map((one) => {
    const [, field, operator, value] = CONDITION.exec(one) ?? [];
    if (field === undefined || operator === undefined || value === undefined) {
      throw usage(
        `'${one}' is not a valid condition; use NAME=VALUE, for example state=active or usage>=10GiB.`,
      );
    }
    return { field, operator: SAME[operator] ?? (operator as Operator), text: value };
  });
}

/** Whether an item meets all conditions. @throws Failure if a value cannot be compared with what is there */
export function meets(item: object, conditions: readonly Condition[]): boolean {
  return conditions.every((condition) =>
    isMet((item as Record<string, unknown>)[condition.field], condition),
  );
}

function isMet(value: unknown, condition: Condition): boolean {
  const { operator, text } = condition;
  if (operator === '!=') return !isMet(value, { ...condition, operator: '=' });
  if (value === null || value === undefined) return operator === '=' && NOTHING.has(text.toLowerCase());
  // A list is asked whether anything in it is so.
  if (Array.isArray(value)) {
    return value.length === 0 ? isMet(null, condition) : value.some((one) => isMet(one, condition));
  }
  if (operator === '~') return textOf(value).toLowerCase().includes(text.toLowerCase());
  if (typeof value === 'boolean') return heldByFlag(value, condition);
  if (typeof value === 'number' || typeof value === 'bigint') {
    return ordered(value, operator, numberOf(condition));
  }
  const written = textOf(value);
  const times = [timeOf(written), timeOf(text)] as const;
  if (times[0] !== undefined && times[1] !== undefined) return ordered(times[0], operator, times[1]);
  return ordered(written, operator, text);
}

/** What stands for nothing being there. */
const NOTHING: ReadonlySet<string> = new Set(['', '-', 'null', 'none', 'never']);
const FLAGS: Readonly<Record<string, boolean>> = {
  ...{ yes: true, true: true, on: true, 1: true },
  ...{ no: false, false: false, off: false, 0: false },
};

function heldByFlag(value: boolean, { field, operator, text }: Condition): boolean {
  const flag = FLAGS[text.toLowerCase()];
  if (operator === '=' && flag !== undefined) return value === flag;
  throw usage(`'${field}' is yes or no; write ${field}=yes or ${field}=no.`);
}

function ordered<T extends number | bigint | string>(
  value: T,
  operator: Operator,
  other: number | bigint | string,
): boolean {
  if (operator === '=') return !(value < other) && !(value > other);
  if (operator === '>') return value > other;
  if (operator === '>=') return value >= other;
  return operator === '<' ? value < other : value <= other;
}

/** Numbers and quantities with their units, exact as far as they are whole. */
function numberOf({ field, text }: Condition): number | bigint {
  const quantity = parseQuantity(text);
  if (quantity !== undefined) return quantity;
  if (/^-[0-9]{1,19}$/.test(text)) return BigInt(text);
  if (/^-?[0-9]+\.[0-9]+$/.test(text)) return Number(text);
  throw usage(`'${field}' is a number, and '${text}' is not one; use for example 10, 10GiB or inf.`);
}

const TIME = /^\d{4}-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?)?)?$/;

/** Milliseconds since 1970 of a time in UTC; a month or a day stands for its beginning. */
function timeOf(text: string): number | undefined {
  if (!TIME.test(text)) return undefined;
  const ms = Date.parse(/T.*[^Z]$/.test(text) ? `${text}Z` : text);
  return Number.isNaN(ms) ? undefined : ms;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : stringifyExact(value);
}
