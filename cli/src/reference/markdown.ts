import { ENVIRONMENT, EXIT_CODES, PRECEDENCE } from '../service/environment.ts';
import type { Described, DescribedCommand, DescribedGroup, DescribedProgram } from './described-command.ts';

/** The page docs/reference/commands.md, made from the commands themselves. */
export function commandsReference(program: DescribedProgram): string {
  const { groups, shared } = program;
  return `# Commands

The commands of \`purser\`. \`purser help\` and \`--help\` of each command print the same at the terminal; \`purser.1\` beside this page is the manual page.

This page is made from the commands by \`npm run docs\`, and every example on it is run by a test.

${headingsOf(groups)
  .map(
    (heading) =>
      `${heading}\n\n${groups
        .filter((group) => group.heading === heading)
        .map(contents)
        .join('\n')}`,
  )
  .join('\n\n')}

## Environment

${table(
  ['Variable', 'Meaning'],
  Object.entries(ENVIRONMENT).map(([name, text]) => [code(name), text]),
)}

${PRECEDENCE} \`serve\`, \`config\` and \`migrate\` read the [settings](settings.md) of the service instead.

## Exit codes

${table(
  ['Code', 'Meaning'],
  EXIT_CODES.map(([exit_code, text]) => [String(exit_code), text]),
)}

Results go to stdout and everything else to stderr, so programs can read the output of a command beside its messages.

## Options of many commands

${described('Option', shared)}

${groups.map(groupSection).join('\n\n')}
`;
}

const headingsOf = (groups: readonly DescribedGroup[]): string[] => [
  ...new Set(groups.map(({ heading }) => heading)),
];

function contents({ name, description, commands }: DescribedGroup): string {
  const words = commands.filter((command) => command.name !== name).map((command) => linked(command, name));
  return `- ${link(name)}: ${plain(description)}${words.length === 0 ? '' : ` — ${words.join(', ')}`}`;
}

/** A link to a command by what its name has beyond that of its group. */
function linked({ name }: DescribedCommand, group: string): string {
  return `[${name.slice(group.length + 1)}](#${anchor(name)})`;
}

function groupSection({ name, description, commands }: DescribedGroup): string {
  const [first] = commands;
  const alone = first?.name === name;
  const body = alone ? [commandBody(first)] : [sentence(description), ...commands.map(commandSection)];
  return [`## ${name}`, ...body].join('\n\n');
}

const commandSection = (command: DescribedCommand): string =>
  `### ${command.name}\n\n${commandBody(command)}`;

function commandBody(command: DescribedCommand): string {
  const parts = [sentence(command.description), block('text', [command.usage])];
  if (command.arguments.length > 0) parts.push(described('Argument', command.arguments));
  if (command.options.length > 0) parts.push(described('Option', command.options));
  if (command.sharedFlags.length > 0) {
    const flags = command.sharedFlags.map((flags) => code(flags));
    parts.push(
      `${command.options.length > 0 ? 'And' : 'Options'}, [as of many commands](#options-of-many-commands): ${flags.join(', ')}.`,
    );
  }
  if (command.examples.length > 0) parts.push(block('sh', command.examples));
  if (command.related.length > 0) parts.push(`See also ${command.related.map(link).join(', ')}.`);
  return parts.join('\n\n');
}

function described(kind: string, items: readonly Described[]): string {
  return table(
    [kind, 'Meaning'],
    items.map(({ term, text }) => [code(term), plain(text)]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const block = (language: string, lines: readonly string[]): string =>
  `\`\`\`${language}\n${lines.join('\n')}\n\`\`\``;
const link = (name: string): string => `[${name}](#${anchor(name)})`;
const anchor = (name: string): string => name.replaceAll(' ', '-');
/** A bar would end the cell of a table, within code too. */
const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;
/** A text that means no markup. */
const plain = (text: string): string => text.replaceAll(/[\\|<*`]/g, '\\$&');
const sentence = (text: string): string => `${plain(text)}.`;
