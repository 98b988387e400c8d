import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readableLine } from '../dev/readable-log.ts';
import { freePort } from './support/server-process.ts';
import { until } from './support/until.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const directory = mkdtempSync(join(tmpdir(), 'purser-npm-'));
after(() => rmSync(directory, { recursive: true, force: true }));

interface Running {
  readonly process: ChildProcess;
  readonly port: number;
  output(): string;
}

/** A script of package.json, in a process group of its own, as a terminal or a supervisor starts it. */
async function runScript(...script: string[]): Promise<Running> {
  const port = await freePort();
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm|node|purser)_/i.test(name));
  const child = spawn('npm', script, {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...(Object.fromEntries(kept) as Record<string, string>),
      PURSER_PORT: String(port),
      PURSER_DATABASE_URL: `sqlite:${join(directory, `${port}.db`)}`,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += String(data)));
  after(() => {
    try {
      process.kill(-(child.pid as number), 'SIGKILL');
    } catch {
      // Every process of the group has ended.
    }
  });
  return { process: child, port, output: () => output };
}

const serves = (output: string): number => output.split('Purser serves').length - 1;

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

for (const to of ['npm', 'its process group'] as const) {
  test(`SIGTERM to ${to} stops what npm start has started, cleanly`, async () => {
    const { process: npm, port, output } = await runScript('start');
    await until('the service is ready', () => serves(output()) === 1);
    const ended = once(npm, 'exit');
    process.kill(to === 'npm' ? (npm.pid as number) : -(npm.pid as number), 'SIGTERM');
    assert.deepEqual(await ended, [0, null]);
    assert.equal(await answers(port), false, 'npm ends after the service');
    assert.match(output(), /"msg":"stopping"/);
  });
}

test('npm run dev restarts the service when a module changes, and formats its log', async () => {
  const { process: npm, port, output } = await runScript('run', 'dev');
  await until('the service is ready', () => serves(output()) === 1);
  const now = new Date();
  utimesSync(join(ROOT, 'server', 'src', 'main.ts'), now, now);
  await until('the service has restarted', () => serves(output()) === 2);
  assert.match(output(), /^[0-9:.]{12} INFO {2}stopping signal=SIGTERM$/m);
  assert.doesNotMatch(output(), /^\{/m);
  process.kill(npm.pid as number, 'SIGTERM');
  await once(npm, 'exit');
  assert.equal(await answers(port), false, 'npm ends after the service');
});

test('a line of the log is formatted with time, level, message, properties and stack', () => {
  const time = '2031-05-30T10:03:37.000Z';
  const entry = { level: 40, time, msg: 'slow', ms: 5, path: '/api', note: 'two words', req: { id: 1 } };
  assert.equal(
    readableLine(JSON.stringify(entry)),
    "10:03:37.000 WARN  slow ms=5 path=/api note='two words' req={ id: 1 }",
  );
  const failed = {
    level: 50,
    time,
    msg: 'failed',
    err: { type: 'Error', message: 'no', stack: 'Error: no\n at x' },
  };
  assert.equal(readableLine(JSON.stringify(failed)), '10:03:37.000 ERROR failed\n    Error: no\n     at x');
  assert.equal(readableLine('{ no JSON'), '{ no JSON');
});

const VERSIONS = JSON.stringify({
  name: 'fastify',
  'dist-tags': { latest: '99.0.0' },
  versions: { '99.0.0': { name: 'fastify', version: '99.0.0' } },
});

/** What `.ci/advisories` ends with and prints, given a registry that answers like this about vulnerabilities. */
async function advisories(status: number, body: string): Promise<{ code: number | null; stdout: string }> {
  const registry = createServer((request, response) => {
    request.resume().on('end', () => {
      // npm asks for the versions of a package with a vulnerability, to name one without it.
      const answer = request.method === 'POST' ? { status, body } : { status: 200, body: VERSIONS };
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
  }).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
  // npm remembers vulnerabilities in its cache.
  const cache = mkdtempSync(join(directory, 'npm-cache-'));
  const options = ['--registry', url, '--fetch-retries', '0', '--cache', cache];
  const child = spawn(join(ROOT, '.ci', 'advisories'), options, { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.on('data', (data) => (stdout += String(data)));
  const [code] = (await once(child, 'close')) as [number | null];
  registry.closeAllConnections();
  registry.close();
  return { code, stdout };
}

const advisory = (severity: string): string =>
  JSON.stringify({
    fastify: [
      { id: 1, url: 'https://example.org/1', title: 'A fault', severity, vulnerable_versions: '<99' },
    ],
  });

test('the check for vulnerabilities fails on high severity alone, and passes where the registry has no list', async () => {
  const high = await advisories(200, advisory('high'));
  assert.deepEqual([high.code, /^ {2}fastify .*: high$/m.test(high.stdout)], [1, true], high.stdout);
  const moderate = await advisories(200, advisory('moderate'));
  assert.deepEqual([moderate.code, /: moderate$/m.test(moderate.stdout)], [0, true], moderate.stdout);
  assert.match((await advisories(200, '{}')).stdout, /: 0, 0 of high/);
  const unserved = await advisories(405, '');
  assert.deepEqual([unserved.code, /^Not checked/.test(unserved.stdout)], [0, true], unserved.stdout);
});
