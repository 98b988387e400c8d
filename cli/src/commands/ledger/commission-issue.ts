import type { CommissionBulkVerdict, CommissionIssued } from '@purser/api/native/ledger/commission';
import { isObject, stringifyExact } from '@purser/text/json';
import { parseQuantity } from '@purser/text/quantity';
import type { Command } from 'commander';
import { leaf, omitUndefined, openSession, type Session } from '../../command.ts';
import { refused, shownFaults, usage } from '../../failures.ts';
import { parseDuration } from '../../input/durations.ts';
import { fileName, jsonOf } from '../../input/text-input.ts';
import type { Output, View } from '../../tables/printing.ts';

interface Options {
  output: Output;
  resource?: string[];
  name?: string;
  key?: string;
  expiresIn?: string;
  autoAccept?: true;
  force?: true;
}

interface IssueOptions extends Options {
  user?: string;
  project?: string;
  file?: string;
}

interface ReassignOptions extends Options {
  user: string;
  from: string;
  to: string;
}

const ID = '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94';
const PROJECT = '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11';
const ISSUE_EXAMPLE = `purser commission issue --user ${ID} --resource cyclades.vm=1 cyclades.ram=4GiB --name "server 17"`;
const REASSIGN_EXAMPLE = `purser commission reassign --user ${ID} --from ${ID} --to ${PROJECT} --resource cyclades.vm=1`;
/** As many as the service takes at once. */
const BULK = 1000;

const issuedView: View<CommissionIssued> = {
  fields: ['serial', 'replayed'],
  columns: ['serial', 'replayed'],
};

/** `commission issue` and `reassign`: for components, with their secret in the place of a token. */
export function commissionIssueCommands(commission: Command): void {
  issuing(
    leaf(commission, 'issue', "Issue a commission, with a component's secret as the token", ISSUE_EXAMPLE)
      .option('--user <uuid>', 'who is charged')
      .option('--project <uuid>', "what is charged; without it, the user's own project")
      .option('--resource <values...>', RESOURCES)
      .option(
        '--file <json>',
        "commissions as the API takes them: one, or a list of them; '-' for standard input",
      ),
  ).action(async (options: IssueOptions) => {
    const session = openSession(options);
    if (options.file !== undefined) return issueFile(session, options.file, options);
    const { user, project, resource } = options;
    if (user === undefined || resource === undefined) throw usage('Give --user and --resource, or --file.');
    onlyUuids({ '--user': user, '--project': project });
    const { provisionsOf } = await import('@purser/client');
    await issue(session, options, provisionsOf({ user, project }, quantitiesOf(resource)));
  });

  issuing(
    leaf(
      commission,
      'reassign',
      "Move what a user uses to another project, with a component's secret as the token",
      REASSIGN_EXAMPLE,
    )
      .requiredOption('--user <uuid>', 'whose it is')
      .requiredOption('--from <uuid>', 'the project that is charged now')
      .requiredOption('--to <uuid>', 'the project to charge')
      .requiredOption('--resource <values...>', RESOURCES),
  ).action(async (options: ReassignOptions) => {
    onlyUuids({ '--user': options.user, '--from': options.from, '--to': options.to });
    const session = openSession(options);
    const { reassignmentOf } = await import('@purser/client');
    await issue(session, options, reassignmentOf(options, quantitiesOf(options.resource ?? [])));
  });
}

/** The secret of a component cannot look up projects, and an e-mail address may change hands. */
function onlyUuids(options: Readonly<Record<string, string | undefined>>): void {
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined || UUID.test(value)) continue;
    throw usage(
      `${option} takes a uuid, and '${value}' is not one; 'purser user id' and 'purser project show' print it.`,
    );
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const RESOURCES = 'RESOURCE=QUANTITY: how much of what; units as in 4GiB; negative to give back';

function issuing(command: Command): Command {
  return command
    .option('--name <text>', 'what it is for; kept with it')
    .option('--key <text>', 'makes a repetition safe: the same key gets the same serial')
    .option(
      '--expires-in <time>',
      "when it is rejected unless resolved: for example 900 (seconds), 15m, 1h or 7d; or 'never'",
    )
    .option('--auto-accept', 'accept it at once')
    .option('--force', 'even above the limit; what is given back is never forced');
}

