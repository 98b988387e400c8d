import type { CallOptions } from '../http/call.ts';
import type { TaskFilters } from './filters.ts';
import { one, type Send } from './workflow-caller.ts';
import { WorkflowPages } from './workflow-pages.ts';
import type { Noted, WorkflowTask, WorkflowTaskPage } from './workflow-schemas.ts';

/** Tasks: requests in the workflow, and their states. */
export class WorkflowTasks extends WorkflowPages<WorkflowTask, WorkflowTaskPage, TaskFilters> {
  constructor(send: Send) {
    super(send, 'tasks');
  }

  /**
   * Replaces the input of all actions of a task that is not approved, and prepares it again. Sends
   * `PUT /v1/tasks/<uuid>` without retries, since preparing a task twice can send its mails twice.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound, Conflict
   */
  update(uuid: string, data: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<Noted> {
    const call = { method: 'PUT', path: one('tasks', uuid), json: data, repeatable: false } as const;
    return this.send(call, options);
  }

  /**
   * Approves a task: it is completed, or a token for its last stage is sent by mail; see the notes. Sends
   * `POST /v1/tasks/<uuid>`.
   * @throws BadRequest if its state does not allow it or it is not valid, Unauthorized, Forbidden, NotFound,
   * Unavailable
   */
  approve(uuid: string, options?: CallOptions): Promise<Noted> {
    return this.send({ method: 'POST', path: one('tasks', uuid), json: { approved: true } }, options);
  }

  /**
   * Cancels a task that is not completed, and deletes its tokens. Sends `DELETE /v1/tasks/<uuid>` without retries,
   * since a second request is refused.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound
   */
  cancel(uuid: string, options?: CallOptions): Promise<Noted> {
    return this.send({ method: 'DELETE', path: one('tasks', uuid), repeatable: false }, options);
  }
}
