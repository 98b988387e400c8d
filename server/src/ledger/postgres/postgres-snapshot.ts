import type { PoolClient, QueryResultRow } from 'pg';
import { PurserError } from '../../lib/errors.ts';
import type { PostgresNative } from '../../storage/storage.ts';
import type { HoldingKind } from '../core/stored.ts';
import type { ComparedSize, CounterDifference, LogSnapshot } from '../verification/log-snapshot.ts';

/** Rows fetched at a time. */
const CHUNK = 500;

/** Another verification has the turn, or took it after our snapshot and before our request for it. */
const TURN_TAKEN = new Set(['55P03', '40001']);
const TURN = 'verification';

/** Exactly the texts that the ledger writes as provisions: other texts could make the cast to JSON fail. */
const NUMBER = '(0|[1-9][0-9]{0,14})';
const PROVISION = `\\[[01],${NUMBER},${NUMBER},-?(0|[1-9][0-9]{0,18})\\]`;
const READABLE = `^\\[(${PROVISION}(,${PROVISION})*)?\\]$`;

const SIZE = `
  SELECT (SELECT count(*) FROM commissions WHERE state <> 2) AS commissions,
         (SELECT count(*) FROM pools) + (SELECT count(*) FROM seat_usages) AS holdings`;

const DAMAGED = `
  SELECT serial FROM commissions
   WHERE state <> 2 AND coalesce(accepted, provisions) !~ '${READABLE}'
   ORDER BY serial`;

const DIFFERENCES = `
  WITH taken AS (
    SELECT state, coalesce(accepted, provisions) AS text FROM commissions WHERE state <> 2
  ), changes AS (
    SELECT state, (change ->> 0)::bigint AS kind, (change ->> 1)::bigint AS id, (change ->> 2)::bigint AS resource,
           (change ->> 3)::numeric AS quantity
      FROM taken
     CROSS JOIN LATERAL jsonb_array_elements(
             CASE WHEN text ~ '${READABLE}' THEN text::jsonb ELSE '[]'::jsonb END) AS change
  ), expected AS (
    SELECT kind, id, resource,
           sum(CASE WHEN state = 1 OR quantity < 0 THEN quantity ELSE 0 END) AS usage_min,
           sum(CASE WHEN state = 1 OR quantity > 0 THEN quantity ELSE 0 END) AS usage_max
      FROM changes GROUP BY kind, id, resource
  ), actual AS (
    SELECT 0::bigint AS kind, project_id AS id, resource_id AS resource, usage_min, usage_max FROM pools
     UNION ALL
    SELECT 1, seat_id, resource_id, usage_min, usage_max FROM seat_usages
  ), compared AS (
    SELECT kind, id, resource,
           coalesce(e.usage_min, 0) AS expected_min, coalesce(e.usage_max, 0) AS expected_max,
           coalesce(a.usage_min, 0) AS actual_min, coalesce(a.usage_max, 0) AS actual_max
      FROM expected e FULL JOIN actual a USING (kind, id, resource)
  )
  SELECT kind::int, id::text, resource::text,
         expected_min::text, expected_max::text, actual_min::text, actual_max::text
    FROM compared
   WHERE expected_min <> actual_min OR expected_max <> actual_max
   ORDER BY compared.kind, compared.id, compared.resource`;

interface DifferenceRow {
  kind: HoldingKind;
  id: string;
  resource: string;
  expected_min: string;
  expected_max: string;
  actual_min: string;
  actual_max: string;
}

/** The snapshot on PostgreSQL: one repeatable-read transaction. The database computes the sums. */
export class PostgresSnapshot implements LogSnapshot {
  readonly #client: PoolClient;

  private constructor(client: PoolClient) {
    this.#client = client;
  }

  /**
   * @param alone whether this must be the only such snapshot of all nodes. Error: `verification_running`
   */
  static async open({ pool }: PostgresNative, alone: boolean, now_ms: number): Promise<PostgresSnapshot> {
    const client = await pool.connect();
    const snapshot = new PostgresSnapshot(client);
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      if (alone) await snapshot.#takeTurn(now_ms);
      return snapshot;
    } catch (error) {
      await snapshot.close();
      throw error;
    }
  }

  /**
   * The row is locked and changed. If another verification had the turn when our snapshot was taken, and has given it
   * up since, our snapshot does not show its corrections; then the change of the row fails.
   */
  async #takeTurn(now_ms: number): Promise<void> {
    try {
      await this.#client.query('SELECT 1 FROM turns WHERE name = $1 FOR UPDATE NOWAIT', [TURN]);
      await this.#client.query('UPDATE turns SET taken_at = $2 WHERE name = $1', [TURN, now_ms]);
    } catch (error) {
      if (TURN_TAKEN.has((error as { code?: string }).code ?? ''))
        throw new PurserError('verification_running');
      throw error;
    }
  }

  async size(): Promise<ComparedSize> {
    const { rows } = await this.#client.query(SIZE);
    return rows[0] as ComparedSize;
  }

  async *damaged(): AsyncGenerator<number[]> {
    for await (const rows of this.#fetch<{ serial: number }>(DAMAGED)) yield rows.map(({ serial }) => serial);
  }

  async *differences(): AsyncGenerator<CounterDifference[]> {
    for await (const rows of this.#fetch<DifferenceRow>(DIFFERENCES)) yield rows.map(toDifference);
  }

  /** With a cursor, so that a long result is never in memory as a whole. */
  async *#fetch<Row extends QueryResultRow>(query: string): AsyncGenerator<Row[]> {
    await this.#client.query(`DECLARE found NO SCROLL CURSOR FOR ${query}`);
    for (;;) {
      const { rows } = await this.#client.query<Row>(`FETCH ${CHUNK} FROM found`);
      if (rows.length > 0) yield rows;
      if (rows.length < CHUNK) break;
    }
    await this.#client.query('CLOSE found');
  }

  /** Also gives up the turn. */
  async close(): Promise<void> {
    const lost = await this.#client.query('COMMIT').then(
      () => undefined,
      (error: Error) => error,
    );
    this.#client.release(lost);
  }
}

function toDifference(row: DifferenceRow): CounterDifference {
  return {
    stored: { kind: row.kind, id: Number(row.id), resource: Number(row.resource) },
    expected: { min: BigInt(row.expected_min), max: BigInt(row.expected_max) },
    actual: { min: BigInt(row.actual_min), max: BigInt(row.actual_max) },
  };
}
