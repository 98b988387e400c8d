import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseExact } from '@purser/text/json';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { createProgram } from '../src/program.ts';
import { type Commanding, startCommanding } from './support/commanding.ts';
import { purserHere } from './support/running.ts';

const DOCUMENT = fileURLToPath(new URL('../../docs/examples/compute-services.json', import.meta.url));
const NAMES = ['--first-name', 'Ada', '--last-name', 'Lovelace'];

forEachEngine((_name, open) => {
  let cloud: Commanding;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startCommanding(open);
      await body();
    });

  /** The lines of one column of a list, without its header. */
  const column = async (name: string, ...args: string[]): Promise<string[]> => {
    const { code, stdout, stderr } = await cloud.run([...args, '--columns', name, '--no-headers']);
    assert.equal(code, 0, stderr);
    return stdout.split('\n').slice(0, -1);
  };

  const addResources = async () => {
    await cloud.json(['component', 'add', 'compute', '--base-url', 'http://127.0.0.1:8801']);
    await cloud.json(['service', 'import', DOCUMENT]);
  };

  check('a list prints the columns that are asked for, in their order, in every format', async () => {
    const asked = ['role', 'list', '--columns', 'name,id', '--sort', 'name', '--limit', '1'];
    const table = await cloud.run(asked);
    assert.match(table.stdout, /^NAME +ID\nadmin +\d+\n$/);
    const csv = await cloud.run([...asked, '-o', 'csv']);
    assert.match(csv.stdout, /^name,id\r\nadmin,\d+\r\n$/);
    const bare = await cloud.run([...asked, '-o', 'csv', '--no-headers']);
    assert.match(bare.stdout, /^admin,\d+\r\n$/);
    assert.deepEqual(Object.keys((await cloud.json(asked))[0]), ['name', 'id']);
  });

  check('numbers beyond 2^53 are sorted and compared exactly, with their units', async () => {
    await addResources();
    const limits: [string, string][] = [
      ['cyclades.vm', '9007199254740993'],
      ['cyclades.ram', '9007199254740992'],
      ['cyclades.disk', '10GiB'],
      ['cyclades.cpu', 'inf'],
    ];
    for (const [name, limit] of limits) {
      await cloud.json(['resource', 'modify', name, '--system-default', limit]);
    }
    const mine = ['resource', 'list', '--filter', 'name~CYCLADES.'];
    const all = await column('name', ...mine, '--sort', '-system_default,name');
    assert.equal(all[0], 'cyclades.cpu');
    assert.ok(all.indexOf('cyclades.vm') < all.indexOf('cyclades.ram'));
    assert.ok(all.indexOf('cyclades.ram') < all.indexOf('cyclades.disk'));
    const above = (condition: string) => column('name', ...mine, '--filter', condition, '--sort', 'name');
    assert.deepEqual(await above('system_default>9007199254740992,system_default!=inf'), ['cyclades.vm']);
    assert.deepEqual(await above('system_default=10GiB'), ['cyclades.disk']);
    assert.ok(!(await above('system_default<10GiB')).includes('cyclades.disk'));
    assert.ok((await above('system_default<=10GiB')).includes('cyclades.disk'));
  });

  check('flags, times, texts and what is not there can be filtered', async () => {
    for (const name of ['b', 'a', 'c']) await cloud.json(['user', 'add', `${name}@example.org`, ...NAMES]);
    await cloud.json(['user', 'modify', 'c@example.org', '--set-inactive']);
    const named = (...filters: string[]) =>
      column(
        'username',
        ...['user', 'list', '--sort', 'username', '--filter', 'username~@example.org'],
        ...filters.flatMap((filter) => ['--filter', filter]),
      );
    const known = await named();
    const without = (...gone: string[]) => known.filter((name) => !gone.includes(name));
    assert.ok(['a', 'b', 'c'].every((name) => known.includes(`${name}@example.org`)));
    assert.deepEqual(await named('active=yes'), without('c@example.org'));
    assert.deepEqual(await named('active!=true', 'last_name=Lovelace'), ['c@example.org']);
    assert.deepEqual(await named('deactivated_at!=,created_at>2000-01'), ['c@example.org']);
    assert.deepEqual(await named('created_at<2000-01-01'), []);
    assert.deepEqual(await named('username>=b@,username<c'), ['b@example.org']);
  });

  check('where nothing is found, a table says so, and JSON is an empty list', async () => {
    const none = ['user', 'list', '--search', 'unknown-user'];
    const table = await cloud.run(none);
    assert.deepEqual([table.code, table.stdout, table.stderr], [0, '', 'No users.\n']);
    assert.deepEqual(await cloud.json(none), []);
    const filtered = await cloud.run(['user', 'list', '--filter', 'username=unknown']);
    assert.deepEqual([filtered.stdout, filtered.stderr], ['', 'No users meet the filter.\n']);
    const audit = await cloud.run(['audit', 'list', '--action', 'nothing']);
    assert.equal(audit.stderr, 'No audit entries.\n');
  });

  check('what a list does not have is refused in a sentence that names what there is', async () => {
    const cases: [string[], RegExp][] = [
      [['--columns', 'id,nam'], /^Unknown column 'nam'; the columns are id, name, description\.\n$/],
      [['--sort', 'size'], /^Unknown column 'size'/],
      [['--filter', 'size=1'], /^Unknown column 'size'/],
      [
        ['--filter', 'id=one'],
        /^'id' is a number, and 'one' is not one; use for example 10, 10GiB or inf\.\n$/,
      ],
    ];
    for (const [args, sentence] of cases) {
      const { code, stdout, stderr } = await cloud.run(['role', 'list', ...args]);
      assert.deepEqual([code, stdout], [2, ''], stderr);
      assert.match(stderr, sentence);
    }
    const flag = await cloud.run(['user', 'list', '--filter', 'active>1']);
    assert.equal(flag.stderr, "'active' is yes or no; write active=yes or active=no.\n");
  });

  check('tables show bytes in the unit that is asked for; programs get all digits', async () => {
    await addResources();
    await cloud.json(['resource', 'modify', 'cyclades.ram', '--system-default', '1536MiB']);
    const shown = async (style: string) =>
      (
        await column(
          'system_default',
          ...['resource', 'list', '--filter', 'name=cyclades.ram', '--unit-style', style],
        )
      )[0];
    const styles: [string, string][] = [
      ['auto', '1.5 GiB'],
      ['b', '1610612736 B'],
      ['kb', '1572864 KiB'],
      ['mb', '1536 MiB'],
      ['gb', '1.5 GiB'],
      ['tb', '<0.01 TiB'],
      ['pb', '<0.01 PiB'],
      ['none', '1610612736'],
    ];
    for (const [style, text] of styles) assert.equal(await shown(style), text);
    const json = await cloud.run([
      ...['resource', 'list', '--filter', 'name=cyclades.ram', '--unit-style', 'gb', '-o', 'json'],
    ]);
    assert.equal((parseExact(json.stdout) as { system_default: number }[])[0]?.system_default, 1610612736);
  });
});

