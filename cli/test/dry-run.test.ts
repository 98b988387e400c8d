import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VISIBLE } from '../../server/test/conformance/account-v1/cloud.ts';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { dumpTables } from '../../server/test/support/table-dump.ts';
import { startCommanding } from './support/commanding.ts';

const NAMED = { firstName: 'A', lastName: 'B' };
const PROJECT = ['--end-date', '2031-05-30', '--limit', VISIBLE, '2', '10'];

forEachEngine((_engine, open) => {
  const start = async () => {
    const cloud = await startCommanding(open);
    const { run, json, purser, user } = cloud;
    const apply = (name: string) => json(['project', 'apply', name, ...PROJECT], user.token);
    const active = async (name = 'lab.example.org'): Promise<string> => {
      const { id, project } = await apply(name);
      await json(['application', 'approve', String(id)]);
      return project;
    };
    /** Runs a command with `--dry-run`, which must change nothing; answers the lines it prints. */
    // biome-ignore lint/suspicious/noExplicitAny: assertions reach into answers of every shape
    const dry = async (...args: string[]): Promise<any> => {
      const before = await dumpTables(purser.domain);
      const lines = await json([...args, '--dry-run']);
      assert.deepEqual(await dumpTables(purser.domain), before, args.join(' '));
      const { stderr } = await run([...args, '--dry-run']);
      assert.match(stderr, /^Nothing was changed\.$/m);
      return lines;
    };
    return { ...cloud, apply, active, dry };
  };

  test('a change of limits is shown before and after, and becomes what was shown', async () => {
    const { run, json, active, dry } = await start();
    const project = await active();
    const change = ['project', 'modify', project, '--limit', VISIBLE, '4', '20', '--max-members', '7'];
    const lines = await dry(...change);
    const path = `resources.${VISIBLE}`;
    assert.deepEqual(
      // biome-ignore lint/suspicious/noExplicitAny: rows of a list
      lines.map(({ field, before, after }: any) => [field, before, after]),
      [
        ['max_members', 9223372036854775807n, 7],
        [`${path}.project_capacity`, 10, 20],
        [`${path}.member_capacity`, 2, 4],
      ],
    );
    const table = await run([...change, '--dry-run']);
    assert.match(table.stdout, /^ACTION +SUBJECT +FIELD +BEFORE +AFTER$/m);
    assert.match(table.stdout, /^project\.modify +\S{36} +max_members +unlimited +7$/m);
    assert.match(table.stderr, /Nothing was changed\.\n$/);
    const shown = await json(change);
    assert.deepEqual([shown.max_members, shown.resources[VISIBLE].project_capacity], [7, 20]);
  });

  test('values are shown as in every other table', async () => {
    const { run } = await start();
    const hidden = await run(['resource', 'modify', VISIBLE, '--ui-visible', 'no', '--dry-run']);
    assert.match(hidden.stdout, /^resource\.modify +service1\.r11 +uiVisible +yes +no$/m);
    const removed = await run(['component', 'remove', 'component1', '--dry-run']);
    assert.match(removed.stdout, /^component\.remove +component1 +services +service1 +-$/m);
  });

  test('what would be refused is refused by the dry run, with the same exit code', async () => {
    const { run, active } = await start();
    const project = await active();
    for (const args of [
      ['project', 'unsuspend', project],
      ['resource', 'modify', 'none', '--api-visible', 'yes'],
    ]) {
      const real = await run(args);
      const tried = await run([...args, '--dry-run']);
      assert.deepEqual(tried, real);
      assert.equal(tried.code, 1);
    }
  });

  test('operators see what many changes would do, and whom mails would tell', async () => {
    const { json, active, apply, dry, run, user, purser } = await start();
    const project = await active();
    const ended = await run(['project', 'terminate', project, '--dry-run']);
    assert.match(ended.stderr, /^A mail would go to test1@example\.org: /m);
    const all = ['project', 'set-limits', '--all-system-projects', '--limit', VISIBLE, '7', '7'];
    const lines = await dry(...all);
    const [{ after: projects }] = lines.filter(({ field }: { field: string }) => field === 'projects');
    const [{ before: replaced }] = lines.filter(({ field }: { field: string }) => field === 'replaced');
    assert.ok(replaced.length > 0);
    assert.deepEqual(await json([...all, '--yes']), { changed: projects, replaced });
    const { id } = await apply('other.example.org');
    const approved = await dry('application', 'approve', String(id));
    assert.ok(approved.length > 0);
    assert.deepEqual(await dry('approval', 'approve', String(id)), approved);
    const { uuid } = await purser.domain.accounts.create({ email: 'new@example.org', ...NAMED });
    const deleted = await dry('user', 'modify', uuid, '--delete');
    assert.equal(deleted[0].action, 'account.remove');
    const removed = await dry('component', 'remove', 'component1');
    assert.deepEqual(removed.find(({ field }: { field: string }) => field === 'services').before, [
      'service1',
    ]);
    const granted = await dry('role', 'grant', user.uuid, 'admin');
    assert.deepEqual(
      [granted[0].action, granted[0].field, granted[1].after],
      ['role.grant', 'user', 'admin'],
    );
  });

  test('a new default is shown with whom it is for', async () => {
    const { run } = await start();
    const { stdout, stderr } = await run([
      'resource',
      'modify',
      VISIBLE,
      '--system-default',
      '5',
      '--dry-run',
    ]);
    assert.match(stdout, /^resource\.modify +service1\.r11 +systemDefault +100 +5$/m);
    assert.match(stderr, /limits stay as they are/);
  });

  test('commissions to resolve are shown as they are and would be', async () => {
    const { json, issue, dry } = await start();
    for (const _ of [1, 2, 3]) await issue({ [VISIBLE]: 1 });
    await json(['commission', 'accept', '3']);
    const args = ['commission', 'resolve', '--accept', '1', '--reject', '2,3', '99'];
    assert.deepEqual(await dry(...args), [
      { serial: 1, before: 'pending', after: 'accepted' },
      { serial: 2, before: 'pending', after: 'rejected' },
      { serial: 3, before: 'accepted', after: 'had been resolved the other way' },
      { serial: 99, before: null, after: 'not there' },
    ]);
    const done = await json(['commission', 'resolve', '--accept', '1', '--reject', '2']);
    assert.deepEqual(done, [
      { serial: 1, before: null, after: 'accepted' },
      { serial: 2, before: null, after: 'rejected' },
    ]);
  });

  test('verification and reconciliation say what they would correct, and correct nothing', async () => {
    const { apply, dry, json, purser, user } = await start();
    await apply('lab.example.org');
    await purser.domain.storage.transaction(({ db }) => db.deleteFrom('applications').execute());
    assert.deepEqual(await dry('quota', 'verify', '--fix'), []);
    const [line] = await dry('quota', 'reconcile', '--fix');
    assert.deepEqual(
      [line.user, line.applications, line.charged_user, line.charged_project, line.fixed],
      [user.uuid, 0, 1, 1, false],
    );
    assert.equal((await json(['quota', 'reconcile', '--fix']))[0].fixed, true);
    assert.deepEqual(await json(['quota', 'reconcile']), []);
  });

  test('mails that would be tried again are listed', async () => {
    const { active, dry, json } = await start();
    await active();
    const mails = await dry('mail', 'retry', '--all');
    const waiting = (await json(['mail', 'list'])).filter(({ state }: { state: string }) => state !== 'sent');
    assert.deepEqual(mails, waiting);
    assert.deepEqual(await dry('notification', 'acknowledge', '--all'), []);
  });
});
