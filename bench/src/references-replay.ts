/**
 * The control of T3: only the PostgreSQL statements of the older quota services for each commission. A separate process
 * with bare `node:http`.
 *
 * The comparison favours the references. There is no framework, no ORM and no token lookup; all
 * statements are prepared; the check of the limits is a comparison of two numbers; an update is one statement, where
 * older versions of their ORM look for the row first; a holder has no more holdings than those that the requests name.
 * Their own costs remain: keys are texts, repeated in each table; each commission is a transaction that locks all
 * holdings of each holder in the order of their numbers, writes every provision with a full-row UPDATE of its own, and
 * in each phase; resolving locks, logs and deletes what issuing has inserted.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import pg from 'pg';

export interface ReplaySettings {
  port: number;
  /** A PostgreSQL with the tables of a filled Purser, the source of users, projects and limits. */
  databaseUrl: string;
  /** Number of concurrent transactions. */
  connections: number;
}

interface Provision {
  holder: string;
  source: string | null;
  resource: string;
  quantity: number;
}

interface HoldingRow extends Omit<Provision, 'quantity'> {
  id: number;
  limit: string;
  usage_min: string;
  usage_max: string;
}

const KEY = 'varchar(4096)';
const PREPARE = `
  DROP SCHEMA IF EXISTS reference CASCADE;
  CREATE SCHEMA reference;
  CREATE TABLE reference.holding (
    id serial PRIMARY KEY, holder ${KEY} NOT NULL, source ${KEY}, resource ${KEY} NOT NULL,
    "limit" bigint NOT NULL, usage_min bigint NOT NULL, usage_max bigint NOT NULL,
    UNIQUE (holder, source, resource));
  CREATE INDEX ON reference.holding (holder);
  CREATE TABLE reference.commission (
    serial serial PRIMARY KEY, name ${KEY} NOT NULL, clientkey ${KEY} NOT NULL, issue_datetime timestamptz NOT NULL);
  CREATE TABLE reference.provision (
    id serial PRIMARY KEY, serial integer NOT NULL REFERENCES reference.commission,
    holder ${KEY} NOT NULL, source ${KEY}, resource ${KEY} NOT NULL, quantity bigint NOT NULL);
  CREATE INDEX ON reference.provision (serial);
  CREATE INDEX ON reference.provision (holder);
  CREATE TABLE reference.provisionlog (
    id serial PRIMARY KEY, serial bigint NOT NULL, name ${KEY} NOT NULL,
    issue_time ${KEY} NOT NULL, log_time ${KEY} NOT NULL,
    holder ${KEY} NOT NULL, source ${KEY}, resource ${KEY} NOT NULL,
    "limit" bigint NOT NULL, usage_min bigint NOT NULL, usage_max bigint NOT NULL,
    delta_quantity bigint NOT NULL, reason ${KEY} NOT NULL);
  INSERT INTO reference.holding (holder, source, resource, "limit", usage_min, usage_max)
    SELECT 'user:' || s."user", 'project:' || l.project, r.name, p.member_capacity, 0, 0
      FROM seats s
      JOIN ledger_projects l ON l.id = s.project_id
      JOIN pools p ON p.project_id = s.project_id
      JOIN ledger_resources r ON r.id = p.resource_id
    UNION ALL
    SELECT 'project:' || l.project, NULL, r.name, p.capacity, 0, 0
      FROM pools p
      JOIN ledger_projects l ON l.id = p.project_id
      JOIN ledger_resources r ON r.id = p.resource_id;
  ANALYZE`;

const LOCK_HOLDINGS = {
  name: 'lock-holdings',
  text: `SELECT id, holder, source, resource, "limit", usage_min, usage_max FROM reference.holding
          WHERE holder = ANY ($1) ORDER BY id FOR UPDATE`,
};
const UPDATE_HOLDING = {
  name: 'update-holding',
  text: `UPDATE reference.holding
            SET holder = $2, source = $3, resource = $4, "limit" = $5, usage_min = $6, usage_max = $7
          WHERE id = $1`,
};
const INSERT_COMMISSION = {
  name: 'insert-commission',
  text: `INSERT INTO reference.commission (name, clientkey, issue_datetime)
         VALUES ($1, $2, now()) RETURNING serial`,
};
const INSERT_PROVISIONS = {
  name: 'insert-provisions',
  text: `INSERT INTO reference.provision (serial, holder, source, resource, quantity)
         SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[])`,
};
const LOCK_COMMISSION = {
  name: 'lock-commission',
  text: `SELECT serial, name, clientkey, issue_datetime FROM reference.commission
          WHERE clientkey = $1 AND serial = $2 FOR UPDATE`,
};
const LOCK_PROVISIONS = {
  name: 'lock-provisions',
  text: `SELECT id, serial, holder, source, resource, quantity FROM reference.provision
          WHERE serial = $1 FOR UPDATE`,
};
const INSERT_LOG = {
  name: 'insert-log',
  text: `INSERT INTO reference.provisionlog (serial, name, issue_time, log_time, holder, source, resource,
                                             "limit", usage_min, usage_max, delta_quantity, reason)
         SELECT $1, $2, $3, $4, *, 'ACCEPT:'
           FROM unnest($5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])`,
};
const DELETE_PROVISIONS = {
  name: 'delete-provisions',
  text: 'DELETE FROM reference.provision WHERE serial = $1',
};
const DELETE_COMMISSION = {
  name: 'delete-commission',
  text: 'DELETE FROM reference.commission WHERE serial = $1',
};

