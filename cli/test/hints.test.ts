import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { startCommanding } from './support/commanding.ts';
import { purserHere } from './support/running.ts';

forEachEngine((_name, open) => {
  test('a filter by an unknown name is refused, in every list; one without results is not an error', async () => {
    const { run } = await startCommanding(open);
    const lists: [string[], string][] = [
      [['quota', 'list', '--user', 'unknown@example.org'], 'There is no user unknown@example.org; '],
      [['quota', 'list', '--resource', 'nothing'], 'There is no resource nothing; '],
      [['commission', 'list', '--user', 'unknown@example.org'], 'There is no user unknown@example.org; '],
      [['commission', 'list', '--component', 'nothing'], 'There is no component nothing; '],
      [['commission', 'list', '--resource', 'nothing'], 'There is no resource nothing; '],
      [['membership', 'list', '--user', 'unknown@example.org'], 'There is no user unknown@example.org; '],
      [
        ['application', 'list', '--applicant', 'unknown@example.org'],
        'There is no user unknown@example.org; ',
      ],
      [['application', 'list', '--owner', 'unknown@example.org'], 'There is no user unknown@example.org; '],
      [['project', 'list', '--owner', 'unknown@example.org'], 'There is no user unknown@example.org; '],
      [['project', 'list', '--member', 'unknown@example.org'], 'There is no user unknown@example.org; '],
      [['audit', 'list', '--actor', 'unknown@example.org'], 'There is no user unknown@example.org; '],
      [['user', 'list', '--role', 'nothing'], 'Unknown role nothing; '],
      [['endpoint', 'list', '--service', 'nothing'], 'There is no service nothing; '],
      [['usage', 'show', '--resource', 'nothing'], 'There is no resource nothing; '],
      [['usage', 'show', '--user', 'unknown@example.org'], 'There is no user unknown@example.org; '],
      [['role', 'list', '--user', 'unknown@example.org'], 'There is no user unknown@example.org; '],
    ];
    for (const [args, sentence] of lists) {
      for (const format of ['table', 'json', 'csv']) {
        const { code, stdout, stderr } = await run([...args, '--output', format]);
        assert.deepEqual([code, stdout], [1, ''], args.join(' '));
        assert.ok(stderr.startsWith(sentence), stderr);
      }
    }
    const none = await run(['commission', 'list', '--user', 'test1@example.org']);
    assert.deepEqual([none.code, none.stderr], [0, 'No commissions.\n']);
  });

  test('what to do about a refusal fits who asked and what for', async () => {
    const { run, purser, user, addUser } = await startCommanding(open);
    const { uuid: project } = await purser.domain.projects.get(user.uuid).then((found) => found);
    const other = await addUser('other@example.org');
    const narrowed = await run([
      'user',
      'token',
      'admin@example.org',
      'add',
      '--name',
      'n',
      '--role',
      'member',
      '--field',
      'token',
    ]);
    const cases: [string[], string, RegExp][] = [
      [
        ['project', 'history', project],
        other.token,
        /; the owner and the moderators of the project may, or an operator\.$/m,
      ],
      [['component', 'list'], other.token, /; only an operator may; ask one\.$/m],
      [['component', 'list'], narrowed.stdout.trim(), /narrowed to roles; use a full-access token\.$/m],
      [['user', 'show', 'test1@example.org'], other.token, /; the user may, or an operator\.$/m],
      [['task', 'list'], other.token, /; those who run the project may, or an operator\.$/m],
      [
        ['quota', 'list', '--user', 'test1@example.org'],
        other.token,
        /; operators see what others use; without --user and --project you see your own\.$/m,
      ],
      [['user', 'show', 'unknown@example.org'], purser.adminToken, /; 'purser user list' shows all\.$/m],
    ];
    for (const [args, token, advice] of cases) {
      const { code, stderr } = await run(args, token);
      assert.equal(code, 1);
      assert.match(stderr, advice, args.join(' '));
    }
  });

  test('a token from a mail is shown and submitted without a login', async () => {
    const { purser } = await startCommanding(open);
    const env = { PURSER_URL: purser.url, PURSER_CONFIG_HOME: '/nowhere' };
    const asked = await purserHere(['password', 'forgot', 'test1@example.org'], { env });
    assert.equal(asked.code, 0, asked.stderr);
    await purser.delivered();
    const mail =
      purser
        .mails()
        .at(-1)
        ?.replace(/=\r?\n/g, '') ?? '';
    const token = /\/token\/([0-9a-f]{32})/.exec(mail)?.[1] ?? '';
    const shown = await purserHere(['token', 'show', token, '--field', 'required_fields'], { env });
    assert.deepEqual([shown.code, shown.stdout], [0, '["password"]\n'], shown.stderr);
    // A token of a login that has ended does not get in the way either.
    const stale = { ...env, PURSER_TOKEN: 'no-longer-good' };
    const submit = ['token', 'submit', token, 'password=a better one than before'];
    const submitted = await purserHere(submit, { env: stale });
    assert.equal(submitted.code, 0, submitted.stderr);
    const gone = await purserHere(['token', 'show', token], { env });
    assert.deepEqual([gone.code, gone.stderr], [1, 'This token does not exist or has expired.\n']);
  });
});

test('a misspelt variable of the command is refused before anything is sent', async () => {
  const env = { PURSER_TOKN: 'x', PURSER_URL: 'http://127.0.0.1:9' };
  for (const args of [['whoami'], ['signup', 'ada@example.org', 'lab'], ['login', '--token', 'x']]) {
    const { code, stderr } = await purserHere(args, { env });
    assert.deepEqual([code, stderr], [2, 'PURSER_TOKN is not read by this command; PURSER_TOKEN is.\n']);
  }
});
