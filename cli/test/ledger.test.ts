import assert from 'node:assert/strict';
import { test } from 'node:test';
import { provisionsOf, ROOMY, VISIBLE } from '../../server/test/conformance/account-v1/cloud.ts';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { startCommanding } from './support/commanding.ts';
import { purserHere } from './support/running.ts';

const AMOUNT = 9007199254740993n;

forEachEngine((_name, open) => {
  const start = async () => {
    const cloud = await startCommanding(open);
    const serial = async (charges: Record<string, number | bigint> = { [VISIBLE]: 1 }) =>
      (await cloud.issue(charges, { name: 'start a server' })).json.serial as number;
    return { ...cloud, serial };
  };
  const serialsOf = (items: { serial: number }[]) => items.map(({ serial }) => serial);

  test('an operator finds overdue commissions, looks at one, and resolves it', async () => {
    const { run, json, serial, purser, user } = await start();
    const old = await serial({ [VISIBLE]: 1, [ROOMY]: AMOUNT });
    purser.clock.advance(3_601_000);
    const recent = await serial();
    assert.deepEqual(serialsOf(await json(['commission', 'list'])), [old, recent]);
    assert.deepEqual(serialsOf(await json(['commission', 'list', '--overdue', '1h'])), [old]);
    assert.deepEqual(serialsOf(await json(['commission', 'list', '--overdue', '3600'])), [old]);
    assert.deepEqual(serialsOf(await json(['commission', 'list', '--overdue', '2h'])), []);
    const table = await run(['commission', 'list', '--state', 'pending']);
    assert.match(table.stdout, /^SERIAL +COMPONENT +STATE +ISSUED AT +EXPIRES AT +NAME$/m);
    assert.match(table.stdout, /^1 +component1 +pending +2026-01-1\d \d\d:\d\d +never +start a server$/m);

    const shown = await json(['commission', 'show', String(old)]);
    assert.deepEqual(shown.provisions, provisionsOf(user.uuid, { [VISIBLE]: 1, [ROOMY]: AMOUNT }));
    const people = await run(['commission', 'show', String(old)]);
    assert.match(people.stdout, new RegExp(`^PROVISIONS +${VISIBLE} \\+1 user:.* from project:.*$`, 'm'));
    assert.match(people.stdout, new RegExp(`^ +${ROOMY} \\+${AMOUNT} project:[^ ]+$`, 'm'));
    const csv = await run(['commission', 'list', '--output', 'csv']);
    assert.match(csv.stdout, /^serial,component,name,state,issued_at,/);
    assert.ok(csv.stdout.includes(`""quantity"":${AMOUNT}`));

    const rejected = await run(['commission', 'reject', String(old), '--reason', 'forgotten']);
    assert.equal(rejected.code, 0, rejected.stderr);
    assert.equal(rejected.stderr, `Commission ${old} is rejected.\n`);
    assert.match(rejected.stdout, /^REASON +forgotten$/m);
    const accepted = await json(['commission', 'accept', String(recent)]);
    assert.deepEqual([accepted.state, accepted.reason, accepted.accepted], ['accepted', null, null]);
    const other = await run(['commission', 'reject', String(recent)]);
    assert.deepEqual([other.code, other.stderr], [1, `serial ${recent} has been accepted already.\n`]);
    const missing = await run(['commission', 'show', '999']);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /'purser commission list' shows all/);
    const actions = (await purser.domain.audit.list({ limit: 10 })).map(({ action }) => action);
    assert.deepEqual(
      actions.filter((action) => action.startsWith('commission.')),
      ['commission.accept', 'commission.reject'],
    );
  });

  test('commissions are narrowed by component, project, user and resource', async () => {
    const { run, json, serial, user } = await start();
    const first = await serial();
    const roomy = await serial({ [ROOMY]: 1 });
    const list = async (...args: string[]) => serialsOf(await json(['commission', 'list', ...args]));
    assert.deepEqual(await list('--component', 'component1'), [first, roomy]);
    assert.deepEqual(await list('--component', 'component2'), []);
    assert.deepEqual(await list('--project', user.uuid), [first, roomy]);
    assert.deepEqual(await list('--user', 'test1@example.org'), [first, roomy]);
    assert.deepEqual(await list('--resource', ROOMY), [roomy]);
    const self = await run(['commission', 'list'], user.token);
    assert.equal(self.code, 1);
    assert.match(self.stderr, /a component may, for its own commissions, or an operator/);
  });

  test('quotas are listed: units for people, exact integers for programs', async () => {
    const { run, json, issue, serial, user } = await start();
    await serial({ [ROOMY]: 1536 });
    const own = await json(['quota', 'list'], user.token);
    assert.equal(own.length, 3);
    const table = await run(['quota', 'list', '--user', 'test1@example.org', '--resource', ROOMY]);
    assert.match(
      table.stdout,
      /^USER +PROJECT +RESOURCE +LIMIT +USAGE +PENDING +PROJECT LIMIT .* EFFECTIVE LIMIT$/m,
    );
    assert.match(
      table.stdout,
      new RegExp(`${ROOMY} +unlimited +1\\.5 KiB +1\\.5 KiB +unlimited +1\\.5 KiB `),
    );
    await issue({ [ROOMY]: AMOUNT });
    const [quota] = await json(['quota', 'list', '--project', user.uuid, '--resource', ROOMY]);
    assert.deepEqual([quota.usage, quota.limit], [AMOUNT + 1536n, 9223372036854775807n]);
    const csv = await run(['quota', 'list', '--project', user.uuid, '--resource', ROOMY, '--output', 'csv']);
    assert.match(csv.stdout, /^user,project,resource,unit,limit,usage,pending,project_limit,/);
    assert.ok(csv.stdout.includes(`,bytes,9223372036854775807,${AMOUNT + 1536n},`));
    assert.deepEqual(await json(['quota', 'list', '--over-limit']), []);
    await issue({ [VISIBLE]: 101 }, { force: true });
    const over = await json(['quota', 'list', '--over-limit']);
    assert.deepEqual(
      over.map((one: { resource: string }) => one.resource),
      [VISIBLE],
    );
  });

  test('a component has a default time for its commissions', async () => {
    const { run, json } = await start();
    const modify = ['component', 'modify', 'component1', '--commission-expiry'];
    assert.equal((await json([...modify, '1h'])).commission_expiry, 3600);
    const shown = await run(['component', 'show', 'component1']);
    assert.match(shown.stdout, /^COMMISSION EXPIRY +1h$/m);
    assert.equal((await json([...modify, 'none'])).commission_expiry, null);
    const add = [
      'component',
      'add',
      'timed',
      '--base-url',
      'http://127.0.0.1:1',
      '--commission-expiry',
      '90',
    ];
    assert.equal((await json(add)).commission_expiry, 90);
    const zero = await run([...modify, '0']);
    assert.equal(zero.code, 1);
    assert.match(zero.stderr, /^commission_expiry: /);
  });
});

test('times and filters that make no sense end with 2', async () => {
  const env = { PURSER_URL: 'http://127.0.0.1:9', PURSER_TOKEN: 'some-token' };
  for (const [args, sentence] of [
    [['commission', 'list', '--overdue', 'soon'], /is not a valid duration/],
    [['commission', 'list', '--overdue', '1h', '--state', 'accepted'], /--overdue is about pending/],
    [['commission', 'list', '--state', 'open'], /pending, accepted, rejected/],
    [['commission', 'accept'], /missing required argument 'serial'/i],
    [['component', 'modify', 'x', '--commission-expiry', 'soon'], /is not a valid duration/],
  ] as [string[], RegExp][]) {
    const { code, stderr } = await purserHere(args, { env });
    assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
    assert.match(stderr, sentence);
  }
});
