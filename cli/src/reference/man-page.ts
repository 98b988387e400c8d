import { ENVIRONMENT, EXIT_CODES, PRECEDENCE } from '../service/environment.ts';
import type { Described, DescribedCommand, DescribedGroup, DescribedProgram } from './described-command.ts';

/** The manual page purser.1 in the man macros of roff, made from the commands themselves. */
export function manPage(program: DescribedProgram): string {
  const { name, version, description, groups, shared, examples } = program;
  const lines = [
    `.TH ${name.toUpperCase()} 1 "" "${name} ${version}" "User Commands"`,
    '.SH NAME',
    text(`${name} - ${description.replace(/^[^:]*: /, '')}`),
    '.SH SYNOPSIS',
    `.B ${name}`,
    '.I command',
    '.RI [ options ]',
    '.RI [ arguments ]',
    '.SH DESCRIPTION',
    text(
      'Results go to standard output and everything else to standard error. The commands serve, config and migrate act on this machine; all others ask a running service.',
    ),
    ...groups.flatMap(groupLines),
    '.SH OPTIONS OF MANY COMMANDS',
    ...shared.flatMap(definition),
    '.SH ENVIRONMENT',
    ...Object.entries(ENVIRONMENT).flatMap(([term, meaning]) => definition({ term, text: meaning })),
    '.PP',
    text(PRECEDENCE),
    '.SH EXIT STATUS',
    ...EXIT_CODES.flatMap(([code, meaning]) => definition({ term: String(code), text: meaning })),
    '.SH EXAMPLES',
    ...exampleLines(examples),
  ];
  return `${lines.join('\n')}\n`;
}

function groupLines({ name, description, commands }: DescribedGroup): string[] {
  const title = name.replace(/^purser /, '').toUpperCase();
  const alone = commands.length === 1 && commands[0]?.name === name;
  const about = alone ? [] : [text(`${description}.`)];
  return [`.SH ${text(title)}`, ...about, ...commands.flatMap(commandLines)];
}

function commandLines(command: DescribedCommand): string[] {
  const { usage, description, options, sharedFlags, examples, related } = command;
  return [
    `.SS ${text(usage)}`,
    text(`${description}.`),
    ...command.arguments.flatMap(definition),
    ...options.flatMap(definition),
    ...(sharedFlags.length === 0 ? [] : ['.PP', text(`And of many commands: ${sharedFlags.join(', ')}.`)]),
    ...exampleLines(examples),
    ...(related.length === 0 ? [] : ['.PP', text(`See also: ${related.join(', ')}.`)]),
  ];
}

const definition = ({ term, text: meaning }: Described): string[] => [
  '.TP',
  `.B ${text(term)}`,
  text(meaning === '' ? '-' : meaning),
];

const exampleLines = (examples: readonly string[]): string[] =>
  examples.length === 0 ? [] : ['.PP', '.nf', '.RS', ...examples.map(text), '.RE', '.fi'];

/** A text as roff prints it letter by letter: its hyphens can be copied, its quotes stay straight. */
function text(words: string): string {
  const escaped = words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('"', '\\(dq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti');
  // A dot at the beginning would be taken for a request.
  return escaped.startsWith('.') ? `\\&${escaped}` : escaped;
}
