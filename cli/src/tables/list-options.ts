import { CommanderError, type Option } from 'commander';
import { usage } from '../failures.ts';
import { conditionsOf } from './list-conditions.ts';
import { sortKeysOf } from './list-order.ts';
import type { ListShape } from './list-shape.ts';
import { type Output, OutputOption } from './output.ts';

/** The options that every list has, for items of these fields. */
export function listOptions(fields: readonly string[], print: (text: string) => void): Option[] {
  const naming = new OutputOption(
    '--list-columns',
    'print the names of all columns, and nothing else',
    () => {
      print(fields.map((field) => `${field}\n`).join(''));
      throw new CommanderError(0, 'commander.listColumns', '');
    },
  );
  shared ??= sharedOptions();
  return [naming, ...shared];
}

/** The same for all lists, and there are many: made once. */
let shared: readonly Option[] | undefined;

function sharedOptions(): Option[] {
  const option = (
    flags: string,
    description: string,
    add: (shape: ListShape, value: string) => Partial<ListShape>,
  ): Option =>
    new OutputOption(flags, description, (output, value) => withShape(output, (shape) => add(shape, value)));
  return [
    option('--columns <names>', 'which, in this order, with commas between them', (_, names) => ({
      columns: namesOf(names),
    })),
    option('--sort <names>', "by these columns; '-' before a name turns it round", (_, names) => ({
      sort: sortKeysOf(namesOf(names)),
    })),
    option(
      '--filter <conditions>',
      "only those that meet all of these: NAME=VALUE, or with !=, >, >=, <, <= or '~' for 'contains'; " +
        'with commas between them; repeatable',
      ({ conditions }, text) => ({ conditions: [...conditions, ...conditionsOf(text)] }),
    ),
    option('--limit <number>', 'so many at the most', (_, text) => ({ limit: limitOf(text) })),
    option('--no-headers', 'leave out the names of the columns, in tables and CSV', () => ({
      headers: false,
    })),
  ];
}

function withShape(output: Output, add: (shape: ListShape) => Partial<ListShape>): Output {
  return output.list === undefined ? output : { ...output, list: { ...output.list, ...add(output.list) } };
}

function namesOf(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => name === '')) {
    throw usage(`'${text}' names no columns; write their names with commas between them.`);
  }
  return names;
}

function limitOf(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw usage(`--limit takes a number above 0, and '${text}' is none.`);
}
