import { type Selectable, sql, type Updateable } from 'kysely';
import { type Actor, THE_SERVICE, traceOf } from '../audit/actor.ts';
import type { Audit } from '../audit/audit.ts';
import type { Clock } from '../lib/clock.ts';
import { PurserError } from '../lib/errors.ts';
import type { Freshness } from '../lib/flow/freshness.ts';
import { Remembered } from '../lib/flow/remembered.ts';
import { UNLIMITED } from '../lib/limits.ts';
import { nameKey } from '../lib/text/fold.ts';
import { forShare, forUpdate } from '../storage/row-locks.ts';
import type { ResourcesTable } from '../storage/schema.ts';
import type { Queryable, Storage, Transaction } from '../storage/storage.ts';
import type { CatalogChanges } from './catalog-changes.ts';
import type { CatalogAction } from './catalog-record.ts';
import { named } from './id-or-name.ts';
import type { ResourceDefinition } from './service-document.ts';

/** Something countable that has limits (quota §4.1). */
export interface Resource {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  /** Null: a plain count. */
  readonly unit: string | null;
  readonly serviceType: string;
  /** The name of the service that registered it. */
  readonly serviceOrigin: string;
  /** The component of that service; empty if the service is gone. */
  readonly component: string;
  /** The limit of a new system project, 0 to 2^63 - 1. */
  readonly systemDefault: bigint;
  /** The limit of an ordinary project whose application says nothing of this resource. */
  readonly projectDefault: bigint;
  readonly uiVisible: boolean;
  readonly apiVisible: boolean;
}

export interface ResourceUpdate {
  readonly systemDefault?: bigint | undefined;
  readonly projectDefault?: bigint | undefined;
  readonly apiVisible?: boolean | undefined;
  readonly uiVisible?: boolean | undefined;
}

/** How many projects have got the default of a new resource. */
export interface ResourceReach {
  /** Users, by the system project that each has. */
  readonly users: number;
  /** Other projects with limits. */
  readonly projects: number;
}

export type ResourceListener = (tx: Transaction, resource: Resource) => Promise<ResourceReach>;

/** A registration: what is recorded of it and, of a new resource, what it starts with and for how many. */
export interface Registration {
  readonly audited: CatalogAction;
  readonly resource: Resource;
  /** Undefined if the resource was registered before. */
  readonly reach?: ResourceReach;
}

const ALL = 'all';

export class Resources {
  readonly #storage: Storage;
  readonly #changes: CatalogChanges;
  readonly #audit: Audit;
  readonly #remembered: Remembered<Resource[]>;
  readonly #listeners: ResourceListener[] = [];

  constructor(deps: {
    storage: Storage;
    clock: Clock;
    changes: CatalogChanges;
    freshness: Freshness;
    audit: Audit;
  }) {
    this.#storage = deps.storage;
    this.#changes = deps.changes;
    this.#audit = deps.audit;
    const remembered = new Remembered<Resource[]>({
      capacity: 1,
      freshness: deps.freshness,
    });
    deps.changes.onChanged(() => remembered.dropAll());
    this.#remembered = remembered;
  }

  /** All resources in the order of their registration; without a promise if they are remembered. */
  all(): Promise<Resource[]> | Resource[] {
    return this.#remembered.get(ALL) ?? this.#remembered.load(ALL, () => readAll(this.#storage.db));
  }

