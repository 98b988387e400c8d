import type { JsonObject } from '../lib/json.ts';
import type { Notification } from './notification-handler.ts';
import type { FilterInput, ListPage, ListPosition } from './task-query.ts';

const later = (): never => {
  throw new Error('under way');
};

/** Messages to operators (spec workflow 6). */
export class Notifications {
  /** Stores it, then hands it to the handlers that the settings of its task name. Errors: `task_not_found`. */
  create(_task: string, _notes: JsonObject, _options?: { readonly error?: boolean }): Promise<Notification> {
    return later();
  }

  /** Newest first. Errors: as `Tasks.list`. */
  list(_query: {
    readonly filters?: FilterInput;
    readonly acknowledged?: boolean;
    readonly error?: boolean;
    readonly at: ListPosition;
  }): Promise<ListPage<Notification>> {
    return later();
  }

  /** Errors: `notification_not_found`. */
  get(_uuid: string): Promise<Notification> {
    return later();
  }

  /** Answers whether it was not acknowledged before. Errors: `notification_not_found`. */
  acknowledge(_uuid: string): Promise<boolean> {
    return later();
  }

  /** Those that do not exist are passed over. Answers how many were not acknowledged before. */
  acknowledgeAll(_uuids: readonly string[]): Promise<number> {
    return later();
  }
}
