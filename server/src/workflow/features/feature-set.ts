import type { JsonObject } from '../../lib/text/json.ts';
import type { DelegateApi } from '../delegates/delegate-api.ts';
import type { NotificationHandler } from '../notifications/notification-handler.ts';
import type { ActionDefinition } from './action.ts';
import type { TaskType } from './task-type.ts';

/** Actions, types of tasks, delegate APIs and handlers that are registered together (workflow-v1 §8.1). */
export interface FeatureSet {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: each action knows the shape of its own input.
  readonly actions?: readonly ActionDefinition<any>[];
  readonly tasks?: readonly TaskType[];
  readonly delegateApis?: readonly DelegateApi[];
  readonly notificationHandlers?: readonly NotificationHandler[];
  /** Folder of mail templates: `NAME.txt.eta`, `NAME.html.eta`. */
  readonly templates?: string;
  /** Defaults of the settings that all its parts have. */
  readonly config?: JsonObject;
}
