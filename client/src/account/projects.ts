import { BadValue } from '../errors/errors.ts';
import type { Answer, CallOptions } from '../http/call.ts';
import { path } from '../http/path.ts';
import { exact, type Quantity } from '../provisions.ts';
import { type Ask, required } from './account-calls.ts';
import { idIn, objectIn, objectsIn, withQuantities } from './expected.ts';

export type ProjectPolicy = 'auto' | 'moderated' | 'closed';
export type ProjectAction = 'suspend' | 'unsuspend' | 'terminate' | 'reinstate';
export type ApplicationAction = 'approve' | 'deny' | 'dismiss' | 'cancel';

/** Id of a project: its uuid, or on servers of an older generation a number. */
export type ProjectId = string | number;

/** The limit of a project for a resource, and that of each of its members. */
export interface Capacities<Number = bigint> {
  readonly project_capacity: Number;
  readonly member_capacity: Number;
}

/** A project, with the property names of the API. */
export interface AccountProject {
  readonly id: string;
  readonly state: 'uninitialized' | 'active' | 'suspended' | 'terminated' | 'deleted';
  /** ISO 8601 with offset, as all dates. */
  readonly creation_date: string;
  readonly name: string;
  /** Uuid; null for the system projects of users. */
  readonly owner: string | null;
  readonly homepage: string;
  readonly description: string;
  readonly start_date?: string | null;
  readonly end_date: string;
  readonly join_policy: ProjectPolicy;
  readonly leave_policy: ProjectPolicy;
  /** 9223372036854775807 means unlimited. */
  readonly max_members: bigint;
  readonly private: boolean;
  readonly system_project: boolean;
  readonly resources: Readonly<Record<string, Capacities>>;
  /** The newest application; visible to reviewers of the project and to the applicant. */
  readonly last_application?: Omit<AccountApplication, 'project'>;
  /** When it was last suspended or terminated. This and the following have the same visibility. */
  readonly deactivation_date?: string;
  /** Number of the application that describes the project, its applicant, and their comments for reviewers. */
  readonly application?: number | null;
  readonly applicant?: string | null;
  readonly comments?: string | null;
  /** Number of the pending application. */
  readonly pending_application?: number | null;
}

/** An application for a project, or for changes to one; properties that stay unchanged are null. */
export interface AccountApplication {
  readonly id: number;
  readonly project: string;
  readonly state: 'pending' | 'approved' | 'replaced' | 'denied' | 'dismissed' | 'cancelled';
  readonly name: string | null;
  readonly owner: string | null;
  readonly applicant: string;
  readonly homepage: string | null;
  readonly description: string | null;
  readonly start_date: string | null;
  readonly end_date: string | null;
  readonly comments: string | null;
  readonly join_policy: ProjectPolicy | null;
  readonly leave_policy: ProjectPolicy | null;
  readonly max_members: bigint | null;
  readonly private: boolean | null;
  readonly resources: Readonly<Record<string, Capacities>>;
  /** The reason of the decision; older systems send it by mail only. */
  readonly response?: string | null;
}

/** The requested properties of a project, with the names of the API. */
export interface ProjectSpecs {
  /** A domain name, for example `lab.example.org`. */
  readonly name: string;
  /** A date is sent as ISO 8601 in UTC; a string must have a time zone. */
  readonly end_date: Date | string;
  readonly start_date?: Date | string | null | undefined;
  /** Uuid of the owner; default: the applicant. */
  readonly owner?: string | null | undefined;
  readonly homepage?: string | null | undefined;
  readonly description?: string | null | undefined;
  /** Comments for reviewers. */
  readonly comments?: string | null | undefined;
  /** Default `moderated`. */
  readonly join_policy?: ProjectPolicy | undefined;
  /** Default `auto`. */
  readonly leave_policy?: ProjectPolicy | undefined;
  /** An integer, or a string like `1K` or `inf`; default: unlimited. */
  readonly max_members?: Quantity | string | undefined;
  readonly private?: boolean | null | undefined;
  readonly resources?: Readonly<Record<string, Capacities<Quantity>>> | undefined;
}

/** Requested changes; missing and null properties stay unchanged. */
export type ProjectChanges = { readonly [Key in keyof ProjectSpecs]?: ProjectSpecs[Key] | null | undefined };

/** Filter of projects. */
export interface ProjectFilter {
  /** The exact name. */
  readonly name?: string | undefined;
  readonly state?: AccountProject['state'] | undefined;
  /** Uuid of the owner. */
  readonly owner?: string | undefined;
  /**
   * `member`: active ones with the user as a member; `related`: also those that the user owns; `active`: public ones.
   */
  readonly mode?: 'default' | 'member' | 'related' | 'active' | undefined;
}

/** The number of a new application, and the uuid of its project. */
export interface Applied {
  readonly id: string;
  readonly application: number;
}

/** Identifies an application by its project and number; older clients use the number alone. */
export interface ApplicationReference {
  readonly project?: ProjectId | undefined;
  readonly application: number;
}

