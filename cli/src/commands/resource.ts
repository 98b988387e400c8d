import type { Resource } from '@purser/api/native/resource';
import { type Command, Option } from 'commander';
import { given, group, leaf, listing, openSession } from '../command.ts';
import { path } from '../connection.ts';
import { foretell, withDryRun } from '../dry-run.ts';
import { usage } from '../failures.ts';
import type { Output } from '../printing.ts';
import { resourceView } from '../views.ts';

interface ModifyOptions {
  output: Output;
  systemDefault?: string;
  projectDefault?: string;
  apiVisible?: 'yes' | 'no';
  uiVisible?: 'yes' | 'no';
  dryRun?: true;
}

export function resourceCommands(program: Command): void {
  const resource = group(program, 'resource', 'What can be counted and limited');

  listing(
    resource,
    resourceView,
    'list',
    'List resources and their default limits',
    'purser resource list',
  ).action(async (options: { output: Output }) => {
    const { connection, list } = openSession(options);
    list(await connection.all<Resource>('/resources'), resourceView);
  });

  leaf(resource, 'show', 'Show a resource', 'purser resource show cyclades.ram')
    .argument('<resource>', 'its name')
    .action(async (name: string, options: { output: Output }) => {
      const { connection, item } = openSession(options);
      item(await connection.get<Resource>(path`/resources/${name}`), resourceView);
    });

  withDryRun(
    leaf(resource, 'modify', 'Change the defaults for new projects, or the visibility', MODIFY_EXAMPLE),
  )
    .argument('<resource>', 'its name')
    .option('--system-default <limit>', "limit in new personal projects: a number, 8GiB, or 'inf'")
    .option('--project-default <limit>', 'limit in other new projects')
    .addOption(yesOrNo('--api-visible <yes|no>', 'whether users see it in the API'))
    .addOption(yesOrNo('--ui-visible <yes|no>', 'whether users see it in user interfaces'))
    .action(async (name: string, { output, dryRun, ...changes }: ModifyOptions) => {
      if (Object.keys(changes).length === 0)
        throw usage("Say what to change; 'purser resource modify --help' lists it.");
      const session = openSession({ output });
      const { connection, item, tell } = session;
      const body = given({
        system_default: changes.systemDefault,
        project_default: changes.projectDefault,
        api_visible: changes.apiVisible && changes.apiVisible === 'yes',
        ui_visible: changes.uiVisible && changes.uiVisible === 'yes',
      });
      if (dryRun) {
        await foretell(session, { method: 'PATCH', path: path`/resources/${name}`, body });
        return tell(
          'Defaults are for users and projects that are accepted from then on; limits stay as they are.',
        );
      }
      item(await connection.patch<Resource>(path`/resources/${name}`, body), resourceView);
    });
}

const MODIFY_EXAMPLE = 'purser resource modify cyclades.ram --system-default 8GiB --project-default 0';

function yesOrNo(flags: string, description: string): Option {
  return new Option(flags, description).choices(['yes', 'no']);
}
