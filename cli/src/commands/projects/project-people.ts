import type { DelegateQuestion } from '@purser/api/native/workflow/delegate';
import type { Command } from 'commander';
import { group, leaf, listing, openSession, type Session } from '../../command.ts';
import { refused } from '../../failures.ts';
import { ask, askForTask } from '../../input/delegates.ts';
import { PROJECT, projectId } from '../../input/project-reference.ts';
import type { Output, View } from '../../tables/printing.ts';

/** A member of a project, or a user invited to it. */
interface ProjectUser {
  id: string;
  name: string;
  email: string;
  roles: string[];
  inherited_roles: string[];
  cohort: string;
  status: string;
}

interface ManageableRole {
  id: string;
  name: string;
  description: string;
}

interface Options {
  output: Output;
  project?: string;
}

const projectUserView: View<ProjectUser> = {
  fields: ['id', 'name', 'email', 'roles', 'inherited_roles', 'cohort', 'status'],
  columns: ['id', 'name', 'roles', 'cohort', 'status'],
};
const manageableRoleView: View<ManageableRole> = {
  fields: ['id', 'name', 'description'],
  columns: ['id', 'name', 'description'],
};

const USER = "uuid or name, as in 'purser project user list'";
const ON_PROJECT = ['--project <project>', `the project: ${PROJECT}; without it, your default one`] as const;

/** `project user …` and `project roles`: for those who run a project. */
export function projectPeopleCommands(project: Command): void {
  const user = group(project, 'user', 'Who has roles on a project, and who is asked in');

  listing(
    user,
    projectUserView,
    'list',
    'List who has roles on a project, and who is asked in',
    'purser project user list',
  )
    .option(...ON_PROJECT)
    .action(async ({ output, project: uuid }: Options) => {
      const session = openSession({ output });
      session.list(await usersOf(session, uuid), projectUserView);
    });

  leaf(user, 'show', 'Show a user of a project', 'purser project user show ada@example.org')
    .argument('<user>', USER)
    .option(...ON_PROJECT)
    .action(async (reference: string, { output, project: uuid }: Options) => {
      const session = openSession({ output });
      session.item(await userOf(session, reference, uuid), projectUserView);
    });

  leaf(
    user,
    'invite',
    'Invite a user to a project, by mail',
    'purser project user invite ada@example.org member',
  )
    .argument('<email>', 'e-mail address')
    .argument('<roles...>', "roles on the project; 'purser project roles' shows which")
    .option(...ON_PROJECT)
    .action(async (email: string, roles: string[], { output, project: uuid }: Options) => {
      const input = { email, roles };
      const session = openSession({ output });
      await askForTask(session, 'UserList', await about(session, uuid, { method: 'POST', input }));
    });

  leaf(user, 'cancel-invite', 'Take an invitation back', 'purser project user cancel-invite ada@example.org')
    .argument('<user>', USER)
    .option(...ON_PROJECT)
    .action(async (reference: string, { output, project: uuid }: Options) => {
      const session = openSession({ output });
      const { id } = await userOf(session, reference, uuid);
      const question = { method: 'DELETE', params: { user_id: id } } as const;
      await askForTask(session, 'UserDetail', await about(session, uuid, question));
    });

  roleCommand(user, 'grant', 'PUT', 'Request roles for a user on a project');
  roleCommand(user, 'revoke', 'DELETE', 'Request the removal of roles of a user on a project');

  listing(
    project,
    manageableRoleView,
    'roles',
    'List the roles that you may give and take',
    'purser project roles',
  )
    .option(...ON_PROJECT)
    .action(async ({ output, project: uuid }: Options) => {
      const session = openSession({ output });
      const { answer } = await ask(session, 'RoleList', await about(session, uuid, { method: 'GET' }));
      session.list((answer as { roles: ManageableRole[] }).roles, manageableRoleView);
    });
}

function roleCommand(parent: Command, name: string, method: 'PUT' | 'DELETE', text: string): void {
  leaf(parent, name, text, `purser project user ${name} ada@example.org project_mod`)
    .argument('<user>', USER)
    .argument('<roles...>', "which; 'purser project roles' shows them")
    .option(...ON_PROJECT)
    .action(async (reference: string, roles: string[], { output, project: uuid }: Options) => {
      const session = openSession({ output });
      const { id } = await userOf(session, reference, uuid);
      const question = { method, params: { user_id: id }, input: { roles } };
      await askForTask(session, 'UserRoles', await about(session, uuid, question));
    });
}

/** A question about a project, named in any way, or about the one that the token acts on. */
export async function about(
  { connection }: Pick<Session, 'connection'>,
  project: string | undefined,
  question: DelegateQuestion,
): Promise<DelegateQuestion> {
  return project === undefined ? question : { ...question, project: await projectId(connection, project) };
}

async function usersOf(session: Session, project: string | undefined): Promise<ProjectUser[]> {
  const { answer } = await ask(session, 'UserList', await about(session, project, { method: 'GET' }));
  return (answer as { users: ProjectUser[] }).users;
}

async function userOf(
  session: Session,
  reference: string,
  project: string | undefined,
): Promise<ProjectUser> {
  const users = await usersOf(session, project);
  const found = users.find(({ id, name }) => id === reference || name === reference.toLowerCase());
  if (found) return found;
  throw refused(`The project has no user ${reference}; 'purser project user list' shows all.`);
}
