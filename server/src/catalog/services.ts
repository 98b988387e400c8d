import { type Actor, THE_SERVICE } from '../audit/actor.ts';
import type { Audit } from '../audit/audit.ts';
import type { Clock } from '../lib/clock.ts';
import { PurserError } from '../lib/errors.ts';
import { LIMITS, UNLIMITED } from '../lib/limits.ts';
import { digestSecret, type Secrets } from '../lib/secrets.ts';
import { nameKey } from '../lib/text/fold.ts';
import { stringifyExact } from '../lib/text/json.ts';
import { publicUrl } from '../lib/text/public-address.ts';
import { checkName, checkText } from '../lib/text/text.ts';
import type { Queryable, Storage, Transaction } from '../storage/storage.ts';
import type { CatalogChanges } from './catalog-changes.ts';
import { type CatalogAction, recordCatalog } from './catalog-record.ts';
import { OWN_COMPONENT } from './components.ts';
import { DocumentFaults } from './document-faults.ts';
import { byIdOrName, named } from './id-or-name.ts';
import { ownServices } from './own-services.ts';
import { type ReplacedValue, replacedBy } from './replaced-values.ts';
import {
  checkLimit,
  type Registration,
  type Resource,
  type ResourceReach,
  type Resources,
} from './resources.ts';
import { type ResourceDefinition, readServiceDocument, type ServiceDefinition } from './service-document.ts';

/** An entry of the catalog (quota §5). */
export interface Service {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly component: string;
  /** As the component registered them, every value a string. */
  readonly endpoints: Record<string, string>[];
}

/** What an import has to say to the operator. */
export interface ImportReport {
  readonly messages: string[];
  readonly warnings: string[];
  /** Resources that are new, with the limits that users and projects have got. */
  readonly resources: NewResource[];
  /** What the registration had stated before and this one states otherwise. */
  readonly replaced: ReplacedValue[];
}

/** A new resource: how many users and projects have got which limit. */
export interface NewResource extends ResourceReach {
  readonly resource: string;
  readonly systemDefault: bigint;
  readonly projectDefault: bigint;
}

/** A resource that an operator adds to a service. */
export interface NewDefinition {
  /** Name or id of a registered service. */
  readonly service: number | string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly unit?: string | undefined;
  /** Limit of every user; left out: 0. */
  readonly systemDefault?: bigint | undefined;
  /** Limit of every other project; left out: 0. */
  readonly projectDefault?: bigint | undefined;
  readonly apiVisible?: boolean | undefined;
  readonly uiVisible?: boolean | undefined;
}

/** A resource that was added, with the numbers of users and projects that have its defaults as limits. */
export interface AddedResource {
  readonly resource: Resource;
  readonly reach: ResourceReach;
}

interface Owner {
  readonly id: number;
  readonly name: string;
  readonly base_url: string | null;
}

export class Services {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #secrets: Secrets;
  readonly #resources: Resources;
  readonly #changes: CatalogChanges;
  readonly #audit: Audit;

  constructor(deps: {
    storage: Storage;
    clock: Clock;
    secrets: Secrets;
    resources: Resources;
    changes: CatalogChanges;
    audit: Audit;
  }) {
    this.#storage = deps.storage;
    this.#clock = deps.clock;
    this.#secrets = deps.secrets;
    this.#resources = deps.resources;
    this.#changes = deps.changes;
    this.#audit = deps.audit;
  }

