import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { type PostgresServer, startPostgres } from '../support/engines.ts';
import { type Exchange, exchange, type Sent } from '../support/http-exchange.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { launchPurser, type ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { Book } from './book.ts';
import { issueOnce, RandomClient } from './random-client.ts';
import { look, prepareCloud, type RemoteCloud } from './remote-cloud.ts';

/** Clients that charge, beside others that do something else. */
const CLIENTS = 12;
/** Small enough that charges are refused, large enough that most are not. */
const LIMITS = { 'reliability.one': 40, 'reliability.two': 200 };
/** Answers that clients get before the database is interrupted, and after it is back. */
const ANSWERS = 80;

let postgres: PostgresServer;
let purser: ServerProcess;
let url: string;
let cloud: RemoteCloud;
const adminToken = `admin-${randomUUID()}`;

const directory = mkdtempSync(join(tmpdir(), 'purser-restarts-'));

before(async () => {
  postgres = await startPostgres();
  purser = await launchPurser({ directory, databaseUrl: postgres.url, adminToken });
  url = `http://127.0.0.1:${purser.port}`;
  cloud = await prepareCloud(url, adminToken, { users: 6, limits: LIMITS });
});

after(async () => {
  await purser.stop();
  await postgres.stop();
  rmSync(directory, { recursive: true, force: true });
});

const ask = (path: string, sent?: Sent): Promise<Exchange> => exchange(url, path, sent);
const ready = async (): Promise<boolean> => (await ask('/health/ready')).status === 200;

const WAYS = {
  'all connections are terminated': terminateAll,
  'the server is stopped fast': () => restart('SIGINT'),
  'the server is stopped at once': () => restart('SIGQUIT'),
};

for (const [way, interrupt] of Object.entries(WAYS)) {
  test(`${way} under load: nothing acknowledged is lost, nothing doubled, and the node goes on`, async (context) => {
    const load = startLoad(context);
    await load.answers(ANSWERS);
    await interrupt();
    await until('the node is ready again', ready);
    await load.answers(ANSWERS);
    await load.end();
    const { book } = load;
    // With a key the answer that was lost can be had by asking again.
    for (const asked of book.unanswered().filter(({ key }) => key !== undefined)) {
      await issueOnce({ url: () => url, cloud, book }, asked);
    }
    const { violations } = book.compare(await look(url, cloud), { limitsHold: true });
    assert.deepEqual(violations, []);
    assert.deepEqual(load.failures(), []);
    assert.deepEqual(await load.lostUsers(), []);
  });
}

test('while the database is away every dialect answers 503 in its own envelope, and afterwards it works', async () => {
  const before = purser.log().length;
  await postgres.end('SIGINT');
  await until('the node notices', async () => (await ask('/health/ready')).status === 503);
  for (const [name, { path, sent, isEnvelope }] of Object.entries(DIALECTS)) {
    const answer = await ask(path, sent());
    assert.equal(answer.status, 503, `${name}: ${answer.text}`);
    assert.match(String(answer.headers['retry-after']), /^[1-9][0-9]*$/, name);
    assert.ok(isEnvelope(answer), `${name}: ${answer.headers['content-type']} ${answer.text}`);
  }
  assert.equal((await ask('/health/live')).status, 200);
  assert.equal((await ask('/metrics')).status, 200);
  await postgres.start();
  await until('the node is ready again', ready);
  for (const [name, { path, sent, status }] of Object.entries(DIALECTS)) {
    const answer = await ask(path, sent());
    assert.equal(answer.status, status, `${name}: ${answer.text}`);
  }
  const lines = purser.log().slice(before).trim().split('\n');
  assert.equal(lines.filter((line) => line.includes('does not answer')).length, 1, lines.join('\n'));
  assert.equal(
    lines.filter((line) => line.includes('The database can be used again')).length,
    1,
    lines.join('\n'),
  );
  assert.equal(lines.length, 2, lines.join('\n'));
});

test('a standby, which takes no changes, is answered 503 and makes the node unready until it is promoted', async () => {
  await onServer('ALTER DATABASE postgres SET default_transaction_read_only = on');
  await terminateAll();
  await until('the node notices', async () => (await ask('/health/ready')).status === 503);
  const body = JSON.stringify({ name: `role-${randomUUID().slice(0, 8)}` });
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  const refused = await ask('/api/roles', { method: 'POST', headers, body });
  assert.deepEqual([refused.status, refused.json.code], [503, 'database_read_only'], refused.text);
  assert.equal((await ask('/health/ready')).json.reason, refused.json.detail);
  await onServer('ALTER DATABASE postgres RESET default_transaction_read_only');
  await terminateAll();
  await until('the node is ready again', ready);
  assert.equal((await ask('/api/roles', { method: 'POST', headers, body })).status, 201);
});

test('a full disk of the database is answered 503 and makes the node unready until there is room', async () => {
  // The server raises the error that it raises where a file cannot grow.
  await onServer(`
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON commissions FOR EACH STATEMENT EXECUTE FUNCTION no_room();
    CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON roles FOR EACH STATEMENT EXECUTE FUNCTION no_room();
    CREATE TRIGGER no_room BEFORE UPDATE ON epochs FOR EACH STATEMENT EXECUTE FUNCTION no_room();`);
  const charge = DIALECTS['account v1.0, a commission'] as Dialect;
  for (const key of [undefined, randomUUID()]) {
    const sent = charge.sent();
    const headers = { ...sent.headers, ...(key !== undefined && { 'idempotency-key': key }) };
    const refused = await ask(charge.path, { ...sent, headers });
    assert.equal(refused.status, 503, refused.text);
    assert.match(refused.json.serviceUnavailable.message, /storage of the database is full/);
  }
  assert.deepEqual((await ask('/health/ready')).status, 503);
  await onServer('DROP FUNCTION no_room() CASCADE');
  await until('the node is ready again', ready);
  assert.equal((await ask(charge.path, charge.sent())).status, 201);
  assert.match(
    purser.log(),
    /The disk of the database 127\.0\.0\.1:\d+\/postgres is full\. Make room on it\./,
  );
});

