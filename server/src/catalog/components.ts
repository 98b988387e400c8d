import type { Selectable, Updateable } from 'kysely';
import { type Actor, THE_SERVICE } from '../audit/actor.ts';
import type { Audit } from '../audit/audit.ts';
import type { Clock } from '../lib/clock.ts';
import { PurserError } from '../lib/errors.ts';
import type { Freshness } from '../lib/flow/freshness.ts';
import { Remembered } from '../lib/flow/remembered.ts';
import { checkGivenSecret } from '../lib/given-secret.ts';
import { LIMITS } from '../lib/limits.ts';
import { digestSecret, digestText, type Secrets } from '../lib/secrets.ts';
import { checkName } from '../lib/text/text.ts';
import { webUrlFault } from '../lib/text/web-url.ts';
import { isUniqueViolation } from '../storage/conflicts.ts';
import { forUpdate } from '../storage/row-locks.ts';
import type { ComponentsTable } from '../storage/schema.ts';
import type { Queryable, Storage, Transaction } from '../storage/storage.ts';
import type { CatalogChanges } from './catalog-changes.ts';
import { recordCatalog } from './catalog-record.ts';
import { checkExpiry } from './commission-expiry.ts';
import { byIdOrName } from './id-or-name.ts';

/** A system that talks to the service with a secret of its own (quota §5). */
export interface Component {
  readonly id: number;
  readonly name: string;
  readonly uiUrl: string | null;
  readonly baseUrl: string | null;
  readonly tokenCreatedAt: number;
  /** Null: never. */
  readonly tokenExpiresAt: number | null;
  /** Seconds that its commissions may stay pending, where it does not say; null: for ever. */
  readonly commissionExpiry_s: number | null;
  readonly createdAt: number;
  /** Whether it speaks the older generation of the account dialect. */
  readonly older: boolean;
}

export interface NewComponent {
  readonly name: string;
  readonly baseUrl?: string | null | undefined;
  readonly uiUrl?: string | null | undefined;
  readonly commissionExpiry_s?: number | null | undefined;
}

export interface ComponentUpdate {
  readonly baseUrl?: string | null | undefined;
  readonly uiUrl?: string | null | undefined;
  /** A secret that operators give, such as the one of an older installation. */
  readonly secret?: string | undefined;
  /** Generates a new secret. */
  readonly renewToken?: boolean | undefined;
  /** When the secret ends; null: never. A new secret starts without an end. */
  readonly tokenExpiresAt?: number | null | undefined;
  readonly commissionExpiry_s?: number | null | undefined;
  /** Removes all services of the component. */
  readonly purgeServices?: boolean | undefined;
}

/** The component that stands for the service itself. */
export const OWN_COMPONENT = 'astakos';

/** The systems that register services. Every change is recorded as an action of `by`; of secrets, only that they changed. */
export class Components {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #secrets: Secrets;
  readonly #changes: CatalogChanges;
  readonly #audit: Audit;
  readonly #bySecret: Remembered<Component>;

  constructor(deps: {
    storage: Storage;
    clock: Clock;
    secrets: Secrets;
    changes: CatalogChanges;
    freshness: Freshness;
    audit: Audit;
  }) {
    this.#storage = deps.storage;
    this.#clock = deps.clock;
    this.#secrets = deps.secrets;
    this.#changes = deps.changes;
    this.#audit = deps.audit;
    const bySecret = new Remembered<Component>({
      capacity: LIMITS.page_max,
      freshness: deps.freshness,
    });
    deps.changes.onChanged(() => bySecret.dropAll());
    this.#bySecret = bySecret;
  }

