import { DelegateContexts, type Pause } from './delegates/delegate-contexts.ts';
import { outlooksOf, type TaskOutlook } from './engine/outlook.ts';
import type { Task } from './engine/task.ts';
import { Tasks } from './engine/tasks.ts';
import type { FeatureRegistry } from './features/feature-registry.ts';
import type { FeatureSet } from './features/feature-set.ts';
import { openRegistry } from './features/open-registry.ts';
import { Notifications } from './notifications/notifications.ts';
import type { WorkflowParts } from './workflow-parts.ts';

/** Everything that deals with tasks. */
export interface Workflow {
  readonly registry: FeatureRegistry;
  readonly tasks: Tasks;
  readonly notifications: Notifications;
  readonly delegateContexts: DelegateContexts;
  /** What tasks would bring about if they were approved, in their order. */
  outlooks(tasks: readonly Task[]): Promise<TaskOutlook[]>;
  /** Waits for what runs in the background, for a while. */
  close(): Promise<void>;
}

/**
 * Puts the workflow together. Throws an Error with a sentence for each fault of the feature sets, of what operators
 * have set, and of templates that are named and not there.
 */
export function openWorkflow(
  parts: Omit<WorkflowParts, 'registry' | 'templates'>,
  featureSets: readonly FeatureSet[],
  { wait }: { wait?: Pause } = {},
): Workflow {
  const { registry, templates } = openRegistry(featureSets, parts.settings);
  const all: WorkflowParts = { ...parts, registry, templates };
  const notifications = new Notifications(all);
  const tasks = new Tasks(all, notifications);
  return {
    registry,
    tasks,
    notifications,
    delegateContexts: new DelegateContexts(all, tasks, wait),
    outlooks: (of) => outlooksOf(all, of),
    close: async () => {
      await tasks.close();
      await notifications.close();
    },
  };
}
