import { DelegateContexts, type Pause } from './delegate-contexts.ts';
import { emailNotification } from './email-notification.ts';
import { FeatureRegistry } from './feature-registry.ts';
import type { FeatureSet } from './feature-set.ts';
import { Notifications } from './notifications.ts';
import { Tasks } from './tasks.ts';
import type { WorkflowParts } from './workflow-parts.ts';
import { WorkflowTemplates } from './workflow-templates.ts';

/** Everything that deals with tasks. */
export interface Workflow {
  readonly registry: FeatureRegistry;
  readonly tasks: Tasks;
  readonly notifications: Notifications;
  readonly delegateContexts: DelegateContexts;
  /** Waits for what runs in the background, for a while. */
  close(): Promise<void>;
}

/** What is there without any other feature set. */
const ENGINE: FeatureSet = { name: 'engine', notificationHandlers: [emailNotification] };

/**
 * Puts the workflow together. Throws an Error with a sentence for each fault of the feature sets, of what operators
 * have set, and of templates that are named and not there.
 */
export function openWorkflow(
  parts: Omit<WorkflowParts, 'registry' | 'templates'>,
  featureSets: readonly FeatureSet[],
  { wait }: { wait?: Pause } = {},
): Workflow {
  const registry = FeatureRegistry.load([ENGINE, ...featureSets], parts.settings);
  const templates = new WorkflowTemplates(registry.templateFolders, parts.settings.workflow.templates);
  templates.check(registry);
  const all: WorkflowParts = { ...parts, registry, templates };
  const notifications = new Notifications(all);
  const tasks = new Tasks(all, notifications);
  return {
    registry,
    tasks,
    notifications,
    delegateContexts: new DelegateContexts(all, tasks, wait),
    close: async () => {
      await tasks.close();
      await notifications.close();
    },
  };
}
