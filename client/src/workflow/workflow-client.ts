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
 * The admin workflow, `/v1`. Requests and responses have the property names of the API.
 *
 * Many of its calls concern the project that the caller's token is bound to. Sign-up, password reset and calls with
 * task tokens need no API token.
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

  /** An overview for operators. Sends `GET /v1/status`. @throws Unauthorized, Forbidden */
  status(options?: CallOptions): Promise<WorkflowStatus> {
    return this.#send({ method: 'GET', path: path`/status` }, options);
  }

  /**
   * Requests an account and a project; needs no token. Sends `POST /v1/openstack/sign-up`.
   * @throws BadRequest, Conflict if an equal request is open, Unavailable
   */
  signUp(wanted: SignUp, options?: CallOptions): Promise<Noted> {
    return this.#sendOpen({ method: 'POST', path: path`/openstack/sign-up`, json: wanted }, options);
  }

  /**
   * Mails a user a link for setting a new password; needs no token. The response, and its time of some seconds, do not
   * reveal whether the user exists. Sends `POST /v1/openstack/users/password-reset`.
   * @throws BadRequest, Unavailable
   */
  passwordForgot(whose: PasswordReset, options?: CallOptions): Promise<Noted> {
    return this.#sendOpen(
      { method: 'POST', path: path`/openstack/users/password-reset`, json: whose },
      options,
    );
  }

  /**
   * Mails a user a link for setting a new password, requested by an operator. Sends `POST
   * /v1/openstack/users/password-set`.
   * @throws BadRequest, Unauthorized, Forbidden
   */
  passwordForceReset(whose: PasswordReset, options?: CallOptions): Promise<Noted> {
    return this.#send({ method: 'POST', path: path`/openstack/users/password-set`, json: whose }, options);
  }

  /**
   * Requests another e-mail address for the caller; a confirmation link is mailed to it. Sends
   * `POST /v1/openstack/users/email-update`.
   * @throws BadRequest, Unauthorized, Conflict if an equal request is open
   */
  updateEmail(newEmail: string, options?: CallOptions): Promise<Noted> {
    const json = { new_email: newEmail };
    return this.#send({ method: 'POST', path: path`/openstack/users/email-update`, json }, options);
  }

  /**
   * Creates a task by a delegate API, for example `InviteUser`; with the token, if there is one. Sends
   * `POST /v1/actions/<name>`.
   * @throws BadRequest, Unauthorized, Forbidden, NotFound if the delegate API is unknown, Conflict
   */
  submit(name: string, data: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<Noted> {
    return this.#sendOpen({ method: 'POST', path: path`/actions/${name}`, json: data }, options);
  }

  /**
   * Makes a call below `/v1`, with the token if there is one, for delegate APIs with a path of their own.
   * @throws PurserError
   */
  call(call: WorkflowCall, options?: CallOptions): Promise<Answer> {
    return callWorkflow(this.connection, call, options);
  }
}
