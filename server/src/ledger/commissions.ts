import type { Int64 } from '../storage/schema.ts';
import type { Queryable } from '../storage/storage.ts';
import type { Commission, CommissionState, Provision } from './commission.ts';
import { projectHolder, userHolder } from './names.ts';
import { decodeProvisions, POOL, SEAT, type StoredProvision } from './stored.ts';

const STATES: readonly CommissionState[] = ['pending', 'accepted', 'rejected'];

/** Serials of the commissions that a component has issued and nobody has resolved, ascending. */
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

/** The commission with this serial, whatever became of it; undefined if there never was one. */
export async function findCommission(db: Queryable, serial: number): Promise<Commission | undefined> {
  const row = await db.selectFrom('commissions').selectAll().where('serial', '=', serial).executeTakeFirst();
  if (!row) return undefined;
  return {
    serial: row.serial,
    component: row.component,
    name: row.name,
    issuedAt: row.issued_at,
    state: STATES[row.state] as CommissionState,
    resolvedAt: row.resolved_at,
    provisions: await namedProvisions(db, decodeProvisions(row.provisions) ?? []),
  };
}

async function namedProvisions(db: Queryable, stored: readonly StoredProvision[]): Promise<Provision[]> {
  const idsOf = (kind: number): number[] =>
    stored.filter((provision) => provision.kind === kind).map(({ id }) => id);
  const [resources, pools, seats] = await Promise.all([
    resourceNames(db, [...new Set(stored.map(({ resource }) => resource))]),
    poolNames(db, idsOf(POOL)),
    seatNames(db, idsOf(SEAT)),
  ]);
  return stored.flatMap(({ kind, id, resource, quantity }) => {
    const name = (kind === POOL ? pools : seats).get(id);
    const resourceName = resources.get(resource);
    return name && resourceName !== undefined ? [{ ...name, resource: resourceName, quantity }] : [];
  });
}

type HolderAndSource = Pick<Provision, 'holder' | 'source'>;

async function resourceNames(db: Queryable, ids: readonly number[]): Promise<Map<Int64, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('ledger_resources').selectAll().where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

async function poolNames(db: Queryable, ids: readonly number[]): Promise<Map<number, HolderAndSource>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('ledger_projects')
    .select(['id', 'project'])
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map(({ id, project }) => [id, { holder: projectHolder(project), source: null }]));
}

async function seatNames(db: Queryable, ids: readonly number[]): Promise<Map<number, HolderAndSource>> {
  if (ids.length === 0) return new Map();
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
