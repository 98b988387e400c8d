import { LIMITS } from '../../lib/limits.ts';
import type { CommissionsTable } from '../../storage/schema.ts';
import type { Queryable } from '../../storage/storage.ts';
import type { Commission, CommissionState, Provision } from './commission.ts';
import { projectHolder, userHolder } from './names.ts';
import { decodeProvisions, POOL, SEAT, type StoredProvision } from './stored.ts';

const STATES: readonly CommissionState[] = ['pending', 'accepted', 'rejected'];

/** Which commissions to list; a filter that is left out matches all. */
export interface CommissionQuery {
  readonly component?: string;
  readonly state?: CommissionState;
  /** Milliseconds since the epoch. */
  readonly issuedBefore?: number;
  readonly project?: string;
  readonly user?: string;
  readonly resource?: string;
  /** Only serials above this one. */
  readonly after?: number;
  readonly limit: number;
}

export interface CommissionPage {
  readonly items: Commission[];
  /** Where to go on; null at the end. A page can be short and still have a next. */
  readonly next: number | null;
}

type Row = Pick<
  CommissionsTable,
  | 'serial'
  | 'component'
  | 'name'
  | 'issued_at'
  | 'expires_at'
  | 'state'
  | 'resolved_at'
  | 'reason'
  | 'provisions'
  | 'accepted'
>;

const COLUMNS = [
  'serial',
  'component',
  'name',
  'issued_at',
  'expires_at',
  'state',
  'resolved_at',
  'reason',
  'provisions',
  'accepted',
] as const;

/** Serials of the pending commissions of a component, ascending. */
export async function pendingSerials(db: Queryable, component: string): Promise<number[]> {
  const rows = await db
    .selectFrom('commissions')
    .select('serial')
    .where('component', '=', component)
    .where('state', '=', 0)
    .orderBy('serial')
    .execute();
  return rows.map(({ serial }) => serial);
}

/** Serials of overdue pending commissions, the longest overdue first; a bounded number. */
export async function overdueSerials(db: Queryable, now: number): Promise<number[]> {
  const rows = await db
    .selectFrom('commissions')
    .select('serial')
    .where('state', '=', 0)
    .where('expires_at', 'is not', null)
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(LIMITS.commissions_expired_at_once)
    .execute();
  return rows.map(({ serial }) => serial);
}

/** The commission with this serial, in any state; undefined if the serial was never issued. */
export async function findCommission(db: Queryable, serial: number): Promise<Commission | undefined> {
  const row = await db
    .selectFrom('commissions')
    .select(COLUMNS)
    .where('serial', '=', serial)
    .executeTakeFirst();
  return row && (await named(db, [row]))[0];
}

/** Commissions of any state by their serials, of which there are at most as many as one statement takes. */
export async function commissionsOf(
  db: Queryable,
  serials: readonly number[],
): Promise<Map<number, Commission>> {
  const rows = await db.selectFrom('commissions').select(COLUMNS).where('serial', 'in', serials).execute();
  return new Map((await named(db, rows)).map((commission) => [commission.serial, commission]));
}

/** Commissions in the order of their serials. Filters that no index serves look at a bounded number of rows a page. */
export async function listCommissions(db: Queryable, query: CommissionQuery): Promise<CommissionPage> {
  const { project, user, resource, limit } = query;
  const narrowed = project !== undefined || user !== undefined || resource !== undefined;
  const looked_at = narrowed ? LIMITS.commissions_scanned : limit;
  const rows = await scan(db, query, looked_at + 1);
  const seen = rows.slice(0, looked_at);
  const commissions = await named(db, seen);
  const matching = commissions.filter(({ provisions }) => provisions.some((one) => concerns(one, query)));
  const items = (narrowed ? matching : commissions).slice(0, limit);
  const cut = narrowed && matching.length > limit;
  const more = cut ? items.at(-1)?.serial : rows.length > looked_at ? seen.at(-1)?.serial : undefined;
  return { items, next: more ?? null };
}

function concerns({ holder, source, resource }: Provision, query: CommissionQuery): boolean {
  const project = query.project === undefined ? undefined : projectHolder(query.project);
  return (
    (query.resource === undefined || resource === query.resource) &&
    (query.user === undefined || holder === userHolder(query.user)) &&
    (project === undefined || (source ?? holder) === project)
  );
}

