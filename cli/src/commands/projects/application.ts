import type {
  Application,
  ApplicationAction,
  ApplicationDetails,
} from '@purser/api/native/projects/application';
import type { Command } from 'commander';
import { group, leaf, listing, omitUndefined, openSession } from '../../command.ts';
import { DRY_RUN, preview } from '../../input/dry-run.ts';
import { PROJECT, projectIdIf } from '../../input/project-reference.ts';
import { withReason } from '../../input/reason.ts';
import { path } from '../../service/connection.ts';
import type { Output } from '../../tables/printing.ts';
import { applicationDetailsView, applicationView } from '../../tables/project-views.ts';

interface ListOptions {
  output: Output;
  state?: string;
  project?: string;
  applicant?: string;
  owner?: string;
}

interface ActOptions {
  output: Output;
  reason?: string;
  dryRun?: true;
}

export function applicationCommands(program: Command): void {
  const application = group(program, 'application', 'What is asked of projects');

  listing(
    application,
    applicationView,
    'list',
    'List applications',
    'purser application list --state pending',
  )
    .option(
      '--state <states>',
      'only those that are pending, approved, replaced, denied, dismissed or cancelled; several with commas between them',
    )
    .option('--project <project>', `only those of this project: ${PROJECT}`)
    .option('--applicant <user>', 'only those of this user: uuid or e-mail address')
    .option('--owner <user>', 'only those for projects of this user')
    .action(async ({ output, ...filters }: ListOptions) => {
      const { connection, list } = openSession({ output });
      const project = await projectIdIf(connection, filters.project);
      list(await connection.all<Application>('/applications', { ...filters, project }), applicationView);
    });

  leaf(
    application,
    'show',
    'Show an application, and what it would do to limits',
    'purser application show 42',
  )
    .argument('<application>', 'its id')
    .action(async (id: string, options: { output: Output }) => {
      const { connection, item } = openSession(options);
      item(await connection.get<ApplicationDetails>(path`/applications/${id}`), applicationDetailsView);
    });

  actionCommand(application, 'approve', 'Approve an application and apply its limits');
  actionCommand(application, 'deny', 'Deny an application');
  actionCommand(application, 'cancel', 'Take back an application of yours that is pending');
  actionCommand(application, 'dismiss', 'Put away an application of yours that was denied');
}

function actionCommand(parent: Command, action: ApplicationAction['action'], about: string): void {
  const command = leaf(parent, action, about, `purser application ${action} 42 --reason "as discussed"`);
  withReason(command, 'sent to the applicant')
    .argument('<application>', 'its id')
    .option(...DRY_RUN)
    .action(async (id: string, { output, reason, dryRun }: ActOptions) => {
      const session = openSession({ output });
      const { connection, item, tell } = session;
      const address = path`/applications/${id}/action`;
      const body = omitUndefined({ action, reason });
      if (dryRun) return preview(session, { method: 'POST', path: address, body });
      const acted = await connection.post<Application>(address, body);
      item(acted, applicationView);
      tell(`Application ${acted.id} is ${acted.state}.`);
    });
}
