import type { Clock } from '../lib/clock.ts';
import type { Freshness } from '../lib/flow/freshness.ts';
import { Remembered } from '../lib/flow/remembered.ts';
import type { Queryable, Storage } from '../storage/storage.ts';
import type { CatalogChanges } from './catalog-changes.ts';

/** What the component registered, and the keys that every endpoint gets (identity-v2 §2.3). */
export type CatalogEndpoint = Record<string, string | null>;

export interface CatalogEntry {
  readonly name: string;
  readonly type: string;
  readonly endpoints: CatalogEndpoint[];
  readonly endpoints_links: never[];
}

const ALL = 'all';
/** The one service whose endpoints tell clients where to log in. */
const WEBLOGIN = 'astakos_weblogin';

/** The service catalog as clients of the identity API see it, remembered until something in it changes. */
export class ServiceCatalog {
  readonly #storage: Storage;
  readonly #remembered: Remembered<CatalogEntry[]>;
  #latest: { entries: CatalogEntry[]; text: string } = { entries: [], text: '' };
  #version = 0;

  constructor(deps: { storage: Storage; clock: Clock; changes: CatalogChanges; freshness: Freshness }) {
    this.#storage = deps.storage;
    const remembered = new Remembered<CatalogEntry[]>({
      capacity: 1,
      freshness: deps.freshness,
    });
    deps.changes.onChanged(() => remembered.dropAll());
    this.#remembered = remembered;
  }

  /**
   * Increases whenever `entries()` has found something new. A caller that keeps values derived from the entries reads
   * them first, then compares the version.
   */
  get version(): number {
    return this.#version;
  }

  /** In the order of the services' ids; the same array as long as nothing has changed. */
  entries(): Promise<CatalogEntry[]> | CatalogEntry[] {
    return this.#remembered.get(ALL) ?? this.#remembered.load(ALL, () => this.#read());
  }

  async #read(): Promise<CatalogEntry[]> {
    const entries = await readEntries(this.#storage.db);
    const text = JSON.stringify(entries);
    if (text !== this.#latest.text) {
      this.#latest = { entries, text };
      this.#version += 1;
    }
    return this.#latest.entries;
  }
}

async function readEntries(db: Queryable): Promise<CatalogEntry[]> {
  const rows = await db
    .selectFrom('services')
    .innerJoin('components', 'components.id', 'services.component_id')
    .leftJoin('endpoints', 'endpoints.service_id', 'services.id')
    .select(['services.name', 'services.type', 'components.ui_url', 'endpoints.data'])
    .orderBy('services.id')
    .orderBy('endpoints.id')
    .execute();
  const entries = new Map<string, CatalogEntry>();
  for (const { name, type, ui_url, data } of rows) {
    const entry = entries.get(name) ?? { name, type, endpoints: [], endpoints_links: [] };
    entries.set(name, entry);
    if (data !== null) entry.endpoints.push(present(name, ui_url, JSON.parse(data)));
  }
  return [...entries.values()];
}

function present(service: string, ui_url: string | null, stored: Record<string, string>): CatalogEndpoint {
  const endpoint: CatalogEndpoint = { ...stored, 'SNF:uiURL': ui_url, region: 'default' };
  if (service === WEBLOGIN) endpoint['SNF:webloginURL'] = stored['publicURL'] ?? null;
  return endpoint;
}