  /**
   * All resources as the transaction sees them. Until its end no resource is registered, so a caller that gives limits to
   * a new project misses none.
   */
  async registered(tx: Transaction): Promise<Resource[]> {
    await forShare(this.#storage, tx.db.selectFrom('components').select('id').orderBy('id')).execute();
    return readAll(tx.db);
  }

  /** `resource_not_found` */
  async get(name: string): Promise<Resource> {
    return readOne(this.#storage.db, name);
  }

  /**
   * Changes defaults, which counts for future projects only, and visibility. What is hidden from the API is hidden
   * from the UI too, and what the UI shows the API shows.
   * Errors: `resource_not_found`, `resource_visibility` if both are given and contradict, `invalid_field`.
   */
  async modify(name: string, changes: ResourceUpdate, by: Actor = THE_SERVICE): Promise<Resource> {
    const values: Updateable<ResourcesTable> = {};
    if (changes.systemDefault !== undefined) {
      values.system_default = checkLimit('system_default', changes.systemDefault);
    }
    if (changes.projectDefault !== undefined) {
      values.project_default = checkLimit('project_default', changes.projectDefault);
    }
    if (changes.uiVisible === true && changes.apiVisible === false) {
      throw new PurserError('resource_visibility', { resource: name });
    }
    if (changes.apiVisible !== undefined) values.api_visible = changes.apiVisible ? 1 : 0;
    if (changes.uiVisible !== undefined) values.ui_visible = changes.uiVisible ? 1 : 0;
    if (changes.apiVisible === false) values.ui_visible = 0;
    if (changes.uiVisible === true) values.api_visible = 1;
    return this.#storage.transaction(async (tx) => {
      const before = await readOne(tx.db, name);
      if (Object.keys(values).length === 0) return before;
      await tx.db.updateTable('resources').set(values).where('id', '=', before.id).execute();
      this.#changes.changed(tx);
      const after = await readOne(tx.db, name);
      await this.#audit.record(tx, {
        ...traceOf(by),
        action: 'resource.modify',
        subject: name,
        before: settableOf(before),
        after: settableOf(after),
      });
      return after;
    });
  }

  /** Hears of each new resource, inside the transaction that registers it. */
  onRegistered(listener: ResourceListener): void {
    this.#listeners.push(listener);
  }

  /**
   * Registers a resource for a component, or brings its description up to date. A new one starts with the defaults of
   * its definition; where it has none, older documents count on it being unlimited in system projects, and in other
   * projects if it is hidden. Defaults of a known resource stay. One whose service is gone can be taken over.
   * The caller has kept other registrations out. `resource_owned` if it belongs to another component.
   * @internal for the import of services
   */
  async register(tx: Transaction, component: string, definition: ResourceDefinition): Promise<Registration> {
    const { name } = definition;
    const known = await named(resourceQuery(tx.db), 'resources', name);
    const values = describedBy(definition);
    this.#changes.changed(tx);
    if (known) {
      if (known.component !== null && known.component !== component) {
        throw new PurserError('resource_owned', { resource: name, owner: known.component });
      }
      await tx.db.updateTable('resources').set(values).where('id', '=', known.id).execute();
      const { description, unit, service_type, service_origin } = known;
      const before = { description, unit, service_type, service_origin };
      const audited = { action: 'resource.update', subject: known.name, before, after: values };
      return { audited, resource: toResource(known) };
    }
    return this.#insert(tx, definition);
  }

  /**
   * Registers a resource that is new; `resource_exists` if there is one of this name. Defaults as `register`.
   * The caller has kept other registrations out.
   * @internal for the addition of a resource to a service
   */
  async add(tx: Transaction, definition: ResourceDefinition): Promise<Required<Registration>> {
    const known = await named(resourceQuery(tx.db), 'resources', definition.name);
    if (known) throw new PurserError('resource_exists', { resource: known.name });
    this.#changes.changed(tx);
    return this.#insert(tx, definition);
  }

  async #insert(tx: Transaction, definition: ResourceDefinition): Promise<Required<Registration>> {
    const { name } = definition;
    const values = describedBy(definition);
    await tx.db
      .insertInto('resources')
      .values({
        name,
        ...values,
        system_default: definition.systemDefault ?? UNLIMITED,
        project_default: definition.projectDefault ?? (definition.apiVisible ? 0n : UNLIMITED),
        ui_visible: definition.uiVisible ? 1 : 0,
        api_visible: definition.apiVisible ? 1 : 0,
      })
      .execute();
    const resource = await readOne(tx.db, name);
    const reach = { users: 0, projects: 0 };
    for (const listener of this.#listeners) {
      const { users, projects } = await listener(tx, resource);
      reach.users += users;
      reach.projects += projects;
    }
    const after = { ...values, ...settableOf(resource) };
    return { audited: { action: 'resource.add', subject: name, before: null, after }, resource, reach };
  }

  /**
   * Keeps other registrations, and projects that are about to get their limits, waiting until the transaction ends.
   * @internal for the import of services
   */
  async exclusive(tx: Transaction): Promise<void> {
    await forUpdate(this.#storage, tx.db.selectFrom('components').select('id').orderBy('id')).execute();
  }
}

/** Finds a resource by its name, in any spelling of the same name. */
export function resourcesByName(resources: readonly Resource[]): (name: string) => Resource | undefined {
  const exact = new Map(resources.map((resource) => [resource.name, resource]));
  const byKey = new Map(resources.map((resource) => [nameKey(resource.name), resource]));
  return (name) => exact.get(name) ?? byKey.get(nameKey(name));
}

/** The columns in which a resource is described by its service. */
function describedBy({ description, unit, serviceType, serviceOrigin }: ResourceDefinition) {
  return { description, unit, service_type: serviceType, service_origin: serviceOrigin };
}

/** What can be changed of a resource. */
function settableOf({ systemDefault, projectDefault, uiVisible, apiVisible }: Resource) {
  return { systemDefault, projectDefault, uiVisible, apiVisible };
}

/** Answers a limit from 0 to 2^63 - 1; otherwise `invalid_field`. */
export function checkLimit(field: string, limit: bigint): bigint {
  if (limit >= 0n && limit <= UNLIMITED) return limit;
  throw new PurserError('invalid_field', { field, reason: `must be from 0 to ${UNLIMITED}` });
}

function resourceQuery(db: Queryable) {
  return db
    .selectFrom('resources')
    .leftJoin('services', 'services.name', 'resources.service_origin')
    .leftJoin('components', 'components.id', 'services.component_id')
    .selectAll('resources')
    .select(sql<string | null>`components.name`.as('component'));
}

async function readAll(db: Queryable): Promise<Resource[]> {
  return (await resourceQuery(db).orderBy('resources.id').execute()).map(toResource);
}

async function readOne(db: Queryable, name: string): Promise<Resource> {
  const row = await named(resourceQuery(db), 'resources', name);
  if (!row) throw new PurserError('resource_not_found', { resource: name });
  return toResource(row);
}

function toResource(row: Selectable<ResourcesTable> & { component: string | null }): Resource {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    unit: row.unit,
    serviceType: row.service_type,
    serviceOrigin: row.service_origin,
    component: row.component ?? '',
    systemDefault: BigInt(row.system_default),
    projectDefault: BigInt(row.project_default),
    uiVisible: row.ui_visible === 1,
    apiVisible: row.api_visible === 1,
  };
}
