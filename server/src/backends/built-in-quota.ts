import type { Resources } from '../catalog/resources.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { UNLIMITED } from '../lib/limits.ts';
import type { ProjectControl } from '../projects/control/project-control.ts';
import type { ProjectResource } from '../projects/project.ts';
import { SERVICE_REQUESTER } from '../projects/requester.ts';
import type { Queryable, Storage } from '../storage/storage.ts';
import type {
  PreviewedLimit,
  QuotaBackend,
  RegionQuota,
  WantedQuota,
} from '../workflow/features/backends.ts';
import type { MappedQuota, QuotaMapping } from './quota-mapping.ts';

/** A quota and the registered resources that it limits. */
interface Entry extends MappedQuota {
  readonly service: string;
  readonly name: string;
}

/**
 * Quotas in the ledger, which has no regions: a quota set in one region holds in all. Quotas whose resources are not
 * registered are ignored, in reads and in changes.
 */
export class BuiltInQuota implements QuotaBackend {
  readonly #storage: Storage;
  readonly #ledger: Ledger;
  readonly #resources: Resources;
  readonly #projectControl: ProjectControl;
  readonly #mapping: QuotaMapping;
  readonly #services: Readonly<Record<string, readonly string[]>>;

  /** @param deps.services by region, `*` for all others (workflow-v1 §9.2) */
  constructor(deps: {
    storage: Storage;
    ledger: Ledger;
    resources: Resources;
    projectControl: ProjectControl;
    mapping: QuotaMapping;
    services: Readonly<Record<string, readonly string[]>>;
  }) {
    this.#storage = deps.storage;
    this.#ledger = deps.ledger;
    this.#resources = deps.resources;
    this.#projectControl = deps.projectControl;
    this.#mapping = deps.mapping;
    this.#services = deps.services;
  }

  servicesIn(region: string): readonly string[] {
    const named = Object.hasOwn(this.#services, region) ? this.#services[region] : this.#services['*'];
    return (named ?? []).filter((service) => Object.hasOwn(this.#mapping, service));
  }

  async quota(projectId: string, region: string): Promise<RegionQuota> {
    const entries = await this.#entries(region);
    const db: Queryable = this.#storage.db;
    const stated = (await this.#ledger.statedPools(db, [projectId])).get(projectId) ?? [];
    const capacities = new Map(stated.map(({ resource, capacity }) => [resource, capacity]));
    return gathered(entries, ({ resources, factor }) => {
      const known = resources.flatMap((name) => capacities.get(name) ?? []);
      if (known.length === 0) return undefined;
      const least = known.reduce((a, b) => (a < b ? a : b));
      return least === UNLIMITED ? -1n : least / factor;
    });
  }

  async usage(projectId: string, region: string): Promise<RegionQuota> {
    const entries = await this.#entries(region);
    const resources = entries.flatMap((entry) => entry.resources);
    const used = new Map<string, bigint>();
    for await (const rows of this.#ledger.projectQuotas({ projects: [projectId], resources })) {
      for (const { resource, pool } of rows) used.set(resource, pool.usage);
    }
    return gathered(entries, (entry) => {
      const known = entry.resources.flatMap((name) => used.get(name) ?? []);
      if (known.length === 0) return undefined;
      const most = known.reduce((a, b) => (a > b ? a : b));
      // A unit that is partly used counts as used.
      return (most + entry.factor - 1n) / entry.factor;
    });
  }

  async setQuota(projectId: string, region: string, quota: RegionQuota): Promise<void> {
    const pools = poolsFor(await this.#entries(region), quota);
    if (pools.length === 0) return;
    await this.#projectControl.modify(SERVICE_REQUESTER, projectId, { resources: pools });
  }

  /** One statement, whatever the number of quotas. */
  async preview(wanted: readonly WantedQuota[]): Promise<PreviewedLimit[][]> {
    if (wanted.length === 0) return [];
    const registered = await this.#registered();
    const projects = [...new Set(wanted.map(({ project }) => project))];
    const stated = await this.#ledger.statedPools(this.#storage.db, projects);
    return wanted.map(({ project, region, quota }) => {
      const today = new Map((stated.get(project) ?? []).map((pool) => [pool.resource, pool]));
      return poolsFor(this.#entriesOf(region, registered), quota).map(({ resource, ...after }) => {
        const { capacity, memberCapacity } = today.get(resource) ?? {};
        const known = capacity !== undefined && memberCapacity !== undefined;
        return { resource, before: known ? { capacity, memberCapacity } : null, after };
      });
    });
  }

  async #entries(region: string): Promise<Entry[]> {
    return this.#entriesOf(region, await this.#registered());
  }

  async #registered(): Promise<ReadonlySet<string>> {
    return new Set((await this.#resources.all()).map(({ name }) => name));
  }

  #entriesOf(region: string, registered: ReadonlySet<string>): Entry[] {
    return this.servicesIn(region).flatMap((service) =>
      Object.entries(this.#mapping[service] ?? {}).flatMap(([name, { resources, factor }]) => {
        const known = resources.filter((resource) => registered.has(resource));
        return known.length === 0 ? [] : [{ service, name, resources: known, factor }];
      }),
    );
  }
}

/** The limits of quotas. A member's limit is that of the project: members share it. */
function poolsFor(entries: readonly Entry[], quota: RegionQuota): ProjectResource[] {
  return entries.flatMap(({ service, name, resources, factor }) => {
    const wanted = quota[service]?.[name];
    if (wanted === undefined) return [];
    const capacity = capacityOf(BigInt(wanted), factor);
    return resources.map((resource) => ({ resource, capacity, memberCapacity: capacity }));
  });
}

function capacityOf(wanted: bigint, factor: bigint): bigint {
  if (wanted < 0n) return UNLIMITED;
  const capacity = wanted * factor;
  return capacity < UNLIMITED ? capacity : UNLIMITED;
}

function gathered(entries: readonly Entry[], quantityOf: (entry: Entry) => bigint | undefined): RegionQuota {
  const quota: Record<string, Record<string, number | bigint>> = {};
  for (const entry of entries) {
    const value = quantityOf(entry);
    if (value === undefined) continue;
    const service = quota[entry.service] ?? {};
    service[entry.name] = Number.isSafeInteger(Number(value)) ? Number(value) : value;
    quota[entry.service] = service;
  }
  return quota;
}
