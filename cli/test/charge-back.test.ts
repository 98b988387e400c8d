import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROOMY, VISIBLE } from '../../server/test/conformance/account-v1/cloud.ts';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { startCommanding } from './support/commanding.ts';

const HOUR_MS = 3_600_000;
const AMOUNT = 9007199254740993n;

forEachEngine((_name, open) => {
  const start = async () => {
    const cloud = await startCommanding(open);
    const use = async (charges: Record<string, number | bigint>): Promise<void> => {
      const { status } = await cloud.issue(charges, { auto_accept: true });
      assert.equal(status, 201);
    };
    return { ...cloud, use };
  };

  test('usage is shown over time, to operators of all and to users of their own', async () => {
    const { json, run, use, user, purser } = await start();
    await use({ [VISIBLE]: 3, [ROOMY]: AMOUNT });
    purser.clock.advance(1.5 * HOUR_MS);
    const lines = await json(['usage', 'show', '--user', 'test1@example.org', '--resource', ROOMY]);
    assert.equal(lines.length, 25);
    assert.deepEqual(lines.at(-1), {
      project: user.uuid,
      user: user.uuid,
      resource: ROOMY,
      unit: 'bytes',
      from: '2026-01-15T13:00:00.000Z',
      to: '2026-01-15T13:30:00.000Z',
      usage: AMOUNT,
      average: AMOUNT,
      unit_seconds: String(AMOUNT * 1800n),
      unit_hours: `${AMOUNT / 2n}.5`,
    });
    const own = ['usage', 'show', '--step', 'day', '--from', '2026-01', '--resource', VISIBLE];
    assert.deepEqual(
      (await json(own, user.token)).map(({ usage }: { usage: number }) => usage).slice(-2),
      [0, 3],
    );
    const table = await run(['usage', 'show', '--per', 'project', '--from', '2026-01-15T13:00Z']);
    assert.match(table.stdout, /^PROJECT +USER +RESOURCE +FROM +TO +USAGE +AVERAGE$/m);
    assert.match(table.stdout, new RegExp(`^${user.uuid} +- +${ROOMY} .* +8 PiB +8 PiB$`, 'm'));
    const wrong = await run(['usage', 'show', '--from', 'yesterday']);
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /^from: is not a valid time; use/);
  });

  test('charges are listed for people, programs and spreadsheets', async () => {
    const { json, run, use, user, purser } = await start();
    await use({ [VISIBLE]: 3 });
    purser.clock.advance(HOUR_MS / 3);
    await use({ [VISIBLE]: -3 });
    purser.clock.advance(HOUR_MS);
    const charges = ['usage', 'charges', '--from', '2026-01'];
    const [project, member, ...more] = await json(charges);
    assert.deepEqual(more, []);
    assert.deepEqual([project.user, member.username], [null, 'test1@example.org']);
    assert.deepEqual([member.unit_seconds, member.unit_hours, member.usage], ['3600', '1', 0]);
    const csv = await run([...charges, '--per', 'user', '--output', 'csv']);
    assert.equal(
      csv.stdout,
      'project,user,username,resource,unit,from,to,unit_seconds,unit_hours,usage\r\n' +
        `${user.uuid},${user.uuid},test1@example.org,${VISIBLE},,` +
        '2026-01-01T00:00:00.000Z,2026-01-15T13:00:00.000Z,3600,1,0\r\n',
    );
    const table = await run(charges);
    assert.match(table.stdout, /^PROJECT +USER +USERNAME +RESOURCE +UNIT +UNIT HOURS +USAGE$/m);
    assert.equal((await run(['usage', 'charges'])).code, 2);
    assert.equal((await run(charges, user.token)).code, 1);
  });

  test('a verification ends with 1 as long as something is wrong, and corrections are audited', async () => {
    const { json, run, use, user, purser } = await start();
    await use({ [VISIBLE]: 3 });
    const good = await run(['quota', 'verify']);
    assert.equal(good.code, 0, good.stderr);
    assert.match(good.stderr, /^Compared [0-9]+ holdings with 1 commissions\.\n$/);
    await purser.domain.storage.transaction(({ db }) =>
      db.updateTable('commissions').set({ provisions: '[]' }).execute(),
    );
    const bad = await run(['quota', 'verify']);
    assert.equal(bad.code, 1);
    assert.match(bad.stdout, /^HOLDER +SOURCE +RESOURCE +EXPECTED +ACTUAL +FIXED$/m);
    const row = new RegExp(`^project:${user.uuid} +- +${VISIBLE} +min 0, max 0 +min 3, max 3 +no$`, 'm');
    assert.match(bad.stdout, row);
    assert.match(bad.stderr, /\n2 differ; 'purser quota verify --fix' corrects them\.\n$/);
    const fixed = await json(['quota', 'verify', '--fix']);
    assert.deepEqual(
      fixed.map(({ fixed }: { fixed: boolean }) => fixed),
      [true, true],
    );
    assert.equal((await run(['quota', 'verify'])).code, 0);

    const entries = await json(['audit', 'list', '--action', 'quota.fix', '--actor', 'admin@example.org']);
    assert.equal(entries.length, 2);
    assert.deepEqual(entries[0].before, { usage_min: 3, usage_max: 3 });
    const table = await run(['audit', 'list', '--since', '2026-01', '--last', '1']);
    assert.match(table.stdout, /^AT +ACTOR NAME +ACTION +SUBJECT +REASON\n[^\n]+\n$/);
    assert.equal((await json(['audit', 'list', '--all', '--action', 'quota.fix'])).length, 2);
    assert.deepEqual(await json(['audit', 'list', '--until', '2026-01-14']), []);
    assert.equal((await run(['audit', 'list', '--last', '5000'])).code, 2);

    await purser.domain.storage.transaction(({ db }) =>
      db.updateTable('commissions').set({ provisions: 'x' }).execute(),
    );
    const damaged = await run(['quota', 'verify', '--fix']);
    assert.equal(damaged.code, 1);
    assert.match(damaged.stderr, /\nCommissions that cannot be read: 1\.\n$/);
  });
});
