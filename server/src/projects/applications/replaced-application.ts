import type { ProjectResource } from '../project.ts';
import type { ProjectChanges } from './project-changes.ts';

/** What becomes of a pending application when another one for the same project takes its place. */
export interface Replaced {
  /** Number of the application that was pending. */
  readonly application: number;
  /** What the new application takes over from it. */
  readonly kept: ProjectChanges;
  /** What it asked for and the new application leaves out, or states otherwise. */
  readonly dropped: ProjectChanges;
}

/** Whether what a new application does not mention stays as the pending one asks for it, or is asked for no more. */
export type PendingFate = 'merge' | 'replace';

/**
 * The changes of a new application where another one is pending, and what becomes of the latter's. An end date that is
 * over is not taken over.
 */
export function changesOver(
  pending: ProjectChanges,
  wanted: ProjectChanges,
  { fate, now_ms }: { fate: PendingFate; now_ms: number },
): { changes: ProjectChanges } & Omit<Replaced, 'application'> {
  const isTakenOver = (field: string, value: unknown): boolean =>
    fate === 'merge' && !(field === 'endDate' && typeof value === 'number' && value < now_ms);
  const kept: Record<string, unknown> = {};
  const dropped: Record<string, unknown> = {};
  const { resources: asked = [], ...fields } = pending;
  const stated: Readonly<Record<string, unknown>> = { ...wanted };
  for (const [field, value] of Object.entries(fields)) {
    if (stated[field] === value) continue;
    if (stated[field] === undefined && isTakenOver(field, value)) kept[field] = value;
    else dropped[field] = value;
  }
  const named = new Map((wanted.resources ?? []).map((pool) => [pool.resource, pool]));
  const untouched = asked.filter(({ resource }) => !named.has(resource));
  const changed = asked.filter((pool) => {
    const other = named.get(pool.resource);
    return other !== undefined && !isEqual(pool, other);
  });
  const [keptPools, droppedPools] =
    fate === 'merge' ? [untouched, changed] : [[], [...changed, ...untouched]];
  const pools = [...keptPools, ...(wanted.resources ?? [])];
  return {
    changes: { ...kept, ...wanted, ...(pools.length > 0 && { resources: pools }) },
    kept: { ...kept, ...(keptPools.length > 0 && { resources: keptPools }) },
    dropped: { ...dropped, ...(droppedPools.length > 0 && { resources: droppedPools }) },
  };
}

function isEqual(one: ProjectResource, other: ProjectResource): boolean {
  return one.capacity === other.capacity && one.memberCapacity === other.memberCapacity;
}
