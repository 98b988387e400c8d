import type { Project, Termination } from '@purser/api/native/project';
import type { Command } from 'commander';
import { leaf, listing, openSession } from '../command.ts';
import { confirm } from '../confirmation.ts';
import { refused } from '../failures.ts';
import type { Output } from '../printing.ts';
import { lineOf, projectView, terminationView } from '../project-views.ts';

/** Every expired project is terminated on its own, and there may be many. */
const TIMEOUT_MS = 3_600_000;

/** `project check-expired` and `terminate-expired` */
export function projectExpiryCommands(project: Command): void {
  listing(
    project,
    projectView,
    'check-expired',
    'List projects that are past their end and still alive',
    'purser project check-expired',
  ).action(async (options: { output: Output }) => {
    const { connection, list } = openSession(options);
    list((await connection.all<Project>('/projects/expired')).map(lineOf), projectView);
  });

  leaf(project, 'terminate-expired', 'Terminate projects that are past their end', TERMINATE_EXAMPLE)
    .option('--yes', 'do it without asking')
    .action(async ({ output, yes }: { output: Output; yes?: true }) => {
      const { connection, list, tell } = openSession({ output });
      await confirm('Terminate all expired projects', yes);
      const { items } = await connection.post<{ items: Termination[] }>(
        '/projects/expired/termination',
        {},
        TIMEOUT_MS,
      );
      list(items, terminationView);
      const failed = items.filter(({ terminated }) => !terminated).length;
      tell(`${items.length - failed} projects terminated.`);
      if (failed > 0) throw refused(`${failed} could not be terminated.`);
    });
}

const TERMINATE_EXAMPLE = 'purser project terminate-expired --yes';
