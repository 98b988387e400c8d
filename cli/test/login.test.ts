import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { startPurser, type TestPurser } from '../../server/test/support/harness.ts';
import { purserHere, type Run } from './support/running.ts';

const PASSWORD = 'correct horse battery';
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function freshHome(): string {
  const folder = mkdtempSync(join(tmpdir(), 'purser-home-'));
  folders.push(folder);
  return folder;
}

/** Starts a server, and answers where it is. */
async function listening(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Runs commands as a person on one machine, who has set nothing in the environment but what is given. */
function machine(home = freshHome()) {
  const file = join(home, '.config', 'purser', 'profiles.json');
  return {
    file,
    run: (args: readonly string[], stdin = '', env: Record<string, string> = {}): Promise<Run> =>
      purserHere(args, { env: { HOME: home, ...env }, stdin }),
    // biome-ignore lint/suspicious/noExplicitAny: assertions reach into it
    stored: (): any => JSON.parse(readFileSync(file, 'utf8')),
  };
}

forEachEngine((_name, open) => {
  let purser: TestPurser;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      purser = await startPurser(open);
      await purser.domain.accounts.createActive({
        ...{ email: 'ada@example.org', firstName: 'Ada', lastName: 'Lovelace', password: PASSWORD },
      });
      await body();
    });
  const asAda = () => ['login', '--url', purser.url, '--email', 'ada@example.org'];

  check('a user with unaccepted terms of service logs in, sees a hint, and accepts them', async () => {
    const { run, stored } = machine();
    await purser.domain.terms.add('Be kind.');
    const login = await run(asAda(), `${PASSWORD}\n`);
    assert.equal(login.code, 0, login.stderr);
    assert.match(login.stderr, /'purser terms show', and accept them with 'purser terms sign'/);
    assert.match((await run(['whoami'])).stderr, /accept them first/);
    assert.match((await run(['terms', 'show'])).stdout, /Be kind\./);
    assert.equal((await run(['terms', 'sign'])).code, 0);
    assert.equal((await run(['whoami'])).code, 0);
    const { token } = stored().profiles.default;
    assert.equal((await run(['logout'])).code, 0);
    const gone = await run(['whoami'], '', { PURSER_URL: purser.url, PURSER_TOKEN: token });
    assert.equal(gone.code, 1);
  });

  check('after a login no token is needed, and after a logout none is stored', async () => {
    const { run, stored } = machine();
    const login = await run(asAda(), `${PASSWORD}\n`);
    assert.deepEqual([login.code, login.stdout], [0, ''], login.stderr);
    const { token, username } = stored().profiles.default;
    assert.equal(username, 'ada@example.org');
    assert.ok(!login.stderr.includes(token));
    const who = await run(['whoami', '-o', 'json']);
    assert.equal(JSON.parse(who.stdout).username, 'ada@example.org');
    assert.match(JSON.parse(who.stdout).token, /^purser on ./);
    for (const shown of [await run(['profile', 'show', '-o', 'json']), await run(['profile', 'list'])]) {
      assert.equal(shown.code, 0);
      assert.ok(!shown.stdout.includes(token));
    }
    const logout = await run(['logout']);
    assert.deepEqual(
      [logout.code, logout.stderr],
      [0, 'ada@example.org is logged out, and the token revoked.\n'],
    );
    assert.equal(await purser.domain.tokens.lookup(token), undefined);
    assert.equal(stored().profiles.default.token, undefined);
    const after = await run(['whoami']);
    assert.deepEqual(
      [after.code, after.stderr],
      [2, "Profile 'default' is logged out; log in again with 'purser login'.\n"],
    );
    const again = await run(['login', '--email', 'ada@example.org'], PASSWORD);
    assert.equal(again.code, 0, again.stderr);
  });

  check('logging in again revokes the token of the login before', async () => {
    const { run, stored } = machine();
    await run(asAda(), PASSWORD);
    const first = stored().profiles.default.token;
    await run(asAda(), PASSWORD);
    const second = stored().profiles.default.token;
    assert.notEqual(first, second);
    assert.equal(await purser.domain.tokens.lookup(first), undefined);
    assert.equal((await run(['whoami'])).code, 0);
  });

  check(
    'several services and users each have a profile; options come before the environment, and that before a profile',
    async () => {
      const { run } = machine();
      await run(asAda(), PASSWORD);
      const admin = await run(
        ['login', '--url', purser.url, '--token-stdin', '--profile', 'root'],
        purser.adminToken,
      );
      assert.equal(admin.code, 0, admin.stderr);
      assert.match(admin.stderr, /^Profile 'root' is in force from now on\.$/m);
      const who = async (args: string[] = [], env: Record<string, string> = {}) =>
        (await run(['whoami', '--field', 'username', ...args], '', env)).stdout.trim();
      const root = await who();
      assert.notEqual(root, 'ada@example.org');
      assert.equal(await who(['--profile', 'default']), 'ada@example.org');
      assert.equal(await who([], { PURSER_PROFILE: 'default' }), 'ada@example.org');
      assert.equal(await who([], { PURSER_PROFILE: 'default', PURSER_TOKEN: purser.adminToken }), root);
      assert.equal(
        await who(['--profile', 'default'], { PURSER_TOKEN: 'nonsense', PURSER_URL: 'http://127.0.0.1:9' }),
        'ada@example.org',
      );
      const used = await run(['profile', 'use', 'default']);
      assert.equal(used.stderr, `Commands go to ${purser.url}/ from now on, as ada@example.org.\n`);
      assert.equal(await who(), 'ada@example.org');
      for (const [env, told] of [
        [
          { PURSER_TOKEN: purser.adminToken },
          /'default' is current, but PURSER_TOKEN is set and comes before/,
        ],
        [
          { PURSER_PROFILE: 'root' },
          /'default' is current, but PURSER_PROFILE names 'root' and comes before/,
        ],
        [
          { PURSER_URL: 'http://127.0.0.1:9' },
          /'default' is current, but PURSER_URL is set to another address/,
        ],
        [
          { PURSER_URL: purser.url, PURSER_PROFILE: 'default' },
          /^Commands go to .+, as ada@example\.org\.$/m,
        ],
      ] as const) {
        const { code, stderr } = await run(['profile', 'use', 'default'], '', env);
        assert.equal(code, 0, stderr);
        assert.match(stderr, told);
      }
      const names = await run([
        'profile',
        'list',
        '--columns',
        'name,current',
        '-o',
        'csv',
        '--sort',
        'name',
      ]);
      assert.equal(names.stdout, 'name,current\r\ndefault,true\r\nroot,false\r\n');
      assert.equal((await run(['profile', 'remove', 'default'])).code, 2);
      assert.equal((await run(['profile', 'remove', 'default', '--yes'])).code, 0);
      const gone = await run(['whoami', '--profile', 'default']);
      assert.match(gone.stderr, /^Unknown profile 'default'; 'purser profile list' shows all/);
    },
  );

  check("a profile's token is sent to no other address", async () => {
    const { run } = machine();
    await run(asAda(), PASSWORD);
    const heard: unknown[] = [];
    const listener = createServer((request, response) => {
      heard.push(request.headers);
      response.end();
    });
    const url = await listening(listener);
    try {
      const { code, stderr } = await run(['whoami'], '', { PURSER_URL: url });
      assert.equal(code, 2);
      assert.match(stderr, /^PURSER_URL is not the address of profile 'default'/);
      assert.deepEqual(heard, []);
      const other = await run(['login', '--url', url, '--email', 'ada@example.org'], PASSWORD);
      assert.match(
        other.stderr,
        /^Profile 'default' is for http.*; give this one a name of its own with --profile\.\n$/,
      );
    } finally {
      listener.close();
    }
  });

  check('a login that fails says what to do, and leaves nothing behind', async () => {
    const { run, file } = machine();
    const { accounts } = purser.domain;
    const NEW = { firstName: 'A', lastName: 'B', password: PASSWORD };
    const { uuid } = await accounts.create({ email: 'new@example.org', ...NEW });
    const logIn = async (email: string, password = PASSWORD) => {
      const { code, stdout, stderr } = await run(['login', '--url', purser.url, '--email', email], password);
      assert.deepEqual([code, stdout], [1, '']);
      return stderr;
    };
    assert.match(await logIn('ada@example.org', 'wrong'), /credentials are not valid; check the user name/);
    assert.match(await logIn('new@example.org'), /follow the link in the mail/);
    await accounts.verify(uuid);
    assert.match(await logIn('new@example.org'), /waits for an operator/);
    await accounts.accept(uuid, 'manual');
    await accounts.deactivate(uuid, 'left');
    assert.match(await logIn('new@example.org'), /is not active; ask an operator\.\n$/);
    const stale = await run(['login', '--url', purser.url, '--token', 'no-such-token']);
    assert.match(stale.stderr, /is not valid; give a valid API token\.\n$/);
    const empty = await run(asAda(), '');
    assert.deepEqual(
      [empty.code, empty.stderr],
      [2, 'There is no password on standard input; write one line there.\n'],
    );
    assert.throws(() => statSync(file), /ENOENT/);
  });

  check('a stored token that is no longer good says how to log in again', async () => {
    const { run, stored } = machine();
    await run([...asAda(), '--profile', 'work'], PASSWORD);
    const { user, token_id } = stored().profiles.work;
    await purser.domain.tokens.revoke(user, token_id);
    const { code, stderr } = await run(['whoami']);
    assert.equal(code, 1);
    assert.equal(
      stderr,
      "The authentication token is not valid; log in again with 'purser login --profile work'.\n",
    );
    assert.equal((await run(['logout'])).code, 0);
  });

  check('a logout without a service forgets the token, and says that it was not revoked', async () => {
    const { run, stored, file } = machine();
    await run(asAda(), PASSWORD);
    const profiles = stored();
    profiles.profiles.default.url = 'http://127.0.0.1:9/';
    writeFileSync(file, JSON.stringify(profiles));
    const { code, stderr } = await run(['logout']);
    assert.equal(code, 3);
    assert.match(stderr, /^The token is forgotten here but not revoked: Cannot reach Purser/);
    assert.equal(stored().profiles.default.token, undefined);
  });

  check('a login that cannot be remembered leaves no token behind', async () => {
    const home = freshHome();
    const notAFolder = join(home, 'file');
    writeFileSync(notAFolder, '');
    const { run } = machine(home);
    const env = { PURSER_CONFIG_HOME: join(notAFolder, 'purser') };
    const { code, stderr } = await run(asAda(), PASSWORD, env);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^Cannot write .*profiles\.json \(ENOTDIR\); say another folder with PURSER_CONFIG_HOME\.\n$/,
    );
    const { uuid } = await purser.domain.accounts.find('ada@example.org');
    assert.deepEqual(await purser.domain.tokens.list(uuid), []);
  });

  check('a folder that holds other things too keeps its mode', async () => {
    const home = freshHome();
    chmodSync(home, 0o755);
    writeFileSync(join(home, 'other'), '');
    const { run } = machine(home);
    const env = { PURSER_CONFIG_HOME: home };
    assert.equal((await run(asAda(), PASSWORD, env)).code, 0);
    assert.deepEqual((await run(['whoami'], '', env)).stderr, '');
    const modes = [home, join(home, 'profiles.json')].map((path) => statSync(path).mode & 0o777);
    assert.deepEqual(modes, [0o755, 0o600]);
  });

  check('the file with the tokens is for its owner alone, also where it was open before', async () => {
    const { run, file } = machine();
    await run(asAda(), PASSWORD);
    const modes = () => [file, join(file, '..')].map((path) => statSync(path).mode & 0o777);
    assert.deepEqual(modes(), [0o600, 0o700]);
    chmodSync(file, 0o644);
    chmodSync(join(file, '..'), 0o755);
    const { code, stderr } = await run(['whoami']);
    assert.equal(code, 0);
    assert.equal(stderr.match(/^Warning: others had access to /gm)?.length, 2);
    assert.deepEqual(modes(), [0o600, 0o700]);
    assert.equal((await run(['whoami'])).stderr, '');
  });
});

