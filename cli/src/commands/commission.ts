import type { Commission } from '@purser/api/native/commission';
import { type Command, Option } from 'commander';
import { given, group, leaf, listing, openSession } from '../command.ts';
import { path } from '../connection.ts';
import { parseDuration } from '../durations.ts';
import { usage } from '../failures.ts';
import type { Output } from '../printing.ts';
import { commissionView } from '../views.ts';

interface ListOptions {
  output: Output;
  component?: string;
  state?: string;
  overdue?: string;
  project?: string;
  user?: string;
  resource?: string;
}

interface ResolveOptions {
  output: Output;
  reason?: string;
}

export function commissionCommands(program: Command): void {
  const commission = group(program, 'commission', 'Reservations of quotas, and what became of them');

  listing(commission, commissionView, 'list', 'List commissions', LIST_EXAMPLES)
    .option('--component <name>', 'only what this component issued')
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .option('--overdue <time>', 'only those pending for longer: seconds, or such as 15m, 1h, 7d')
    .option('--project <uuid>', 'only those on this project')
    .option('--user <user>', 'only those for this user: uuid, number or e-mail address')
    .option('--resource <name>', 'only those of this resource')
    .action(async ({ output, ...filters }: ListOptions) => {
      const query = queryOf(filters);
      const { connection, list } = openSession({ output });
      list(await connection.all<Commission>('/commissions', query), commissionView);
    });

  leaf(commission, 'show', 'Show a commission, whatever became of it', 'purser commission show 57')
    .argument('<serial>', 'its number')
    .action(async (serial: string, options: { output: Output }) => {
      const { connection, item } = openSession(options);
      item(await connection.get<Commission>(path`/commissions/${serial}`), commissionView);
    });

  resolveCommand(commission, 'accept', 'Accept a commission: what it reserved is used', ACCEPT_EXAMPLE);
  resolveCommand(commission, 'reject', 'Reject a commission: what it reserved is free again', REJECT_EXAMPLE);
}

const STATES = ['pending', 'accepted', 'rejected'];
const LIST_EXAMPLES = [
  'purser commission list --overdue 1h',
  'purser commission list --component compute --state pending --sort issued_at',
];
const ACCEPT_EXAMPLE = 'purser commission accept 57 --reason "the server exists"';
const REJECT_EXAMPLE = 'purser commission reject 57 --reason "the server was never made"';

function resolveCommand(parent: Command, action: 'accept' | 'reject', about: string, example: string): void {
  leaf(parent, action, about, example)
    .argument('<serial>', 'its number')
    .option('--reason <text>', 'why; kept with the commission')
    .action(async (serial: string, { output, reason }: ResolveOptions) => {
      const { connection, item, tell } = openSession({ output });
      const answer = await connection.post<Commission>(
        `${path`/commissions/${serial}`}/${action}`,
        given({ reason }),
      );
      item(answer, commissionView);
      tell(`Commission ${answer.serial} is ${answer.state}.`);
    });
}

function queryOf({ overdue, state, ...filters }: Omit<ListOptions, 'output'>) {
  if (overdue === undefined) return { ...filters, state };
  if (state !== undefined && state !== 'pending') throw usage('--overdue is about pending commissions.');
  const older_than = parseDuration(overdue);
  if (older_than === undefined)
    throw usage(`'${overdue}' is no time; write seconds, or such as 15m, 1h, 7d.`);
  return { ...filters, state: 'pending', older_than };
}
