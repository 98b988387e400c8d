import type { Quota } from '@purser/api/native/ledger/quota';
import type { Command } from 'commander';
import { listing, openSession } from '../../command.ts';
import { PROJECT, projectIdIf } from '../../input/project-reference.ts';
import type { Output } from '../../tables/printing.ts';
import { quotaView } from '../../tables/views.ts';

interface ListOptions {
  output: Output;
  user?: string;
  project?: string;
  resource?: string;
  overLimit?: true;
}

/** `quota list` */
export function quotaListCommand(quota: Command): void {
  listing(quota, quotaView, 'list', 'List what users may use and do use', EXAMPLES)
    .option('--user <user>', 'only this user: uuid, number or e-mail address')
    .option('--project <project>', `only this project: ${PROJECT}`)
    .option('--resource <name>', 'only this resource')
    .option('--over-limit', 'only where the user or the project uses more than the limit')
    .action(async ({ output, overLimit, ...filters }: ListOptions) => {
      const { connection, list } = openSession({ output });
      const project = await projectIdIf(connection, filters.project);
      const query = { ...filters, project, over_limit: overLimit };
      list(await connection.all<Quota>('/quotas', query), quotaView);
    });
}

const EXAMPLES = [
  'purser quota list --user ada@example.org',
  'purser quota list --resource cyclades.ram --unit-style gb --sort -usage --limit 10',
];
