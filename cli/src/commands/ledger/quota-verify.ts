import type { QuotaVerification } from '@purser/api/native/ledger/quota-verification';
import type { Command } from 'commander';
import { leaf, openSession } from '../../command.ts';
import { refused } from '../../failures.ts';
import { tellUnchanged, withDryRun } from '../../input/dry-run.ts';
import type { Output } from '../../tables/printing.ts';
import { differenceView } from '../../tables/views.ts';

/** A large cloud has many commissions to add up. */
const TIMEOUT_MS = 3_600_000;

interface VerifyOptions {
  output: Output;
  fix?: boolean;
  dryRun?: true;
}

/** `quota verify` */
export function quotaVerifyCommand(quota: Command): void {
  withDryRun(
    leaf(
      quota,
      'verify',
      'Compare the usage of all holdings with the commissions',
      'purser quota verify --fix',
    ),
  )
    .option('--fix', 'correct the usage where it differs; each correction is audited')
    .action(async ({ output, fix: wanted = false, dryRun }: VerifyOptions) => {
      const session = openSession({ output });
      const { connection, list, tell } = session;
      // Without correcting anything it finds what it would correct.
      const fix = wanted && !dryRun;
      const found = await connection.post<QuotaVerification>('/quotas/verification', { fix }, TIMEOUT_MS);
      list(found.differences, differenceView);
      tell(`Compared ${found.holdings} holdings with ${found.commissions} commissions.`);
      if (dryRun) {
        tell(`${found.differences.length} would be corrected.`);
        return tellUnchanged(session);
      }
      const problem = problemOf(found, fix);
      if (problem) throw refused(problem);
    });
}

/** What is not in order after this verification, if anything. */
function problemOf({ damaged, differences }: QuotaVerification, fix: boolean): string | undefined {
  const wrong = differences.filter(({ fixed }) => !fixed).length;
  const parts: string[] = [];
  if (wrong > 0 && fix) parts.push(`${wrong} could not be corrected`);
  if (wrong > 0 && !fix) parts.push(`${wrong} differ; 'purser quota verify --fix' corrects them`);
  if (damaged.length > 0) parts.push(`commissions that cannot be read: ${damaged.join(', ')}`);
  if (parts.length === 0) return undefined;
  const text = parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
