import type { Application } from '@purser/api/native/projects/application';
import type { Project } from '@purser/api/native/projects/project';
import type { Command } from 'commander';
import { leaf, omitUndefined, openSession } from '../../command.ts';
import { usage } from '../../failures.ts';
import { confirm, YES } from '../../input/confirmation.ts';
import { PROJECT, projectId } from '../../input/project-reference.ts';
import { type Connection, path } from '../../service/connection.ts';
import type { Output } from '../../tables/printing.ts';
import { applicationView, changedFields } from '../../tables/project-views.ts';
import { timeText } from '../../tables/times.ts';
import { bodyOf, describing, limiting, type ProjectOptions } from './project-options.ts';

interface Options extends ProjectOptions {
  output: Output;
  message?: string;
}

interface ChangeOptions extends Options {
  discardPending?: true;
  yes?: true;
}

interface RenewOptions {
  output: Output;
  endDate: string;
  message?: string;
  yes?: true;
}

const MESSAGE = ['-m, --message <text>', 'what you have to say to those who review it'] as const;

/** `project apply`, `request-change` and `renew` */
export function projectApplyingCommands(project: Command): void {
  limiting(
    leaf(project, 'apply', 'Apply for a new project', APPLY_EXAMPLE)
      .argument('<name>', 'what it is to be called')
      .option('--owner <user>', 'whose it is to be: uuid or e-mail address; without it, yours')
      .option('--homepage <url>', 'where more is to be read')
      .option('--description <text>', 'what it is for'),
  )
    .option(...MESSAGE)
    .action(async (name: string, { output, message, ...options }: Options) => {
      if (options.endDate === undefined) throw usage('Say when the project ends, with --end-date.');
      const { connection, item, tell } = openSession({ output });
      const body = { ...bodyOf({ ...options, name }), ...omitUndefined({ comments: message }) };
      const application = await connection.post<Application>('/projects', body);
      item(application, applicationView);
      tell(`Application ${application.id} waits for an operator's decision.`);
    });

  limiting(
    describing(leaf(project, 'request-change', 'Apply for a modification of a project', CHANGE_EXAMPLE)),
  )
    .argument('<project>', PROJECT)
    .option(...MESSAGE)
    .option('--discard-pending', 'drop what a pending application asks for and this one does not')
    .option(...YES)
    .action(
      async (reference: string, { output, message, discardPending, yes, ...options }: ChangeOptions) => {
        const changes = bodyOf(options);
        if (Object.keys(changes).length === 0) {
          throw usage("Say what to change; 'purser project request-change --help' lists it.");
        }
        const { connection, item, tell } = openSession({ output });
        const project = await projectId(connection, reference);
        await confirmReplacing(connection, project, { changes, discardPending, yes });
        const body = { ...changes, ...omitUndefined({ comments: message, discard_pending: discardPending }) };
        const application = await connection.post<Application>(path`/projects/${project}/applications`, body);
        item(application, applicationView);
        tell(waits(application));
      },
    );

  leaf(project, 'renew', 'Apply for a later end of a project', RENEW_EXAMPLE)
    .argument('<project>', PROJECT)
    .requiredOption('--end-date <time>', 'the new end, in UTC: 2031-05-30T10:00Z, 2031-05-30 or 2031-05')
    .option(...MESSAGE)
    .option(...YES)
    .action(async (reference: string, options: RenewOptions) => {
      const { connection, item, tell } = openSession(options);
      const project = await projectId(connection, reference);
      const changes = { end_date: timeText(options.endDate) };
      await confirmReplacing(connection, project, { changes, yes: options.yes });
      const body = { ...changes, ...omitUndefined({ comments: options.message }) };
      const application = await connection.post<Application>(path`/projects/${project}/renewal`, body);
      item(application, applicationView);
      tell(waits(application));
    });
}

/** The message for the applicant: the state of the application, and what became of one that was pending. */
function waits({ id, replaced }: Application): string {
  const sentence = `Application ${id} waits for an operator's decision.`;
  if (replaced === null) return sentence;
  const part = (what: string, changes: Application['changes']): string =>
    Object.keys(changes).length === 0 ? '' : ` ${what}: ${changedFields(changes).join(', ')}.`;
  const { application, kept, dropped } = replaced;
  return `${sentence} It takes the place of application ${application}.${part('Taken over', kept)}${part('Dropped', dropped)}`;
}

/** Asks before something that a pending application asks for is dropped. */
async function confirmReplacing(
  connection: Connection,
  reference: string,
  {
    changes,
    discardPending,
    yes,
  }: { changes: object; discardPending?: true | undefined; yes: true | undefined },
): Promise<void> {
  if (yes) return;
  const { last_application: last } = await connection.get<Project>(path`/projects/${reference}`);
  if (last?.state !== 'pending') return;
  const stated = new Set(changedFields(changes as Application['changes']));
  const dropped = changedFields(last.changes).filter((name) => discardPending || stated.has(name));
  if (last.creates || dropped.length === 0) return;
  await confirm(
    `Replace what application ${last.id} asks for, which is pending (${dropped.join(', ')})`,
    yes,
  );
}

const ID = '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11';
const APPLY_EXAMPLE =
  'purser project apply lab.example.org --end-date 2032-05-30 --limit cyclades.vm 2 10 --limit cyclades.ram 4GiB 20GiB';
const CHANGE_EXAMPLE = `purser project request-change ${ID} --limit cyclades.vm 2 20 -m "We have grown"`;
const RENEW_EXAMPLE = `purser project renew ${ID} --end-date 2033-05-30`;
