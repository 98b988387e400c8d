import { Command } from 'commander';
import packageFile from '../package.json' with { type: 'json' };
import { applicationCommands } from './commands/application.ts';
import { approvalCommands } from './commands/approval.ts';
import { auditCommands } from './commands/audit.ts';
import { commissionCommands } from './commands/commission.ts';
import { componentCommands } from './commands/component.ts';
import { localCommands } from './commands/local.ts';
import { mailCommands } from './commands/mail.ts';
import { membershipCommands } from './commands/membership.ts';
import { notificationCommands } from './commands/notification.ts';
import { projectCommands } from './commands/project.ts';
import { quotaCommands } from './commands/quota.ts';
import { resourceCommands } from './commands/resource.ts';
import { roleCommands } from './commands/role.ts';
import { serviceCommands } from './commands/service.ts';
import { taskCommands } from './commands/task.ts';
import { termsCommands } from './commands/terms.ts';
import { tokenCommands } from './commands/token.ts';
import { usageCommands } from './commands/usage.ts';
import { userCommands } from './commands/user.ts';
import { webhookCommands } from './commands/webhook.ts';
import { currentIo, type Out } from './io.ts';

const EPILOGUE = `
Environment:
  PURSER_URL    address of the service (default: http://127.0.0.1:8700)
  PURSER_TOKEN  your API token

Exit codes:
  0 done   1 refused   2 called wrongly   3 service not reached

Example:
  $ purser user list --output json`;

/** All commands. Nothing in here ends the process: what goes wrong is thrown. */
export function createProgram(): Command {
  const program = new Command('purser')
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
  localCommands(program);
  userCommands(program);
  roleCommands(program);
  componentCommands(program);
  serviceCommands(program);
  resourceCommands(program);
  quotaCommands(program);
  projectCommands(program);
  applicationCommands(program);
  membershipCommands(program);
  approvalCommands(program);
  taskCommands(program);
  tokenCommands(program);
  notificationCommands(program);
  webhookCommands(program);
  commissionCommands(program);
  usageCommands(program);
  termsCommands(program);
  auditCommands(program);
  mailCommands(program);
  return program;
}

const PLAIN_WIDTH = 80;

function widthOf({ isTTY, columns }: Out): number {
  return (isTTY && columns) || PLAIN_WIDTH;
}
