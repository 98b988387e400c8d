import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { exchange } from '../support/http-exchange.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { launchPurser, type ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { Book } from './book.ts';
import { RandomClient } from './random-client.ts';
import { look, prepareCloud } from './remote-cloud.ts';

const CLIENTS = 6;
const LIMITS = { 'reliability.one': 40, 'reliability.two': 200 };
const ANSWERS = 60;
const PRLIMIT = '/usr/bin/prlimit';

/** A way in which the embedded database cannot be written for a while. */
interface Fault {
  /** Why it cannot be tried here. */
  readonly skip?: string | false;
  /** Where the data is. */
  folder(): string;
  begin(database: string, purser: ServerProcess): void;
  end(database: string, purser: ServerProcess): void;
  /** What the log says of it; `PATH` stands for the database. */
  readonly advice: string;
  readonly code: string;
}

const FAULTS: Record<string, Fault> = {
  'a full disk': {
    skip:
      process.platform !== 'linux' || process.getuid?.() !== 0 ? 'only root can mount a small disk' : false,
    folder: () => {
      const folder = mkdtempSync(join(tmpdir(), 'purser-small-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'none', folder]);
      after(() => {
        execFileSync('umount', ['--lazy', folder]);
        rmSync(folder, { recursive: true });
      });
      return folder;
    },
    begin: (database) => fill(`${database}.filler`),
    end: (database) => rmSync(`${database}.filler`),
    advice: 'There is no room for the database PATH. Make room in ',
    code: 'database_full',
  },
  'a limit on the size of files': {
    skip: existsSync(PRLIMIT) ? false : 'there is no prlimit here',
    folder: scratch,
    begin: (database, { pid }) => {
      const size = statSync(`${database}-wal`).size;
      execFileSync(PRLIMIT, ['--pid', String(pid), `--fsize=${size}:`]);
    },
    end: (_database, { pid }) => {
      execFileSync(PRLIMIT, ['--pid', String(pid), '--fsize=unlimited:']);
    },
    advice: 'The database PATH cannot be read or written. Look at the disk and the limits',
    code: 'database_unavailable',
  },
  'a file that is moved away': {
    folder: scratch,
    begin: (database) => renameSync(database, `${database}.away`),
    end: (database) => renameSync(`${database}.away`, database),
    advice: 'The database PATH was removed or replaced. Put the same file back, or stop the service',
    code: 'database_unavailable',
  },
};

for (const [name, { skip = false, folder, begin, end, advice, code }] of Object.entries(FAULTS)) {
  test(`${name} is answered 503 and told once, the node recovers by itself, and memory and disk agree`, {
    skip,
  }, async () => {
    const directory = scratch();
    const database = join(folder(), 'purser.db');
    const adminToken = `admin-${randomUUID()}`;
    const launch = () => launchPurser({ directory, databaseUrl: `sqlite:${database}`, adminToken });
    let purser = await launch();
    after(() => purser.kill());
    const url = () => `http://127.0.0.1:${purser.port}`;
    const cloud = await prepareCloud(url(), adminToken, { users: 3, limits: LIMITS });
    const book = new Book();
    let stopped = false;
    after(() => {
      stopped = true;
    });
    const common = { run: 'run', cloud, book, random: seededRandom(7), url, stopped: () => stopped };
    const clients = Array.from({ length: CLIENTS }, (_, id) => new RandomClient({ id, ...common }));
    const running = Promise.all(clients.map((client) => client.run()));
    const successes = () => clients.reduce((sum, { counts }) => sum + counts.issued + counts.resolved, 0);
    const answers = async (more: number) => {
      const goal = successes() + more;
      await until(`${more} more answers`, () => successes() >= goal);
    };
    const readiness = async () => (await exchange(url(), '/health/ready')).status;
    const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
    const makeRole = () => {
      const body = JSON.stringify({ name: 'made-later', description: 'x'.repeat(1000) });
      return exchange(url(), '/api/roles', { method: 'POST', headers, body });
    };

    await answers(ANSWERS);
    begin(database, purser);
    await until('the node is not ready', async () => (await readiness()) === 503);
    const refused = await makeRole();
    assert.equal(refused.status, 503, refused.text);
    assert.equal(refused.json.code, code);
    assert.equal(refused.headers['retry-after'], '1');
    assert.equal((await exchange(url(), '/api/users', { headers })).status, 200, 'reading goes on');
    assert.equal((await exchange(url(), '/health/live')).status, 200);
    end(database, purser);
    await until('the node is ready again', async () => (await readiness()) === 200);
    await answers(ANSWERS);
    assert.equal((await makeRole()).status, 201);
    stopped = true;
    await running;
    const compared = book.compare(await look(url(), cloud), { limitsHold: true });
    assert.deepEqual(compared.violations, []);
    const log = purser.log();
    // From warnings on; a start has lines of its own.
    const lines = log.split('\n').filter((line) => /^\{"level":[4-6]0/.test(line));
    assert.equal(lines.length, 2, log);
    assert.ok(lines[0]?.includes(advice.replace('PATH', database)), log);
    assert.ok(lines[1]?.includes('The database can be used again.'), log);

    await purser.kill();
    purser = await launch();
    const afterCrash = book.compare(await look(url(), cloud), { limitsHold: true });
    assert.deepEqual(afterCrash.violations, []);
  });
}

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'purser-disk-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file until there is no room for another page. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  const page = Buffer.alloc(4096);
  try {
    for (;;) writeSync(file, page);
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
  } finally {
    closeSync(file);
  }
}
