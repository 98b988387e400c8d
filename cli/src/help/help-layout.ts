import { Help, type HelpConfiguration, type Option } from 'commander';
import { COMMON_HEADING } from '../tables/output.ts';

/** How the help of a command is laid out: what is its own comes first, what many commands have comes last. */
export const HELP_LAYOUT: HelpConfiguration = {
  groupItems: (...items) => {
    const groups = usual.groupItems(...items);
    const common = groups.get(COMMON_HEADING);
    if (common === undefined) return groups;
    groups.delete(COMMON_HEADING);
    return groups.set(COMMON_HEADING, common);
  },
  // Every command has options; and the list of all that there is has no room for arguments.
  subcommandTerm: (command) =>
    command.parent?.parent ? usual.subcommandTerm(command).replace(' [options]', '') : command.name(),
  optionDescription: (option: Option) => {
    const text = usual.optionDescription(option);
    return option.mandatory ? `${text} (required)` : text;
  },
};

const usual = new Help();
