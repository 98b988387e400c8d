import type { Allowances } from '../audit/allowances.ts';
import type { Audit } from '../audit/audit.ts';
import type { Clock } from '../lib/clock.ts';
import type { Secrets } from '../lib/secrets.ts';
import type { Outbox } from '../mail/outbox.ts';
import type { Storage } from '../storage/storage.ts';
import type { Backends } from './features/backends.ts';
import type { FeatureRegistry } from './features/feature-registry.ts';
import type { WorkflowSettings } from './features/workflow-settings.ts';
import type { WorkflowTemplates } from './mails/workflow-templates.ts';

/** The services and settings that the workflow uses. */
export interface WorkflowParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly outbox: Outbox;
  readonly audit: Audit;
  readonly allowances: Allowances;
  readonly registry: FeatureRegistry;
  readonly settings: WorkflowSettings;
  readonly templates: WorkflowTemplates;
  readonly backends: Backends;
  /** Called with errors for which no caller waits, and what was being done. */
  readonly onError: (error: unknown, what: string) => void;
}
