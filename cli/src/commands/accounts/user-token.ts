import type { Token, TokenCreated } from '@purser/api/native/accounts/token';
import { Argument, type Command } from 'commander';
import { listing, omitUndefined, openSession, type Session } from '../../command.ts';
import { usage } from '../../failures.ts';
import { confirm } from '../../input/confirmation.ts';
import { PROJECT, projectIdIf } from '../../input/project-reference.ts';
import { path } from '../../service/connection.ts';
import type { Output } from '../../tables/printing.ts';
import { instantText } from '../../tables/times.ts';
import { tokenCreatedView, tokenView } from '../../tables/views.ts';

interface Options {
  output: Output;
  name?: string;
  expires?: string;
  project?: string;
  role?: string[];
  yes?: true;
}

const EXAMPLES = [
  'purser user token ada@example.org add --name laptop --expires 2032-05-30T10:00:00Z',
  'purser user token ada@example.org list',
  'purser user token ada@example.org revoke 5 --yes',
];

type Action = 'list' | 'add' | 'revoke';

/** `user token USER list|add|revoke [ID]` */
export function userTokenCommand(user: Command, userHelp: string): void {
  listing(user, tokenView, 'token', "List, add or revoke a user's API tokens", EXAMPLES)
    .argument('<user>', userHelp)
    .addArgument(new Argument('<action>', 'what to do').choices(['list', 'add', 'revoke']))
    .argument('[id]', 'id of the token to revoke')
    .option('--name <name>', 'add: a name to know it by')
    .option(
      '--expires <time>',
      "add: when it ends, in UTC: 2031-05-30T10:00Z, 2031-05-30 or 2031-05, or 'never'",
    )
    .option('--project <project>', `add: bind it to a project: ${PROJECT}`)
    .option('--role <role...>', 'add: narrow it to these roles')
    .option('--yes', 'revoke: do it without asking')
    .action(async (reference: string, action: Action, id: string | undefined, options: Options) => {
      if (action === 'revoke' && id === undefined) {
        throw usage("Say which token; 'purser user token USER list' shows their ids.");
      }
      if (action !== 'revoke' && id !== undefined) throw usage(`An id goes with revoke, not with ${action}.`);
      const session = openSession(options);
      if (action === 'list') await list(session, reference);
      else if (action === 'add') await add(session, reference, options);
      else await revoke(session, reference, id ?? '', options);
    });
}

async function list({ connection, list }: Session, reference: string): Promise<void> {
  list(await connection.all<Token>(path`/users/${reference}/tokens`), tokenView);
}

async function add(session: Session, reference: string, options: Options): Promise<void> {
  if (options.name === undefined) throw usage('Give the token a --name.');
  const body = omitUndefined({
    name: options.name,
    expires_at: options.expires === 'never' ? null : options.expires && instantText(options.expires),
    project: await projectIdIf(session.connection, options.project),
    roles: options.role,
  });
  session.item(
    await session.connection.post<TokenCreated>(path`/users/${reference}/tokens`, body),
    tokenCreatedView,
  );
  session.tell('The token is not shown again.');
}

async function revoke(
  { connection, done, tell }: Session,
  reference: string,
  id: string,
  { yes }: Options,
): Promise<void> {
  await confirm(`Revoke token ${id} of ${reference}`, yes);
  await connection.delete(path`/users/${reference}/tokens/${id}`);
  done({ revoked: Number(id) });
  tell(`Token ${id} revoked.`);
}