interface Dialect {
  readonly path: string;
  readonly sent: () => Sent;
  /** What it answers when the database is there. */
  readonly status: number;
  readonly isEnvelope: (answer: Exchange) => boolean;
}

const json = { 'content-type': 'application/json' };
const cloudfault = ({ json: body }: Exchange): boolean => body.serviceUnavailable?.code === 503;

const DIALECTS: Record<string, Dialect> = {
  native: {
    path: '/api/users',
    sent: () => ({ headers: { authorization: `Bearer ${adminToken}` } }),
    status: 200,
    isEnvelope: ({ json: body, headers }) =>
      headers['content-type'] === 'application/problem+json' && body.status === 503,
  },
  'account v1.0': {
    path: '/account/v1.0/projects',
    sent: () => ({ headers: { 'x-auth-token': adminToken } }),
    status: 200,
    isEnvelope: cloudfault,
  },
  'account v1.0, a commission': {
    path: '/account/v1.0/commissions',
    sent: () => {
      const source = `project:${cloud.users[0]}`;
      const one = { resource: 'reliability.two', quantity: 0 };
      const provisions = [
        { ...one, holder: `user:${cloud.users[0]}`, source },
        { ...one, holder: source, source: null },
      ];
      return {
        method: 'POST',
        headers: { ...json, 'x-auth-token': cloud.component.token },
        body: JSON.stringify({ auto_accept: true, provisions }),
      };
    },
    status: 201,
    isEnvelope: cloudfault,
  },
  'identity v2.0 in JSON': {
    path: '/identity/v2.0/tokens',
    sent: () => ({
      method: 'POST',
      headers: json,
      body: JSON.stringify({ auth: { token: { id: adminToken } } }),
    }),
    status: 200,
    isEnvelope: cloudfault,
  },
  'identity v2.0 in XML': {
    path: '/identity/v2.0/tokens',
    sent: () => ({
      method: 'POST',
      headers: { ...json, accept: 'application/xml' },
      body: JSON.stringify({ auth: { token: { id: adminToken } } }),
    }),
    status: 200,
    isEnvelope: ({ text }) => /^<\?xml .*\?>\n<serviceUnavailable [^>]*code="503"/.test(text),
  },
  'identity v3': {
    path: '/v3/users',
    sent: () => ({ headers: { 'x-auth-token': adminToken } }),
    status: 200,
    isEnvelope: ({ json: body }) => body.error?.code === 503 && body.error.title === 'Service Unavailable',
  },
  'workflow v1': {
    path: '/v1/tasks',
    sent: () => ({ headers: { 'x-auth-token': adminToken } }),
    status: 200,
    isEnvelope: ({ json: body }) => Array.isArray(body.errors),
  },
  'the feed of services': {
    path: '/ui/get_services',
    sent: () => ({}),
    status: 200,
    isEnvelope: cloudfault,
  },
  readiness: {
    path: '/health/ready',
    sent: () => ({}),
    status: 200,
    isEnvelope: ({ json: body }) => body.status === 'unavailable' && typeof body.reason === 'string',
  },
};

/** Clients that charge, and two that make users, until `end`. */
function startLoad(context: { diagnostic(text: string): void }) {
  const seed = Date.now() % 1_000_000;
  context.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
  const book = knownBook;
  let stopped = false;
  const run = `${seed}-${runs++}`;
  const clients = Array.from(
    { length: CLIENTS },
    (_, id) => new RandomClient({ id, run, cloud, book, random, url: () => url, stopped: () => stopped }),
  );
  const made: string[] = [];
  const failures: string[] = [];
  const makeUsers = async (): Promise<void> => {
    while (!stopped) {
      const email = `${randomUUID()}@example.org`;
      const body = JSON.stringify({ email, first_name: 'A', last_name: 'B' });
      const headers = { authorization: `Bearer ${adminToken}`, ...json };
      const answer = await ask('/api/users', { method: 'POST', headers, body });
      if (answer.status === 201) made.push(answer.json.id);
      else if (answer.status !== 503) failures.push(`${answer.status} ${answer.text}`);
    }
  };
  const ended = Promise.all([...clients.map((client) => client.run()), makeUsers(), makeUsers()]);
  const successes = (): number =>
    clients.reduce((sum, { counts }) => sum + counts.issued + counts.resolved, 0) + made.length;
  return {
    book,
    failures: () => failures,
    answers: async (more: number): Promise<void> => {
      const goal = successes() + more;
      await until(`${more} more answers`, () => successes() >= goal);
    },
    end: async (): Promise<void> => {
      stopped = true;
      await ended;
    },
    lostUsers: async (): Promise<string[]> => {
      const headers = { authorization: `Bearer ${adminToken}` };
      const lost: string[] = [];
      for (const id of made) if ((await ask(`/api/users/${id}`, { headers })).status !== 200) lost.push(id);
      return lost;
    },
  };
}

let runs = 0;
/** One for all tests, which share the data. */
const knownBook = new Book();

async function terminateAll(): Promise<void> {
  await onServer(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = $$client backend$$',
  );
}

async function restart(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  await postgres.end(signal);
  await until('the node notices', async () => (await ask('/health/ready')).status === 503);
  await postgres.start();
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  // What is terminated on the server is terminated here as well.
  client.on('error', () => undefined);
  try {
    await client.query('SET default_transaction_read_only = off');
    await client.query(statement);
  } finally {
    await client.end();
  }
}
