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

/** What the workflow stands on. */
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
  /** Hears of what went wrong where nobody waits for an answer. */
  readonly complain: (error: unknown, what: string) => void;
}
