import { Statistics } from '@purser/api/native/operations/statistics';
import type { Domain } from '../../../domain.ts';
import { resourceTotals } from '../../../oversight/resource-totals.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';

const show = operation(
  {
    id: 'getStatistics',
    tag: 'Statistics',
    access: 'operator',
    summary: 'Show statistics of the cloud',
    description: 'Sums the usage of all projects, so the response time grows with their number.',
    answers: { 200: named(Statistics) },
  },
  {},
);

/** Totals of accounts, projects and usage. */
export function statisticsRoutes(app: NativeApp, { accounts, projects, resources, ledger }: Domain): void {
  app.get('/statistics', show, async () => {
    const [users, byState, totals] = await Promise.all([
      accounts.counts(),
      projects.counts(),
      resourceTotals(ledger),
    ]);
    return {
      users: { total: sumOf(users), ...users },
      projects: { total: sumOf(byState), ...byState },
      resources: (await resources.all()).map(({ name: resource, unit }) => ({
        resource,
        unit,
        ...(totals.get(resource) ?? { usage: 0n, allocated: 0n, unlimited: 0 }),
      })),
    };
  });
}

function sumOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
