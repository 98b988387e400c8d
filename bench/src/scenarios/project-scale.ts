import { openMigrated } from '../../../server/test/support/limits-change.ts';
import { measureProjects } from '../../../server/test/support/scale/project-scale.ts';
import type { Fact, FactScenario } from '../scenario.ts';
import { databaseUrlOf } from '../server-process.ts';
import { median } from '../statistics.ts';

const ROWS = 100_000;
const REPEATS = 21;
const BELOW_MS = 20;

/** T7 and T8 for projects: reading or changing a project does not depend on the number of members or projects. */
export const projectScale: FactScenario = {
  kind: 'facts',
  name: 'project-scale',
  summary: 'T7, T8: 100,000 projects, one of them with 100,000 members: lists, show, suspend, capacity, join',
  async measure(stage) {
    const directory = stage.directory();
    const database = await stage.database(directory);
    const storage = await openMigrated(databaseUrlOf({ directory, database }), Date.now());
    try {
      const figures = await measureProjects(storage, { rows: ROWS, repeats: REPEATS });
      return figures.flatMap(({ name, milliseconds, statements }): Fact[] => [
        {
          name,
          value: median([...milliseconds]),
          unit: 'ms',
          target: name.startsWith('list') ? 'T8' : 'T7',
          below: BELOW_MS,
        },
        { name: `${name}, statements`, value: statements, unit: 'statements' },
      ]);
    } finally {
      await storage.close();
    }
  },
};