/** Projects and applications, for the token of a user. Calls that change something are not retried. */
export interface Projects {
  /**
   * The projects that the user may see. GET `projects?name=…&state=…&owner=…&mode=…`. (The oldest clients sent
   * the filter in the body of the GET, which `fetch` does not support; this client sends it as a query.)
   * @throws BadRequest for an unknown state or mode; Unauthorized; InvalidResponse; ConnectionError
   */
  getProjects(filter?: ProjectFilter, options?: CallOptions): Promise<AccountProject[]>;
  /**
   * A project. GET `projects/<id>`.
   * @throws BadValue if no id is given; NotFound; Forbidden; Unauthorized; InvalidResponse; ConnectionError
   */
  getProject(project: ProjectId, options?: CallOptions): Promise<AccountProject>;
  /**
   * Applies for a new project. POST `projects`.
   * @throws BadValue if a capacity is not an exact integer; BadRequest if the specs are not valid;
   *   Conflict if too many applications are pending; Unauthorized; InvalidResponse; ConnectionError
   */
  createProject(specs: ProjectSpecs, options?: CallOptions): Promise<Applied>;
  /**
   * Applies for changes of a project. PUT `projects/<id>`.
   * @throws NotFound; Forbidden unless the caller is its owner or an operator; Conflict if its state does not allow it;
   *   else as `createProject`
   */
  modifyProject(project: ProjectId, changes: ProjectChanges, options?: CallOptions): Promise<Applied>;
  /**
   * Suspends, terminates or reinstates a project. POST `projects/<id>/action`.
   * @throws BadValue if no id or action is given; BadRequest for another action; NotFound; Forbidden; Conflict if its
   *   state does not allow it; Unauthorized; ConnectionError
   */
  projectAction(
    project: ProjectId,
    action: ProjectAction,
    reason?: string,
    options?: CallOptions,
  ): Promise<void>;
  /**
   * Approves, denies, dismisses or cancels an application. With the project, it sends POST `projects/<id>/action`,
   * which refuses an application of another project; with the number alone, POST `projects/apps/<number>/action`, which
   * later versions of the older systems do not have.
   * @throws as `projectAction`; Conflict also if the application is not the project's, or not pending
   */
  applicationAction(
    application: ApplicationReference,
    action: ApplicationAction,
    reason?: string,
    options?: CallOptions,
  ): Promise<void>;
  /**
   * The applications that the user may see. GET `projects/apps?project=…`, which later versions of the older systems
   * do not have.
   * @throws Unauthorized; InvalidResponse; ConnectionError
   */
  getApplications(
    filter?: { readonly project?: ProjectId | undefined },
    options?: CallOptions,
  ): Promise<AccountApplication[]>;
  /**
   * An application. GET `projects/apps/<number>`, which later versions of the older systems do not have.
   * @throws BadValue if no number is given; NotFound; Forbidden; Unauthorized; InvalidResponse; ConnectionError
   */
  getApplication(application: number, options?: CallOptions): Promise<AccountApplication>;
}

export function projects(ask: Ask): Projects {
  const act = async (
    at: ReturnType<typeof path>,
    action: string,
    value: unknown,
    options: CallOptions | undefined,
  ): Promise<void> => {
    await ask({ method: 'POST', path: at, json: { [required(action, 'The action')]: value } }, options);
  };
  return {
    getProjects: async ({ name, state, owner, mode } = {}, options) => {
      const query = { name, state, owner, mode };
      const answer = await ask({ method: 'GET', path: path`/projects`, query }, options);
      return objectsIn(answer).map((project) => exactly(answer, project) as AccountProject);
    },
    getProject: async (project, options) => {
      const answer = await ask({ method: 'GET', path: path`/projects/${idOf(project)}` }, options);
      return exactly(answer, objectIn(answer)) as AccountProject;
    },
    createProject: async (specs, options) => {
      const json = checked(specs);
      return applied(await ask({ method: 'POST', path: path`/projects`, json }, options));
    },
    modifyProject: async (project, changes, options) => {
      const at = path`/projects/${idOf(project)}`;
      // Every request creates an application, so unlike other PUTs it is not idempotent.
      return applied(
        await ask({ method: 'PUT', path: at, json: checked(changes), repeatable: false }, options),
      );
    },
    projectAction: async (project, action, reason = '', options) =>
      act(path`/projects/${idOf(project)}/action`, action, { reason }, options),
    applicationAction: async ({ project, application }, action, reason = '', options) => {
      const app_id = required(application, 'The number of the application');
      return project === undefined
        ? act(path`/projects/apps/${app_id}/action`, action, reason, options)
        : act(path`/projects/${idOf(project)}/action`, action, { reason, app_id }, options);
    },
    getApplications: async ({ project } = {}, options) => {
      const answer = await ask({ method: 'GET', path: path`/projects/apps`, query: { project } }, options);
      return objectsIn(answer).map((application) => exactly(answer, application) as AccountApplication);
    },
    getApplication: async (application, options) => {
      const at = path`/projects/apps/${required(application, 'The number of the application')}`;
      const answer = await ask({ method: 'GET', path: at }, options);
      return exactly(answer, objectIn(answer)) as AccountApplication;
    },
  };
}

/** The id of a project. @throws BadValue if it is missing */
export const idOf = (project: ProjectId): ProjectId => required(project, 'The id of the project');

const QUANTITIES: ReadonlySet<string> = new Set(['max_members', 'project_capacity', 'member_capacity']);
const exactly = (answer: Answer, value: unknown): unknown => withQuantities(answer, value, QUANTITIES);

function applied(answer: Answer): Applied {
  const { id, application } = objectIn(answer);
  return { id: String(id), application: idIn(answer, application) };
}

/** The specs with exact quantities. @throws BadValue if a quantity is not exact or a date is invalid */
function checked({ ...specs }: ProjectChanges): object {
  const { max_members, resources, start_date, end_date } = specs;
  for (const date of [start_date, end_date]) {
    // JSON has null for an invalid date, which means no change.
    if (date instanceof Date && Number.isNaN(date.getTime())) throw new BadValue('The date is invalid.');
  }
  return {
    ...specs,
    ...(typeof max_members === 'number' && { max_members: exact(max_members, 'max_members') }),
    ...(resources && {
      resources: Object.fromEntries(
        Object.entries(resources).map(([resource, capacities]) => [
          resource,
          {
            project_capacity: exact(capacities?.project_capacity, resource),
            member_capacity: exact(capacities?.member_capacity, resource),
          },
        ]),
      ),
    }),
  };
}
