import { WorkflowTemplates } from '../mails/workflow-templates.ts';
import { emailNotification } from '../notifications/email-notification.ts';
import { FeatureRegistry } from './feature-registry.ts';
import type { FeatureSet } from './feature-set.ts';
import type { WorkflowSettings } from './workflow-settings.ts';

/** The parts that exist without any feature set. */
const ENGINE: FeatureSet = { name: 'engine', notificationHandlers: [emailNotification] };

/**
 * Loads the feature sets with the operator's settings, and the mail templates. Throws an Error with one sentence per
 * fault, and per template that is named and does not exist.
 */
export function openRegistry(
  featureSets: readonly FeatureSet[],
  settings: WorkflowSettings,
): { registry: FeatureRegistry; templates: WorkflowTemplates } {
  const registry = FeatureRegistry.load([ENGINE, ...featureSets], settings);
  const templates = new WorkflowTemplates(registry.templateFolders, settings.workflow.templates);
  templates.check(registry);
  return { registry, templates };
}
