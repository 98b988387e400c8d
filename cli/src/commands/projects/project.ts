import type { ProjectResource } from '@purser/api/native/ledger/capacity';
import type { ApplicationDetails } from '@purser/api/native/projects/application';
import type { Membership } from '@purser/api/native/projects/membership';
import type { Project, ProjectEvent } from '@purser/api/native/projects/project';
import { type Command, Option } from 'commander';
import { group, leaf, listing, openSession, type Session } from '../../command.ts';
import { usage } from '../../failures.ts';
import { PROJECT, projectId } from '../../input/project-reference.ts';
import { path } from '../../service/connection.ts';
import type { Output } from '../../tables/printing.ts';
import {
  lineOf,
  membershipView,
  projectEventView,
  projectResourceView,
  projectView,
} from '../../tables/project-views.ts';
import { timeText } from '../../tables/times.ts';
import { projectApplyingCommands } from './project-applying.ts';
import { projectControlCommands } from './project-control.ts';
import { projectExpiryCommands } from './project-expiry.ts';
import { projectPeopleCommands } from './project-people.ts';
import { projectQuotaSizeCommands } from './project-quota-size.ts';

interface ListOptions {
  output: Output;
  name?: string;
  search?: string;
  owner?: string;
  member?: string;
  state?: string;
  status?: string;
  mode?: string;
  pending?: true;
  endsBefore?: string;
  systemProjects?: true;
  all?: true;
  new?: true;
  modified?: true;
  deleted?: true;
}

interface ShowOptions {
  output: Output;
  members?: true;
  quota?: true;
  pendingApp?: true;
}

export function projectCommands(program: Command): void {
  const project = group(program, 'project', 'Pools of resources with members');

  listing(project, projectView, 'list', 'List projects', LIST_EXAMPLES)
    .option('--name <name>', 'only those of exactly this name')
    .option('--search <text>', 'only those with this in their name')
    .option('--owner <user>', 'only those of this user: uuid or e-mail address')
    .option('--member <user>', 'only those in which this user is a member')
    .option(
      '--state <states>',
      'only those that are uninitialized, active, suspended, terminated or deleted; several with commas between them',
    )
    .option('--status <statuses>', 'the same, distinguishing pending, denied, dismissed and cancelled ones')
    .addOption(
      new Option(
        '--mode <mode>',
        'member: those you are in; related: these and your own; active: active ones that are not private; default: related and active ones',
      ).choices(MODES),
    )
    .option('--pending', 'only those with a pending application')
    .option('--new', 'only those that wait for their first approval')
    .option('--modified', 'only those with limits and a change of them to decide on')
    .option('--deleted', 'only those that never came to be')
    .option('--ends-before <time>', 'only those that end before: 2031-05-30T10:00Z, 2031-05-30 or 2031-05')
    .option('--system-projects', "users' own projects instead of others")
    .option('--all', 'also terminated and deleted ones, and system projects')
    .action((options: ListOptions) => list(openSession(options), options));

  leaf(
    project,
    'show',
    'Show a project',
    'purser project show 6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11 --quota --members',
  )
    .argument('<project>', PROJECT)
    .option('--members', 'with its members')
    .option('--quota', 'with what it uses of each resource')
    .option('--pending-app', 'with the application that waits, and what it would change')
    .action((reference: string, options: ShowOptions) => show(openSession(options), reference, options));

  listing(project, membershipView, 'members', 'List the memberships of a project', MEMBERS_EXAMPLE)
    .argument('<project>', PROJECT)
    .option(
      '--state <states>',
      'only those that are requested, accepted, leave_requested, suspended, rejected, cancelled or removed; several with commas between them',
    )
    .action(async (reference: string, options: { output: Output; state?: string }) => {
      const { connection, list } = openSession(options);
      const { state } = options;
      const id = await projectId(connection, reference);
      list(await connection.all<Membership>(path`/projects/${id}/members`, { state }), membershipView);
    });

  listing(
    project,
    projectEventView,
    'history',
    'Show the changes of a project, with actors and reasons',
    HISTORY_EXAMPLE,
  )
    .argument('<project>', PROJECT)
    .action(async (reference: string, options: { output: Output }) => {
      const { connection, list } = openSession(options);
      const id = await projectId(connection, reference);
      list(await connection.all<ProjectEvent>(path`/projects/${id}/history`), projectEventView);
    });

  listing(
    project,
    projectResourceView,
    'resources',
    'List what a project may use and does use',
    RESOURCES_EXAMPLE,
  )
    .argument('<project>', PROJECT)
    .action(async (reference: string, options: { output: Output }) => {
      const session = openSession(options);
      const id = await projectId(session.connection, reference);
      session.list(await resourcesOf(session, id), projectResourceView);
    });

  projectApplyingCommands(project);
  projectControlCommands(project);
  projectExpiryCommands(project);
  projectPeopleCommands(project);
  projectQuotaSizeCommands(project);
}

const MODES = ['default', 'member', 'related', 'active'];
const LIST_EXAMPLES = [
  'purser project list --pending',
  'purser project list --ends-before 2031-07 --columns id,name,owner_name,end_date --sort end_date',
];
const MEMBERS_EXAMPLE = 'purser project members 6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11 --state requested';
const RESOURCES_EXAMPLE = 'purser project resources 6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11';
const HISTORY_EXAMPLE = 'purser project history 6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11';
/** What a list shows unless it is asked for more. */
const PRESENT = 'uninitialized,active,suspended';
/** Members, and not those who asked or have left. */
const COUNTED = 'accepted,leave_requested,suspended';

async function list({ connection, list }: Session, options: ListOptions): Promise<void> {
  const {
    output: _,
    systemProjects,
    all,
    endsBefore,
    new: brandNew,
    modified,
    deleted,
    ...filters
  } = options;
  const words = [brandNew && NEW, modified && MODIFIED, deleted && DELETED].filter(
    (word) => word !== undefined,
  );
  if (words.length > 1) throw usage('Give one of --new, --modified and --deleted.');
  const narrowed = all || filters.state !== undefined || filters.status !== undefined;
  const query = {
    ...(!narrowed && { state: PRESENT }),
    ...filters,
    ...words[0],
    system: systemProjects ? true : all ? undefined : false,
    ends_before: endsBefore && timeText(endsBefore),
  };
  list((await connection.all<Project>('/projects', query)).map(lineOf), projectView);
}

/** What the words of `project list` stand for. */
const NEW = { state: 'uninitialized', pending: true };
const MODIFIED = { state: 'active,suspended,terminated', pending: true };
const DELETED = { state: 'deleted' };

async function show(session: Session, reference: string, options: ShowOptions): Promise<void> {
  const { connection, item } = session;
  const id = await projectId(connection, reference);
  const address = path`/projects/${id}`;
  const shown = lineOf(await connection.get<Project>(address));
  if (options.members) {
    shown.member_list = await connection.all<Membership>(`${address}/members`, { state: COUNTED });
  }
  if (options.quota) shown.quota = await resourcesOf(session, id);
  const { pending_application: waiting } = shown;
  if (options.pendingApp && waiting !== null) {
    shown.application = await connection.get<ApplicationDetails>(path`/applications/${String(waiting)}`);
  }
  item(shown, projectView);
}

async function resourcesOf({ connection }: Session, reference: string): Promise<ProjectResource[]> {
  const address = path`/projects/${reference}/resources`;
  return connection.items<ProjectResource>(address);
}
