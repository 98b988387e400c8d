import { InvalidArgumentError, Option } from 'commander';
import type { ReachOptions } from '../service/reach.ts';
import type { ListShape } from './list-shape.ts';
import type { UnitStyle } from './quantities.ts';

/** In which form things are printed; `field:NAME` is that field of each item and nothing else, for scripts. */
export type Format = 'table' | 'json' | 'csv' | `field:${string}`;
const FORMATS: readonly Format[] = ['table', 'json', 'csv'];
const UNIT_STYLES: readonly UnitStyle[] = ['auto', 'b', 'kb', 'mb', 'gb', 'tb', 'pb', 'none'];

/**
 * What the options that every command has say. Commands hand it on as it is: it is one value, so none of these
 * options can be taken for something of the thing that the command is about.
 */
export interface Output {
  readonly format: Format;
  /** How tables show quantities of bytes. */
  readonly unitStyle: UnitStyle;
  readonly reach: ReachOptions;
  /** Only where the command prints a list. */
  readonly list?: ListShape;
}

/** Under which heading the help of a command has them. */
export const COMMON_HEADING = 'Common options:';

/** An option whose value becomes part of `output`. */
export class OutputOption extends Option {
  constructor(flags: string, description: string, add: (output: Output, value: string) => Output) {
    super(flags, description);
    this.helpGroup(COMMON_HEADING);
    // Nothing here is the opposite of anything: --no-headers is an option of its own.
    this.negate = false;
    this.argParser((value: string, before: Output) => {
      if (this.argChoices && !this.argChoices.includes(value)) {
        throw new InvalidArgumentError(`Allowed choices are ${this.argChoices.join(', ')}.`);
      }
      return add(before, value);
    });
  }

  override attributeName(): string {
    return 'output';
  }

  /** The valid values, for the help and for error messages. */
  oneOf(values: readonly string[]): this {
    this.argChoices = [...values];
    return this;
  }
}

/** The options of every command; `list` is how a list is shown unless they say otherwise. */
export function outputOptions(list?: ListShape): Option[] {
  const usual: Output = { format: 'table', unitStyle: 'auto', reach: {}, ...(list && { list }) };
  const format = new OutputOption('-o, --output <format>', 'how to print', (output, chosen) => ({
    ...output,
    format: chosen as Format,
  }));
  return [format.oneOf(FORMATS).default(usual, 'table'), ...SHARED];
}

/** The same for all commands, and there are many: made once. */
const SHARED: readonly Option[] = [
  new OutputOption('--field <name>', 'print this field and nothing else', (output, field) => ({
    ...output,
    format: `field:${field}`,
  })),
  new OutputOption('--unit-style <style>', 'bytes in tables: in which unit', (output, style) => ({
    ...output,
    unitStyle: style as UnitStyle,
  })).oneOf(UNIT_STYLES),
  new OutputOption('--profile <name>', 'profile of the login to use', (output, profile) => ({
    ...output,
    reach: { ...output.reach, profile },
  })),
  new OutputOption(
    '--timeout <time>',
    'timeout of a request: for example 90 (seconds) or 15m',
    (output, timeout) => ({
      ...output,
      reach: { ...output.reach, timeout },
    }),
  ),
];
