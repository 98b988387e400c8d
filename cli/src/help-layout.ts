import { Help, type HelpConfiguration, type Option } from 'commander';
import { OUTPUT_HEADING } from './output.ts';

/** How the help of a command is laid out: what it is about comes first, how it prints comes last. */
export const HELP_LAYOUT: HelpConfiguration = {
  groupItems: (...items) => {
    const groups = usual.groupItems(...items);
    const output = groups.get(OUTPUT_HEADING);
    if (output === undefined) return groups;
    groups.delete(OUTPUT_HEADING);
    return groups.set(OUTPUT_HEADING, output);
  },
  optionDescription: (option: Option) => {
    const text = usual.optionDescription(option);
    return option.mandatory ? `${text} (required)` : text;
  },
};

const usual = new Help();
