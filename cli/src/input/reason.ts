import { type Command, Option } from 'commander';

/** Adds `-m, --reason`; `--message` is the same, for those who are used to it. */
export function withReason(command: Command, about: string): Command {
  return command
    .option('-m, --reason <text>', `why; ${about}`)
    .addOption(new Option('--message <text>').hideHelp())
    .on('option:message', (text: string) => command.setOptionValue('reason', text));
}
