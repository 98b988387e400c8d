import { Argument, type Command } from 'commander';
import { group, print } from '../../command.ts';
import { COMPLETION_SCRIPTS } from '../../help/completion-scripts.ts';
import { withExamples } from '../../help/examples.ts';
import { visibleSentence } from '../../tables/visible-text.ts';

/** Completion of a key press does not wait for a slow network, unless PURSER_TIMEOUT is longer. */
const TIMEOUT_MS = 3_000;

/**
 * `completion`, and what its scripts ask.
 * @param programFor makes as much of the program as words need
 */
export function completionCommands(
  program: Command,
  programFor: (words: readonly string[]) => Promise<Command>,
): void {
  const command = group(program, 'completion', 'Print what makes a shell complete this command');
  withExamples(command, 'eval "$(purser completion bash)"')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(COMPLETION_SCRIPTS)))
    .action((shell: string) => print(COMPLETION_SCRIPTS[shell] ?? ''));

  program
    .command('complete', { hidden: true })
    .description('Print what the last word may become')
    .argument('[words...]')
    .option('--next', 'an empty word follows')
    .addHelpText('after', '\nExample:\n  $ purser complete -- user l')
    .action((words: string[], { next }: { next?: true }) =>
      complete(next ? [...words, ''] : words, programFor),
    );
}

async function complete(
  words: readonly string[],
  programFor: (words: readonly string[]) => Promise<Command>,
): Promise<void> {
  const { candidatesFor } = await import('../../help/completions.ts');
  const { Connection } = await import('../../service/connection.ts');
  const { reachOf } = await import('../../service/reach.ts');
  const program = await programFor(words.length > 1 ? words : []);
  const connect = (profile: string | undefined) => {
    const reach = reachOf(profile === undefined ? {} : { profile });
    return new Connection({ ...reach, timeoutMs: reach.timeoutMs ?? TIMEOUT_MS });
  };
  // An error would be printed into the line that the user is editing.
  const candidates = await candidatesFor(program, words, connect).catch(() => []);
  const line = (text: string): string => visibleSentence(text.replace(/\s+/g, ' '));
  print(candidates.map(({ value, about }) => `${line(value)}\t${line(about)}\n`).join(''));
}
