import { measureLimitsChange } from '../../../server/test/support/limits-change.ts';
import type { FactScenario } from '../scenario.ts';
import { databaseUrlOf } from '../server-process.ts';
import { median } from '../statistics.ts';

const MEMBERS = 100_000;
const BELOW_MS = 20;

/** T7: limits are stored once and not copied to members, so the number of members must not matter. */
export const limitsChange: FactScenario = {
  kind: 'facts',
  name: 'limits-change',
  summary: 'T7: suspend a project of 100,000 members; change its capacities of two resources',
  async measure(stage) {
    const directory = stage.directory();
    const database = await stage.database(directory);
    const figures = await measureLimitsChange(databaseUrlOf({ directory, database }), MEMBERS);
    return [
      {
        name: 'suspend',
        value: median(figures.suspend.milliseconds),
        unit: 'ms',
        target: 'T7',
        below: BELOW_MS,
      },
      { name: 'suspend, slowest', value: Math.max(...figures.suspend.milliseconds), unit: 'ms' },
      { name: 'suspend, written', value: figures.suspend.rows, unit: 'rows', target: 'T7', below: 2 },
      {
        name: 'change of two capacities',
        value: median(figures.capacities.milliseconds),
        unit: 'ms',
        target: 'T7',
        below: BELOW_MS,
      },
      {
        name: 'change of two capacities, slowest',
        value: Math.max(...figures.capacities.milliseconds),
        unit: 'ms',
      },
      {
        name: 'change of two capacities, written',
        value: figures.capacities.rows,
        unit: 'rows',
        target: 'T7',
        below: 3,
      },
    ];
  },
};