  /**
   * Imports a document of services, all of it or nothing (quota §5): services that the component has are updated and
   * their endpoints replaced; the report names what was replaced. An endpoint outside of the component's base URL is
   * worth a warning only. What is new or other than before is recorded as done by `by`.
   * Errors: `service_malformed`, `component_not_registered`, `service_owned`, `resource_owned`, `resource_visibility`.
   */
  async import(document: unknown, by: Actor = THE_SERVICE): Promise<ImportReport> {
    const definitions = readServiceDocument(document);
    return this.#storage.transaction(async (tx) => {
      await this.#resources.exclusive(tx);
      const { actions, ...report } = await this.#register(tx, definitions);
      await recordCatalog(this.#audit, tx, by, actions);
      return report;
    });
  }

  /**
   * Adds one resource to a registered service; its users and projects get the defaults as their limits. Its type is
   * that of the service.
   * Errors: `service_not_found`, `resource_exists`, `resource_visibility`, `invalid_field`.
   */
  async addResource(wanted: NewDefinition, by: Actor = THE_SERVICE): Promise<AddedResource> {
    const { service: idOrName, ...rest } = wanted;
    const values = definitionOf(rest);
    return this.#storage.transaction(async (tx) => {
      await this.#resources.exclusive(tx);
      const service = await byIdOrName(serviceQuery(tx.db), 'services', idOrName);
      if (!service) throw new PurserError('service_not_found', { service: idOrName });
      const definition = { ...values, serviceType: service.type, serviceOrigin: service.name };
      const { audited, resource, reach } = await this.#resources.add(tx, definition);
      await recordCatalog(this.#audit, tx, by, [audited]);
      return { resource, reach };
    });
  }

  /** Services in ascending order of id. */
  async list(page: { after?: number | undefined; limit?: number | undefined } = {}): Promise<Service[]> {
    const { db } = this.#storage;
    const services = await serviceQuery(db)
      .where('services.id', '>', page.after ?? 0)
      .orderBy('services.id')
      .limit(Math.min(page.limit ?? LIMITS.page_max, LIMITS.page_max))
      .execute();
    const [first, last] = [services[0], services.at(-1)];
    if (!first || !last) return [];
    const endpoints = await readEndpoints(db, first.id, last.id);
    return services.map((service) => ({ ...service, endpoints: endpoints.get(service.id) ?? [] }));
  }

  /** `service_not_found` */
  async get(idOrName: number | string): Promise<Service> {
    const { db } = this.#storage;
    const service = await byIdOrName(serviceQuery(db), 'services', idOrName);
    if (!service) throw new PurserError('service_not_found', { service: idOrName });
    const endpoints = await readEndpoints(db, service.id, service.id);
    return { ...service, endpoints: endpoints.get(service.id) ?? [] };
  }

  /**
   * Registers the service itself as a component, or brings its URLs up to date. No client acts as that component, so
   * its secret is forgotten.
   */
  async ensureBuiltIn(baseUrl: string): Promise<void> {
    const urls = { base_url: baseUrl, ui_url: publicUrl(baseUrl, '/ui') };
    const definitions = readServiceDocument(ownServices(baseUrl));
    await this.#storage.transaction(async (tx) => {
      const now_ms = this.#clock.now();
      await tx.db
        .insertInto('components')
        .values({
          name: OWN_COMPONENT,
          ...urls,
          token_digest: digestSecret(this.#secrets.token()),
          token_created_at: now_ms,
          created_at: now_ms,
        })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(urls))
        .execute();
      await this.#resources.exclusive(tx);
      await this.#register(tx, definitions);
    });
  }

  async #register(
    tx: Transaction,
    definitions: readonly ServiceDefinition[],
  ): Promise<ImportReport & { actions: CatalogAction[] }> {
    const owners = await readOwners(tx.db);
    const messages: string[] = [];
    const warnings: string[] = [];
    const resources: NewResource[] = [];
    const replaced: ReplacedValue[] = [];
    const actions: CatalogAction[] = [];
    const faults = new DocumentFaults();
    for (const definition of definitions) {
      const { name } = definition;
      const owner = faults.collect(() => ownerOf(definition, owners));
      if (owner === undefined) continue;
      const audited = await faults.collectLater(() => this.#registerService(tx, owner, definition));
      if (audited === undefined) continue;
      actions.push(...effective(audited));
      messages.push(audited.before === null ? `Added service ${name}.` : `Updated service ${name}.`);
      replaced.push(...replacedBy(audited));
      warnings.push(...strayEndpoints(owner, definition));
      for (const resource of definition.resources) {
        const registered = await faults.collectLater(() =>
          this.#resources.register(tx, owner.name, resource),
        );
        if (registered === undefined) continue;
        actions.push(...effective(registered.audited));
        const told = newResource(registered);
        if (told) resources.push(told);
        messages.push(...messagesOf(resource, registered));
        replaced.push(...replacedBy(registered.audited));
        warnings.push(...warningsOf(resource, registered));
      }
    }
    faults.throwIfAny();
    this.#changes.changed(tx);
    return { messages, warnings, resources, replaced, actions };
  }

  async #registerService(
    { db }: Transaction,
    owner: Owner,
    { name, type, endpoints }: ServiceDefinition,
  ): Promise<CatalogAction> {
    const known = await named(serviceQuery(db), 'services', name);
    if (known && known.component !== owner.name) {
      throw new PurserError('service_owned', { service: name, owner: known.component });
    }
    const was = known && {
      type: known.type,
      endpoints: (await readEndpoints(db, known.id, known.id)).get(known.id) ?? [],
    };
    const service_id = known?.id ?? (await insertService(db, owner.id, name, type));
    if (known) {
      await db.updateTable('services').set({ type }).where('id', '=', service_id).execute();
      await db.deleteFrom('endpoints').where('service_id', '=', service_id).execute();
    }
    if (endpoints.length > 0) {
      const rows = endpoints.map((endpoint) => ({ service_id, data: JSON.stringify(endpoint) }));
      await db.insertInto('endpoints').values(rows).execute();
    }
    const action = known ? 'service.update' : 'service.add';
    return { action, subject: name, before: was ?? null, after: { type, endpoints } };
  }
}

