import type { Charge, UsageSeries } from '@purser/api/native/ledger/usage';
import { type Command, Option } from 'commander';
import { group, listing, openSession } from '../../command.ts';
import { PROJECT, projectIdIf } from '../../input/project-reference.ts';
import type { Output } from '../../tables/printing.ts';
import { timeText } from '../../tables/times.ts';
import { chargeView, type UsageLine, usageView } from '../../tables/views.ts';

interface Filters {
  output: Output;
  project?: string;
  user?: string;
  resource?: string;
  per?: string;
  from?: string;
  to?: string;
}

const FROM = 'the beginning, in UTC: 2031-05-30T10:00Z, 2031-05-30 or 2031-05';

export function usageCommands(program: Command): void {
  const usage = group(program, 'usage', 'Who used what, when');

  filtered(listing(usage, usageView, 'show', 'Show usage over time', SHOW_EXAMPLE))
    .option('--from <time>', `${FROM}; without it, 24 hours or 30 days before the end`)
    .option('--to <time>', 'the end; without it, now')
    .addOption(new Option('--step <step>', 'how fine').choices(['hour', 'day']).default('hour'))
    .action(async ({ output, ...query }: Filters & { step: string }) => {
      const { connection, list } = openSession({ output });
      const project = await projectIdIf(connection, query.project);
      const items = await connection.items<UsageSeries>('/usage', { ...spanOf(query), project });
      list(items.flatMap(linesOf), usageView);
    });

  filtered(listing(usage, chargeView, 'charges', 'List who used how much, for charge-back', CHARGES_EXAMPLE))
    .requiredOption('--from <time>', FROM)
    .option('--to <time>', 'the end; without it, the last hour that is over')
    .action(async ({ output, ...query }: Filters) => {
      const { connection, list } = openSession({ output });
      const project = await projectIdIf(connection, query.project);
      list(await connection.all<Charge>('/charges', { ...spanOf(query), project }), chargeView);
    });
}

const SHOW_EXAMPLE = 'purser usage show --user ada@example.org --step day --from 2031-05 --to 2031-06';
const CHARGES_EXAMPLE = 'purser usage charges --from 2031-05 --to 2031-06 --output csv > may.csv';

function filtered(command: Command): Command {
  return command
    .option('--project <project>', `only this project: ${PROJECT}`)
    .option('--user <user>', 'only this user: uuid, number or e-mail address')
    .option('--resource <name>', 'only this resource')
    .addOption(
      new Option('--per <kind>', 'only projects as a whole, or only users').choices(['project', 'user']),
    );
}

function spanOf<T extends { from?: string; to?: string }>({ from, to, ...query }: T) {
  return { ...query, from: from && timeText(from), to: to && timeText(to) };
}

function linesOf({ points, ...holding }: UsageSeries): UsageLine[] {
  return points.map((point) => ({ ...holding, ...point }));
}
