import type { Argument, Command } from 'commander';
import { examplesOf } from '../help/examples.ts';
import { nameOf, relatedTo } from '../help/related-commands.ts';

/** A command as its reference describes it. */
export interface DescribedCommand {
  /** As `purser project modify`. */
  readonly name: string;
  /** How it is called, as `purser project modify [options] <project>`. */
  readonly usage: string;
  readonly description: string;
  readonly arguments: readonly Described[];
  /** The options that hardly any other command has. */
  readonly options: readonly Described[];
  /** The options that many commands have, by their long names, as `--output`. */
  readonly sharedFlags: readonly string[];
  readonly examples: readonly string[];
  readonly related: readonly string[];
}

/** An argument or an option. */
export interface Described {
  readonly term: string;
  /** What it is, with its choices and its default. */
  readonly text: string;
}

/** Commands that stand together, as `purser user add` and `purser user list`, or one that stands alone. */
export interface DescribedGroup {
  readonly name: string;
  readonly description: string;
  /** Under which heading the help of the whole command has it. */
  readonly heading: string;
  readonly commands: readonly DescribedCommand[];
}

export interface DescribedProgram {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly groups: readonly DescribedGroup[];
  /** The options that many commands have. */
  readonly shared: readonly Described[];
  readonly examples: readonly string[];
}

/** An option that so many commands have is described once. */
const SHARED_BY = 10;

/** The reference of a program, read from the program itself. */
export function describedProgram(program: Command): DescribedProgram {
  const counts = new Map<string, number>();
  for (const { term, text } of leavesOf(program).flatMap(optionsOf)) {
    const key = `${term}\n${text}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const isShared = ({ term, text }: Described): boolean => (counts.get(`${term}\n${text}`) ?? 0) >= SHARED_BY;
  const shared = new Map(
    leavesOf(program)
      .flatMap(optionsOf)
      .filter(isShared)
      .map((option) => [option.term, option]),
  );
  return {
    name: program.name(),
    version: program.version() ?? '',
    description: program.description(),
    groups: shownBelow(program).map((command) => ({
      name: fullNameOf(command),
      description: command.description(),
      heading: command.helpGroup(),
      commands: leavesOf(command).map((leaf) => describedCommand(leaf, isShared)),
    })),
    shared: [...shared.values()],
    examples: examplesOf(program),
  };
}

/** The commands below this one that do something and that the help shows; itself, if there are none. */
export function leavesOf(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : shownBelow(command).flatMap(leavesOf);
}

function shownBelow(command: Command): Command[] {
  const shown = command.createHelp().visibleCommands(command);
  return command.commands.filter((one) => shown.includes(one));
}

function describedCommand(command: Command, isShared: (option: Described) => boolean): DescribedCommand {
  const options = optionsOf(command);
  return {
    name: fullNameOf(command),
    usage: command.createHelp().commandUsage(command),
    description: command.description(),
    arguments: command.registeredArguments.map((argument) => ({
      term: argumentTerm(argument),
      text: meaning(argument.description, argument.argChoices, argument.defaultValue),
    })),
    options: options.filter((option) => !isShared(option)),
    sharedFlags: options.filter(isShared).map(({ term }) => /--[a-z-]+/.exec(term)?.[0] ?? term),
    examples: examplesOf(command),
    related: relatedTo(command).map((name) => `purser ${name}`),
  };
}

function optionsOf(command: Command): Described[] {
  return command.options
    .filter(({ hidden }) => !hidden)
    .map(({ flags, description, argChoices, defaultValue, defaultValueDescription, mandatory }) => ({
      term: flags,
      text: meaning(description, argChoices, defaultValueDescription ?? defaultValue, mandatory),
    }));
}

const fullNameOf = (command: Command): string => `purser ${nameOf(command)}`;

function argumentTerm(argument: Argument): string {
  const inner = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${inner}>` : `[${inner}]`;
}

function meaning(
  description: string,
  choices: readonly string[] | undefined,
  fallback: unknown,
  mandatory = false,
): string {
  const remarks = [
    ...(mandatory ? ['required'] : []),
    ...(choices ? [`one of ${choices.join(', ')}`] : []),
    ...(fallback === undefined || typeof fallback === 'boolean' ? [] : [`default: ${String(fallback)}`]),
  ];
  return remarks.length === 0 ? description : `${description} (${remarks.join('; ')})`;
}
