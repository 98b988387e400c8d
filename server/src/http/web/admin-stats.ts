import type { AccountState } from '../../directory/tokens/principal.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { sendJson } from '../cloudfault/answer.ts';
import { mayReadNumbers } from '../kernel/metrics-access.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { sendFeed } from './jsonp.ts';

/** The only login provider. */
const PROVIDER = 'local';

/** Statistics of the cloud, in the form of older installations (web §5). */
export function statsRoutes(domain: Domain): RouteTable {
  return [
    {
      path: '/admin/stats',
      methods: {
        GET: {
          requires: 'public',
          before: [
            (request, _reply, done) => {
              const may = mayReadNumbers(request, domain.settings);
              done(may ? undefined : new PurserError('forbidden'));
            },
          ],
          handler: async (request, reply) => {
            const { total, active } = usersOf(await domain.accounts.counts());
            return sendFeed(request, reply, { users: { total, active } });
          },
        },
      },
    },
    {
      path: '/admin/stats/detail',
      methods: {
        GET: {
          requires: { operators: 'any', operatorRoles: domain.settings.adminStatsGroups },
          handler: async (_request, reply) => {
            const users = usersOf(await domain.accounts.counts());
            const resources = await resourcesOf(domain);
            return sendJson(reply, {
              datetime: localeDate(domain.clock.now()),
              providers: [PROVIDER],
              users: { all: users, [PROVIDER]: { ...users, exclusive: users.active } },
              resources: { all: resources, [PROVIDER]: resources },
            });
          },
        },
      },
    },
  ];
}

/** Counts users; a rejected account was verified before. */
function usersOf(counts: Record<AccountState, number>): { total: number; verified: number; active: number } {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { total, verified: total - counts.pending_verification, active: counts.active };
}

/** Usage and allocation of each resource, by its name; an unlimited quota is not counted as an allocation. */
async function resourcesOf({ ledger, resources }: Domain): Promise<object> {
  const { resourceTotals } = await import('../../oversight/resource-totals.ts');
  const totals = await resourceTotals(ledger);
  return Object.fromEntries(
    (await resources.all()).map(({ name, unit, description }) => {
      const { usage = 0n, allocated = 0n } = totals.get(name) ?? {};
      return [name, { used: usage, allocated, unit, description }];
    }),
  );
}

/** A date in the format of the C locale: `Wed Jun  5 10:03:37 2013`. */
function localeDate(at_ms: number): string {
  const [day = '', date = '', month = '', year = '', time = ''] = new Date(at_ms).toUTCString().split(/,? /);
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
}