/** Checks the values of a new resource and completes them with the defaults. */
function definitionOf({ name, ...wanted }: Omit<NewDefinition, 'service'>) {
  const { description, unit, systemDefault = 0n, projectDefault = 0n } = wanted;
  const apiVisible = wanted.apiVisible ?? true;
  const uiVisible = wanted.uiVisible ?? apiVisible;
  if (uiVisible && !apiVisible) throw new PurserError('resource_visibility', { resource: name });
  return {
    name: checkName('name', name, LIMITS.name_length),
    description: description === undefined ? null : checkText('description', description, LIMITS.text_length),
    unit: unit === undefined ? null : checkName('unit', unit, LIMITS.name_length),
    systemDefault: checkLimit('system_default', systemDefault),
    projectDefault: checkLimit('project_default', projectDefault),
    apiVisible,
    uiVisible,
  };
}

function ownerOf({ component }: ServiceDefinition, owners: ReadonlyMap<string, Owner>): Owner {
  const owner = owners.get(component) ?? owners.get(nameKey(component));
  if (owner) return owner;
  throw new PurserError('component_not_registered', { component });
}

function newResource({ resource, reach }: Registration): NewResource | undefined {
  const { name, systemDefault, projectDefault } = resource;
  return reach && { resource: name, systemDefault, projectDefault, ...reach };
}

const limitText = (limit: bigint): string => (limit === UNLIMITED ? 'unlimited' : String(limit));

function messagesOf({ name }: ResourceDefinition, registration: Registration): string[] {
  const told = newResource(registration);
  if (!told) return [`Resource '${name}' updated in database.`];
  const { systemDefault, projectDefault, users, projects } = told;
  const quota = systemDefault === UNLIMITED ? 'unlimited quota' : `a quota of ${systemDefault} per user`;
  return [
    `Resource '${name}' created in database with ${quota}.`,
    `Limits of '${name}': ${limitText(systemDefault)} for each of ${users} users, ` +
      `${limitText(projectDefault)} for each of ${projects} projects, and for new ones.`,
  ];
}

/** What an operator may not have meant: everyone unlimited because nothing was said, or defaults that are not taken. */
function warningsOf(definition: ResourceDefinition, registration: Registration): string[] {
  const { name, systemDefault, projectDefault } = definition;
  const { resource, reach } = registration;
  if (reach && systemDefault === undefined) {
    return [
      `'${name}' is unlimited for ${reach.users} users and for new ones, because the document states no ` +
        `system_default. To limit new users: purser resource modify ${name} --system-default N. To limit the users ` +
        `there are: purser project set-limits --all-system-projects --limit ${name} N N.`,
    ];
  }
  const differs = (stated: bigint | undefined, held: bigint) => stated !== undefined && stated !== held;
  if (
    reach ||
    !(differs(systemDefault, resource.systemDefault) || differs(projectDefault, resource.projectDefault))
  ) {
    return [];
  }
  return [
    `'${name}' is registered already and keeps its defaults (${limitText(resource.systemDefault)} for users, ` +
      `${limitText(resource.projectDefault)} for projects). To change them: purser resource modify ${name} ` +
      '--system-default N --project-default N.',
  ];
}

/** The action, if it has changed anything. */
function effective(audited: CatalogAction): CatalogAction[] {
  return stringifyExact(audited.before) === stringifyExact(audited.after) ? [] : [audited];
}

function serviceQuery(db: Queryable) {
  return db
    .selectFrom('services')
    .innerJoin('components', 'components.id', 'services.component_id')
    .select(['services.id', 'services.name', 'services.type', 'components.name as component']);
}

/** The endpoints of the services with ids in a range, in the order of their registration. */
async function readEndpoints(
  db: Queryable,
  first: number,
  last: number,
): Promise<Map<number, Record<string, string>[]>> {
  const rows = await db
    .selectFrom('endpoints')
    .select(['service_id', 'data'])
    .where('service_id', '>=', first)
    .where('service_id', '<=', last)
    .orderBy('id')
    .execute();
  const found = new Map<number, Record<string, string>[]>();
  for (const { service_id, data } of rows) {
    const list = found.get(service_id) ?? [];
    list.push(JSON.parse(data) as Record<string, string>);
    found.set(service_id, list);
  }
  return found;
}

async function readOwners(db: Queryable): Promise<Map<string, Owner>> {
  const rows = await db.selectFrom('components').select(['id', 'name', 'base_url']).execute();
  // By their keys too; an exact name comes before another component's key.
  return new Map([
    ...rows.map((row) => [nameKey(row.name), row] as const),
    ...rows.map((row) => [row.name, row] as const),
  ]);
}

async function insertService(db: Queryable, component_id: number, name: string, type: string) {
  const { id } = await db
    .insertInto('services')
    .values({ component_id, name, type })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

function strayEndpoints(owner: Owner, { name, endpoints }: ServiceDefinition): string[] {
  const { base_url } = owner;
  if (base_url === null) return [];
  return endpoints
    .map((endpoint) => endpoint['publicURL'])
    .filter((url) => url !== undefined && !url.startsWith(base_url))
    .map(
      (url) =>
        `Service '${name}': the endpoint '${url}' is not under the base URL '${base_url}' of component '${owner.name}'.`,
    );
}