test('the names of the columns are printed without a service, and without required options', async () => {
  const { code, stdout } = await purserHere(['project', 'members', '--list-columns']);
  assert.equal(code, 0);
  assert.deepEqual(stdout.split('\n').slice(0, 3), ['id', 'user', 'username']);
});

test('every command that is called list is one', () => {
  const walk = (command: ReturnType<typeof createProgram>): string[] =>
    command.commands.flatMap((child) => [
      ...walk(child),
      ...(child.name() === 'list' && !child.options.some(({ long }) => long === '--columns')
        ? [`${command.name()} ${child.name()}`]
        : []),
    ]);
  assert.deepEqual(walk(createProgram()), []);
});

test('shapes of lists that make no sense end with 2', async () => {
  const env = { PURSER_URL: 'http://127.0.0.1:9', PURSER_TOKEN: 'some-token' };
  const cases: [string[], RegExp][] = [
    [['--limit', '0'], /^--limit takes a number above 0/],
    [['--filter', 'name'], /^'name' is not a valid condition; use NAME=VALUE/],
    [['--columns', 'id,,name'], /names no columns/],
    [['--unit-style', 'xb'], /Allowed choices are auto, b, kb/],
  ];
  for (const [args, sentence] of cases) {
    const { code, stderr } = await purserHere(['role', 'list', ...args], { env });
    assert.equal(code, 2);
    assert.match(stderr, sentence);
  }
});
