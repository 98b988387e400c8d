import type { Connection } from '../connection.ts';
import type { Answer, CallOptions } from '../http/call.ts';
import { path } from '../http/path.ts';
import { callWorkflow, type Send, sendOpen, sendSigned, type WorkflowCall } from './workflow-caller.ts';
import { WorkflowNotifications } from './workflow-notifications.ts';
import { WorkflowQuotas } from './workflow-quotas.ts';
import type { Noted, PasswordReset, SignUp, WorkflowStatus } from './workflow-schemas.ts';
import { WorkflowTasks } from './workflow-tasks.ts';
import { WorkflowTokens } from './workflow-tokens.ts';
import { ManagedRoles, WorkflowUserRoles, WorkflowUsers } from './workflow-users.ts';

/**
 * The admin workflow, `/v1`. What is sent and answered has the names of the wire.
 *
 * Many of its calls are about the project to which the caller's token is bound. Signing up, forgetting a password and
 * the tokens that come by mail need no token of a caller.
 */
export class WorkflowClient {
  readonly connection: Connection;
  readonly tasks: WorkflowTasks;
  readonly tokens: WorkflowTokens;
  readonly notifications: WorkflowNotifications;
  readonly users: WorkflowUsers;
  readonly roles: WorkflowUserRoles;
  readonly managedRoles: ManagedRoles;
  readonly quotas: WorkflowQuotas;
  readonly #send: Send;
  readonly #sendOpen: Send;

  constructor(connection: Connection) {
    const send = sendSigned(connection);
    this.connection = connection;
    this.#send = send;
    this.#sendOpen = sendOpen(connection);
    this.tasks = new WorkflowTasks(send);
    this.tokens = new WorkflowTokens(send, this.#sendOpen);
    this.notifications = new WorkflowNotifications(send);
    this.users = new WorkflowUsers(send);
    this.roles = new WorkflowUserRoles(send);
    this.managedRoles = new ManagedRoles(send);
    this.quotas = new WorkflowQuotas(send);
  }

  /** What operators look at first. Sends `GET /v1/status`. @throws Unauthorized, Forbidden */
  status(options?: CallOptions): Promise<WorkflowStatus> {
    return this.#send({ method: 'GET', path: path`/status` }, options);
  }

  /**
   * Asks for an account and a project; needs no token. Sends `POST /v1/openstack/sign-up`.
   * @throws BadRequest, Conflict if the same was asked for already, Unavailable
   */
  signUp(wanted: SignUp, options?: CallOptions): Promise<Noted> {
    return this.#sendOpen({ method: 'POST', path: path`/openstack/sign-up`, json: wanted }, options);
  }

  /**
   * Sends a user a link for setting a new password; needs no token. Whether there is such a user is not
   * told, and the answer takes some seconds to keep it so. Sends `POST /v1/openstack/users/password-reset`.
   * @throws BadRequest, Unavailable
   */
  passwordForgot(whose: PasswordReset, options?: CallOptions): Promise<Noted> {
    return this.#sendOpen(
      { method: 'POST', path: path`/openstack/users/password-reset`, json: whose },
      options,
    );
  }

  /**
   * Lets a user set a new password, on request of an operator. Sends `POST /v1/openstack/users/password-set`.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  passwordForceReset(whose: PasswordReset, options?: CallOptions): Promise<Noted> {
    return this.#send({ method: 'POST', path: path`/openstack/users/password-set`, json: whose }, options);
  }

  /**
   * The caller wants another e-mail address; a link to confirm it is sent there. Sends
   * `POST /v1/openstack/users/email-update`.
   * @throws BadRequest, Unauthorized, Conflict if the same was asked for already
   */
  updateEmail(newEmail: string, options?: CallOptions): Promise<Noted> {
    const json = { new_email: newEmail };
    return this.#send({ method: 'POST', path: path`/openstack/users/email-update`, json }, options);
  }

  /**
   * Asks for a task by the name of a delegate API, such as `InviteUser`; with the token, if there is one. Sends
   * `POST /v1/actions/<name>`.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound if the service has no such API, Conflict
   */
  submit(name: string, data: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<Noted> {
    return this.#sendOpen({ method: 'POST', path: path`/actions/${name}`, json: data }, options);
  }

  /**
   * Makes a call below `/v1`, with the token if there is one, for delegate APIs that have an address of their own.
   * @throws PurserError as every call does
   */
  call(call: WorkflowCall, options?: CallOptions): Promise<Answer> {
    return callWorkflow(this.connection, call, options);
  }
}
