import type { Resource, ResourceAdded } from '@purser/api/native/catalog/resource';
import { type Command, Option } from 'commander';
import { group, leaf, listing, omitUndefined, openSession } from '../../command.ts';
import { usage } from '../../failures.ts';
import { preview, withDryRun } from '../../input/dry-run.ts';
import { path } from '../../service/connection.ts';
import type { Output } from '../../tables/printing.ts';
import { resourceView } from '../../tables/views.ts';

interface Settings {
  systemDefault?: string;
  projectDefault?: string;
  apiVisible?: 'yes' | 'no';
  uiVisible?: 'yes' | 'no';
}

interface ModifyOptions extends Settings {
  output: Output;
  dryRun?: true;
}

interface AddOptions extends ModifyOptions {
  service: string;
  description?: string;
  unit?: string;
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

  addCommand(resource);

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
      const body = bodyOf(changes);
      if (dryRun) {
        await preview(session, { method: 'PATCH', path: path`/resources/${name}`, body });
        return tell(
          'Defaults are for users and projects that are accepted from then on; limits stay as they are.',
        );
      }
      item(await connection.patch<Resource>(path`/resources/${name}`, body), resourceView);
    });
}

function addCommand(resource: Command): void {
  withDryRun(leaf(resource, 'add', 'Add a resource to a registered service', ADD_EXAMPLE))
    .argument('<name>', 'name of the new resource')
    .requiredOption('--service <service>', 'the service that counts it: name or id')
    .option('--description <text>', 'what it is')
    .option('--unit <unit>', "'bytes'; left out for a plain count")
    .option('--system-default <limit>', "limit of every user: a number, 8GiB, or 'inf' (default: 0)")
    .option('--project-default <limit>', 'limit of every other project (default: 0)')
    .addOption(yesOrNo('--api-visible <yes|no>', 'whether users see it in the API (default: yes)'))
    .addOption(
      yesOrNo('--ui-visible <yes|no>', 'whether users see it in user interfaces (default: as in the API)'),
    )
    .action(async (name: string, { output, dryRun, service, description, unit, ...settings }: AddOptions) => {
      const session = openSession({ output });
      const { connection, item, tell } = session;
      const body = { name, service, ...omitUndefined({ description, unit, ...bodyOf(settings) }) };
      if (dryRun) return preview(session, { method: 'POST', path: '/resources', body });
      const { users, projects, ...added } = await connection.post<ResourceAdded>('/resources', body);
      item(added, resourceView);
      tell(`Its defaults are now the limits of ${users} users and ${projects} other projects.`);
    });
}

function bodyOf({ systemDefault, projectDefault, apiVisible, uiVisible }: Settings) {
  return omitUndefined({
    system_default: systemDefault,
    project_default: projectDefault,
    api_visible: apiVisible && apiVisible === 'yes',
    ui_visible: uiVisible && uiVisible === 'yes',
  });
}

const ADD_EXAMPLE = 'purser resource add cyclades.gpu --service cyclades_compute --project-default 2';

const MODIFY_EXAMPLE = 'purser resource modify cyclades.ram --system-default 8GiB --project-default 0';

function yesOrNo(flags: string, description: string): Option {
  return new Option(flags, description).choices(['yes', 'no']);
}
