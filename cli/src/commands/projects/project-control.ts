import type { Project, ProjectAction, SystemProjectsChanged } from '@purser/api/native/projects/project';
import type { Command } from 'commander';
import { leaf, omitUndefined, openSession } from '../../command.ts';
import { usage } from '../../failures.ts';
import { confirm } from '../../input/confirmation.ts';
import { DRY_RUN, preview } from '../../input/dry-run.ts';
import { PROJECT, projectId } from '../../input/project-reference.ts';
import { withReason } from '../../input/reason.ts';
import { path } from '../../service/connection.ts';
import type { Output } from '../../tables/printing.ts';
import { lineOf, projectView } from '../../tables/project-views.ts';
import { limitText } from '../../tables/quantities.ts';
import { bodyOf, describing, limiting, type ProjectOptions } from './project-options.ts';

interface ModifyOptions extends ProjectOptions {
  output: Output;
  dryRun?: true;
  reason?: string;
}

interface ActOptions {
  output: Output;
  dryRun?: true;
  reason?: string;
  yes?: true;
}

interface SetLimitsOptions extends ProjectOptions {
  output: Output;
  dryRun?: true;
  reason?: string;
  yes?: true;
  allSystemProjects: true;
  exclude?: string;
}

const KEPT = 'stored with the project and sent to its owner';
const YES = ['--yes', 'do it without asking'] as const;
/** As many projects as there are users are changed in one go. */
const TIMEOUT_MS = 3_600_000;

/** What operators do to projects. */
export function projectControlCommands(project: Command): void {
  limiting(
    describing(
      withReason(
        leaf(project, 'modify', 'Change a project at once, without an application', MODIFY_EXAMPLE),
        KEPT,
      ),
    ),
  )
    .argument('<project>', PROJECT)
    .option(...DRY_RUN)
    .action(async (reference: string, { output, reason, dryRun, ...options }: ModifyOptions) => {
      const changes = bodyOf(options);
      if (Object.keys(changes).length === 0) {
        throw usage("Say what to change; 'purser project modify --help' lists it.");
      }
      const session = openSession({ output });
      const { connection, item } = session;
      const body = { ...changes, ...omitUndefined({ reason }) };
      const address = path`/projects/${await projectId(connection, reference)}`;
      if (dryRun) return preview(session, { method: 'PATCH', path: address, body });
      item(lineOf(await connection.patch<Project>(address, body)), projectView);
    });

  actionCommand(project, 'suspend', 'Take the limits of a project away for a while', 'is suspended');
  actionCommand(project, 'unsuspend', 'Give the limits of a suspended project back', 'is active again');
  actionCommand(project, 'terminate', 'End a project', 'is terminated');
  actionCommand(project, 'reinstate', 'Bring a terminated project back', 'is active again');

  const setting = leaf(
    project,
    'set-limits',
    'Change the projects that users have of their own',
    LIMITS_EXAMPLE,
  );
  limiting(withReason(setting, 'kept with each project'))
    .requiredOption('--all-system-projects', 'of all users; it has to be said')
    .option('--exclude <users>', 'but not of these: uuids or e-mail addresses, with commas between them')
    .option(...YES)
    .option(...DRY_RUN)
    .action(setLimits);
}

const ID = '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11';
const MODIFY_EXAMPLE = `purser project modify ${ID} --limit cyclades.ram 8GiB inf --end-date 2032-05`;
const LIMITS_EXAMPLE =
  'purser project set-limits --all-system-projects --exclude ada@example.org --limit cyclades.vm 4 4 --yes';

function actionCommand(parent: Command, action: ProjectAction['action'], about: string, done: string): void {
  const example = `purser project ${action} ${ID} --reason "as agreed"${action === 'terminate' ? ' --yes' : ''}`;
  const command = withReason(leaf(parent, action, about, example), KEPT)
    .argument('<project>', PROJECT)
    .option(...DRY_RUN)
    .action(async (reference: string, { output, reason, yes, dryRun }: ActOptions) => {
      const session = openSession({ output });
      const { connection, item, tell } = session;
      const body = omitUndefined({ action, reason });
      if (action === 'terminate' && !dryRun) await confirm(`Terminate project ${reference}`, yes);
      const address = path`/projects/${await projectId(connection, reference)}/action`;
      if (dryRun) return preview(session, { method: 'POST', path: address, body });
      const changed = await connection.post<Project>(address, body);
      item(lineOf(changed), projectView);
      tell(`Project ${changed.name} ${done}.`);
    });
  if (action === 'terminate') command.option(...YES);
}

async function setLimits({ output, reason, yes, exclude, ...options }: SetLimitsOptions): Promise<void> {
  const { allSystemProjects, dryRun, ...stated } = options;
  const changes = bodyOf(stated);
  if (Object.keys(changes).length === 0) {
    throw usage("Say what to change; 'purser project set-limits --help' lists it.");
  }
  const session = openSession({ output });
  const { connection, done, tell } = session;
  const excluded = exclude?.split(',').map((user) => user.trim());
  const body = { ...changes, ...omitUndefined({ exclude: excluded, reason }) };
  if (dryRun) return preview(session, { method: 'POST', path: '/projects/system/limits', body });
  await confirm(`Change all system projects${excluded ? ` but ${excluded.length}` : ''}`, yes);
  const result = await connection.post<SystemProjectsChanged>('/projects/system/limits', body, TIMEOUT_MS);
  const { changed, replaced } = result;
  done({ changed, replaced });
  for (const { resource, project_capacity, member_capacity, projects } of replaced) {
    const limits = `${limitText(project_capacity, null)} (each member ${limitText(member_capacity, null)})`;
    tell(`Replaced in ${projects} projects: ${resource} ${limits}.`);
  }
  tell(`${changed} system projects changed.`);
}
