import { Command } from 'commander';
import packageFile from '../package.json' with { type: 'json' };
import { applicationCommands } from './commands/application.ts';
import { approvalCommands } from './commands/approval.ts';
import { auditCommands } from './commands/audit.ts';
import { commissionCommands } from './commands/commission.ts';
import { componentCommands } from './commands/component.ts';
import { helpCommand } from './commands/help.ts';
import { localCommands } from './commands/local.ts';
import { loginCommands } from './commands/login.ts';
import { mailCommands } from './commands/mail.ts';
import { membershipCommands } from './commands/membership.ts';
import { notificationCommands } from './commands/notification.ts';
import { profileCommands } from './commands/profile.ts';
import { projectCommands } from './commands/project.ts';
import { quotaCommands } from './commands/quota.ts';
import { resourceCommands } from './commands/resource.ts';
import { roleCommands } from './commands/role.ts';
import { selfServiceCommands } from './commands/self-service.ts';
import { endpointCommands, serviceCommands } from './commands/service.ts';
import { statisticsCommand } from './commands/statistics.ts';
import { taskCommands } from './commands/task.ts';
import { termsCommands } from './commands/terms.ts';
import { tokenCommands } from './commands/token.ts';
import { usageCommands } from './commands/usage.ts';
import { userCommands } from './commands/user.ts';
import { webhookCommands } from './commands/webhook.ts';
import { whoamiCommand } from './commands/whoami.ts';
import { withExamples } from './examples.ts';
import { HELP_LAYOUT } from './help-layout.ts';
import { currentIo, type Out } from './io.ts';
import { relatedText } from './related-commands.ts';
import { surroundingsText } from './surroundings.ts';

/** All commands. Nothing in here ends the process: what goes wrong is thrown. */
export function createProgram(): Command {
  const program = new Command('purser')
    .description('Purser: identity, quotas, projects and approval for clouds')
    .version(packageFile.version, '-V, --version', 'print the version')
    .configureHelp(HELP_LAYOUT)
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', surroundingsText())
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
  withExamples(program, 'purser user list --output json');
  program.commandsGroup('On this machine:');
  localCommands(program);
  program.commandsGroup('Logging in:');
  loginCommands(program);
  whoamiCommand(program);
  profileCommands(program);
  program.commandsGroup('Accounts:');
  userCommands(program);
  roleCommands(program);
  program.commandsGroup('Services and what they offer:');
  componentCommands(program);
  serviceCommands(program);
  endpointCommands(program);
  resourceCommands(program);
  program.commandsGroup('Quotas and their use:');
  quotaCommands(program);
  commissionCommands(program);
  usageCommands(program);
  program.commandsGroup('Projects:');
  projectCommands(program);
  applicationCommands(program);
  membershipCommands(program);
  program.commandsGroup('Approval:');
  approvalCommands(program);
  taskCommands(program);
  tokenCommands(program);
  notificationCommands(program);
  webhookCommands(program);
  program.commandsGroup('Operation:');
  termsCommands(program);
  auditCommands(program);
  mailCommands(program);
  statisticsCommand(program);
  program.commandsGroup('For everybody:');
  selfServiceCommands(program);
  program.commandsGroup('Help:');
  helpCommand(program);
  return program;
}

const PLAIN_WIDTH = 80;

function widthOf({ isTTY, columns }: Out): number {
  return (isTTY && columns) || PLAIN_WIDTH;
}
