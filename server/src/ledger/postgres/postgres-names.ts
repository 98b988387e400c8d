import { Lru } from '../../lib/flow/lru.ts';
import type { PostgresNative } from '../../storage/storage.ts';
import type { PendingCommission } from '../core/batch.ts';
import type { Provision } from '../core/commission.ts';
import { type HoldingName, parseHolding } from '../core/names.ts';
import { POOL, SEAT, type StoredHolding } from '../core/stored.ts';

/** Entries of each kind. Rows are never deleted or renumbered, so the numbers stay valid. */
const REMEMBERED = 200_000;

/** The row numbers of names, looked up with one statement for a whole batch. */
export class RememberedNames {
  readonly #native: PostgresNative;
  readonly #ids = new Lru<string, number>(REMEMBERED);
  readonly #seatProjects = new Lru<number, number>(REMEMBERED);
  readonly #issued = new Lru<number, PendingCommission>(REMEMBERED);

  constructor(native: PostgresNative) {
    this.#native = native;
  }

  /** A commission that this node issued lately and has not resolved. Another node may have resolved it. */
  issued(serial: number): PendingCommission | undefined {
    return this.#issued.get(serial);
  }

  rememberIssued(serial: number, commission: PendingCommission): void {
    this.#issued.set(serial, commission);
  }

  forgetIssued(serial: number): void {
    this.#issued.delete(serial);
  }

  /** The project row of a seat, if it is remembered. */
  projectOfSeat(seat: number): number | undefined {
    return this.#seatProjects.get(seat);
  }

  /** Looks up the projects of seats that are known by their numbers only. */
  async learnSeatProjects(seats: readonly number[]): Promise<void> {
    const unknown = [...new Set(seats)].filter((seat) => this.#seatProjects.get(seat) === undefined);
    if (unknown.length === 0) return;
    const { rows } = await this.#native.pool.query<{ id: number; project_id: number }>(
      'SELECT id, project_id FROM seats WHERE id = ANY ($1::bigint[])',
      [unknown],
    );
    for (const { id, project_id } of rows) this.#seatProjects.set(id, project_id);
  }

  /** The row that a provision names; undefined unless `learn` found it. */
  locate({ holder, source, resource }: Provision): StoredHolding | undefined {
    const name = parseHolding(holder, source);
    const resourceId = this.#ids.get(`r${resource}`);
    if (!name || resourceId === undefined) return undefined;
    const id = this.#ids.get(holdingRowKey(name));
    if (id === undefined) return undefined;
    return { kind: name.kind === 'pool' ? POOL : SEAT, id, resource: resourceId };
  }

  /** Looks up the rows that the provisions name, as far as they are not remembered. */
  async learn(provisions: readonly Provision[]): Promise<void> {
    const resources = new Set<string>();
    const projects = new Set<string>();
    const seats = new Map<string, { user: string; project: string }>();
    for (const { holder, source, resource } of provisions) {
      const name = parseHolding(holder, source);
      if (!name) continue;
      if (this.#ids.get(`r${resource}`) === undefined) resources.add(resource);
      const key = holdingRowKey(name);
      if (this.#ids.get(key) !== undefined) continue;
      if (name.kind === 'pool') projects.add(name.project);
      else seats.set(key, name);
    }
    await this.#learnResources([...resources]);
    await this.#learnProjects([...projects]);
    await this.#learnSeats([...seats.values()]);
  }

  async #learnResources(names: string[]): Promise<void> {
    if (names.length === 0) return;
    const { rows } = await this.#native.pool.query<{ id: number; name: string }>(
      'SELECT id, name FROM ledger_resources WHERE name = ANY ($1::text[])',
      [names],
    );
    for (const { id, name } of rows) this.#ids.set(`r${name}`, id);
  }

  async #learnProjects(projects: string[]): Promise<void> {
    if (projects.length === 0) return;
    const { rows } = await this.#native.pool.query<{ id: number; project: string }>(
      'SELECT id, project FROM ledger_projects WHERE project = ANY ($1::text[])',
      [projects],
    );
    for (const { id, project } of rows) this.#ids.set(holdingRowKey({ kind: 'pool', project }), id);
  }

  async #learnSeats(seats: { user: string; project: string }[]): Promise<void> {
    if (seats.length === 0) return;
    const { rows } = await this.#native.pool.query<{
      id: number;
      project_id: number;
      user: string;
      project: string;
    }>(
      `SELECT s.id, s.project_id, s."user", l.project
         FROM unnest($1::text[], $2::text[]) AS wanted ("user", project)
         JOIN ledger_projects l ON l.project = wanted.project
         JOIN seats s ON s.project_id = l.id AND s."user" = wanted."user"`,
      [seats.map(({ user }) => user), seats.map(({ project }) => project)],
    );
    for (const { id, project_id, user, project } of rows) {
      this.#seatProjects.set(id, project_id);
      this.#ids.set(holdingRowKey({ kind: 'seat', project, user }), id);
    }
  }
}

function holdingRowKey(name: HoldingName): string {
  return name.kind === 'pool' ? `p${name.project}` : `s${name.project} ${name.user}`;
}