  /** Registers a component and answers its secret, this once. Errors: `component_exists`, `invalid_field`. */
  async add(input: NewComponent, by: Actor = THE_SERVICE): Promise<{ component: Component; secret: string }> {
    const name = checkName('name', input.name, LIMITS.name_length);
    const urls = { base_url: urlOf('base_url', input.baseUrl), ui_url: urlOf('ui_url', input.uiUrl) };
    const secret = this.#secrets.token();
    const now_ms = this.#clock.now();
    return this.#storage.transaction(async (tx) => {
      const row = await tx.db
        .insertInto('components')
        .values({
          name,
          ...urls,
          commission_expiry_s: checkExpiry('commission_expiry', input.commissionExpiry_s ?? null),
          token_digest: digestSecret(secret),
          token_created_at: now_ms,
          created_at: now_ms,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returningAll()
        .executeTakeFirst();
      if (!row) throw new PurserError('component_exists', { component: name });
      this.#changes.changed(tx);
      const audited = { action: 'component.add', subject: name, before: null, after: factsOf(row) };
      await recordCatalog(this.#audit, tx, by, [audited]);
      return { component: toComponent(row), secret };
    });
  }

  /**
   * Changes what is given. Answers a secret only if a new one was generated.
   * Errors: `component_not_found`, `invalid_field`, `component_built_in` for purging the service's own services.
   */
  async modify(
    idOrName: number | string,
    changes: ComponentUpdate,
    by: Actor = THE_SERVICE,
  ): Promise<{ component: Component; secret?: string }> {
    const generated = changes.renewToken && changes.secret === undefined ? this.#secrets.token() : undefined;
    const values = this.#updateOf(changes, changes.secret ?? generated);
    try {
      return await this.#storage.transaction(async (tx) => {
        const was = await this.#locked(tx, idOrName);
        const { id, name } = was;
        const purged = changes.purgeServices ? { services: await servicesOf(tx.db, id) } : {};
        if (changes.purgeServices) {
          refuseOwn(name);
          await tx.db.deleteFrom('services').where('component_id', '=', id).execute();
        }
        // Setting the name to what it is keeps the statement valid where nothing else changes.
        const row = await tx.db
          .updateTable('components')
          .set({ ...values, name })
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirstOrThrow();
        this.#changes.changed(tx);
        const renewed = values.token_digest === undefined ? {} : { secret: 'not shown' };
        const before = { ...factsOf(was), ...purged, ...renewed };
        const after = { ...factsOf(row), ...(changes.purgeServices && { services: [] }), ...renewed };
        const audited = { action: 'component.modify', subject: name, before, after };
        await recordCatalog(this.#audit, tx, by, [audited]);
        return { component: toComponent(row), ...(generated === undefined ? {} : { secret: generated }) };
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new PurserError('invalid_field', { field: 'secret', reason: 'is already in use' });
    }
  }

  /**
   * Removes a component with its services; their resources stay, as there is usage of them.
   * Errors: `component_not_found`, `component_built_in`, and those of `look`.
   * @param look judges in the same transaction whether it may go, and answers what the record is to say beside
   */
  async remove(
    idOrName: number | string,
    by: Actor = THE_SERVICE,
    look: (tx: Transaction) => Promise<object | undefined> = async () => undefined,
  ): Promise<void> {
    await this.#storage.transaction(async (tx) => {
      const was = await this.#locked(tx, idOrName);
      const { id, name } = was;
      refuseOwn(name);
      const before = { ...factsOf(was), services: await servicesOf(tx.db, id) };
      const after = (await look(tx)) ?? null;
      await tx.db.deleteFrom('components').where('id', '=', id).execute();
      this.#changes.changed(tx);
      const audited = { action: 'component.remove', subject: name, before, after };
      await recordCatalog(this.#audit, tx, by, [audited]);
    });
  }

  /** `component_not_found` */
  async get(idOrName: number | string): Promise<Component> {
    return toComponent(await read(this.#storage.db, idOrName));
  }

  /** Components in ascending order of id. */
  async list(page: { after?: number | undefined; limit?: number | undefined } = {}): Promise<Component[]> {
    const rows = await this.#storage.db
      .selectFrom('components')
      .selectAll()
      .where('id', '>', page.after ?? 0)
      .orderBy('id')
      .limit(Math.min(page.limit ?? LIMITS.page_max, LIMITS.page_max))
      .execute();
    return rows.map(toComponent);
  }

  /** Whose secret this is, expired or not; without a promise if the answer is remembered. */
  lookup(secret: string): Promise<Component | undefined> | Component | undefined {
    if (secret === '') return undefined;
    const key = digestText(secret);
    return (
      this.#bySecret.get(key) ??
      this.#bySecret.load(key, async () => {
        const row = await this.#storage.db
          .selectFrom('components')
          .selectAll()
          .where('token_digest', '=', Buffer.from(key, 'latin1'))
          .executeTakeFirst();
        return row && toComponent(row);
      })
    );
  }

  /** `lookup`; `token_unknown` or `token_expired` where there is no component or its secret has ended. */
  authenticate(secret: string): Promise<Component> | Component {
    const found = this.lookup(secret);
    return found instanceof Promise ? found.then((component) => this.#judge(component)) : this.#judge(found);
  }

  /** Remembers which generation of the account dialect a component speaks. One that is gone is passed over. */
  async noteGeneration(id: number, older: boolean): Promise<void> {
    await this.#storage.transaction(async (tx) => {
      await tx.db
        .updateTable('components')
        .set({ generation: older ? 'a' : null })
        .where('id', '=', id)
        .execute();
      this.#changes.changed(tx);
    });
  }

