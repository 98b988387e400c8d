import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { scratchFolder } from '../../server/test/support/scratch.ts';
import { startCommanding } from './support/commanding.ts';
import { purserHere } from './support/running.ts';

const documentWith = (path: string) => ({
  storage: {
    component: 'component1',
    type: 'storage',
    endpoints: [{ publicURL: `http://one.example.org/${path}` }],
  },
});

forEachEngine((_engine, open) => {
  test('an import that replaces registered values asks first, and says what it replaced', async () => {
    const { run, json } = await startCommanding(open);
    const file = join(scratchFolder('purser-import-'), 'services.json');
    const write = (path: string) => writeFileSync(file, JSON.stringify(documentWith(path)));
    write('v1');
    assert.equal((await run(['service', 'import', file])).code, 0, 'nothing is replaced by what is new');
    assert.equal((await run(['service', 'import', file])).code, 0, 'nor by the same document');
    write('v2');
    const unsure = await run(['service', 'import', file]);
    assert.deepEqual([unsure.code, unsure.stdout], [2, '']);
    assert.equal(
      unsure.stderr,
      'Replace endpoints of storage? Confirm with --yes where there is no terminal.\n',
    );
    assert.deepEqual((await json(['service', 'show', 'storage'])).endpoints, [
      { publicURL: 'http://one.example.org/v1' },
    ]);
    const preview = await run(['service', 'import', file, '--dry-run']);
    assert.match(preview.stdout, /^service\.update +storage +endpoints +.*\/v1.*\/v2/m);
    const done = await run(['service', 'import', file, '--yes']);
    assert.equal(done.code, 0, done.stderr);
    assert.match(
      done.stderr,
      /^Updated service storage\.\nReplaced endpoints of service 'storage': was .*\/v1.*, is .*\/v2/m,
    );
    write('v3');
    const { replaced } = await json(['service', 'import', file, '--yes']);
    assert.deepEqual(
      replaced.map(({ kind, name, field }: Record<string, string>) => [kind, name, field]),
      [['service', 'storage', 'endpoints']],
    );
  });
});

test('the help of the import shows the format of a document, which can be imported as it is', async () => {
  const { code, stdout } = await purserHere(['service', 'import', '--help'], { env: {} });
  assert.equal(code, 0);
  const shown = /^ *\{\n[\s\S]*^ *\}$/m.exec(stdout)?.[0] ?? '';
  const document = JSON.parse(shown) as Record<string, Record<string, unknown>>;
  const [service] = Object.values(document);
  for (const key of ['component', 'type', 'endpoints', 'resources']) {
    assert.ok(service && key in service, `${key} in ${shown}`);
  }
});
