import type { CallOptions } from '../http/call.ts';
import { type Path, path } from '../http/path.ts';
import { type Ask, required } from './account-calls.ts';
import { eachIn, objectIn, objectsIn, quantityIn } from './expected.ts';

/** A component, as the navigation bar of the cloud shows it. */
export interface CloudService {
  readonly id: string;
  readonly name: string;
  /** URL of its user interface. */
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

/** A public resource. */
export interface ResourceInfo {
  /** The service that counts it. */
  readonly service: string;
  readonly description: string | null;
  readonly unit: string | null;
  readonly ui_visible: boolean;
  readonly api_visible: boolean;
}

/** Limit and usage of a resource in a project; every number is exact. */
export interface ProjectQuota {
  readonly project_limit: bigint;
  readonly project_usage: bigint;
  /** The part of the usage that is pending. */
  readonly project_pending: bigint;
}

/** Limit and usage of a resource for a user in a project, and those of the project; every number is exact. */
export interface MemberQuota extends ProjectQuota {
  readonly limit: bigint;
  readonly usage: bigint;
  /** The part of the usage that is pending. */
  readonly pending: bigint;
}

/** By the ids of projects and the names of resources. */
export type MemberQuotas = Readonly<Record<string, Readonly<Record<string, MemberQuota>>>>;
/** By the ids of projects and the names of resources. */
export type ProjectQuotas = Readonly<Record<string, Readonly<Record<string, ProjectQuota>>>>;

/** One id, or several. */
export type Ids = string | readonly string[];

/** Services, resources and quotas. */
export interface Quotas {
  /**
   * The components of the cloud, as user interfaces show them. GET `get_services`, below the address of the user
   * interface; needs no token.
   * @throws InvalidResponse; ConnectionError
   */
  getServices(options?: CallOptions): Promise<CloudService[]>;
  /**
   * The public resources, by name. GET `resources`; needs no token.
   * @throws InvalidResponse; ConnectionError
   */
  getResources(options?: CallOptions): Promise<Record<string, ResourceInfo>>;
  /**
   * The quotas of the user in each of their projects. GET `quotas`, for the token of a user.
   * @throws Unauthorized; InvalidResponse; ConnectionError
   */
  getQuotas(options?: CallOptions): Promise<MemberQuotas>;
  /**
   * The quotas of users for the component's resources, by uuid of the user; without arguments, of all users in all
   * projects. Of several named users, those without quotas are omitted.
   * GET `service_quotas?user=…&project=…`, for a component's secret; about 400 ids fit into one URL.
   * @throws NotFound if users were named and none of them has quotas; Unauthorized; InvalidResponse; ConnectionError
   */
  serviceGetQuotas(
    whose?: { readonly user?: Ids | undefined; readonly project?: Ids | undefined },
    options?: CallOptions,
  ): Promise<Readonly<Record<string, MemberQuotas>>>;
  /**
   * The quotas of projects for the component's resources; without arguments, of all projects.
   * GET `service_project_quotas?project=…`, for a component's secret; about 400 ids fit into one URL.
   * @throws NotFound if projects were named and none of them exists; Unauthorized; InvalidResponse; ConnectionError
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
    .map((id) => required(id, 'An id'))
    .join(',');
}
