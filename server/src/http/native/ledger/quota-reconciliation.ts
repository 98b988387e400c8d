import {
  ApplicationsDifference,
  QuotaReconciliationRequest,
} from '@purser/api/native/ledger/quota-reconciliation';
import { Type } from 'typebox';
import type { Domain } from '../../../domain.ts';
import { actorOf } from '../frame/access.ts';
import { filterUser } from '../frame/named-user.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';

const reconcile = operation(
  {
    id: 'reconcileApplications',
    tag: 'Quotas',
    access: 'operator',
    summary: 'Compare the usage of pending applications with their number',
    description: 'Returns only the users whose usage differs. Each correction is audited.',
    problems: [404],
    answers: {
      200: Type.Object(
        { items: Type.Array(named(ApplicationsDifference)) },
        { description: 'The differences, not paginated.' },
      ),
    },
  },
  { body: QuotaReconciliationRequest },
);

/** Reconciliation of the usage that the service itself charges. */
export function quotaReconciliationRoutes(app: NativeApp, domain: Domain): void {
  const { pendingApplications } = domain;

  app.post('/quotas/reconciliation', reconcile, async (request) => {
    const { user, fix = false, force = false } = request.body;
    const items = [];
    for (const difference of await pendingApplications.differences(await filterUser(domain, user))) {
      const refusal = fix
        ? await pendingApplications.correct(actorOf(request), difference, force)
        : undefined;
      items.push({
        user: difference.account,
        applications: Number(difference.applications),
        charged_user: Number(difference.member),
        charged_project: Number(difference.pool),
        fixed: fix && refusal === undefined,
        problem: refusal?.message ?? null,
      });
    }
    return { items };
  });
}
