import { type Command, Option } from 'commander';
import { type Connection, connect } from './connection.ts';
import { withExamples } from './examples.ts';
import { itemText, listText, OUTPUTS, type Output, type View } from './printing.ts';

/** What a command works with. */
export interface Session {
  readonly connection: Connection;
  /** Prints one thing to stdout. */
  item<T extends object>(item: T, view: View<T>): void;
  /** Prints a list to stdout. */
  list<T extends object>(items: readonly T[], view: View<T>): void;
  /** Prints what was done, for commands whose answer is empty; on a table's stdout there is nothing to say. */
  done(what: Record<string, unknown>): void;
  /** Tells people something, on stderr. */
  tell(sentence: string): void;
}

/** Adds a command with the options that every command has, and one example or several to its help. */
export function leaf(
  parent: Command,
  name: string,
  description: string,
  examples: string | readonly string[],
): Command {
  const command = parent
    .command(name)
    .description(description)
    .addOption(outputOption())
    .addOption(new FieldOption());
  return withExamples(command, ...[examples].flat());
}

/** `--field NAME`: an output of its own, so that no command takes it for something of the thing it is about. */
class FieldOption extends Option {
  constructor() {
    super('--field <name>', 'print this field and nothing else');
    this.argParser((field) => `field:${field}`);
  }

  override attributeName(): string {
    return 'output';
  }
}

/** Adds a command that only holds others. */
export function group(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description);
}

export function outputOption(): Option {
  return new Option('-o, --output <format>', 'how to print').choices(OUTPUTS).default('table');
}

/** Opens what a command needs: the connection that the environment names, and the output that was asked for. */
export function openSession({ output }: { output: Output }): Session {
  return {
    connection: connect(process.env),
    item: (item, view) => {
      try {
        print(itemText(item, view, output));
      } catch (error) {
        // The thing was done and may hold a secret that is told once; a misspelt field must not lose it.
        tell(itemText(item, view, 'table'));
        throw error;
      }
    },
    list: (items, view) => print(listText(items, view, output)),
    done: (what) => {
      if (output !== 'table') print(itemText(what, { fields: Object.keys(what), columns: [] }, output));
    },
    tell,
  };
}

export function print(text: string): void {
  process.stdout.write(text);
}

export function tell(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

/** The properties that were given; what is undefined is left out. */
export function given<T extends object>(properties: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(properties).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}