async function issue(session: Session, options: Options, provisions: object[]): Promise<void> {
  const issued = await session.connection.post<CommissionIssued>('/commissions', {
    ...bodyOf(options),
    provisions,
  });
  session.item(issued, issuedView);
  const again = issued.replayed ? ' had been issued before' : ' is issued';
  session.tell(`Commission ${issued.serial}${again}${options.autoAccept ? ' and accepted' : ''}.`);
}

function bodyOf({ name, key, expiresIn, autoAccept, force }: Options) {
  return omitUndefined({
    name,
    key,
    expires_in: expiresIn === undefined ? undefined : secondsOf(expiresIn),
    auto_accept: autoAccept,
    force,
  });
}

function secondsOf(text: string): number | null {
  if (text === 'never') return null;
  const seconds = parseDuration(text);
  if (seconds !== undefined) return seconds;
  throw usage(`'${text}' is not a valid duration; use for example 900, 15m, 1h or 7d, or never.`);
}

/** Quantities by resource, exact. */
function quantitiesOf(texts: readonly string[]): Record<string, bigint> {
  const pairs = texts.map((text) => {
    const [, resource, sign, amount = ''] = /^([^=]+)=([+-]?)(.+)$/.exec(text) ?? [];
    const quantity = parseQuantity(amount);
    if (resource !== undefined && quantity !== undefined)
      return [resource, sign === '-' ? -quantity : quantity] as const;
    throw usage(
      `'${text}' is not a valid quantity; use RESOURCE=QUANTITY, for example cyclades.vm=1 or cyclades.ram=-4GiB.`,
    );
  });
  const twice = pairs.find(([one], at) => pairs.findIndex(([other]) => other === one) !== at);
  if (twice) throw usage(`${twice[0]} is given twice.`);
  return Object.fromEntries(pairs);
}

interface FileOutcome {
  line: number;
  serial: number | null;
  error: string | null;
}

const fileView: View<FileOutcome> = {
  fields: ['line', 'serial', 'error'],
  columns: ['line', 'serial', 'error'],
};

/**
 * Issues the commissions of a file, each with a verdict of its own; options say what a commission does not. What cannot
 * go on prints the serials that there are by then.
 */
async function issueFile(session: Session, file: string, options: IssueOptions): Promise<void> {
  if (options.user !== undefined || options.resource !== undefined || options.project !== undefined) {
    throw usage('Give --user and --resource, or --file.');
  }
  if (options.key !== undefined) throw usage('--key is for one commission; in a file each has its own.');
  const usual = bodyOf(options);
  const commissions = commissionsOf((await jsonOf(file)).value, file).map((one) => ({ ...usual, ...one }));
  const outcomes: FileOutcome[] = [];
  let end: unknown;
  for (let start = 0; start < commissions.length && end === undefined; start += BULK) {
    const part = commissions.slice(start, start + BULK);
    const { results } = await session.connection
      .post<CommissionBulkVerdict>('/commissions/bulk', { commissions: part })
      .catch((error: unknown): CommissionBulkVerdict => {
        end = error;
        return { results: [] };
      });
    for (const [index, result] of results.entries()) {
      const line = start + index + 1;
      const { problem } = result as { problem?: { detail: string } };
      outcomes.push(
        problem
          ? { line, serial: null, error: problem.detail }
          : { line, serial: (result as CommissionIssued).serial, error: null },
      );
    }
  }
  if (end !== undefined && outcomes.length === 0) throw end;
  session.list(outcomes, fileView);
  const failed = outcomes.filter(({ error }) => error !== null).length;
  session.tell(`${outcomes.length - failed} of ${commissions.length} done.`);
  if (end !== undefined) throw end;
  if (failed > 0) throw refused(`${failed} could not be issued.`);
}

function commissionsOf(value: unknown, file: string): object[] {
  const list = isObject(value) && 'commissions' in value ? value['commissions'] : value;
  const commissions = Array.isArray(list) ? list : [list];
  const faults = commissions.flatMap((one, index) =>
    isObject(one) ? [] : [`commission ${index + 1}, ${stringifyExact(one).slice(0, 60)}, is not an object`],
  );
  if (faults.length === 0) return commissions as object[];
  throw shownFaults(fileName(file), faults);
}