/** All requests of the benchmark come from one component. */
const CLIENT_KEY = 'bench';

interface Charged {
  holding: HoldingRow;
  usageMin: bigint;
  usageMax: bigint;
  quantity: bigint;
}

/** Locks the rows that the references lock, and finds the holding of each provision in them. */
async function lockHoldings(client: pg.PoolClient, provisions: readonly Provision[]): Promise<Charged[]> {
  const holders = [...new Set(provisions.map(({ holder }) => holder))];
  const { rows } = await client.query<HoldingRow>({ ...LOCK_HOLDINGS, values: [holders] });
  return provisions.map(({ holder, source, resource, quantity }) => {
    const holding = rows.find(
      (row) => row.holder === holder && row.source === source && row.resource === resource,
    );
    if (!holding) throw new Error(`${holder} has no such holding.`);
    const [usageMin, usageMax] = [BigInt(holding.usage_min), BigInt(holding.usage_max)];
    return { holding, usageMin, usageMax, quantity: BigInt(quantity) };
  });
}

async function updateHoldings(client: pg.PoolClient, charged: readonly Charged[]): Promise<void> {
  for (const { holding, usageMin, usageMax } of charged) {
    const { id, holder, source, resource, limit } = holding;
    const values = [id, holder, source, resource, limit, usageMin, usageMax];
    await client.query({ ...UPDATE_HOLDING, values });
  }
}

async function issue(client: pg.PoolClient, name: string, provisions: readonly Provision[]): Promise<number> {
  const charged = await lockHoldings(client, provisions);
  for (const one of charged) {
    one.usageMax += one.quantity;
    if (one.usageMax > BigInt(one.holding.limit)) throw new Error('The limit would be exceeded.');
  }
  const { rows } = await client.query<{ serial: number }>({
    ...INSERT_COMMISSION,
    values: [name, CLIENT_KEY],
  });
  const { serial } = rows[0] as { serial: number };
  await updateHoldings(client, charged);
  const columns = (['holder', 'source', 'resource', 'quantity'] as const).map((column) =>
    provisions.map((provision) => provision[column]),
  );
  await client.query({ ...INSERT_PROVISIONS, values: [serial, ...columns] });
  return serial;
}

async function accept(client: pg.PoolClient, serial: number): Promise<void> {
  const commission = await client.query<{ name: string; issue_datetime: Date }>({
    ...LOCK_COMMISSION,
    values: [CLIENT_KEY, serial],
  });
  const { name, issue_datetime } = commission.rows[0] as { name: string; issue_datetime: Date };
  const provisions = await client.query<Provision>({ ...LOCK_PROVISIONS, values: [serial] });
  const charged = await lockHoldings(client, provisions.rows);
  for (const one of charged) one.usageMin += one.quantity;
  await updateHoldings(client, charged);
  const log = [
    charged.map(({ holding }) => holding.holder),
    charged.map(({ holding }) => holding.source),
    charged.map(({ holding }) => holding.resource),
    charged.map(({ holding }) => holding.limit),
    charged.map(({ usageMin }) => usageMin),
    charged.map(({ usageMax }) => usageMax),
    charged.map(({ quantity }) => quantity),
  ];
  const times = [issue_datetime.toISOString(), new Date().toISOString()];
  await client.query({ ...INSERT_LOG, values: [serial, name, ...times, ...log] });
  await client.query({ ...DELETE_PROVISIONS, values: [serial] });
  await client.query({ ...DELETE_COMMISSION, values: [serial] });
}

async function start({ port, databaseUrl, connections }: ReplaySettings): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: connections });
  await pool.query(PREPARE);
  const inTransaction = async <T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  };
  const answer = async (path: string, body: string): Promise<[status: number, text: string]> => {
    if (path === '/health/ready') return [200, '{}'];
    const serial = /\/commissions\/(\d+)\/action$/.exec(path)?.[1];
    if (serial !== undefined) {
      await inTransaction((client) => accept(client, Number(serial)));
      return [200, ''];
    }
    const { name, provisions } = JSON.parse(body) as { name: string; provisions: Provision[] };
    return [201, `{"serial":${await inTransaction((client) => issue(client, name, provisions))}}`];
  };
  createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    let [status, text] = [500, ''];
    try {
      [status, text] = await answer(request.url ?? '', Buffer.concat(chunks).toString());
    } catch (error) {
      text = String(error);
    }
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    response.writeHead(status, headers).end(text);
  }).listen(port, '127.0.0.1');
}

await start(JSON.parse(process.env['BENCH_REPLAY'] ?? '') as ReplaySettings);
process.once('SIGTERM', () => process.exit(0));
