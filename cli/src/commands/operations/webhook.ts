import type { Webhook, WebhookCreated, WebhookDelivery } from '@purser/api/native/operations/webhook';
import { type Command, Option } from 'commander';
import { group, leaf, listing, omitUndefined, openSession } from '../../command.ts';
import { refused } from '../../failures.ts';
import { confirm } from '../../input/confirmation.ts';
import { path } from '../../service/connection.ts';
import type { Output } from '../../tables/printing.ts';
import { webhookCreatedView, webhookDeliveryView, webhookView } from '../../tables/workflow-views.ts';

interface AddOptions {
  output: Output;
  event: string[];
  description?: string;
}

export function webhookCommands(program: Command): void {
  const webhook = group(program, 'webhook', 'Addresses that events are sent to');

  leaf(webhook, 'add', 'Add an address and print the secret that events are signed with, once', ADD_EXAMPLE)
    .argument('<url>', 'where events are posted to')
    .requiredOption(
      '--event <types...>',
      "types of events, such as task.created or 'application.*'; '*' for all",
    )
    .option('--description <text>', 'what it is')
    .action(async (url: string, { output, event: events, description }: AddOptions) => {
      const { connection, item, tell } = openSession({ output });
      const body = omitUndefined({ url, events, description });
      item(await connection.post<WebhookCreated>('/webhooks', body), webhookCreatedView);
      tell('The secret is not shown again; the receiver checks signatures of events with it.');
    });

  listing(webhook, webhookView, 'list', 'List webhooks', 'purser webhook list').action(
    async (options: { output: Output }) => {
      const { connection, list } = openSession(options);
      list(await connection.all<Webhook>('/webhooks'), webhookView);
    },
  );

  leaf(webhook, 'show', 'Show a webhook', 'purser webhook show 3')
    .argument('<webhook>', 'its id')
    .action(async (id: string, options: { output: Output }) => {
      const { connection, item } = openSession(options);
      item(await connection.get<Webhook>(path`/webhooks/${id}`), webhookView);
    });

  leaf(webhook, 'remove', 'Remove a webhook, and forget its calls', 'purser webhook remove 3 --yes')
    .argument('<webhook>', 'its id')
    .option('--yes', 'do it without asking')
    .action(async (id: string, { output, yes }: { output: Output; yes?: true }) => {
      const { connection, done, tell } = openSession({ output });
      await confirm(`Remove webhook ${id}`, yes);
      await connection.delete(path`/webhooks/${id}`);
      done({ removed: Number(id) });
      tell(`Webhook ${id} removed.`);
    });

  listing(
    webhook,
    webhookDeliveryView,
    'deliveries',
    'List calls of a webhook, the newest first',
    'purser webhook deliveries 3 --state failed',
  )
    .argument('<webhook>', 'its id')
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .action(async (id: string, { output, state }: { output: Output; state?: string }) => {
      const { connection, list } = openSession({ output });
      list(
        await connection.all<WebhookDelivery>(path`/webhooks/${id}/deliveries`, { state }),
        webhookDeliveryView,
      );
    });

  leaf(webhook, 'test', 'Call a webhook once, now', 'purser webhook test 3')
    .argument('<webhook>', 'its id')
    .action(async (id: string, options: { output: Output }) => {
      const { connection, item, tell } = openSession(options);
      const call = await connection.post<WebhookDelivery>(path`/webhooks/${id}/test`, {});
      item(call, webhookDeliveryView);
      if (call.state !== 'delivered') throw refused(`Webhook ${id} did not take the event: ${call.error}.`);
      tell(`Webhook ${id} answered with status ${call.status}.`);
    });
}

const STATES = ['waiting', 'delivered', 'failed'];
const ADD_EXAMPLE =
  "purser webhook add https://chat.example.org/hooks/cloud --event task.created task.failed 'application.*'";
