import type { CallOptions } from '../http/caller.ts';
import { path } from '../http/path.ts';
import type { ListOptions } from '../native/lists.ts';
import type { TaskFilters } from './filters.ts';
import { eachOf, filtered, one, type Send } from './workflow-caller.ts';
import type { Noted, WorkflowTask, WorkflowTaskPage } from './workflow-schemas.ts';

/** Tasks: what was asked for, and what became of it. */
export class WorkflowTasks {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /**
   * Tasks, the newest first: all of them, or one page if it is said how many make one. Sends `GET /v1/tasks`.
   * @throws BadRequest if there is no such page or field, Unauthorized, Forbidden
   */
  list(
    {
      filters,
      page,
      tasksPerPage: tasks_per_page,
    }: {
      readonly filters?: TaskFilters | undefined;
      /** From 1, which it is unless said. */
      readonly page?: number | undefined;
      readonly tasksPerPage?: number | undefined;
    } = {},
    options?: CallOptions,
  ): Promise<WorkflowTaskPage> {
    const query = { ...filtered(filters), page, tasks_per_page };
    return this.#send({ method: 'GET', path: path`/tasks`, query }, options);
  }

  /**
   * Goes through all tasks, the newest first. A page is asked for when the tasks before it have been taken; tasks that
   * are created meanwhile move the others, so one can be met twice. Sends `GET /v1/tasks` for each page.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  all(
    { filters }: { readonly filters?: TaskFilters | undefined } = {},
    options: ListOptions = {},
  ): AsyncGenerator<WorkflowTask, void, undefined> {
    return eachOf(this.#send, 'tasks', filters, options);
  }

  /** One task. Sends `GET /v1/tasks/<uuid>`. @throws Unauthorized, Forbidden, NotFound */
  get(uuid: string, options?: CallOptions): Promise<WorkflowTask> {
    return this.#send({ method: 'GET', path: one('tasks', uuid) }, options);
  }

  /**
   * Replaces the input of all actions of a task that nobody has approved, and prepares it again. Sends
   * `PUT /v1/tasks/<uuid>`, once: to prepare a task twice can send its mails twice.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  update(uuid: string, data: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<Noted> {
    const call = { method: 'PUT', path: one('tasks', uuid), json: data, repeatable: false } as const;
    return this.#send(call, options);
  }

  /**
   * Approves a task: it is completed, or a token for its last stage is sent by mail; the notes say which. Sends
   * `POST /v1/tasks/<uuid>`.
   * @throws BadRequest if it is not in a state for that, or not valid, Unauthorized, Forbidden, NotFound, Unavailable
   */
  approve(uuid: string, options?: CallOptions): Promise<Noted> {
    return this.#send({ method: 'POST', path: one('tasks', uuid), json: { approved: true } }, options);
  }

  /**
   * Cancels a task that is not completed; its tokens are gone. Sends `DELETE /v1/tasks/<uuid>`, once: a second time it
   * would be refused.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  cancel(uuid: string, options?: CallOptions): Promise<Noted> {
    return this.#send({ method: 'DELETE', path: one('tasks', uuid), repeatable: false }, options);
  }
}
