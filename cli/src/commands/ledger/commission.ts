import type { Commission, CommissionVerdict } from '@purser/api/native/ledger/commission';
import { type Command, Option } from 'commander';
import { group, leaf, listing, omitUndefined, openSession, type Session } from '../../command.ts';
import { EXIT, Failure, refused, usage } from '../../failures.ts';
import { tellUnchanged, withDryRun } from '../../input/dry-run.ts';
import { parseDuration } from '../../input/durations.ts';
import { PROJECT, projectIdIf } from '../../input/project-reference.ts';
import { path } from '../../service/connection.ts';
import type { Output, View } from '../../tables/printing.ts';
import { commissionView } from '../../tables/views.ts';
import { commissionIssueCommands } from './commission-issue.ts';

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
    .option('--overdue <time>', 'only those pending for longer: for example 900 (seconds), 15m, 1h or 7d')
    .option('--project <project>', `only those on this project: ${PROJECT}`)
    .option('--user <user>', 'only those for this user: uuid, number or e-mail address')
    .option('--resource <name>', 'only those of this resource')
    .action(async ({ output, ...filters }: ListOptions) => {
      const query = queryOf(filters);
      const { connection, list } = openSession({ output });
      const project = await projectIdIf(connection, query.project);
      list(await connection.all<Commission>('/commissions', { ...query, project }), commissionView);
    });

  leaf(commission, 'show', 'Show a commission, whatever became of it', 'purser commission show 57')
    .argument('<serial>', 'its number')
    .action(async (serial: string, options: { output: Output }) => {
      const { connection, item } = openSession(options);
      item(await connection.get<Commission>(path`/commissions/${serial}`), commissionView);
    });

  commissionIssueCommands(commission);
  resolveCommand(commission, 'accept', 'Accept a commission: what it reserved is used', ACCEPT_EXAMPLE);
  resolveCommand(commission, 'reject', 'Reject a commission: what it reserved is free again', REJECT_EXAMPLE);
  resolveManyCommand(commission);
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
        omitUndefined({ reason }),
      );
      item(answer, commissionView);
      tell(`Commission ${answer.serial} is ${answer.state}.`);
    });
}

interface ResolveManyOptions extends ResolveOptions {
  accept?: string[];
  reject?: string[];
  dryRun?: true;
}

/** What became, or would become, of one commission. */
interface ResolutionLine {
  serial: number;
  before: string | null;
  after: string;
}
const resolutionView: View<ResolutionLine> = {
  fields: ['serial', 'before', 'after'],
  columns: ['serial', 'before', 'after'],
};

function resolveManyCommand(parent: Command): void {
  const example = 'purser commission resolve --accept 57 58 --reject 59 --reason "as the servers are"';
  withDryRun(leaf(parent, 'resolve', 'Accept and reject many commissions', example))
    .option('--accept <serials...>', 'those to accept')
    .option('--reject <serials...>', 'those to reject')
    .option('--reason <text>', 'why; kept with the commissions')
    .action(async ({ output, reason, dryRun, ...lists }: ResolveManyOptions) => {
      const accept = serialsOf(lists.accept);
      const reject = serialsOf(lists.reject);
      if (accept.length + reject.length === 0) throw usage('Say what to --accept or to --reject.');
      const session = openSession({ output });
      if (dryRun) return previewResolution(session, accept, reject);
      const verdict = await session.connection.post<CommissionVerdict>('/commissions/resolve', {
        accept,
        reject,
        ...omitUndefined({ reason }),
      });
      const lines = Object.entries(verdict).flatMap(([after, serials]) =>
        serials.map((serial) => ({ serial, before: null, after: AFTER[after] ?? after })),
      );
      session.list(
        lines.sort((one, other) => one.serial - other.serial),
        { ...resolutionView, fields: ['serial', 'after'], columns: ['serial', 'after'] },
      );
      const failed = lines.length - verdict.accepted.length - verdict.rejected.length;
      session.tell(`${verdict.accepted.length} accepted, ${verdict.rejected.length} rejected.`);
      if (failed > 0) throw refused(`${failed} stay as they are.`);
    });
}

/** What the verdict's lists say of a commission. */
const AFTER: Record<string, string> = {
  resolved: 'had been resolved the other way',
  not_found: 'not there',
  conflicting: 'asked to be both; untouched',
  damaged: 'damaged; untouched',
};

function serialsOf(texts: readonly string[] = []): number[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => {
      if (/^[1-9][0-9]{0,14}$/.test(text.trim())) return Number(text);
      throw usage(`'${text}' is not a valid serial.`);
    });
}

/** The ledger does not undo what it has done, so this goes by what the commissions are now. */
async function previewResolution(session: Session, accept: number[], reject: number[]): Promise<void> {
  const lines: ResolutionLine[] = [];
  for (const serial of [...new Set([...accept, ...reject])].sort((one, other) => one - other)) {
    const before = await stateOf(session, serial);
    const both = accept.includes(serial) && reject.includes(serial);
    const wanted = accept.includes(serial) ? 'accepted' : 'rejected';
    const after = both
      ? 'conflicting'
      : before === null
        ? 'not_found'
        : before === 'pending'
          ? wanted
          : before;
    const otherwise = !both && before !== null && after !== wanted;
    lines.push({ serial, before, after: AFTER[otherwise ? 'resolved' : after] ?? after });
  }
  session.list(lines, resolutionView);
  tellUnchanged(session);
}

async function stateOf({ connection }: Session, serial: number): Promise<string | null> {
  try {
    return (await connection.get<Commission>(path`/commissions/${String(serial)}`)).state;
  } catch (error) {
    if (error instanceof Failure && error.exitCode === EXIT.refused) return null;
    throw error;
  }
}

function queryOf({ overdue, state, ...filters }: Omit<ListOptions, 'output'>) {
  if (overdue === undefined) return { ...filters, state };
  if (state !== undefined && state !== 'pending') throw usage('--overdue is about pending commissions.');
  const older_than = parseDuration(overdue);
  if (older_than === undefined)
    throw usage(`'${overdue}' is not a valid duration; use for example 900, 15m, 1h or 7d.`);
  return { ...filters, state: 'pending', older_than };
}
