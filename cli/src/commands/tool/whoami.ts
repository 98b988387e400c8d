import type { Me } from '@purser/api/native/accounts/me';
import type { Command } from 'commander';
import { leaf, openSession } from '../../command.ts';
import type { Output, View } from '../../tables/printing.ts';

interface Identity {
  user: string;
  username: string;
  name: string;
  operator: boolean;
  roles: string[];
  projects: string[];
  token: string;
  expires_at: string | null;
}

const identityView: View<Identity> = {
  fields: ['user', 'username', 'name', 'operator', 'roles', 'projects', 'token', 'expires_at'],
  columns: [],
  texts: {
    roles: (roles) => roles.join('\n') || '-',
    projects: (projects) => projects.join('\n') || '-',
    expires_at: (at) => at ?? 'never',
  },
};

/** `whoami` */
export function whoamiCommand(program: Command): void {
  leaf(program, 'whoami', 'Show who you are here, and until when', 'purser whoami').action(
    async (options: { output: Output }) => {
      const { connection, item } = openSession(options);
      item(identityOf(await connection.get<Me>('/me')), identityView);
    },
  );
}

function identityOf({ user, token, roles, operator, projects }: Me): Identity {
  return {
    user: user.id,
    username: user.username,
    name: user.full_name,
    operator,
    roles: roles.map(({ role, project }) => (project === null ? role : `${role} on ${project}`)),
    projects,
    token: token.name,
    expires_at: token.expires_at,
  };
}
