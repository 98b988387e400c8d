import type { ModificationApplication } from '@purser/api/native/projects/application';
import { type Command, Option } from 'commander';
import { omitUndefined } from '../../command.ts';
import { usage } from '../../failures.ts';
import { timeText } from '../../tables/times.ts';

/** What the options say of a project. */
export interface ProjectOptions {
  name?: string;
  owner?: string;
  homepage?: string;
  description?: string;
  startDate?: string;
  endDate?: string;
  joinPolicy?: 'auto' | 'moderated' | 'closed';
  leavePolicy?: 'auto' | 'moderated' | 'closed';
  maxMembers?: string;
  private?: true;
  public?: true;
  limit?: string[];
}

const POLICIES = ['auto', 'moderated', 'closed'];

/** The options that name and describe one project. */
export function describing(command: Command): Command {
  return command
    .option('--name <name>', 'what it is called')
    .option('--owner <user>', 'whose it is to be: uuid or e-mail address')
    .option('--homepage <url>', 'where more is to be read')
    .option('--description <text>', 'what it is for');
}

/** The options that any number of projects can share. */
export function limiting(command: Command): Command {
  return command
    .option('--end-date <time>', 'when it ends, in UTC: 2031-05-30T10:00Z, 2031-05-30 or 2031-05')
    .option('--start-date <time>', "when it begins, for information only, or 'none'")
    .addOption(new Option('--join-policy <policy>', 'how users come in').choices(POLICIES))
    .addOption(new Option('--leave-policy <policy>', 'how members leave').choices(POLICIES))
    .option('--max-members <number>', "how many members it may have, or 'inf'")
    .option('--private', 'seen by its members only, who have to be enrolled')
    .addOption(new Option('--public', 'seen by all users').conflicts('private'))
    .option(
      '--limit <values...>',
      'RESOURCE MEMBER PROJECT: what each member and the whole project may use of it, with units or inf; repeatable',
    );
}

/** The body that these options stand for. */
export function bodyOf(options: ProjectOptions): ModificationApplication {
  const { startDate, endDate, limit } = options;
  return omitUndefined({
    name: options.name,
    owner: options.owner,
    homepage: options.homepage,
    description: options.description,
    start_date: startDate === 'none' ? null : startDate && timeText(startDate),
    end_date: endDate && timeText(endDate),
    join_policy: options.joinPolicy,
    leave_policy: options.leavePolicy,
    max_members: options.maxMembers,
    private: options.private ? true : options.public ? false : undefined,
    resources: limit && resourcesOf(limit),
  }) as ModificationApplication;
}

function resourcesOf(values: readonly string[]): ModificationApplication['resources'] {
  const entries: [string, { project_capacity: string; member_capacity: string }][] = [];
  for (let at = 0; at < values.length; at += 3) {
    const [resource, member_capacity, project_capacity] = values.slice(at, at + 3);
    if (resource === undefined || member_capacity === undefined || project_capacity === undefined) {
      throw usage('--limit takes three values: RESOURCE MEMBER PROJECT, for example cyclades.vm 2 10.');
    }
    entries.push([resource, { project_capacity, member_capacity }]);
  }
  const twice = entries.find(([one], at) => entries.findIndex(([other]) => other === one) !== at);
  if (twice) throw usage(`--limit is given twice for ${twice[0]}.`);
  return Object.fromEntries(entries);
}