/** The next rows that match the indexed part of a query. */
async function scan(db: Queryable, query: CommissionQuery, count: number): Promise<Row[]> {
  if (query.state !== 'pending' || query.component !== undefined) return scanOne(db, query, count);
  // Pending ones are indexed by component; of those there are few.
  const rows: Row[] = [];
  for (const component of await componentsWithPending(db)) {
    rows.push(...(await scanOne(db, { ...query, component }, count)));
  }
  return rows.sort((a, b) => a.serial - b.serial).slice(0, count);
}

function scanOne(db: Queryable, query: CommissionQuery, count: number): Promise<Row[]> {
  const { component, state, issuedBefore, after } = query;
  let rows = db.selectFrom('commissions').select(COLUMNS).orderBy('serial').limit(count);
  if (component !== undefined) rows = rows.where('component', '=', component);
  if (state !== undefined) rows = rows.where('state', '=', STATES.indexOf(state));
  if (issuedBefore !== undefined) rows = rows.where('issued_at', '<', issuedBefore);
  if (after !== undefined) rows = rows.where('serial', '>', after);
  return rows.execute();
}

async function componentsWithPending(db: Queryable): Promise<string[]> {
  const components: string[] = [];
  for (;;) {
    const last = components.at(-1);
    let next = db
      .selectFrom('commissions')
      .select('component')
      .where('state', '=', 0)
      .orderBy('component')
      .limit(1);
    if (last !== undefined) next = next.where('component', '>', last);
    const row = await next.executeTakeFirst();
    if (!row) return components;
    components.push(row.component);
  }
}

/** Rows with the names of their holdings, looked up for all rows together. */
async function named(db: Queryable, rows: readonly Row[]): Promise<Commission[]> {
  const decoded = rows.map(({ provisions, accepted }) => ({
    provisions: decodeProvisions(provisions) ?? [],
    accepted: accepted === null ? null : (decodeProvisions(accepted) ?? []),
  }));
  const names = await readNames(
    db,
    decoded.flatMap(({ provisions }) => provisions),
  );
  return rows.map((row, index) => ({
    serial: row.serial,
    component: row.component,
    name: row.name,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    state: STATES[row.state] as CommissionState,
    resolvedAt: row.resolved_at,
    reason: row.reason,
    provisions: (decoded[index]?.provisions ?? []).flatMap(names),
    accepted: decoded[index]?.accepted?.flatMap(names) ?? null,
  }));
}

/** Returns a function that adds the names to a stored provision; the result is empty if its rows do not exist. */
export async function readNames(
  db: Queryable,
  stored: readonly StoredProvision[],
): Promise<(provision: StoredProvision) => Provision[]> {
  const idsOf = (kind: number): number[] => [
    ...new Set(stored.filter((provision) => provision.kind === kind).map(({ id }) => id)),
  ];
  const [resources, pools, seats] = await Promise.all([
    resourceNames(db, [...new Set(stored.map(({ resource }) => resource))]),
    inChunks(idsOf(POOL), (ids) => poolNames(db, ids)),
    inChunks(idsOf(SEAT), (ids) => seatNames(db, ids)),
  ]);
  return ({ kind, id, resource, quantity }) => {
    const name = (kind === POOL ? pools : seats).get(id);
    const resourceName = resources.get(resource);
    return name && resourceName !== undefined ? [{ ...name, resource: resourceName, quantity }] : [];
  };
}

type HolderAndSource = Pick<Provision, 'holder' | 'source'>;

/** Engines limit the number of values in one statement. */
const CHUNK = 1000;

async function inChunks<T>(
  ids: readonly number[],
  read: (ids: readonly number[]) => Promise<Map<number, T>>,
): Promise<Map<number, T>> {
  const all = new Map<number, T>();
  for (let start = 0; start < ids.length; start += CHUNK) {
    for (const [id, value] of await read(ids.slice(start, start + CHUNK))) all.set(id, value);
  }
  return all;
}

async function resourceNames(db: Queryable, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('ledger_resources').selectAll().where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

async function poolNames(db: Queryable, ids: readonly number[]): Promise<Map<number, HolderAndSource>> {
  const rows = await db
    .selectFrom('ledger_projects')
    .select(['id', 'project'])
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map(({ id, project }) => [id, { holder: projectHolder(project), source: null }]));
}

async function seatNames(db: Queryable, ids: readonly number[]): Promise<Map<number, HolderAndSource>> {
  const rows = await db
    .selectFrom('seats as s')
    .innerJoin('ledger_projects as l', 'l.id', 's.project_id')
    .select(['s.id', 's.user', 'l.project'])
    .where('s.id', 'in', ids)
    .execute();
  return new Map(
    rows.map(({ id, user, project }) => [id, { holder: userHolder(user), source: projectHolder(project) }]),
  );
}
