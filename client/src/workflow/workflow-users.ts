import { NotFound } from '../errors/errors.ts';
import type { CallOptions } from '../http/call.ts';
import { path } from '../http/path.ts';
import type { Send } from './workflow-caller.ts';
import type {
  Invitation,
  ManagedRole,
  Noted,
  RoleChange,
  WorkflowRoles,
  WorkflowUser,
  WorkflowUserDetails,
} from './workflow-schemas.ts';

const userPath = (user: string) => path`/openstack/users/${user}`;
const rolesPath = (user: string) => path`/openstack/users/${user}/roles`;

/** The users of the project that the token is bound to. */
export class WorkflowUsers {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /**
   * The users with direct or inherited roles on the project, and invited users. Sends `GET /v1/openstack/users`.
   * @throws Unauthorized, Forbidden
   */
  async list(options?: CallOptions): Promise<readonly WorkflowUser[]> {
    const call = { method: 'GET', path: path`/openstack/users`, list: 'users' } as const;
    return (await this.#send<{ users: WorkflowUser[] }>(call, options)).users;
  }

  /** One user, by id. Sends `GET /v1/openstack/users/<id>`. @throws Unauthorized, Forbidden, NotFound */
  get(user: string, options?: CallOptions): Promise<WorkflowUserDetails> {
    return this.#send({ method: 'GET', path: userPath(user) }, options);
  }

  /**
   * The first entry of `list` with this id or name. Sends `GET /v1/openstack/users`.
   * @throws Unauthorized, Forbidden, NotFound
   */
  async find(idOrName: string, options?: CallOptions): Promise<WorkflowUser> {
    const user = (await this.list(options)).find(({ id, name }) => id === idOrName || name === idOrName);
    if (user) return user;
    throw new NotFound(`The project has no user '${idOrName}'.`, { code: 'no_such_user' });
  }

  /**
   * Invites a user to the project. Sends `POST /v1/openstack/users`.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict if an invitation is open
   */
  invite(invitation: Invitation, options?: CallOptions): Promise<Noted> {
    return this.#send({ method: 'POST', path: path`/openstack/users`, json: invitation }, options);
  }

  /**
   * Withdraws an invitation, by its id in `list`; returns a sentence. Sends `DELETE /v1/openstack/users/<id>` without
   * retries.
   * @throws Unauthorized, Forbidden, NotFound, PurserError with status 501 if the user is already a member
   */
  cancelInvite(id: string, options?: CallOptions): Promise<string> {
    return this.#send({ method: 'DELETE', path: userPath(id), repeatable: false }, options);
  }
}

/** The roles of users in a project. */
export class WorkflowUserRoles {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** The roles of one user. Sends `GET /v1/openstack/users/<id>/roles`. @throws Unauthorized, Forbidden, NotFound */
  list(user: string, options?: CallOptions): Promise<WorkflowRoles> {
    return this.#send({ method: 'GET', path: rolesPath(user) }, options);
  }

  /**
   * Grants roles to a user. Sends `PUT /v1/openstack/users/<id>/roles` without retries, since it creates a task.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  add(user: string, change: RoleChange, options?: CallOptions): Promise<Noted> {
    return this.#send({ method: 'PUT', path: rolesPath(user), json: change, repeatable: false }, options);
  }

  /**
   * Revokes roles of a user. Sends `DELETE /v1/openstack/users/<id>/roles` with a body, without retries, since it
   * creates a task.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict
   */
  remove(user: string, change: RoleChange, options?: CallOptions): Promise<Noted> {
    return this.#send({ method: 'DELETE', path: rolesPath(user), json: change, repeatable: false }, options);
  }
}

/** The roles that the caller may grant and revoke. */
export class ManagedRoles {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** All roles. Sends `GET /v1/openstack/roles`. @throws Unauthorized, Forbidden */
  async list(options?: CallOptions): Promise<readonly ManagedRole[]> {
    const call = { method: 'GET', path: path`/openstack/roles`, list: 'roles' } as const;
    return (await this.#send<{ roles: ManagedRole[] }>(call, options)).roles;
  }
}
