import { Command } from 'commander';
import packageFile from '../package.json' with { type: 'json' };
import { withExamples } from './help/examples.ts';
import { HELP_LAYOUT } from './help/help-layout.ts';
import { relatedText } from './help/related-commands.ts';
import { currentIo, type Out } from './io.ts';
import { environmentText } from './service/environment.ts';

/** The command without its subcommands. Nothing in here ends the process: what goes wrong is thrown. */
export function bareProgram(): Command {
  const program = new Command('purser')
    .description('Purser: identity, quotas, projects and approval for clouds')
    .version(packageFile.version, '-V, --version', 'print the version')
    .configureHelp(HELP_LAYOUT)
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', environmentText())
    .addHelpText('afterAll', ({ command }) => relatedText(command))
    .exitOverride()
    .configureOutput({
      writeOut: (text) => currentIo().stdout.write(text),
      writeErr: (text) => currentIo().stderr.write(text),
      getOutHelpWidth: () => widthOf(currentIo().stdout),
      getErrHelpWidth: () => widthOf(currentIo().stderr),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      // Errors are written in one place, where the exit code is decided.
      outputError: () => undefined,
    });
  return withExamples(program, 'purser user list --output json');
}

const PLAIN_WIDTH = 80;

function widthOf({ isTTY, columns }: Out): number {
  return (isTTY && columns) || PLAIN_WIDTH;
}
