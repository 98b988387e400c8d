import type { AuditEntry } from '@purser/api/native/operations/audit';
import { type Command, InvalidArgumentError } from 'commander';
import { group, listing, openSession } from '../../command.ts';
import type { Output } from '../../tables/printing.ts';
import { timeText } from '../../tables/times.ts';
import { auditView } from '../../tables/views.ts';

interface ListOptions {
  output: Output;
  actor?: string;
  action?: string;
  subject?: string;
  since?: string;
  until?: string;
  last: number;
  all?: true;
}

/** As many as the API gives at once. */
const LAST_MAX = 1000;

export function auditCommands(program: Command): void {
  const audit = group(program, 'audit', 'Who did what');

  listing(audit, auditView, 'list', 'List what was done, the newest first', EXAMPLE)
    .option('--actor <user>', 'only what this user did: uuid, number or e-mail address')
    .option('--action <action>', 'only this one, for example quota.fix')
    .option('--subject <subject>', 'only what was done to this')
    .option('--since <time>', 'only from then on, in UTC: 2031-05-30T10:00Z, 2031-05-30 or 2031-05')
    .option('--until <time>', 'only before then')
    .option('--last <number>', `so many, ${LAST_MAX} at the most`, countOf, 100)
    .option('--all', 'all of them')
    .action(async ({ output, last, all, since, until, ...filters }: ListOptions) => {
      const { connection, list } = openSession({ output });
      const query = { ...filters, since: since && timeText(since), until: until && timeText(until) };
      const entries = all
        ? await connection.all<AuditEntry>('/audit', query)
        : await connection.items<AuditEntry>('/audit', { ...query, limit: last });
      list(entries, auditView);
    });
}

const EXAMPLE = 'purser audit list --action commission.reject --since 2031-05-01';

function countOf(text: string): number {
  const count = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > LAST_MAX) throw new InvalidArgumentError(`It is a number from 1 to ${LAST_MAX}.`);
  return count;
}
