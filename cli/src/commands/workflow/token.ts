import type {
  TaskToken,
  TaskTokenDescription,
  TaskTokenSubmitted,
  TaskTokensDeleted,
} from '@purser/api/native/workflow/task-token';
import type { Command } from 'commander';
import { group, leaf, listing, openSession, type Session } from '../../command.ts';
import { confirm } from '../../input/confirmation.ts';
import { fieldsOf } from '../../input/field-values.ts';
import { path } from '../../service/connection.ts';
import { openWithoutLogin } from '../../service/without-login.ts';
import type { Output } from '../../tables/printing.ts';
import { taskTokenDescriptionView, taskTokenView } from '../../tables/workflow-views.ts';

const SECRET = 'the token, as it came by mail';

export function tokenCommands(program: Command): void {
  const token = group(program, 'token', "Tokens that tasks wait for; API tokens are at 'purser user token'");

  listing(
    token,
    taskTokenView,
    'list',
    'List tokens that are good, or that have run out',
    'purser token list --expired',
  )
    .option('--expired', 'those that have run out')
    .action(async ({ output, expired }: { output: Output; expired?: true }) => {
      const { connection, list } = openSession({ output });
      list(await connection.all<TaskToken>('/task-tokens', { expired }), taskTokenView);
    });

  leaf(
    token,
    'show',
    'Show what a token is for, and what it asks for; needs no login',
    'purser token show 3f2a7c1e58d44b0e',
  )
    .argument('<token>', SECRET)
    .action(async (secret: string, options: { output: Output }) => {
      const session = openWithoutLogin(options);
      session.item(await described(session, secret), taskTokenDescriptionView);
    });

  leaf(
    token,
    'submit',
    'Submit a token: its task is done; needs a login only where the token says so',
    'purser token submit 3f2a7c1e58d44b0e confirm=true',
  )
    .argument('<token>', SECRET)
    .argument('[fields...]', 'what it asks for, as NAME=VALUE; a value can be JSON')
    .action(async (secret: string, fields: string[], options: { output: Output }) => {
      const body = fieldsOf(fields);
      const { requires_authentication } = await described(openWithoutLogin(options), secret);
      const { connection, done, tell } = requires_authentication
        ? openSession(options)
        : openWithoutLogin(options);
      const submitted = await connection.post<TaskTokenSubmitted>(path`/task-tokens/${secret}`, body);
      done({ ...submitted });
      tell(
        submitted.running
          ? `Task ${submitted.task} continues.`
          : `Task ${submitted.task} is ${submitted.state}.`,
      );
    });

  leaf(token, 'clear-expired', 'Delete tokens that have run out', 'purser token clear-expired --yes')
    .option('--yes', 'do it without asking')
    .action(async ({ output, yes }: { output: Output; yes?: true }) => {
      const { connection, done, tell } = openSession({ output });
      await confirm('Delete all tokens that have run out', yes);
      const { deleted } = await connection.deleteFor<TaskTokensDeleted>('/task-tokens', { expired: true });
      done({ deleted });
      tell(deleted === 1 ? '1 token deleted.' : `${deleted} tokens deleted.`);
    });
}

/** What a token is for. The recipient of a mail may have no account yet, so no API token is sent. */
function described({ connection }: Session, secret: string): Promise<TaskTokenDescription> {
  return connection.get<TaskTokenDescription>(path`/task-tokens/${secret}`);
}
