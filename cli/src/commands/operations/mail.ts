import type { MailEntry, MailRetried } from '@purser/api/native/operations/mail';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { group, leaf, listing, openSession } from '../../command.ts';
import { usage } from '../../failures.ts';
import { DRY_RUN, tellUnchanged } from '../../input/dry-run.ts';
import type { Output } from '../../tables/printing.ts';
import { mailView } from '../../tables/views.ts';

interface RetryOptions {
  output: Output;
  all?: true;
  dryRun?: true;
}

export function mailCommands(program: Command): void {
  const mail = group(program, 'mail', 'Mails of the service, and what became of them');

  listing(
    mail,
    mailView,
    'list',
    'List mails that wait, were given up or were sent',
    'purser mail list --state failed',
  )
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .action(async ({ output, state }: { output: Output; state?: string }) => {
      const { connection, list } = openSession({ output });
      list(await connection.all<MailEntry>('/mails', { state }), mailView);
    });

  leaf(mail, 'retry', 'Try mails again that wait or were given up', 'purser mail retry 12 13')
    .argument('[ids...]', 'which', idOf)
    .option('--all', 'all of them')
    .option(...DRY_RUN)
    .action(async (ids: number[] = [], { output, all, dryRun }: RetryOptions) => {
      if (ids.length > 0 === (all === true)) throw usage('Say which mails, or --all.');
      const session = openSession({ output });
      const { connection, done, tell, list } = session;
      if (dryRun) {
        const unsent = (await connection.all<MailEntry>('/mails')).filter(({ state }) => state !== 'sent');
        list(all ? unsent : unsent.filter(({ id }) => ids.includes(id)), mailView);
        return tellUnchanged(session);
      }
      const { due } = await connection.post<MailRetried>('/mails/retry', all ? { all } : { ids });
      done({ due });
      tell(due === 1 ? '1 mail is tried again.' : `${due} mails are tried again.`);
    });
}

const STATES = ['waiting', 'failed', 'sent'];

/** One more of a list of ids. */
function idOf(text: string, before: number[] = []): number[] {
  if (!/^[1-9][0-9]{0,14}$/.test(text)) throw new InvalidArgumentError('It is the id of a mail.');
  return [...before, Number(text)];
}
