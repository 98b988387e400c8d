import type { JsonObject } from '../../lib/text/json.ts';
import type { ActionDefinition } from '../features/action.ts';
import type { ForeseenLimit, WantedQuota } from '../features/backends.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import type { Task } from './task.ts';

/** What an action would bring about if its task were approved, as far as it can tell from its input. */
export interface ActionOutlook {
  /** The project it would make: its name. */
  readonly project?: string;
  /** Whom it would let in or change, and the roles that they would get or lose. */
  readonly user?: {
    readonly name: string;
    readonly gains?: readonly string[];
    readonly loses?: readonly string[];
  };
  /** Quotas that it would set. */
  readonly quotas?: readonly WantedQuota[];
}

/** What actions tell that by. */
export interface OutlookTools {
  /** By size, service and resource. */
  readonly quotaSizes: Readonly<Record<string, JsonObject>>;
}

/** What a whole task would bring about. */
export interface TaskOutlook {
  /** Names of projects that it would make. */
  readonly projects: readonly string[];
  readonly users: readonly NonNullable<ActionOutlook['user']>[];
  /** Limits that it would set, each with the uuid of its project. */
  readonly limits: readonly (ForeseenLimit & { readonly project: string })[];
}

type Parts = Pick<WorkflowParts, 'registry' | 'settings' | 'backends'>;

/** What tasks would bring about, in their order; the backend is asked once for all of them. */
export async function outlooksOf(parts: Parts, tasks: readonly Task[]): Promise<TaskOutlook[]> {
  const told = tasks.map((task) => toldBy(parts, task));
  const wanted = told.flatMap(({ quotas }) => quotas);
  const foreseen = wanted.length === 0 ? [] : ((await parts.backends.quota.foresee?.(wanted)) ?? []);
  let at = 0;
  return told.map(({ projects, users, quotas }) => {
    // Regions that share a limit name it more than once; the last one counts, as it does when it is set.
    const limits = new Map<string, TaskOutlook['limits'][number]>();
    for (const { project } of quotas) {
      for (const limit of foreseen[at] ?? [])
        limits.set(`${project} ${limit.resource}`, { ...limit, project });
      at += 1;
    }
    return { projects, users, limits: [...limits.values()] };
  });
}

/** What the actions of a task tell. Those that are not registered any more tell nothing. */
function toldBy({ registry, settings }: Parts, { actions }: Task) {
  const tools: OutlookTools = { quotaSizes: settings.quota.sizes };
  const outlooks = actions.flatMap(({ name, data }) => {
    const definition: ActionDefinition | undefined = registry.action(name);
    return definition?.outlook?.(structuredClone(data), tools) ?? [];
  });
  return {
    projects: outlooks.flatMap(({ project }) => project ?? []),
    users: outlooks.flatMap(({ user }) => user ?? []),
    quotas: outlooks.flatMap(({ quotas }) => quotas ?? []),
  };
}
