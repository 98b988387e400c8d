import { BadValue } from '../errors/errors.ts';
import type { Answer, CallOptions } from '../http/call.ts';
import { path } from '../http/path.ts';
import { exact, type Quantity } from '../provisions.ts';
import { type Ask, given } from './account-calls.ts';
import { idIn, objectIn, objectsIn, withQuantities } from './expected.ts';

export type ProjectPolicy = 'auto' | 'moderated' | 'closed';
export type ProjectAction = 'suspend' | 'unsuspend' | 'terminate' | 'reinstate';
export type ApplicationAction = 'approve' | 'deny' | 'dismiss' | 'cancel';

/** A project's uuid; servers of an older generation number their projects. */
export type ProjectId = string | number;

/** How much of a resource a project has, and each of its members may use of that. */
export interface Capacities<Number = bigint> {
  readonly project_capacity: Number;
  readonly member_capacity: Number;
}

/** A project; names as on the wire. */
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
  /** 9223372036854775807 where it is not limited. */
  readonly max_members: bigint;
  readonly private: boolean;
  readonly system_project: boolean;
  readonly resources: Readonly<Record<string, Capacities>>;
  /** The newest application; only those see it who decide about the project, or have applied for it. */
  readonly last_application?: Omit<AccountApplication, 'project'>;
  /** When it was last suspended or terminated, if ever; who sees it is the same, also of the following. */
  readonly deactivation_date?: string;
  /** Number of the application that describes the project, who made it, and what was said to those who decide. */
  readonly application?: number | null;
  readonly applicant?: string | null;
  readonly comments?: string | null;
  /** Number of the application that waits for a decision. */
  readonly pending_application?: number | null;
}

/** An application for a project, or for changes to one; what is not to change is null. */
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

/** What is wanted of a project; names as on the wire. */
export interface ProjectSpecs {
  /** A domain name, such as `lab.example.org`. */
  readonly name: string;
  /** A date is sent as ISO 8601 in UTC; a text must name its time zone. */
  readonly end_date: Date | string;
  readonly start_date?: Date | string | null | undefined;
  /** Uuid of the owner; the applicant unless said. */
  readonly owner?: string | null | undefined;
  readonly homepage?: string | null | undefined;
  readonly description?: string | null | undefined;
  /** For those who decide. */
  readonly comments?: string | null | undefined;
  /** `moderated` unless said. */
  readonly join_policy?: ProjectPolicy | undefined;
  /** `auto` unless said. */
  readonly leave_policy?: ProjectPolicy | undefined;
  /** A whole number, or a text such as `1K` or `inf`; not limited unless said. */
  readonly max_members?: Quantity | string | undefined;
  readonly private?: boolean | null | undefined;
  readonly resources?: Readonly<Record<string, Capacities<Quantity>>> | undefined;
}

/** What is to change; what is missing or null stays. */
export type ProjectChanges = { readonly [Key in keyof ProjectSpecs]?: ProjectSpecs[Key] | null | undefined };

/** Which projects are asked for. */
export interface ProjectFilter {
  /** The exact name. */
  readonly name?: string | undefined;
  readonly state?: AccountProject['state'] | undefined;
  /** Uuid of the owner. */
  readonly owner?: string | undefined;
  /** `member`: active ones that the user is in; `related`: own ones and those that the user is in; `active`: public ones. */
  readonly mode?: 'default' | 'member' | 'related' | 'active' | undefined;
}

/** What an application has got: its number, and the project's uuid. */
export interface Applied {
  readonly id: string;
  readonly application: number;
}

/** An application, by the project it is for and its number; older clients give the number alone. */
export interface ApplicationReference {
  readonly project?: ProjectId | undefined;
  readonly application: number;
}

/** Projects and applications for them, for a user's token. Nothing that changes something is sent twice. */
export interface Projects {
  /**
   * The projects that the user may see. GET `projects?name=…&state=…&owner=…&mode=…`. (The oldest clients sent their
   * filter in the body of the GET, which `fetch` cannot; the same filters go as a query here.)
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
   * @throws BadValue if a capacity is no exact whole number; BadRequest if something else is wrong with the specs;
   *   Conflict if too many applications are pending; Unauthorized; InvalidResponse; ConnectionError
   */
  createProject(specs: ProjectSpecs, options?: CallOptions): Promise<Applied>;
  /**
   * Applies for changes of a project. PUT `projects/<id>`.
   * @throws NotFound; Forbidden to all but its owner and operators; Conflict if its state does not allow it; else as
   *   `createProject`
   */
  modifyProject(project: ProjectId, changes: ProjectChanges, options?: CallOptions): Promise<Applied>;
  /**
   * Suspends a project, ends it, or brings it back. POST `projects/<id>/action`.
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
   * Decides on an application, or withdraws it. POST `projects/<id>/action` where the project is named too, so that
   * an application of another project is not decided by mistake; else POST `projects/apps/<number>/action`, which later
   * versions of the older systems do not have.
   * @throws as `projectAction`; Conflict also if the application is not the project's, or not pending
   */
  applicationAction(
    application: ApplicationReference,
    action: ApplicationAction,
    reason?: string,
    options?: CallOptions,
  ): Promise<void>;
  /**
   * The applications that the user may see. GET `projects/apps?project=…`, which later versions of the older systems do
   * not have.
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
    await ask({ method: 'POST', path: at, json: { [given(action, 'The action')]: value } }, options);
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
      // Each is another application, so it is not repeatable like other PUTs.
      return applied(
        await ask({ method: 'PUT', path: at, json: checked(changes), repeatable: false }, options),
      );
    },
    projectAction: async (project, action, reason = '', options) =>
      act(path`/projects/${idOf(project)}/action`, action, { reason }, options),
    applicationAction: async ({ project, application }, action, reason = '', options) => {
      const app_id = given(application, 'The number of the application');
      return project === undefined
        ? act(path`/projects/apps/${app_id}/action`, action, reason, options)
        : act(path`/projects/${idOf(project)}/action`, action, { reason, app_id }, options);
    },
    getApplications: async ({ project } = {}, options) => {
      const answer = await ask({ method: 'GET', path: path`/projects/apps`, query: { project } }, options);
      return objectsIn(answer).map((application) => exactly(answer, application) as AccountApplication);
    },
    getApplication: async (application, options) => {
      const at = path`/projects/apps/${given(application, 'The number of the application')}`;
      const answer = await ask({ method: 'GET', path: at }, options);
      return exactly(answer, objectIn(answer)) as AccountApplication;
    },
  };
}

/** The id, if one is given. @throws BadValue */
export const idOf = (project: ProjectId): ProjectId => given(project, 'The id of the project');

const QUANTITIES: ReadonlySet<string> = new Set(['max_members', 'project_capacity', 'member_capacity']);
const exactly = (answer: Answer, value: unknown): unknown => withQuantities(answer, value, QUANTITIES);

function applied(answer: Answer): Applied {
  const { id, application } = objectIn(answer);
  return { id: String(id), application: idIn(answer, application) };
}

/** The specs with quantities that are exact. @throws BadValue if one is not, or a date is none */
function checked({ ...specs }: ProjectChanges): object {
  const { max_members, resources, start_date, end_date } = specs;
  for (const date of [start_date, end_date]) {
    // It would be sent as null, which means no change.
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
