import type { Statistics } from '@purser/api/native/operations/statistics';
import type { Command } from 'commander';
import { leaf, openSession } from '../../command.ts';
import type { Output, View } from '../../tables/printing.ts';
import { limitText } from '../../tables/quantities.ts';

const countsText = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([state, count]) => `${count} ${state.replaceAll('_', ' ')}`)
    .join('\n');

const statisticsView: View<Statistics> = {
  fields: ['users', 'projects', 'resources'],
  columns: [],
  texts: {
    users: countsText,
    projects: countsText,
    resources: (resources) =>
      resources
        .map(({ resource, unit, usage, allocated, unlimited }) => {
          const others = unlimited === 0 ? '' : `, without limit in ${unlimited} projects`;
          return `${resource} ${limitText(usage, unit)} of ${limitText(allocated, unit)}${others}`;
        })
        .join('\n') || '-',
  },
};

/** `stats` */
export function statisticsCommand(program: Command): void {
  leaf(program, 'stats', 'Show how many users, projects and resources there are', 'purser stats').action(
    async ({ output }: { output: Output }) => {
      const { connection, item } = openSession({ output });
      item(await connection.get<Statistics>('/statistics'), statisticsView);
    },
  );
}
