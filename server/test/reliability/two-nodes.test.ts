import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { Ledger } from '../../src/ledger/ledger.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { openStorage } from '../../src/storage/open.ts';
import { type FreshUrl, forEachEngine } from '../support/engines.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { launchPurser, type ServerProcess } from '../support/server-process.ts';
import { Book } from './book.ts';
import { RandomClient } from './random-client.ts';
import { type Answer, administer, look, prepareCloud, type RemoteCloud, send } from './remote-cloud.ts';

const CLIENTS = 16;
const LOAD_MS = 2000;

interface Nodes {
  readonly databaseUrl: string;
  readonly urls: readonly [string, string];
  readonly cloud: RemoteCloud;
  /** The next node's URL, in turn. */
  next(): string;
  /** Lines of both logs about a failed request. */
  failures(): string[];
  deadlocks(): Promise<number>;
}

/** Two processes on one fresh database. */
async function twoNodes(
  freshUrl: FreshUrl,
  wanted: { users: number; limits: Record<string, number> },
): Promise<Nodes> {
  const directory = mkdtempSync(join(tmpdir(), 'purser-nodes-'));
  const databaseUrl = await freshUrl();
  const adminToken = `admin-${randomUUID()}`;
  const servers: ServerProcess[] = [];
  after(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(directory, { recursive: true, force: true });
  });
  const start = async (): Promise<string> => {
    const server = await launchPurser({ directory, databaseUrl, adminToken });
    servers.push(server);
    return `http://127.0.0.1:${server.port}`;
  };
  const urls = [await start(), await start()] as const;
  const cloud = await prepareCloud(urls[0], adminToken, wanted);
  let turn = 0;
  return {
    databaseUrl,
    urls: [...urls],
    cloud,
    next: () => urls[turn++ % 2] as string,
    failures: () => servers.flatMap((server) => server.log().split('\n').filter(isComplaint)),
    deadlocks: () => countDeadlocks(databaseUrl),
  };
}

/** Levels of 40 and above are warnings and errors. */
const isComplaint = (line: string): boolean => /"level":[456]0/.test(line);

async function countDeadlocks(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ deadlocks: string }>(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    return Number(rows[0]?.deadlocks);
  } finally {
    await client.end();
  }
}

/** Charges one unit of a user's own project, on both of the holdings. */
function charge({ component }: RemoteCloud, url: string, user: string, resource: string): Promise<Answer> {
  const source = `project:${user}`;
  const provisions = [
    { holder: `user:${user}`, source, resource, quantity: 1 },
    { holder: source, source: null, resource, quantity: 1 },
  ];
  const headers = { 'x-auth-token': component.token };
  return send(`${url}/account/v1.0/commissions`, 'POST', headers, JSON.stringify({ name: '', provisions }));
}

/** Random clients that spread their requests over the nodes, until `meanwhile` has ended. */
async function underLoad(nodes: Nodes, book: Book, meanwhile: () => Promise<void>): Promise<number> {
  let stopped = false;
  const random = seededRandom(1);
  const clients = Array.from(
    { length: CLIENTS },
    (_, id) =>
      new RandomClient({
        id,
        run: 'two-nodes',
        cloud: nodes.cloud,
        book,
        random,
        url: nodes.next,
        stopped: () => stopped,
      }),
  );
  const done = Promise.all(clients.map((client) => client.run()));
  try {
    await meanwhile();
  } finally {
    stopped = true;
    await done;
  }
  return clients.reduce((sum, { counts }) => sum + counts.requests, 0);
}

async function assertAgreement(nodes: Nodes, book: Book, limitsHold: boolean): Promise<void> {
  // Some clients have hung up; what they asked for is still on its way.
  await pause(500);
  for (const url of nodes.urls) {
    const { violations } = book.compare(await look(url, nodes.cloud), { limitsHold });
    assert.deepEqual(violations, []);
  }
  assert.deepEqual(nodes.failures(), []);
  assert.equal(await nodes.deadlocks(), 0);
}

forEachEngine((engine, _open, freshUrl) => {
  // The embedded engine belongs to one process; storage refuses a second.
  if (engine === 'sqlite') return;

  test('of many who want the last unit through two nodes exactly one gets it', async () => {
    const nodes = await twoNodes(freshUrl, { users: 10, limits: { 'reliability.one': 1 } });
    for (const user of nodes.cloud.users) {
      const answers = await Promise.all(
        Array.from({ length: 40 }, () => charge(nodes.cloud, nodes.next(), user, 'reliability.one')),
      );
      const statuses = answers.map(({ status }) => status);
      assert.equal(statuses.filter((status) => status === 201).length, 1, statuses.join());
      assert.equal(statuses.filter((status) => status === 413).length, 39, statuses.join());
    }
    assert.deepEqual(nodes.failures(), []);
    assert.equal(await nodes.deadlocks(), 0);
  });

  test('limits hold and serials are unique under mixed load through two nodes', async (context) => {
    const limits = { 'reliability.one': 10, 'reliability.two': 60 };
    const nodes = await twoNodes(freshUrl, { users: 4, limits });
    const book = new Book();
    const requests = await underLoad(nodes, book, () => pause(LOAD_MS));
    context.diagnostic(`${requests} requests`);
    await assertAgreement(nodes, book, true);
  });

  test('suspending a project during load refuses with its limits, never as if it were not there', async () => {
    const nodes = await twoNodes(freshUrl, { users: 3, limits: { 'reliability.one': 1_000_000 } });
    const { adminToken, users } = nodes.cloud;
    const user = users[0] as string;
    const act = (action: string): Promise<unknown> =>
      administer(nodes.next(), adminToken, 'POST', `/api/users/${user}/action`, { action, reason: 'test' });
    const book = new Book();
    await underLoad(nodes, book, async () => {
      for (const end = performance.now() + LOAD_MS; performance.now() < end; ) {
        await act('deactivate');
        // After the answer to the suspension, no node accepts a charge of the project.
        const refused = await Promise.all(
          nodes.urls.map((url) => charge(nodes.cloud, url, user, 'reliability.one')),
        );
        assert.deepEqual(
          refused.map(({ status }) => status),
          [413, 413],
        );
        await act('activate');
        await pause(5);
      }
    });
    await assertAgreement(nodes, book, false);
  });

  test('changing capacities and members during load never makes a holding disappear', async () => {
    const limits = { 'reliability.one': 20, 'reliability.two': 200 };
    const nodes = await twoNodes(freshUrl, { users: 3, limits });
    const storage = openStorage(nodes.databaseUrl, 4);
    const ledger = await Ledger.open({ storage, clock: systemClock });
    after(async () => {
      await ledger.close();
      await storage.close();
    });
    const change = (capacity: bigint, open: boolean): Promise<void> =>
      storage.transaction(async (tx) => {
        for (const user of nodes.cloud.users) {
          const pools = nodes.cloud.resources.map((resource) => ({
            resource,
            capacity,
            memberCapacity: capacity,
          }));
          await ledger.setPools(tx, user, pools);
          await ledger.setSeat(tx, user, user, open);
        }
      });
    const book = new Book();
    await underLoad(nodes, book, async () => {
      for (const end = performance.now() + LOAD_MS; performance.now() < end; ) {
        await change(0n, true);
        await change(50n, false);
        await change(50n, true);
        await pause(10);
      }
    });
    await assertAgreement(nodes, book, false);
  });
});
