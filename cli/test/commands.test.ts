import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseExact } from '@purser/text/json';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { startPurser, type TestPurser } from '../../server/test/support/harness.ts';
import { purserHere, type Run } from './support/running.ts';

const DOCUMENT = fileURLToPath(new URL('../../docs/examples/compute-services.json', import.meta.url));
const UNLIMITED = 9223372036854775807n;

forEachEngine((_name, open) => {
  let purser: TestPurser;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      purser = await startPurser(open);
      await body();
    });

  const run = (args: string[], stdin?: string, token = purser.adminToken): Promise<Run> =>
    purserHere(args, {
      env: { PURSER_URL: purser.url, PURSER_TOKEN: token },
      ...(stdin !== undefined && { stdin }),
    });

  /** Runs a command that must succeed, and reads its JSON output, which must be the whole of stdout. */
  const json = async (args: string[], stdin?: string): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await run([...args, '--output', 'json'], stdin);
    assert.equal(code, 0, stderr);
    JSON.parse(stdout);
    return parseExact(stdout) as Record<string, unknown>;
  };
  const jsonList = async (args: string[]) => (await json(args)) as unknown as Record<string, unknown>[];

  const addUser = (email: string) =>
    json(['user', 'add', email, '--first-name', 'Ada', '--last-name', 'Lovelace']);
  const addComponent = () => json(['component', 'add', 'compute', '--base-url', 'http://127.0.0.1:8801']);

  check('a script takes one bare field, and a misspelt one loses nothing', async () => {
    const add = ['component', 'add', 'compute', '--base-url', 'http://127.0.0.1:8801'];
    const { stdout } = await run([...add, '--field', 'token']);
    assert.match(stdout, /^[A-Za-z0-9_-]{43}\n$/);
    assert.equal((await purser.domain.components.lookup(stdout.trim()))?.name, 'compute');
    const names = await run(['component', 'list', '--field', 'name']);
    assert.deepEqual(names.stdout.split('\n').filter(Boolean).sort(), ['astakos', 'compute']);
    const misspelt = await run([...add.with(2, 'other'), '--field', 'tokn']);
    assert.deepEqual([misspelt.code, misspelt.stdout], [2, '']);
    assert.match(misspelt.stderr, /TOKEN +[A-Za-z0-9_-]{43}/);
    assert.match(misspelt.stderr, /Unknown field 'tokn'/);
  });

  check('a new user is a person or a service account, and only one source says which', async () => {
    for (const args of [
      ['user', 'add', 'ada@example.org', '--service', 'backup'],
      ['user', 'add', '--service', 'backup', '--file', '-'],
      ['user', 'add'],
    ]) {
      const refused = await run(args, 'email,first_name\n');
      assert.deepEqual([refused.code, refused.stdout], [2, ''], args.join(' '));
      assert.match(refused.stderr, /^Give an e-mail address, or --service, or --file\./);
    }
    assert.equal((await jsonList(['user', 'list'])).length, 1);
    const made = await json(['user', 'add', '--service', 'backup']);
    assert.deepEqual([made['username'], made['email'], made['service']], ['backup', null, true]);
  });

  check('a resource is added with its options, and the command says whose limits that sets', async () => {
    await addComponent();
    await json(['service', 'import', DOCUMENT]);
    await addUser('ada@example.org');
    const service = String(
      (await jsonList(['service', 'list'])).find(({ type }) => type === 'compute')?.['name'],
    );
    const add = ['resource', 'add', 'compute.gpu', '--service', service, '--description', 'GPUs'];
    const options = ['--system-default', '2', '--project-default', 'inf', '--ui-visible', 'no'];
    const added = await run([...add, ...options, '--output', 'json']);
    assert.equal(added.code, 0, added.stderr);
    const resource = parseExact(added.stdout) as Record<string, unknown>;
    assert.deepEqual(
      [resource['description'], resource['system_default'], resource['project_default']],
      ['GPUs', 2, UNLIMITED],
    );
    assert.deepEqual([resource['ui_visible'], resource['api_visible']], [false, true]);
    assert.match(added.stderr, /are now the limits of 2 users and 0 other projects\./);
    const unstated = await json(['resource', 'add', 'compute.fpga', '--service', service]);
    assert.deepEqual([unstated['system_default'], unstated['project_default']], [0, 0]);
  });

  check('a new cloud is set up with the command alone', async () => {
    const component = await addComponent();
    assert.equal((await purser.domain.components.lookup(String(component['token'])))?.name, 'compute');

    const imported = await json(['service', 'import', DOCUMENT]);
    const warnings = imported['warnings'] as string[];
    assert.equal(warnings.length, 4);
    for (const warning of warnings) assert.match(warning, /is unlimited for 1 users and for new ones/);
    const again = await json(['service', 'import', '-'], readFileSync(DOCUMENT, 'utf8'));
    assert.equal((again['messages'] as string[])[0], 'Updated service cyclades_compute.');

    const limits = ['--system-default', '8GiB', '--project-default', 'inf'];
    const ram = await json(['resource', 'modify', 'cyclades.ram', ...limits]);
    assert.equal(ram['system_default'], 8589934592);
    assert.equal(ram['project_default'], UNLIMITED);
    const resources = await jsonList(['resource', 'list']);
    assert.deepEqual(
      resources.find(({ name }) => name === 'cyclades.ram'),
      ram,
    );

    const user = await addUser('Ada@Example.org');
    assert.match(String(user['id']), /^[0-9a-f-]{36}$/);
    const own = await run(['resource', 'list', '--output', 'json'], undefined, String(user['token']));
    assert.equal(own.code, 0, own.stderr);
    assert.equal((await json(['user', 'show', 'ada@example.org']))['id'], user['id']);
    const ids = (await jsonList(['user', 'list'])).map(({ id }) => id);
    assert.ok(ids.includes(user['id']));
  });

  check('tables are for people: units, unlimited, no colours, no trailing spaces', async () => {
    await addComponent();
    await run(['service', 'import', DOCUMENT]);
    await run(['resource', 'modify', 'cyclades.ram', '--system-default', '1536MiB']);
    const { stdout, code } = await run(['resource', 'list']);
    assert.equal(code, 0);
    assert.match(stdout, /^NAME +SYSTEM DEFAULT +PROJECT DEFAULT /);
    assert.match(stdout, /^cyclades\.ram +1\.5 GiB +0 B +yes +yes +Memory of running virtual machines$/m);
    assert.match(stdout, /^cyclades\.vm +unlimited +0 +yes /m);
    assert.doesNotMatch(stdout, /\u001b| $/m);
  });

  check('CSV has a header and quotes what needs it', async () => {
    await json(['user', 'add', 'quoted@example.org', '--first-name', 'Ada, "the first"', '--last-name', 'L']);
    const { stdout } = await run(['user', 'list', '--search', 'quoted', '--output', 'csv']);
    const [header = '', row = '', end] = stdout.split('\r\n');
    assert.match(header, /^id,number,email,username,service,first_name,last_name,full_name,/);
    assert.match(row, /,quoted@example\.org,false,"Ada, ""the first""",L,"Ada, ""the first"" L",/);
    assert.match(row, /,active,true,true,true,false,,manual,/);
    assert.equal(end, '');
  });

  check('a list of more users than one page holds comes whole', async () => {
    const { accounts } = purser.domain;
    for (let n = 0; n < 1003; n += 1) {
      await accounts.create({ email: `many${n}@example.org`, firstName: 'A', lastName: 'B' });
    }
    const users = await jsonList(['user', 'list', '--search', 'many']);
    assert.equal(users.length, 1003);
    assert.equal(new Set(users.map(({ id }) => id)).size, 1003);
    assert.deepEqual(await jsonList(['user', 'list', '--search', 'unknown-user']), []);
    assert.equal(
      (await jsonList(['user', 'list', '--inactive', '--state', 'pending_verification'])).length,
      1003,
    );
  });

  check('a user is modified step by step, and each step is reported on stderr', async () => {
    const { id, token } = await addUser('worker@example.org');
    const off = await run(['user', 'modify', String(id), '--set-inactive', '--inactive-reason', 'on leave']);
    assert.equal(off.code, 0);
    assert.equal(off.stderr, 'worker@example.org: deactivated.\n');
    assert.match(off.stdout, /^STATE +inactive$/m);
    assert.match(off.stdout, /^DEACTIVATED REASON +on leave$/m);

    const changed = await json([
      ...['user', 'modify', 'worker@example.org', '--set-active', '--set-email', 'Boss@example.org'],
      ...['--first-name', 'Grace', '--password', 'a new password', '--renew-token', '--yes', '--sign-terms'],
    ]);
    assert.equal(changed['id'], id);
    assert.equal(changed['username'], 'boss@example.org');
    assert.equal(changed['full_name'], 'Grace Lovelace');
    assert.equal(changed['state'], 'active');
    assert.equal(await purser.domain.tokens.lookup(String(token)), undefined);
    assert.equal((await purser.domain.tokens.authenticate(String(changed['token']))).account.uuid, id);
  });

  check('of changes to a user none is made where one is known to be refused', async () => {
    const { id } = await addUser('ada@example.org');
    const other = await addUser('other@example.org');
    const modify = ['user', 'modify', 'ada@example.org', '--set-inactive'];
    for (const refused of [
      ['--set-email', 'no address'],
      ['--set-email', 'other@example.org'],
      ['--first-name', 'Grace', '--password', 'short'],
      ['--default-project', String(other['id'])],
    ]) {
      const { code, stdout, stderr } = await run([...modify, ...refused]);
      assert.deepEqual([code, stdout], [1, ''], stderr);
      assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
      const { state, first_name, username } = await json(['user', 'show', String(id)]);
      assert.deepEqual([state, first_name, username], ['active', 'Ada', 'ada@example.org']);
    }
    const done = await run([...modify, '--first-name', 'Grace', '--default-project', String(id)]);
    assert.deepEqual(
      [done.code, done.stderr],
      [
        0,
        ['default project set', 'deactivated', 'changed'].map((it) => `ada@example.org: ${it}.\n`).join(''),
      ],
    );
  });

  check('the end of a token is a time, a day or a month', async () => {
    await addUser('ada@example.org');
    for (const [text, end] of [
      ['2031-05', '2031-05-01T00:00:00.000Z'],
      ['2031-05-30', '2031-05-30T00:00:00.000Z'],
      ['2031-05-30T10:15Z', '2031-05-30T10:15:00.000Z'],
      ['2031-05-30T10:15:20Z', '2031-05-30T10:15:20.000Z'],
      ['2031-05-30T10:15:20+02:00', '2031-05-30T08:15:20.000Z'],
    ] as const) {
      const add = ['user', 'token', 'ada@example.org', 'add', '--name', 'guide', '--expires', text];
      assert.equal((await json(add))['expires_at'], end);
    }
  });

  check('an applicant is verified and accepted, or rejected', async () => {
    const apply = (email: string) => purser.domain.accounts.create({ email, firstName: 'A', lastName: 'B' });
    await apply('good@example.org');
    const good = await json(['user', 'modify', 'good@example.org', '--verify', '--accept']);
    assert.equal(good['state'], 'active');
    await apply('bad@example.org');
    const bad = await json([
      'user',
      'modify',
      'bad@example.org',
      '--verify',
      '--reject',
      '--reject-reason',
      'spam',
    ]);
    assert.equal(bad['state'], 'rejected');
    assert.equal(bad['rejected_reason'], 'spam');
    const again = await run(['user', 'modify', 'good@example.org', '--accept']);
    assert.equal(again.code, 1);
    assert.equal(again.stderr, 'This account is already moderated.\n');
  });

  check("a user's tokens are listed, added and revoked", async () => {
    await addUser('tokens@example.org');
    const added = await json([
      'user',
      'token',
      'tokens@example.org',
      'add',
      '--name',
      'laptop',
      '--expires',
      'never',
    ]);
    assert.equal(added['expires_at'], null);
    assert.equal(typeof added['token'], 'string');
    const list = await jsonList(['user', 'token', 'tokens@example.org', 'list']);
    assert.deepEqual(
      list.map(({ name }) => name),
      ['first', 'laptop'],
    );
    const revoked = await json([
      'user',
      'token',
      'tokens@example.org',
      'revoke',
      String(added['id']),
      '--yes',
    ]);
    assert.deepEqual(revoked, { revoked: added['id'] });
    assert.equal((await jsonList(['user', 'token', 'tokens@example.org', 'list'])).length, 1);
  });

  check('roles are granted and revoked', async () => {
    const { token } = await addUser('operator@example.org');
    const asUser = () => run(['user', 'list'], undefined, String(token));
    const refused = await asUser();
    assert.equal(refused.code, 1);
    assert.equal(refused.stderr, 'You are not allowed to do this; only an operator may; ask one.\n');
    await json(['role', 'grant', 'operator@example.org', 'admin']);
    assert.deepEqual(await jsonList(['role', 'list', '--user', 'operator@example.org']), [
      { role: 'admin', project: null },
    ]);
    assert.equal((await asUser()).code, 0);
    await json(['role', 'revoke', 'operator@example.org', 'admin']);
    assert.equal((await asUser()).code, 1);
    assert.ok((await jsonList(['role', 'list'])).some(({ name }) => name === 'project_admin'));
  });

  check('all roles are validated before a user is created', async () => {
    const add = ['user', 'add', 'ada@example.org', '--first-name', 'Ada', '--last-name', 'L', '--role'];
    const { code, stdout, stderr } = await run([...add, 'admin', 'nothing']);
    assert.deepEqual([code, stdout], [1, '']);
    assert.equal(stderr, "Unknown role nothing; 'purser role list' shows all.\n");
    assert.equal((await run(['user', 'show', 'ada@example.org'])).code, 1);
    const { id } = await json([...add, 'admin', 'member']);
    const roles = (await jsonList(['role', 'list', '--user', String(id)])).map(({ role }) => role);
    assert.deepEqual(roles.sort(), ['admin', 'member']);
  });

  check('components are shown, modified and removed', async () => {
    const { token } = await addComponent();
    assert.equal('token' in (await json(['component', 'show', 'compute'])), false);
    const renewed = await json([
      'component',
      'modify',
      'compute',
      '--renew-token',
      '--ui-url',
      'http://127.0.0.1:8801/ui',
    ]);
    assert.notEqual(renewed['token'], token);
    assert.equal(renewed['ui_url'], 'http://127.0.0.1:8801/ui');
    assert.deepEqual(await json(['component', 'remove', 'compute', '--yes']), {
      removed: 'compute',
      accepted: 0,
      rejected: 0,
    });
    const gone = await run(['component', 'show', 'compute']);
    assert.equal(gone.code, 1);
    assert.equal(gone.stderr, "There is no component compute; 'purser component list' shows all.\n");
  });

  check('services are shown with their endpoints', async () => {
    await addComponent();
    await run(['service', 'import', DOCUMENT]);
    assert.ok((await jsonList(['service', 'list'])).some(({ name }) => name === 'cyclades_compute'));
    const { stdout } = await run(['service', 'show', 'cyclades_compute']);
    assert.match(
      stdout,
      /^ENDPOINTS +versionId=v2\.0\n +publicURL=http:\/\/127\.0\.0\.1:8801\/compute\/v2\.0$/m,
    );
  });

  check('terms are put in force, shown and accepted', async () => {
    assert.equal((await run(['terms', 'show'])).code, 1);
    const { id } = await json(['terms', 'add', '-'], 'Be kind.');
    const stopped = await run(['terms', 'list']);
    assert.equal(stopped.code, 1);
    assert.match(stopped.stderr, /purser terms sign/);
    await json(['terms', 'sign']);
    assert.equal((await json(['terms', 'show']))['text'], 'Be kind.');
    assert.equal((await json(['terms', 'show', String(id)]))['id'], id);
    assert.equal((await jsonList(['terms', 'list'])).length, 1);
  });

  check('secrets go to stdout, words to stderr', async () => {
    const { stdout, stderr } = await run([
      'component',
      'add',
      'spoken',
      '--base-url',
      'http://127.0.0.1:8801',
    ]);
    const token = /^TOKEN +(\S+)$/m.exec(stdout)?.[1] ?? '';
    assert.equal((await purser.domain.components.lookup(token))?.name, 'spoken');
    assert.ok(!stderr.includes(token));
    assert.match(stderr, /not shown again/);
  });

  check('what Purser refuses ends with 1 and one sentence', async () => {
    await addUser('taken@example.org');
    const names = ['--first-name', 'A', '--last-name', 'B'];
    const cases: [string[], RegExp][] = [
      [['user', 'add', 'TAKEN@example.org', ...names], /already exists/],
      [['user', 'add', 'not an address', ...names], /is not a valid e-mail address/],
      [['user', 'add', 'short@example.org', ...names, '--password', 'x'], /^password: /],
      [['user', 'show', 'unknown@example.org'], /no user .*'purser user list' shows all/],
      [['resource', 'modify', 'nothing', '--system-default', '1'], /no resource nothing/],
      [
        ['resource', 'modify', 'astakos.pending_app', '--system-default', 'lots'],
        /system_default: is not a valid limit/,
      ],
      [
        ['resource', 'modify', 'astakos.pending_app', '--system-default=-1'],
        /system_default: is not a valid limit/,
      ],
      [['user', 'token', 'taken@example.org', 'revoke', 'abc', '--yes'], /^id: must be an integer/],
      [['user', 'token', 'taken@example.org', 'add', '--name', 'x', '--expires', 'soon'], /^expires_at: /],
      [['component', 'add', 'x', '--base-url', 'nowhere'], /^base_url: /],
    ];
    for (const [args, sentence] of cases) {
      const { code, stdout, stderr } = await run(args);
      assert.equal(code, 1, `${args.join(' ')}: ${stderr}`);
      assert.equal(stdout, '');
      assert.match(stderr, sentence);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
    }
    const orphan = JSON.stringify({ x: { component: 'unknown', type: 'x', endpoints: [] } });
    const unregistered = await run(['service', 'import', '-'], orphan);
    assert.equal(unregistered.code, 1);
    assert.match(
      unregistered.stderr,
      /^Component 'unknown' is not registered; add it with 'purser component add'\.$/m,
    );
    const unknown = await run(['user', 'list'], undefined, 'wrong-token');
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /set PURSER_TOKEN/);
  });
});
