import type { Application } from '@purser/api/native/application';
import type { Command } from 'commander';
import { given, leaf, openSession } from '../command.ts';
import { path } from '../connection.ts';
import { usage } from '../failures.ts';
import type { Output } from '../printing.ts';
import { PROJECT, projectId } from '../project-reference.ts';
import { applicationView } from '../project-views.ts';
import { timeText } from '../times.ts';
import { bodyOf, describing, limiting, type ProjectOptions } from './project-options.ts';

interface Options extends ProjectOptions {
  output: Output;
  message?: string;
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
      const body = { ...bodyOf({ ...options, name }), ...given({ comments: message }) };
      const application = await connection.post<Application>('/projects', body);
      item(application, applicationView);
      tell(`Application ${application.id} waits for an operator's decision.`);
    });

  limiting(
    describing(leaf(project, 'request-change', 'Apply for a modification of a project', CHANGE_EXAMPLE)),
  )
    .argument('<project>', PROJECT)
    .option(...MESSAGE)
    .action(async (reference: string, { output, message, ...options }: Options) => {
      const changes = bodyOf(options);
      if (Object.keys(changes).length === 0) {
        throw usage("Say what to change; 'purser project request-change --help' lists it.");
      }
      const { connection, item, tell } = openSession({ output });
      const body = { ...changes, ...given({ comments: message }) };
      const application = await connection.post<Application>(
        path`/projects/${await projectId(connection, reference)}/applications`,
        body,
      );
      item(application, applicationView);
      tell(`Application ${application.id} waits for an operator's decision.`);
    });

  leaf(project, 'renew', 'Apply for a later end of a project', RENEW_EXAMPLE)
    .argument('<project>', PROJECT)
    .requiredOption('--end-date <time>', 'the new end, in UTC: 2031-05-30T10:00Z, 2031-05-30 or 2031-05')
    .option(...MESSAGE)
    .action(async (reference: string, options: { output: Output; endDate: string; message?: string }) => {
      const { connection, item, tell } = openSession(options);
      const body = { end_date: timeText(options.endDate), ...given({ comments: options.message }) };
      const application = await connection.post<Application>(
        path`/projects/${await projectId(connection, reference)}/renewal`,
        body,
      );
      item(application, applicationView);
      tell(`Application ${application.id} waits for an operator's decision.`);
    });
}

const ID = '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11';
const APPLY_EXAMPLE =
  'purser project apply lab.example.org --end-date 2032-05-30 --limit cyclades.vm 2 10 --limit cyclades.ram 4GiB 20GiB';
const CHANGE_EXAMPLE = `purser project request-change ${ID} --limit cyclades.vm 2 20 -m "We have grown"`;
const RENEW_EXAMPLE = `purser project renew ${ID} --end-date 2033-05-30`;
