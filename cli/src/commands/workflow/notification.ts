import type { Notification, NotificationsAcknowledged } from '@purser/api/native/workflow/notification';
import type { Command } from 'commander';
import { group, leaf, listing, openSession } from '../../command.ts';
import { usage } from '../../failures.ts';
import { DRY_RUN, tellUnchanged } from '../../input/dry-run.ts';
import { path } from '../../service/connection.ts';
import type { Output } from '../../tables/printing.ts';
import { notificationView } from '../../tables/workflow-views.ts';

interface ListOptions {
  output: Output;
  acknowledged?: boolean;
  error?: boolean;
  task?: string;
}

interface AcknowledgeOptions {
  output: Output;
  all?: true;
  dryRun?: true;
}

const ID = '7b943f2a7c1e58d44b0e9a560c8f1d2e';

export function notificationCommands(program: Command): void {
  const notification = group(program, 'notification', 'Messages to operators about tasks');

  listing(
    notification,
    notificationView,
    'list',
    'List messages, the newest first',
    'purser notification list --no-acknowledged --error',
  )
    .option('--acknowledged', 'only acknowledged ones')
    .option('--no-acknowledged', 'only unacknowledged ones')
    .option('--error', 'only those of something that went wrong')
    .option('--no-error', 'only others')
    .option('--task <task>', 'only those about this task')
    .action(async ({ output, ...filters }: ListOptions) => {
      const { connection, list } = openSession({ output });
      list(await connection.all<Notification>('/notifications', { ...filters }), notificationView);
    });

  leaf(notification, 'show', 'Show a message', `purser notification show ${ID}`)
    .argument('<notification>', 'its id')
    .action(async (id: string, options: { output: Output }) => {
      const { connection, item } = openSession(options);
      item(await connection.get<Notification>(path`/notifications/${id}`), notificationView);
    });

  leaf(notification, 'acknowledge', 'Acknowledge messages', `purser notification acknowledge ${ID}`)
    .argument('[ids...]', 'which')
    .option('--all', 'all unacknowledged ones')
    .option(...DRY_RUN)
    .action(async (ids: string[], { output, all, dryRun }: AcknowledgeOptions) => {
      if (ids.length > 0 === (all === true)) throw usage('Say which messages, or --all.');
      const session = openSession({ output });
      const { connection, done, tell, list } = session;
      if (dryRun) {
        const open = await connection.all<Notification>('/notifications', { acknowledged: false });
        list(all ? open : open.filter(({ id }) => ids.includes(id)), notificationView);
        return tellUnchanged(session);
      }
      const { acknowledged } = await connection.post<NotificationsAcknowledged>(
        '/notifications/acknowledge',
        all ? { all } : { ids },
      );
      done({ acknowledged });
      tell(acknowledged === 1 ? '1 message acknowledged.' : `${acknowledged} messages acknowledged.`);
    });
}