test('an invalid or unreadable file of profiles is reported in one sentence', async () => {
  const { run, file } = machine();
  await run(['profile', 'list']);
  const home = freshHome();
  const broken = { PURSER_CONFIG_HOME: home };
  writeFileSync(join(home, 'profiles.json'), '{"profiles": [1');
  const { code, stderr } = await run(['whoami'], '', broken);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /profiles\.json does not hold profiles; remove it, and log in again with 'purser login'\.\n$/,
  );
  const named = await run(['whoami'], '', { PURSER_CONFIG_HOME: join(file, 'x') });
  assert.match(named.stderr, /^Log in with 'purser login'/);
  // With both variables no profile is needed, and none is read.
  const both = { ...broken, PURSER_URL: 'http://127.0.0.1:9', PURSER_TOKEN: 'some-token' };
  assert.equal((await run(['whoami'], '', both)).code, 3);
});

test('times for answers that are none are refused, and one that is over says how to allow more', async () => {
  const silent = createServer(() => undefined);
  const url = await listening(silent);
  try {
    const env = { PURSER_URL: url, PURSER_TOKEN: 'some-token' };
    const late = await purserHere(['whoami', '--timeout', '1s'], { env });
    assert.equal(late.code, 3);
    assert.match(
      late.stderr,
      /^No answer from Purser at http.* within 1 s; give it more time with --timeout or PURSER_TIMEOUT\.\n$/,
    );
    const none = await purserHere(['whoami'], { env: { ...env, PURSER_TIMEOUT: 'soon' } });
    assert.deepEqual(
      [none.code, none.stderr],
      [2, "'soon' is not a valid duration for PURSER_TIMEOUT; use for example 90, 15m or 1h.\n"],
    );
  } finally {
    silent.closeAllConnections();
    silent.close();
  }
});