  #judge(component: Component | undefined): Component {
    if (!component) throw new PurserError('token_unknown');
    const { tokenExpiresAt } = component;
    if (tokenExpiresAt !== null && tokenExpiresAt < this.#clock.now()) throw new PurserError('token_expired');
    return component;
  }

  #updateOf(changes: ComponentUpdate, secret: string | undefined): Updateable<ComponentsTable> {
    const values: Updateable<ComponentsTable> = {};
    if (changes.baseUrl !== undefined) values.base_url = urlOf('base_url', changes.baseUrl);
    if (changes.uiUrl !== undefined) values.ui_url = urlOf('ui_url', changes.uiUrl);
    if (changes.commissionExpiry_s !== undefined) {
      values.commission_expiry_s = checkExpiry('commission_expiry', changes.commissionExpiry_s);
    }
    if (secret !== undefined) {
      checkGivenSecret('secret', secret);
      values.token_digest = digestSecret(secret);
      values.token_created_at = this.#clock.now();
      values.token_expires_at = null;
    }
    if (changes.tokenExpiresAt !== undefined) values.token_expires_at = changes.tokenExpiresAt;
    return values;
  }

  async #locked(tx: Transaction, idOrName: number | string): Promise<Selectable<ComponentsTable>> {
    const { id } = await read(tx.db, idOrName);
    const query = tx.db.selectFrom('components').selectAll().where('id', '=', id);
    const row = await forUpdate(this.#storage, query).executeTakeFirst();
    if (!row) throw new PurserError('component_not_found', { component: idOrName });
    return row;
  }
}

/** The fields of a component that an audit entry has. */
function factsOf(row: Selectable<ComponentsTable>): object {
  const { base_url, ui_url, commission_expiry_s: commission_expiry } = row;
  return { base_url, ui_url, commission_expiry };
}

/** Names of the services of a component. */
async function servicesOf(db: Queryable, id: number): Promise<string[]> {
  const services = db.selectFrom('services').select('name').where('component_id', '=', id).orderBy('id');
  return (await services.execute()).map(({ name }) => name);
}

function refuseOwn(name: string): void {
  if (name === OWN_COMPONENT) throw new PurserError('component_built_in', { component: name });
}

async function read(db: Queryable, idOrName: number | string): Promise<Selectable<ComponentsTable>> {
  const row = await byIdOrName(db.selectFrom('components').selectAll(), 'components', idOrName);
  if (!row) throw new PurserError('component_not_found', { component: idOrName });
  return row;
}

function urlOf(field: string, url: string | null | undefined): string | null {
  if (url == null || url === '') return null;
  const reason = webUrlFault(url);
  if (reason !== undefined) throw new PurserError('invalid_field', { field, reason });
  return url;
}

function toComponent(row: Selectable<ComponentsTable>): Component {
  return {
    id: row.id,
    name: row.name,
    uiUrl: row.ui_url,
    baseUrl: row.base_url,
    tokenCreatedAt: row.token_created_at,
    tokenExpiresAt: row.token_expires_at,
    commissionExpiry_s: row.commission_expiry_s,
    createdAt: row.created_at,
    older: row.generation === 'a',
  };
}
