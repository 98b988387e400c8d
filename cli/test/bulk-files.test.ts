import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExact } from '@purser/text/json';
import { provisionsOf, startCloud, VISIBLE } from '../../server/test/conformance/account-v1/cloud.ts';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { purserHere, type Run } from './support/running.ts';

forEachEngine((_engine, open) => {
  const start = async () => {
    const cloud = await startCloud(open);
    const { purser } = cloud;
    const run = (args: readonly string[], stdin = '', token = purser.adminToken): Promise<Run> =>
      purserHere(args, { stdin, env: { PURSER_URL: purser.url, PURSER_TOKEN: token } });
    return { ...cloud, run };
  };

  test('users come from a CSV file; one that is refused keeps nothing from the others', async () => {
    const { run } = await start();
    const csv = [
      '\ufeffemail,first_name,last_name,role,affiliation',
      'one@example.org,One,"Of ""many"", first",,Institute',
      'test1@example.org,Taken,T,,',
      '',
      'two@example.org,,Two,admin member,',
    ];
    const add = ['user', 'add', '--file', '-', '--first-name', 'Someone', '--output', 'json'];
    const { code, stdout, stderr } = await run(add, csv.join('\r\n'));
    const outcomes = parseExact(stdout) as Record<string, unknown>[];
    assert.deepEqual(
      outcomes.map(({ line, done, error }) => [line, done, error]),
      [
        ['one@example.org', true, null],
        ['test1@example.org', false, "A user with the e-mail address 'test1@example.org' already exists."],
        ['two@example.org', true, null],
      ],
    );
    assert.equal(code, 1);
    assert.match(stderr, /^2 of 3 done\.$/m);
    assert.match(stderr, /^1 could not be done\.$/m);
    const shown = await run(['user', 'show', 'one@example.org', '--output', 'json']);
    const one = JSON.parse(shown.stdout);
    assert.deepEqual([one.last_name, one.affiliation, one.active], ['Of "many", first', 'Institute', true]);
    const roles = await run(['role', 'list', '--user', 'two@example.org', '--field', 'role']);
    assert.deepEqual(roles.stdout.trim().split('\n').sort(), ['admin', 'member']);
    const own = await run(['user', 'show', 'one@example.org'], '', String(outcomes[0]?.['token']));
    assert.equal(own.code, 0, own.stderr);
  });

  test('an invalid file of users is refused before any user is added', async () => {
    const { run } = await start();
    const add = ['user', 'add', '--file', '-'];
    for (const [text, complaint] of [
      ['', /is empty/],
      ['email,firstname\na@example.org,A\n', /column 'firstname'/],
      ['email,first_name\na@example.org,A\n', /a first and a last name/],
      ['email,first_name,last_name\na@example.org,A,B,C\n', /too many cells/],
      ['email,first_name,last_name\n"a@example.org,A,B\n', /quote/],
      ['email,email,first_name,last_name\na@example.org,,A,B\n', /two columns 'email'/],
      ['email,first_name,last_name,role\na@example.org,A,B,nothing\n', /Unknown role nothing/],
    ] as const) {
      const { code, stderr } = await run(add, text);
      assert.equal(code, /^Unknown role/m.test(stderr) ? 1 : 2, stderr);
      assert.match(stderr, complaint);
    }
    assert.equal((await run([...add, 'a@example.org'])).code, 2);
    assert.equal((await run(['user', 'list', '--search', 'a@example.org'])).stdout, '');
  });

  test('a misspelt field loses no token of the users of a file', async () => {
    const { run } = await start();
    const csv = 'email,first_name,last_name\nada@example.org,Ada,Lovelace\n';
    const { code, stdout, stderr } = await run(['user', 'add', '--file', '-', '--field', 'tokn'], csv);
    assert.deepEqual([code, stdout], [2, '']);
    const token = /^ada@example\.org +yes +\S+ +(\S+)/m.exec(stderr)?.[1] ?? '';
    assert.equal((await run(['whoami', '--field', 'username'], '', token)).stdout, 'ada@example.org\n');
    assert.match(stderr, /Unknown field 'tokn'/);
  });

  test('members come from a list, each with its outcome', async () => {
    const { run, addUser, user } = await start();
    await addUser('member@example.org');
    const apply = ['project', 'apply', 'lab.example.org', '--end-date', '2031-05-30', '--field', 'project'];
    const project = (await run(apply, '', user.token)).stdout.trim();
    assert.equal((await run(['application', 'approve', '1'])).code, 0);
    const emails = '# the course\nmember@example.org # the first\n\nunknown@example.org\ntest1@example.org\n';
    const enroll = ['membership', 'enroll', project, '--file', '-', '--output', 'csv'];
    const { code, stdout, stderr } = await run(enroll, emails);
    const [header, ...rows] = stdout.trim().split('\r\n');
    assert.equal(header, 'line,done,error,id,state');
    assert.match(rows[0] ?? '', /^member@example\.org,true,,\d+,accepted$/);
    assert.match(rows[1] ?? '', /^unknown@example\.org,false,.+unknown@example\.org.*,,$/);
    assert.match(rows[2] ?? '', /^test1@example\.org,true,/);
    assert.deepEqual([code, rows.length], [1, 3]);
    assert.match(stderr, /^2 of 3 done\.$/m);
    assert.equal((await run(['membership', 'enroll', project])).code, 2);
  });

  test('commissions come from a file, each with a verdict of its own, exact to the last digit', async () => {
    const { run, service, user } = await start();
    const charge = (quantity: number) => ({ provisions: provisionsOf(user.uuid, { [VISIBLE]: quantity }) });
    const file = JSON.stringify({ commissions: [charge(60), charge(60), { ...charge(40), name: 'own' }] });
    const issue = ['commission', 'issue', '--file', '-', '--auto-accept', '--name', 'usual'];
    const { code, stdout, stderr } = await run([...issue, '--output', 'json'], file, service);
    const lines = JSON.parse(stdout);
    assert.deepEqual(
      lines.map(({ line, serial }: Record<string, unknown>) => [line, serial !== null]),
      [
        [1, true],
        [2, false],
        [3, true],
      ],
    );
    assert.match(lines[1].error, /limit/);
    assert.equal(code, 1);
    assert.match(stderr, /^2 of 3 done\.$/m);
    const list = await run(
      ['commission', 'list', '--columns', 'name,state', '--output', 'json'],
      '',
      service,
    );
    assert.deepEqual(JSON.parse(list.stdout), [
      { name: 'usual', state: 'accepted' },
      { name: 'own', state: 'accepted' },
    ]);
    assert.equal((await run([...issue], '{', service)).code, 2);
    assert.equal((await run([...issue], '[1]', service)).code, 2);
    const huge = ['commission', 'issue', '--user', user.uuid, '--resource', 'service1.r12=9007199254740993'];
    assert.equal((await run(huge, '', service)).code, 0);
    const quota = ['quota', 'list', '--user', user.uuid, '--resource', 'service1.r12', '--output', 'json'];
    assert.match((await run(quota)).stdout, /"usage": 9007199254740993,/);
  });
});
