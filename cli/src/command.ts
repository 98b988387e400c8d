import type { Command, Option } from 'commander';
import { withExamples } from './help/examples.ts';
import { currentIo } from './io.ts';
import { Connection } from './service/connection.ts';
import { reachOf } from './service/reach.ts';
import { listOptions } from './tables/list-options.ts';
import { type ListShape, readLimit, wholeList } from './tables/list-shape.ts';
import { type Output, outputOptions } from './tables/output.ts';
import { itemText, listText, type View } from './tables/printing.ts';
import { visibleLines } from './tables/visible-text.ts';

/** What a command prints with. */
export interface Printer {
  /** Prints one thing to stdout. */
  item<T extends object>(item: T, view: View<T>): void;
  /** Prints a list to stdout. */
  list<T extends object>(items: readonly T[], view: View<T>): void;
  /** Prints what was done, for commands whose answer is empty; on a table's stdout there is nothing to say. */
  done(what: Record<string, unknown>): void;
  /** Tells people something, on stderr. */
  tell(sentence: string): void;
}

/** What a command works with. */
export interface Session extends Printer {
  readonly connection: Connection;
}

/** Adds a command with the options that every command has, and one example or several to its help. */
export function leaf(
  parent: Command,
  name: string,
  description: string,
  examples: string | readonly string[],
): Command {
  return command(parent, name, description, examples, outputOptions());
}

/**
 * Adds a command that prints a list of what `view` shows, with the options that every list has.
 * @param view several where it depends on options what is listed
 */
export function listing(
  parent: Command,
  view: AnyView | readonly AnyView[],
  name: string,
  description: string,
  examples: string | readonly string[],
): Command {
  const fields = [view].flat().flatMap(({ fields }) => fields);
  const options = [
    ...outputOptions(wholeList(nounOf(parent, name))),
    ...listOptions([...new Set(fields)], print),
  ];
  return command(parent, name, description, examples, options);
}

type AnyView = Pick<View<Record<string, unknown>>, 'fields'>;

function command(
  parent: Command,
  name: string,
  description: string,
  examples: string | readonly string[],
  options: readonly Option[],
): Command {
  const added = parent.command(name).description(description);
  for (const option of options) added.addOption(option);
  return withExamples(added, ...[examples].flat());
}

/** What the things of a list are called. */
function nounOf(parent: Command, name: string): string {
  const word = name === 'list' ? parent.name() : name;
  const noun = NOUNS[word] ?? word;
  return noun.endsWith('s') ? noun : `${noun}s`;
}

/** Where neither the command nor its group says it. */
const NOUNS: Readonly<Record<string, string>> = {
  audit: 'audit entries',
  'check-expired': 'expired projects',
  config: 'setting',
  history: 'entries',
  show: 'usages',
  token: 'token',
};

/** Adds a command that only groups others. */
export function group(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .helpCommand('help [command]', 'show the help of a command');
}

/** Opens what a command needs: the connection that the environment names, and the output that was asked for. */
export function openSession({ output }: { output: Output }): Session {
  return {
    connection: new Connection(reachOf(output.reach), output.list && readLimit(output.list)),
    ...openPrinter({ output }),
  };
}

/** Opens what a command prints with, without a connection. */
export function openPrinter({ output }: { output: Output }): Printer {
  return {
    item: (item, view) => print(textOrTold(output, (form) => itemText(item, view, form))),
    list: (items, view) => {
      const text = output.list
        ? listText(items, view, output)
        : textOrTold(output, (form) => listText(items, view, form));
      if (text === '' && output.list && output.format === 'table') tell(noneText(output.list));
      print(text);
    },
    done: (what) => {
      if (output.format === 'table') return;
      print(itemText(what, { fields: Object.keys(what), columns: [] }, output));
    },
    tell,
  };
}

/**
 * The text of a result. It may contain a secret that is shown once, which a misspelt field must not lose: the result is
 * then written to stderr, followed by the error about the field.
 */
function textOrTold(output: Output, textIn: (output: Output) => string): string {
  try {
    return textIn(output);
  } catch (error) {
    tell(textIn({ ...output, format: 'table' }));
    throw error;
  }
}

function noneText({ noun, conditions }: ListShape): string {
  return conditions.length === 0 ? `No ${noun}.` : `No ${noun} meet the filter.`;
}

/** Writes a result: to programs as it is, to people so that it does nothing to their terminal. */
export function print(text: string): void {
  const { stdout } = currentIo();
  stdout.write(stdout.isTTY ? visibleLines(text) : text);
}

export function tell(sentence: string): void {
  currentIo().stderr.write(`${visibleLines(sentence)}\n`);
}

/** The properties that are not undefined. */
export function omitUndefined<T extends object>(properties: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(properties).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}
