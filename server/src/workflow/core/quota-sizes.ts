import { isObject, type JsonObject } from '../../lib/text/json.ts';
import type { RegionQuota } from '../features/backends.ts';
import type { AnyRun } from './run.ts';

/** Quota sizes: names for sets of quotas (workflow-v1 §5.10). */
export interface QuotaSizes {
  /** By size, service and resource. */
  readonly quotaSizes: Readonly<Record<string, JsonObject>>;
  /** The smallest first. */
  readonly quotaSizeOrder: readonly string[];
}

/** The size of a project whose quota is not near to any size. */
export const CUSTOM = 'custom';

/**
 * The size nearest to a quota; `custom` if none is within the threshold, or none has a resource in common with it.
 * @param threshold the greatest difference, from 0 to 1
 */
export function sizeOf(quota: RegionQuota, { quotaSizes }: QuotaSizes, threshold: number): string {
  let nearest = CUSTOM;
  let least = Number.POSITIVE_INFINITY;
  for (const [size, quotas] of Object.entries(quotaSizes)) {
    const difference = differenceOf(quota, quotas);
    if (difference <= threshold && difference < least) {
      nearest = size;
      least = difference;
    }
  }
  return nearest;
}

/** Sizes that a project of this size can change to: all smaller ones, and the next larger one. */
export function changeOptions(size: string, { quotaSizeOrder }: QuotaSizes): readonly string[] {
  const at = quotaSizeOrder.indexOf(size);
  return at < 0 ? [] : quotaSizeOrder.filter((_name, index) => index < at || index === at + 1);
}

/** All sizes that are smaller, the smallest first. */
export function smallerSizes(size: string, { quotaSizeOrder }: QuotaSizes): readonly string[] {
  return quotaSizeOrder.slice(0, Math.max(0, quotaSizeOrder.indexOf(size)));
}

/** The quotas of a size, for a backend. */
export function quotaOf(size: JsonObject): RegionQuota {
  const services = Object.entries(size).map(([service, resources]) => {
    const entries = Object.entries(isObject(resources) ? resources : {}).filter(
      (entry): entry is [string, number | bigint] =>
        typeof entry[1] === 'number' || typeof entry[1] === 'bigint',
    );
    return [service, Object.fromEntries(entries)];
  });
  return Object.fromEntries(services);
}

/** Whether the usage exceeds a new quota. The usage of a resource that is not counted is zero. */
export function isExceeded(usage: RegionQuota, quota: RegionQuota): boolean {
  return Object.entries(quota).some(([service, resources]) =>
    Object.entries(resources).some(([resource, limit]) => {
      const used = usage[service]?.[resource];
      return used !== undefined && limit >= 0 && used > limit;
    }),
  );
}

/** Sets the quotas of a project in a region to those of a size, and notes the result. */
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

/** From 0 for equal quotas to 1; infinite if they have no resource in common. */
function differenceOf(quota: RegionQuota, size: JsonObject): number {
  const matches = Object.entries(quotaOf(size)).flatMap(([service, resources]) =>
    Object.entries(resources).flatMap(([resource, wanted]) => {
      const present = quota[service]?.[resource];
      return present === undefined ? [] : [matchOf(Number(present), Number(wanted))];
    }),
  );
  if (matches.length === 0) return Number.POSITIVE_INFINITY;
  const mean = matches.reduce((sum, match) => sum + match, 0) / matches.length;
  return Math.abs(mean - 1);
}

/** From 0 to 1 for equal limits. Negative means unlimited. */
function matchOf(present: number, wanted: number): number {
  if (wanted < 0) return present < 0 ? 1 : 0;
  if (wanted === 0) return present === 0 ? 1 : 0;
  return Math.max(0, Math.min(present, wanted) / Math.max(present, wanted));
}
