import { DelegateContexts, type Pause } from './delegates/delegate-contexts.ts';
import type { EngineParts } from './engine/engine-parts.ts';
import type { Task } from './engine/task.ts';
import { TaskCommands } from './engine/task-commands.ts';
import { effectsOf, type TaskEffects } from './engine/task-effects.ts';
import { TaskLeases } from './engine/task-leases.ts';
import { TaskReads } from './engine/task-reads.ts';
import type { FeatureRegistry } from './features/feature-registry.ts';
import type { FeatureSet } from './features/feature-set.ts';
import { openRegistry } from './features/open-registry.ts';
import { Notifications } from './notifications/notifications.ts';
import { WorkflowTokens } from './tokens/workflow-tokens.ts';
import type { WorkflowParts } from './workflow-parts.ts';

/** The public interface of the workflow. */
export interface Workflow {
  readonly registry: FeatureRegistry;
  readonly tasks: TaskCommands;
  readonly taskReads: TaskReads;
  readonly notifications: Notifications;
  readonly delegateContexts: DelegateContexts;
  /** What tasks would change if they were approved, in their order. */
  effectsOf(tasks: readonly Task[]): Promise<TaskEffects[]>;
  /** Waits for background work, for a limited time. */
  close(): Promise<void>;
}

/**
 * Builds the workflow. Throws an Error with one sentence per fault in the feature sets, in the operator's settings, and
 * for each template that is named and does not exist.
 */
export function openWorkflow(
  parts: Omit<WorkflowParts, 'registry' | 'templates'>,
  featureSets: readonly FeatureSet[],
  { wait }: { wait?: Pause } = {},
): Workflow {
  const all: WorkflowParts = { ...parts, ...openRegistry(featureSets, parts.settings) };
  const notifications = new Notifications(all);
  const engine: EngineParts = {
    ...all,
    notifications,
    tokens: new WorkflowTokens(parts),
    leases: new TaskLeases(parts),
  };
  const taskReads = new TaskReads(engine);
  const tasks = new TaskCommands(engine, taskReads);
  return {
    registry: all.registry,
    tasks,
    taskReads,
    notifications,
    delegateContexts: new DelegateContexts(all, { tasks, taskReads }, wait),
    effectsOf: (of) => effectsOf(all, of),
    close: async () => {
      await tasks.close();
      await notifications.close();
    },
  };
}
