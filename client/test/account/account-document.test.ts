import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { forEachEngine } from '../../../server/test/support/engines.ts';
import { startPurser } from '../../../server/test/support/harness.ts';
import * as client from '../../src/index.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const DOCUMENT = readFileSync(join(ROOT, 'docs', 'reference', 'astakosclient.md'), 'utf8');
const [, PROGRAM = ''] = /```ts\n(.*?)```/s.exec(DOCUMENT) ?? [];

test('the table of old and new names lists exactly the existing methods', () => {
  const rows = DOCUMENT.split('\n').filter((line) => line.startsWith('| `'));
  const namesIn = (row: string, column: number): string[] =>
    (row.split('|')[column] ?? '').match(/(?<=`)[a-z][A-Za-z_]+/g) ?? [];
  const { account } = new client.Purser({ url: 'http://127.0.0.1' });
  const methods = [...Object.keys(account), 'parseEndpoints', 'getTokenFromCookie'];
  const written = new Set(rows.flatMap((row) => namesIn(row, 2)));
  assert.deepEqual([...written].sort(), methods.sort());
  for (const row of rows) assert.deepEqual(namesIn(row, 1).map(camelCase), namesIn(row, 2), row);
});

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_all, letter) => letter.toUpperCase());

forEachEngine((_engine, open) => {
  test('the program in the document runs as printed', async () => {
    const purser = await startPurser(open);
    const { components, services, resources, accounts } = purser.domain;
    const { secret } = await components.add({ name: 'cyclades', baseUrl: 'http://compute.example.org' });
    const resource = (name: string) => ({
      name,
      desc: name,
      service_type: 'compute',
      service_origin: 'compute',
    });
    await services.import({
      compute: {
        component: 'cyclades',
        type: 'compute',
        endpoints: [{ versionId: 'v2.0', publicURL: 'http://compute.example.org/v2.0' }],
        resources: { vm: resource('cyclades.vm'), ram: resource('cyclades.ram') },
      },
    });
    await resources.modify('cyclades.vm', { systemDefault: 1n });
    await accounts.createActive({ email: 'ada@example.org', firstName: 'Ada', lastName: 'Lovelace' });
    const run = async (): Promise<string> => {
      const code = ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '-e', PROGRAM];
      const env = { ...process.env, PURSER_URL: purser.url, PURSER_TOKEN: secret };
      return (await promisify(execFile)(process.execPath, code, { cwd: ROOT, env })).stdout;
    };
    assert.equal(await run(), 'used: 4294967296n\n');
    assert.equal(
      await run(),
      "The user's limit of virtual servers would be exceeded. cyclades.vm: 0 available, 1 requested.\n",
    );
  });
});
