import type { Command } from 'commander';
import { usage } from '../../failures.ts';
import { withExamples } from '../../help/examples.ts';

/** `purser help project apply` */
export function helpCommand(program: Command): void {
  const help = program.command('help').description('Show the help of a command');
  withExamples(help, 'purser help', 'purser help project apply')
    .argument('[command...]', 'its words; without any, what there is')
    .action((names: string[]) => {
      commandOf(program, names).help();
    });
}

function commandOf(program: Command, names: readonly string[]): Command {
  return names.reduce((above, name, at) => {
    const found = above.commands.find((command) => command.name() === name);
    if (found) return found;
    const called = ['purser', ...names.slice(0, at + 1)].join(' ');
    throw usage(
      `Unknown command '${called}'; '${['purser help', ...names.slice(0, at)].join(' ')}' shows all.`,
    );
  }, program);
}
