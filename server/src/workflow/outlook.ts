import type { JsonObject } from '../lib/json.ts';
import type { ActionDefinition } from './action.ts';
import type { WantedQuota } from './backends.ts';
import type { Task } from './task.ts';
import type { WorkflowParts } from './workflow-parts.ts';

/** What an action would bring about if its task were approved, as far as it can tell from its input. */
export interface ActionOutlook {
  /** The project it would make: its name. */
  readonly project?: string;
  /** Whom it would let in or change, and the roles that they would get or lose. */
  readonly user?: { readonly name: string; readonly gains?: readonly string[]; readonly loses?: readonly string[] };
  /** Quotas that it would set. */
  readonly quotas?: readonly WantedQuota[];
}

/** What actions tell that by. */
export interface OutlookTools {
  /** By size, service and resource. */
  readonly quotaSizes: Readonly<Record<string, JsonObject>>;
}

/** The outlook of a whole task. */
export interface TaskOutlook {
  readonly projects: readonly string[];
  readonly users: readonly NonNullable<ActionOutlook['user']>[];
  readonly quotas: NonNullable<ActionOutlook['quotas']>;
}

/** What all actions of a task would bring about. Actions that are not registered any more tell nothing. */
export function outlookOf(
  { registry, settings }: Pick<WorkflowParts, 'registry' | 'settings'>,
  { actions }: Task,
): TaskOutlook {
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
