import type { ApplicationsDifference } from '@purser/api/native/ledger/quota-reconciliation';
import type { Command } from 'commander';
import { leaf, omitUndefined, openSession } from '../../command.ts';
import { refused } from '../../failures.ts';
import { tellUnchanged, withDryRun } from '../../input/dry-run.ts';
import type { Output } from '../../tables/printing.ts';
import { applicationsDifferenceView } from '../../tables/views.ts';

interface Options {
  output: Output;
  user?: string;
  fix?: true;
  force?: true;
  dryRun?: true;
}

/** Every user with a project of their own is looked at. */
const TIMEOUT_MS = 3_600_000;

/** `quota reconcile` */
export function quotaReconcileCommand(quota: Command): void {
  withDryRun(
    leaf(
      quota,
      'reconcile',
      'Compare what users are charged for pending applications with those that there are',
      'purser quota reconcile --fix',
    ),
  )
    .option('--user <user>', 'only this user: uuid, number or e-mail address')
    .option('--fix', 'charge what is missing and give back what is too much')
    .option('--force', 'with --fix: charge above the limit too')
    .action(async ({ output, user, fix, force, dryRun }: Options) => {
      const session = openSession({ output });
      const { items } = await session.connection.post<{ items: ApplicationsDifference[] }>(
        '/quotas/reconciliation',
        omitUndefined({ user, fix: dryRun ? undefined : fix, force }),
        TIMEOUT_MS,
      );
      session.list(items, applicationsDifferenceView);
      if (dryRun) return tellUnchanged(session);
      const wrong = items.filter(({ fixed }) => !fixed).length;
      if (wrong === 0)
        return session.tell(items.length === 0 ? 'All in order.' : `${items.length} corrected.`);
      throw refused(
        fix
          ? `${wrong} could not be corrected.`
          : `${wrong} differ; 'purser quota reconcile --fix' corrects them.`,
      );
    });
}
