import { Command } from 'commander';
import packageFile from '../package.json' with { type: 'json' };
import { currentIo, type Out } from './io.ts';

const EPILOGUE = `
Environment:
  PURSER_URL          address of the service (default: http://127.0.0.1:8700)
  PURSER_TOKEN        your API token
  PURSER_PROFILE      profile to use in the place of the current one
  PURSER_TIMEOUT      how long an answer may take: seconds, or such as 15m
  PURSER_CONFIG_HOME  folder with the profiles (default: ~/.config/purser)

  PURSER_URL and PURSER_TOKEN come before a profile, and --profile before both.

Exit codes:
  0 done   1 refused   2 called wrongly   3 service not reached

Example:
  $ purser user list --output json`;

/** The command without its subcommands. Nothing in here ends the process: what goes wrong is thrown. */
export function bareProgram(): Command {
  return new Command('purser')
    .description('Purser: identity, quotas, projects and approval for clouds')
    .version(packageFile.version, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', EPILOGUE)
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
}

const PLAIN_WIDTH = 80;

function widthOf({ isTTY, columns }: Out): number {
  return (isTTY && columns) || PLAIN_WIDTH;
}
