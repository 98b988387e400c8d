import { type Command, CommanderError } from 'commander';
import { EXIT, Failure } from './failures.ts';
import { type Io, processIo, withIo } from './io.ts';
import { neededProgram } from './needed-program.ts';
import { visibleSentence } from './tables/visible-text.ts';

/**
 * Runs the command with these arguments and answers its exit code. With an `io` of its own it touches neither the
 * streams nor the environment of this process; `serve` and `migrate` are the process and do.
 */
export function run(args: readonly string[], io: Io = processIo()): Promise<number> {
  return withIo(io, async () => {
    const program = await neededProgram(args);
    try {
      await program.parseAsync(args, { from: 'user' });
      return EXIT.ok;
    } catch (error) {
      const { exitCode, sentences } = endOf(error, program, args);
      for (const sentence of sentences) io.stderr.write(`${visibleSentence(sentence)}\n`);
      return exitCode;
    }
  });
}

/** Runs the command as this process, and leaves the exit code behind. */
export async function runProcess(args: readonly string[]): Promise<void> {
  const output = watchOutput();
  const code = await run(args);
  process.exitCode = code === EXIT.ok && output.failed ? EXIT.refused : code;
}

/**
 * The reader may close the output early, as `| head` does. That is not an error, and the command finishes its work.
 * Output that cannot be written for another reason is an error of the command.
 */
function watchOutput(): { readonly failed: boolean } {
  const output = { failed: false };
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || output.failed) return;
    output.failed = true;
    process.exitCode ||= EXIT.refused;
    process.stderr.write(
      `Cannot write the output (${code}); send it elsewhere, and look first whether what was asked for is done already.\n`,
    );
  });
  return output;
}

function endOf(
  error: unknown,
  program: Command,
  args: readonly string[],
): { exitCode: number; sentences: readonly string[] } {
  if (error instanceof Failure) return error;
  if (!(error instanceof CommanderError)) throw error;
  if (error.exitCode === 0) return { exitCode: EXIT.ok, sentences: [] };
  // A command was called without its subcommand; its help has been written already.
  if (error.code === 'commander.help') return { exitCode: EXIT.usage, sentences: [] };
  return { exitCode: EXIT.usage, sentences: [usageSentence(error.message, calledName(program, args))] };
}

/** Commander's message as a sentence that says where to look. */
function usageSentence(message: string, command: string): string {
  const text = message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (one of .*|)(.*)\?\)$/, (_all, several, one) =>
      several ? ` (did you mean ${several}?)` : ` (did you mean '${one}'?)`,
    )
    .replaceAll('\n', ' ')
    .replace(/\. Expected ([0-9]+) arguments? but got ([0-9]+)/, ': $1 expected, $2 given')
    .replace(/\.$/, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}; see '${command} --help'.`;
}

/** The command that was meant, as far as it is known. */
function calledName(program: Command, args: readonly string[]): string {
  let command = program;
  const names = [program.name()];
  for (const arg of args) {
    const next = command.commands.find((candidate) => candidate.name() === arg);
    if (!next) break;
    command = next;
    names.push(arg);
  }
  return names.join(' ');
}
