import type { Project, Termination } from '@purser/api/native/projects/project';
import type { Command } from 'commander';
import { leaf, listing, openSession } from '../../command.ts';
import { refused } from '../../failures.ts';
import { confirm } from '../../input/confirmation.ts';
import { DRY_RUN, preview } from '../../input/dry-run.ts';
import type { Output } from '../../tables/printing.ts';
import { lineOf, projectView, terminationView } from '../../tables/project-views.ts';

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
    .option(...DRY_RUN)
    .action(async ({ output, yes, dryRun }: { output: Output; yes?: true; dryRun?: true }) => {
      const session = openSession({ output });
      const { connection, list, tell } = session;
      const request = { method: 'POST', path: '/projects/expired/termination', body: {} } as const;
      if (dryRun) return preview(session, request);
      await confirm('Terminate all expired projects', yes);
      const { items } = await connection.post<{ items: Termination[] }>(
        request.path,
        request.body,
        TIMEOUT_MS,
      );
      list(items, terminationView);
      const failed = items.filter(({ terminated }) => !terminated).length;
      tell(`${items.length - failed} projects terminated.`);
      if (failed > 0) throw refused(`${failed} could not be terminated.`);
    });
}

const TERMINATE_EXAMPLE = 'purser project terminate-expired --yes';
