import { type Command, Option } from 'commander';
import { group, leaf, listing, omitUndefined, openSession, type Session } from '../../command.ts';
import { ask, askForTask } from '../../input/delegates.ts';
import { PROJECT } from '../../input/project-reference.ts';
import type { Output, View } from '../../tables/printing.ts';
import { about } from './project-people.ts';

type ByService = Record<string, Record<string, number | bigint>>;

/** What a project may use in a region, as a size. */
interface RegionQuota {
  region: string;
  current_quota_size: string;
  quota_change_options: string[];
  current_quota: ByService;
  current_usage: ByService;
}

interface Size {
  size: string;
  limits: ByService;
}

interface QuotaTask {
  id: string;
  regions: string[];
  size: string | null;
  request_user: string | null;
  task_created: string;
  valid: boolean;
  status: string;
}

interface Quotas {
  regions: RegionQuota[];
  quota_sizes: Record<string, ByService>;
  quota_size_order: string[];
  active_quota_tasks: QuotaTask[];
}

const regionView: View<RegionQuota> = {
  fields: ['region', 'current_quota_size', 'quota_change_options', 'current_quota', 'current_usage'],
  columns: ['region', 'current_quota_size', 'quota_change_options'],
};
const sizeView: View<Size> = { fields: ['size', 'limits'], columns: ['size', 'limits'] };
const taskView: View<QuotaTask> = {
  fields: ['id', 'size', 'regions', 'request_user', 'task_created', 'valid', 'status'],
  columns: ['id', 'size', 'regions', 'request_user', 'task_created', 'status'],
};

interface Options {
  output: Output;
  project?: string;
}

const ON_PROJECT = ['--project <project>', `the project: ${PROJECT}; without it, your default one`] as const;

/** `project quota …`: limits of a project as one of a few sizes. */
export function projectQuotaSizeCommands(project: Command): void {
  const quota = group(project, 'quota', 'Limits of a project as sizes, region by region');

  listing(quota, regionView, 'show', 'Show the size in each region, and which could follow', SHOW_EXAMPLE)
    .option('--region <name>', 'only this region')
    .option(...ON_PROJECT)
    .action(async ({ output, region, project: uuid }: Options & { region?: string }) => {
      const session = openSession({ output });
      const query = omitUndefined({ regions: region });
      session.list((await quotasOf(session, uuid, query)).regions, regionView);
    });

  listing(
    quota,
    sizeView,
    'sizes',
    'List the sizes there are, the smallest first',
    'purser project quota sizes',
  )
    .option(...ON_PROJECT)
    .action(async ({ output, project: uuid }: Options) => {
      const session = openSession({ output });
      const { quota_sizes: sizes, quota_size_order: order } = await quotasOf(session, uuid);
      session.list(
        order.map((size) => ({ size, limits: sizes[size] ?? {} })),
        sizeView,
      );
    });

  listing(quota, taskView, 'tasks', 'List what was asked for last', 'purser project quota tasks')
    .option(...ON_PROJECT)
    .action(async ({ output, project: uuid }: Options) => {
      const session = openSession({ output });
      session.list((await quotasOf(session, uuid)).active_quota_tasks, taskView);
    });

  leaf(quota, 'update', 'Ask for another size', 'purser project quota update medium')
    .argument('<size>', "one of 'purser project quota sizes'")
    .addOption(new Option('--region <names...>', 'only in these regions'))
    .option(...ON_PROJECT)
    .action(async (size: string, { output, region, project: uuid }: Options & { region?: string[] }) => {
      const input = { size, ...omitUndefined({ regions: region }) };
      const session = openSession({ output });
      const question = await about(session, uuid, { method: 'POST', input });
      await askForTask(session, 'UpdateProjectQuotas', question);
    });
}

const SHOW_EXAMPLE = 'purser project quota show --region RegionOne';

async function quotasOf(
  session: Session,
  project: string | undefined,
  query: Record<string, string> = {},
): Promise<Quotas> {
  const { answer } = await ask(
    session,
    'UpdateProjectQuotas',
    await about(session, project, { method: 'GET', query }),
  );
  return answer as Quotas;
}
