import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { startCommanding } from './support/commanding.ts';
import { purserHere } from './support/running.ts';

forEachEngine((_name, open) => {
  test('a project is found by its name, its uuid and its number; several that are over are listed', async () => {
    const { run, json, user, purser } = await startCommanding(open);
    const apply = async () => {
      const applied = await json(
        ['project', 'apply', 'lab.example.org', '--end-date', '2031-05-30', '--private'],
        user.token,
      );
      await json(['application', 'approve', String(applied.id)]);
      return String(applied.project);
    };
    const first = await apply();
    const shown = await json(['project', 'show', 'lab.example.org']);
    assert.equal(shown.id, first);
    assert.equal((await json(['project', 'show', String(shown.number)])).id, first);
    await json(['membership', 'enroll', 'lab.example.org', 'test1@example.org']);
    assert.equal((await json(['project', 'members', 'lab.example.org'])).length, 1);
    assert.equal((await json(['membership', 'list', '--project', 'lab.example.org'])).length, 1);
    assert.ok((await json(['application', 'list', '--project', 'lab.example.org'])).length > 0);
    for (const list of ['quota', 'commission', 'task']) {
      const nothing = await run([list, 'list', '--project', 'no.such.project']);
      assert.equal(nothing.code, 1);
      assert.match(nothing.stderr, /^No project has the name or id no\.such\.project; /);
      assert.equal((await run([list, 'list', '--project', 'lab.example.org'])).code, 0);
    }
    const env = { PURSER_URL: purser.url, PURSER_TOKEN: purser.adminToken, PURSER_TIMEOUT: '60' };
    const completed = await purserHere(['complete', '--', 'project', 'show', 'lab'], { env });
    assert.equal(completed.stdout, `lab.example.org\t${first}\n`);

    await json(['project', 'terminate', 'lab.example.org', '--yes']);
    const second = await apply();
    assert.equal((await json(['project', 'show', 'lab.example.org'])).id, second);
    await json(['project', 'terminate', 'lab.example.org', '--yes']);
    const ambiguous = await run(['project', 'show', 'lab.example.org']);
    assert.equal(ambiguous.code, 1);
    assert.match(ambiguous.stderr, /^Several projects are named lab\.example\.org; give the uuid of one:\n/);
    for (const id of [first, second]) assert.ok(ambiguous.stderr.includes(id));
  });
});

test('a component has to name users and projects by their uuids', async () => {
  const env = { PURSER_URL: 'http://127.0.0.1:9', PURSER_TOKEN: 'secret' };
  const issue = ['commission', 'issue', '--user', 'ada@example.org', '--resource', 'cyclades.vm=1'];
  const { code, stderr } = await purserHere(issue, { env });
  assert.equal(code, 2);
  assert.match(stderr, /^--user takes a uuid, and 'ada@example\.org' is not one;/);
});
