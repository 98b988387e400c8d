import type { Membership, MembershipAction } from '@purser/api/native/projects/membership';
import { type Command, Option } from 'commander';
import { group, leaf, listing, omitUndefined, openSession, type Session } from '../../command.ts';
import { usage } from '../../failures.ts';
import { confirm, YES } from '../../input/confirmation.ts';
import { DRY_RUN, preview } from '../../input/dry-run.ts';
import { eachLine, type LineOutcome } from '../../input/each-line.ts';
import { PROJECT, projectId, projectIdIf } from '../../input/project-reference.ts';
import { withReason } from '../../input/reason.ts';
import { linesOf } from '../../input/text-input.ts';
import { path } from '../../service/connection.ts';
import type { Output, View } from '../../tables/printing.ts';
import { membershipView } from '../../tables/project-views.ts';

interface ListOptions {
  output: Output;
  state?: string;
  project?: string;
  user?: string;
}

interface EnrollOptions {
  output: Output;
  role?: string[];
  file?: string;
}

interface ActOptions {
  output: Output;
  reason?: string;
  yes?: true;
  dryRun?: true;
}

const USER = 'uuid or e-mail address';
const ROLES = ['project_admin', 'project_mod'];

export function membershipCommands(program: Command): void {
  const membership = group(program, 'membership', 'Who takes part in projects');

  listing(membership, membershipView, 'list', 'List memberships', 'purser membership list --state requested')
    .option(
      '--state <states>',
      'only those that are requested, accepted, leave_requested, suspended, rejected, cancelled or removed; several with commas between them',
    )
    .option('--project <project>', `only those in this project: ${PROJECT}`)
    .option('--user <user>', 'only those of this user: uuid or e-mail address')
    .action(async ({ output, ...filters }: ListOptions) => {
      const { connection, list } = openSession({ output });
      const project = await projectIdIf(connection, filters.project);
      list(await connection.all<Membership>('/memberships', { ...filters, project }), membershipView);
    });

  leaf(membership, 'show', 'Show a membership', 'purser membership show 17')
    .argument('<membership>', 'its id')
    .action(async (id: string, options: { output: Output }) => {
      const { connection, item } = openSession(options);
      item(await connection.get<Membership>(path`/memberships/${id}`), membershipView);
    });

  leaf(membership, 'join', 'Ask to join a project', `purser membership join ${ID}`)
    .argument('<project>', PROJECT)
    .action((project: string, options: { output: Output }) => create(openSession(options), project, {}));

  leaf(membership, 'enroll', 'Enroll a user as a member', `purser membership enroll ${ID} ada@example.org`)
    .argument('<project>', PROJECT)
    .argument('[user]', `${USER}; or --file`)
    .addOption(new Option('--role <role...>', 'roles to grant on the project').choices(ROLES))
    .option('--file <file>', "many users: one on each line, '#' begins a remark; '-' for standard input")
    .action((project: string, user: string | undefined, options: EnrollOptions) => {
      const session = openSession(options);
      const { file, role: roles } = options;
      if ((user === undefined) === (file === undefined)) throw usage('Give one user, or --file.');
      if (file === undefined) return create(session, project, omitUndefined({ user, roles }));
      return enrollAll(session, project, file, roles);
    });

  for (const [name, action, about] of ACTIONS) actionCommand(membership, name, action, about);

  roleCommand(membership, 'grant', 'Grant a member a role on a project');
  roleCommand(membership, 'revoke', 'Take a role on a project from a member');
}

const ID = '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11';

const ACTIONS: [string, MembershipAction['action'], string][] = [
  ['leave', 'leave', 'Leave a project, or ask to'],
  ['accept', 'accept', 'Accept a request to join'],
  ['reject', 'reject', 'Reject a request to join'],
  ['remove', 'remove', 'Take a member out, also one who asked to leave'],
  ['cancel', 'cancel', 'Take back a request to join'],
  ['deny-leave', 'deny_leave', 'Keep a member who asked to leave'],
  ['cancel-leave', 'cancel_leave', 'Take back a request to leave'],
];

async function enrollAll(
  session: Session,
  project: string,
  file: string,
  roles: string[] | undefined,
): Promise<void> {
  const lines = await linesOf(file);
  const address = path`/projects/${await projectId(session.connection, project)}/memberships`;
  await eachLine(
    session,
    lines,
    (user) => user,
    async (user) => {
      const { id, state } = await session.connection.post<Membership>(
        address,
        omitUndefined({ user, roles }),
      );
      return { id, state };
    },
    enrolledView,
  );
}

const enrolledView: View<LineOutcome & Pick<Membership, 'id' | 'state'>> = {
  fields: ['line', 'done', 'error', 'id', 'state'],
  columns: ['line', 'done', 'id', 'state', 'error'],
};

async function create(session: Session, project: string, body: object): Promise<void> {
  const { connection, item, tell } = session;
  const made = await connection.post<Membership>(
    path`/projects/${await projectId(connection, project)}/memberships`,
    body,
  );
  item(made, membershipView);
  tell(`Membership ${made.id} is ${made.state}.`);
}

function actionCommand(
  parent: Command,
  name: string,
  action: MembershipAction['action'],
  about: string,
): void {
  const asks = action === 'remove';
  const command = leaf(parent, name, about, `purser membership ${name} 17${asks ? ' --yes' : ''}`);
  if (asks) command.option(...YES);
  withReason(command, 'sent to the member')
    .argument('<membership>', 'its id')
    .option(...DRY_RUN)
    .action(async (id: string, { output, reason, yes, dryRun }: ActOptions) => {
      const session = openSession({ output });
      const { connection, item, tell } = session;
      const address = path`/memberships/${id}/action`;
      const body = omitUndefined({ action, reason });
      if (dryRun) return preview(session, { method: 'POST', path: address, body });
      if (asks) await confirm(`Take membership ${id} out of its project`, yes);
      const acted = await connection.post<Membership>(address, body);
      item(acted, membershipView);
      tell(`Membership ${acted.id} is ${acted.state}.`);
    });
}

function roleCommand(parent: Command, name: 'grant' | 'revoke', about: string): void {
  leaf(parent, name, about, `purser membership ${name} ${ID} ada@example.org project_mod`)
    .argument('<project>', PROJECT)
    .argument('<user>', USER)
    .argument('<role>', `one of ${ROLES.join(', ')}`)
    .action(async (project: string, user: string, role: string, options: { output: Output }) => {
      const { connection, done, tell } = openSession(options);
      const id = await projectId(connection, project);
      const address = path`/projects/${id}/members/${user}/roles/${role}`;
      if (name === 'grant') await connection.put(address);
      else await connection.delete(address);
      done({ project, user, role });
      tell(name === 'grant' ? `${user} is ${role} now.` : `${user} is no longer ${role}.`);
    });
}
