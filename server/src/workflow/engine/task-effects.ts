import type { ActionDefinition } from '../features/action.ts';
import type { ActionEffects, EffectContext } from '../features/action-effects.ts';
import type { PreviewedLimit } from '../features/backends.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import type { Task } from './task.ts';

/** What a task would change if it were approved. */
export interface TaskEffects {
  /** Names of projects that it would create. */
  readonly projects: readonly string[];
  readonly users: readonly NonNullable<ActionEffects['user']>[];
  /** Limits that it would set, each with the uuid of its project. */
  readonly limits: readonly (PreviewedLimit & { readonly project: string })[];
}

type Parts = Pick<WorkflowParts, 'registry' | 'settings' | 'backends'>;

/** The effects of tasks, in their order. The quota backend is called once for all of them. */
export async function effectsOf(parts: Parts, tasks: readonly Task[]): Promise<TaskEffects[]> {
  const all = tasks.map((task) => statedEffects(parts, task));
  const wanted = all.flatMap(({ quotas }) => quotas);
  const previews = wanted.length === 0 ? [] : ((await parts.backends.quota.preview?.(wanted)) ?? []);
  let at = 0;
  return all.map(({ projects, users, quotas }) => {
    // Regions that share a limit name it more than once; the last one counts, as it does when the limits are set.
    const limits = new Map<string, TaskEffects['limits'][number]>();
    for (const { project } of quotas) {
      for (const limit of previews[at] ?? []) {
        limits.set(`${project} ${limit.resource}`, { ...limit, project });
      }
      at += 1;
    }
    return { projects, users, limits: [...limits.values()] };
  });
}

/** The effects that the actions of a task state. Actions that are no longer registered state none. */
function statedEffects({ registry, settings }: Parts, { actions }: Task) {
  const context: EffectContext = { quotaSizes: settings.quota.sizes };
  const effects = actions.flatMap(({ name, data }) => {
    const definition: ActionDefinition | undefined = registry.action(name);
    return definition?.effects?.(structuredClone(data), context) ?? [];
  });
  return {
    projects: effects.flatMap(({ project }) => project ?? []),
    users: effects.flatMap(({ user }) => user ?? []),
    quotas: effects.flatMap(({ quotas }) => quotas ?? []),
  };
}
