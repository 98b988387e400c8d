import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { launchPurser } from './support/server-process.ts';

/** Time to ready goes with the number of files: finding, opening and linking one costs some 0.4 ms. */
const FILES_MAX = 856;

/** Modules that are not needed at start: the native API and its description, metrics, mail, YAML. */
const ON_DEMAND = [
  '@fastify/swagger',
  '@fastify/swagger-ui',
  'ajv',
  'api/src/native',
  'fast-xml-parser',
  'nodemailer',
  'prom-client',
  'server/src/http/identity-v3',
  'server/src/http/native',
  'server/src/http/pages',
  'server/src/http/workflow-v1',
  'typebox',
  'yaml',
];

const directory = mkdtempSync(join(tmpdir(), 'purser-start-'));
const adminToken = 'x'.repeat(43);
const purser = await launchPurser({
  directory,
  databaseUrl: `sqlite:${join(directory, 'purser.db')}`,
  adminToken,
  nodeOptions: ['--import', import.meta.resolve('./support/module-record.ts')],
});
after(async () => {
  await purser.stop();
  rmSync(directory, { recursive: true, force: true });
});

const loadedFiles = (): string[] =>
  readFileSync(join(directory, 'loaded-modules'), 'utf8').trim().split('\n');

const loadedOnDemand = (): string[] => {
  const files = loadedFiles();
  return ON_DEMAND.filter((part) => files.some((file) => file.includes(`/${part}/`)));
};

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  return fetch(`http://127.0.0.1:${purser.port}${path}`, { headers, ...init });
}

test('a start loads only what it needs', () => {
  assert.deepEqual(loadedOnDemand(), []);
  const { length } = loadedFiles();
  assert.ok(length <= FILES_MAX, `a start loads ${length} module files`);
});

test('the calls of other services load nothing more', async () => {
  const before = loadedFiles().length;
  assert.equal((await ask('/identity/v2.0/tokens', { method: 'POST', body: '{}' })).status, 400);
  assert.equal((await ask('/account/v1.0/commissions')).status, 401);
  assert.equal(loadedFiles().length, before);
});

test('the first requests of the native API may be simultaneous', async () => {
  const body = JSON.stringify({ name: 'Éa'.repeat(20) });
  const answers = await Promise.all([
    ask('/api/me'),
    ask('/api/components', { method: 'POST', body }),
    ask('/api/users', { method: 'HEAD' }),
    ask('/api/me', { method: 'OPTIONS' }),
    ask('/api'),
    ask('/api/nowhere'),
    ask('/api/openapi.json'),
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 201, 200, 405, 404, 404, 200],
  );
  assert.equal((await ask('/apiary')).status, 404);
  assert.ok(loadedOnDemand().includes('typebox'));
});

test('the service as it is started hashes passwords at the recommended cost', async () => {
  const body = { email: 'ada@example.org', first_name: 'Ada', last_name: 'L', password: 'a long password' };
  const made = await ask('/api/users', { method: 'POST', body: JSON.stringify(body) });
  assert.equal(made.status, 201);
  const database = new DatabaseSync(join(directory, 'purser.db'), { readOnly: true });
  const hashes = database.prepare('SELECT password_hash FROM accounts WHERE password_hash IS NOT NULL').all();
  database.close();
  assert.equal(hashes.length, 1);
  assert.match(String(hashes[0]?.['password_hash']), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test('metrics are loaded at their first request', async () => {
  assert.match(await (await ask('/metrics')).text(), /^purser_ledger_queue 0$/m);
  assert.ok(loadedOnDemand().includes('prom-client'));
});
