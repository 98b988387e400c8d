import type { CallOptions } from '../http/call.ts';
import { type Path, path } from '../http/path.ts';
import { type Ask, given } from './account-calls.ts';
import { eachIn, objectIn, objectsIn, quantityIn } from './expected.ts';

/** A component as the bar of the cloud shows it. */
export interface CloudService {
  readonly id: string;
  readonly name: string;
  /** Address of its pages. */
  readonly url: string | null;
  readonly icon: string;
  readonly order: number;
  readonly verbose_name: string;
  readonly cloudbar: { readonly show: boolean; readonly name: string; readonly icon?: string };
  readonly dashboard: {
    readonly show: boolean;
    readonly order: number;
    readonly description: string;
    readonly icon?: string;
  };
}

/** A resource that everybody may see. */
export interface ResourceInfo {
  /** The service that has it. */
  readonly service: string;
  readonly description: string | null;
  readonly unit: string | null;
  readonly ui_visible: boolean;
  readonly api_visible: boolean;
}

/** What there is of a resource on a project; every number is exact. */
export interface ProjectQuota {
  readonly project_limit: bigint;
  readonly project_usage: bigint;
  /** How much of the usage is not accepted yet. */
  readonly project_pending: bigint;
}

/** What a user has of a resource on a project, and the project's own numbers; every number is exact. */
export interface MemberQuota extends ProjectQuota {
  readonly limit: bigint;
  readonly usage: bigint;
  /** How much of the usage is not accepted yet. */
  readonly pending: bigint;
}

/** By the ids of projects and the names of resources. */
export type MemberQuotas = Readonly<Record<string, Readonly<Record<string, MemberQuota>>>>;
/** By the ids of projects and the names of resources. */
export type ProjectQuotas = Readonly<Record<string, Readonly<Record<string, ProjectQuota>>>>;

/** One id, or several. */
export type Ids = string | readonly string[];

/** Services, resources, and how much of them there is for whom. */
export interface Quotas {
  /**
   * The components of the cloud as its pages show them. GET `get_services`, below the pages; needs no token.
   * @throws InvalidResponse; ConnectionError
   */
  getServices(options?: CallOptions): Promise<CloudService[]>;
  /**
   * The public resources, by name. GET `resources`; needs no token.
   * @throws InvalidResponse; ConnectionError
   */
  getResources(options?: CallOptions): Promise<Record<string, ResourceInfo>>;
  /**
   * What the user has on each of the own projects. GET `quotas`, for a user's token.
   * @throws Unauthorized; InvalidResponse; ConnectionError
   */
  getQuotas(options?: CallOptions): Promise<MemberQuotas>;
  /**
   * What users have of the component's resources, by the users' uuids; of all users on all projects where nothing else
   * is asked for. Of several users those who have nothing are left out.
   * GET `service_quotas?user=…&project=…`, for a component's secret; some 400 ids fit into one address.
   * @throws NotFound if users were named and none of them has anything; Unauthorized; InvalidResponse; ConnectionError
   */
  serviceGetQuotas(
    whose?: { readonly user?: Ids | undefined; readonly project?: Ids | undefined },
    options?: CallOptions,
  ): Promise<Readonly<Record<string, MemberQuotas>>>;
  /**
   * What there is of the component's resources on projects; on all of them where none is named.
   * GET `service_project_quotas?project=…`, for a component's secret; some 400 ids fit into one address.
   * @throws NotFound if projects were named and there is none of them; Unauthorized; InvalidResponse; ConnectionError
   */
  serviceGetProjectQuotas(
    whose?: { readonly project?: Ids | undefined },
    options?: CallOptions,
  ): Promise<ProjectQuotas>;
}

export function quotas(ask: Ask): Quotas {
  const trees = async (
    at: Path,
    depth: number,
    query: Record<string, string | undefined>,
    options?: CallOptions,
  ): Promise<unknown> => {
    const answer = await ask({ method: 'GET', path: at, query }, options);
    const read = (value: unknown, left: number): unknown =>
      left === 0 ? quantityIn(answer, value) : eachIn(answer, value, (member) => read(member, left - 1));
    return read(answer.data, depth);
  };
  return {
    getServices: async (options) => {
      const call = { at: 'ui', method: 'GET', path: path`/get_services`, open: true } as const;
      return objectsIn(await ask(call, options)) as unknown as CloudService[];
    },
    getResources: async (options) => {
      const call = { method: 'GET', path: path`/resources`, open: true } as const;
      return objectIn(await ask(call, options)) as unknown as Record<string, ResourceInfo>;
    },
    getQuotas: async (options) => (await trees(path`/quotas`, 3, {}, options)) as MemberQuotas,
    serviceGetQuotas: async ({ user, project } = {}, options) => {
      const query = { user: commaList(user), project: commaList(project) };
      return (await trees(path`/service_quotas`, 4, query, options)) as Record<string, MemberQuotas>;
    },
    serviceGetProjectQuotas: async ({ project } = {}, options) => {
      const query = { project: commaList(project) };
      return (await trees(path`/service_project_quotas`, 3, query, options)) as ProjectQuotas;
    },
  };
}

function commaList(ids: Ids | undefined): string | undefined {
  if (ids === undefined) return undefined;
  return [ids]
    .flat()
    .map((id) => given(id, 'An id'))
    .join(',');
}
