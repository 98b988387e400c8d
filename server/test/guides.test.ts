import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from './support/engines.ts';
import { startPurser } from './support/harness.ts';
import { runWalk } from './support/walk.ts';

forEachEngine((_engine, open) => {
  test('the guide to projects runs as printed', async () => {
    const purser = await startPurser(open);
    const stdout = await runWalk(purser, 'docs/guides/projects.md', { direct: true });
    assert.match(stdout, /^[0-9a-f-]{36} +lab\.example\.org +ada@example\.org +pending +.* 1$/m);
    assert.match(stdout, /^PREVIEW +cyclades\.vm .* → 10 \(each member 2\)$/m);
    assert.match(stdout, /^STATE +approved$/m);
    assert.match(stdout, /grace@example\.org +[0-9a-f-]{36} +requested /);
    assert.match(stdout, /^STATE +accepted$/m);
    assert.match(stdout, /^\{"serial":[0-9]+\}$/m);
    assert.match(stdout, /^QUOTA +cyclades\.vm 1 of 10$|^ +cyclades\.vm 1 of 10$/m);
    assert.match(stdout, /^MEMBER LIST +grace@example\.org accepted$/m);
    assert.match(stdout, /^END DATE +2032-05-(29|30) \d\d:\d\d$/m);
    assert.match(stdout, / project\.suspend /);
    const [project] = await purser.domain.projects.list(
      { uuid: null, name: 'test', address: null, operator: true },
      { limit: 1, names: ['lab.example.org'] },
    );
    assert.equal(project?.project.state, 'active');
    assert.equal(project.project.members, 1);
    const grace = await purser.domain.accounts.find('grace@example.org');
    assert.equal(grace.defaultProject, project.project.uuid);
  });
});
