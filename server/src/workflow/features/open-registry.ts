import { WorkflowTemplates } from '../mails/workflow-templates.ts';
import { emailNotification } from '../notifications/email-notification.ts';
import { FeatureRegistry } from './feature-registry.ts';
import type { FeatureSet } from './feature-set.ts';
import type { WorkflowSettings } from './workflow-settings.ts';

/** What is there without any other feature set. */
const ENGINE: FeatureSet = { name: 'engine', notificationHandlers: [emailNotification] };

/**
 * What feature sets bring, with the settings that operators have made, and the templates of the mails. Throws an Error
 * with a sentence for each fault of these, and for each template that is named and not there.
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
