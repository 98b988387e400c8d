import type { Notifications } from '../notifications/notifications.ts';
import type { WorkflowTokens } from '../tokens/workflow-tokens.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import type { TaskLeases } from './task-leases.ts';

/** What all layers of the engine use. */
export interface EngineParts extends WorkflowParts {
  readonly notifications: Notifications;
  readonly tokens: WorkflowTokens;
  readonly leases: TaskLeases;
}
