import { quotaOf } from './quota-sizes.ts';
import type { AnyRun } from './run.ts';

/** Gives a project the quotas of a size in a region, and notes what came of it. */
export async function changeRegionQuota(
  run: AnyRun,
  projectId: string,
  region: string,
  size: string,
): Promise<void> {
  const { quota } = run.backends;
  const quotas = run.quotaSizes[size];
  if (!quotas || Object.keys(quotas).length === 0) {
    run.note(`Project quota not defined for size '${size}' in region ${region}.`);
    return;
  }
  if (quota.servicesIn(region).length === 0) {
    run.note(`WARNING: Quota management disabled in region ${region}, skipping.`);
    return;
  }
  await quota.setQuota(projectId, region, quotaOf(quotas));
  run.note(`Project quota for region ${region} set to ${size}`);
}
