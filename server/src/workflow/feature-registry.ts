import type { JsonObject } from '../lib/json.ts';
import type { ActionDefinition } from './action.ts';
import type { DelegateApi } from './delegate-api.ts';
import type { FeatureSet } from './feature-set.ts';
import type { NotificationHandler } from './notification-handler.ts';
import type { TaskType } from './task-type.ts';
import type { WorkflowSettings } from './workflow-settings.ts';

const later = (): never => {
  throw new Error('under way');
};

/** What the feature sets bring, checked as a whole and with the operator's settings laid over it. */
export class FeatureRegistry {
  /**
   * Throws one Error that names every fault in a sentence of its own: names that are there twice, or are used and not
   * there, and settings of things that are not there.
   */
  static load(_sets: readonly FeatureSet[], _settings: WorkflowSettings): FeatureRegistry {
    return later();
  }

  /** By its name or an old one. */
  taskType(_name: string): TaskType | undefined {
    return later();
  }

  action(_name: string): ActionDefinition | undefined {
    return later();
  }

  handler(_name: string): NotificationHandler | undefined {
    return later();
  }

  /** Those that are switched on, each with its settings. */
  get delegateApis(): readonly { readonly api: DelegateApi; readonly config: JsonObject }[] {
    return later();
  }

  /** The settings of an action in a type of task. */
  actionConfig(_taskType: TaskType, _action: string): JsonObject {
    return later();
  }
}
