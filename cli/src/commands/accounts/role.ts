import type { Role, RoleGrant } from '@purser/api/native/accounts/role';
import type { Command } from 'commander';
import { group, leaf, listing, omitUndefined, openSession } from '../../command.ts';
import { DRY_RUN, preview } from '../../input/dry-run.ts';
import { path } from '../../service/connection.ts';
import type { Output } from '../../tables/printing.ts';
import { roleGrantView, roleView } from '../../tables/views.ts';

interface GrantOptions {
  output: Output;
  project?: string;
  dryRun?: true;
}

export function roleCommands(program: Command): void {
  const role = group(program, 'role', 'Roles, and who has them');

  listing(
    role,
    [roleView, roleGrantView],
    'list',
    'List all roles, or those a user has',
    'purser role list --user ada@example.org',
  )
    .option('--user <user>', 'whose roles: uuid, number or e-mail address')
    .action(async (options: { output: Output; user?: string }) => {
      const { connection, list } = openSession(options);
      if (options.user === undefined) return list(await connection.all<Role>('/roles'), roleView);
      list(await connection.items<RoleGrant>(path`/users/${options.user}/roles`), roleGrantView);
    });

  leaf(role, 'add', 'Create a role', 'purser role add auditor --description "Reads everything"')
    .argument('<name>', 'what it is to be called')
    .option('--description <text>', 'what it is for')
    .action(async (name: string, options: { output: Output; description?: string }) => {
      const { connection, item } = openSession(options);
      const { description } = options;
      item(await connection.post<Role>('/roles', omitUndefined({ name, description })), roleView);
    });

  leaf(role, 'grant', 'Grant a role to a user', 'purser role grant ada@example.org admin')
    .argument('<user>', 'uuid, number or e-mail address')
    .argument('<role>', "name of the role; 'purser role list' shows all")
    .option('--project <uuid>', 'only on this project; without it, on the whole cloud')
    .option(...DRY_RUN)
    .action(async (user: string, name: string, options: GrantOptions) => {
      await changeRole('PUT', { user, name }, options, `${user} has the role ${name} ${where(options)}.`);
    });

  leaf(role, 'revoke', 'Take a role from a user', 'purser role revoke ada@example.org admin')
    .argument('<user>', 'uuid, number or e-mail address')
    .argument('<role>', "name of the role; 'purser role list' shows all")
    .option('--project <uuid>', 'on this project; without it, on the whole cloud')
    .option(...DRY_RUN)
    .action(async (user: string, name: string, options: GrantOptions) => {
      const after = `${user} no longer has the role ${name} ${where(options)}.`;
      await changeRole('DELETE', { user, name }, options, after);
    });
}

/** Grants or revokes a role, or previews that; `after` is the sentence once it is done. */
async function changeRole(
  method: 'PUT' | 'DELETE',
  { user, name }: { user: string; name: string },
  options: GrantOptions,
  after: string,
): Promise<void> {
  const session = openSession(options);
  const { connection, done, tell } = session;
  const { project } = options;
  const address = path`/users/${user}/roles/${name}`;
  if (options.dryRun) {
    const query = project === undefined ? '' : `?project=${encodeURIComponent(project)}`;
    return preview(session, { method, path: `${address}${query}` });
  }
  if (method === 'PUT') await connection.put(address, { project });
  else await connection.delete(address, { project });
  done({ user, role: name, project: project ?? null });
  tell(after);
}

function where({ project }: GrantOptions): string {
  return project === undefined ? 'on the whole cloud' : `on project ${project}`;
}
