import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { type Commanding, startCommanding } from './support/commanding.ts';
import { purserHere } from './support/running.ts';

const COMMAND = fileURLToPath(new URL('../bin/purser.js', import.meta.url));
const NOWHERE = { PURSER_URL: 'http://127.0.0.1:9', PURSER_TOKEN: 'some-token' };

/** A folder for the search path in which the command is, as it is after an installation. */
const installed = mkdtempSync(join(tmpdir(), 'purser-path-'));
symlinkSync(COMMAND, join(installed, 'purser'));
after(() => rmSync(installed, { recursive: true }));

/** The words that a shell would offer. */
async function offered(words: string[], env: Record<string, string> = NOWHERE): Promise<string[]> {
  const { code, stdout, stderr } = await purserHere(['complete', '--', ...words], { env });
  assert.deepEqual([code, stderr], [0, '']);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t')[0] ?? '');
}

/** What bash itself puts in the place of the last word of a line when Tab is pressed at its end. */
async function offeredByBash(line: string, env: Record<string, string>): Promise<string[]> {
  // Bash breaks a line into words at these characters before it asks.
  const words = line.split(/\s+|(?<=[=:])|(?=[=:])/).filter((word) => word !== '');
  if (/\s$/.test(line)) words.push('');
  const script = `eval "$(purser completion bash)"
    COMP_WORDS=("\${@:2}") COMP_CWORD=$(($# - 2)) COMP_LINE=$1 COMP_POINT=\${#1}
    _purser
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  return linesOf('bash', ['-c', script, 'bash', line, ...words], env);
}

/** The candidates, with descriptions, that zsh offers for the last of these words. */
async function offeredByZsh(words: string[], env: Record<string, string>): Promise<string[]> {
  const script = `compdef() {}
    _describe() { print -rl -- "\${(@P)2}" }
    _files() { print -r -- files }
    source <(purser completion zsh)
    words=("$@") CURRENT=$#
    _purser`;
  return linesOf('zsh', ['-f', '-c', script, 'zsh', 'purser', ...words], env);
}

/** What fish offers when Tab is pressed at the end of a line: a candidate each, and behind a tab what it is. */
const offeredByFish = (line: string, env: Record<string, string>): Promise<string[]> =>
  linesOf('fish', ['--no-config', '-c', 'purser completion fish | source; complete -C $argv[1]', line], env);

async function linesOf(shell: string, args: string[], env: Record<string, string>): Promise<string[]> {
  const { stdout } = await promisify(execFile)(shell, args, {
    env: { PATH: `${installed}:${dirname(process.execPath)}:${process.env['PATH']}`, ...env },
  });
  return stdout.split('\n').filter(Boolean);
}

/** Says why a test is skipped where the machine has no such shell. */
function without(shell: string): string | false {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return !folders.some((folder) => existsSync(join(folder, shell))) && `${shell} is not installed`;
}

forEachEngine((_name, open) => {
  let cloud: Commanding;
  let env: Record<string, string>;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startCommanding(open);
      // A busy machine must not make this fail.
      env = { PURSER_URL: cloud.purser.url, PURSER_TOKEN: cloud.purser.adminToken, PURSER_TIMEOUT: '60' };
      await body();
    });

  check('names that the service knows are completed, in bash also those with an @', async () => {
    assert.deepEqual(await offered(['user', 'show', 'test1'], env), ['test1@example.org']);
    assert.deepEqual(await offered(['quota', 'list', '--user', 'test1'], env), ['test1@example.org']);
    assert.ok((await offered(['resource', 'show', 'service1.'], env)).includes('service1.r11'));
    assert.ok((await offered(['component', 'show', ''], env)).includes('component1'));
    // The profile does not exist, so no service can be asked.
    assert.deepEqual(await offered(['user', 'show', '--profile=unknown', 'test1'], env), []);
    assert.deepEqual(await offeredByBash('purser user show test1', env), ['test1@example.org']);
    assert.deepEqual(await offeredByBash('purser user show test1@exam', env), ['test1@example.org']);
  });

  test('each type of argument and option is completed with names or ids of its type', async () => {
    const cloud = await startCommanding(open);
    const { purser, json, user } = cloud;
    const env = { PURSER_URL: purser.url, PURSER_TOKEN: purser.adminToken, PURSER_TIMEOUT: '60' };
    const email = 'test1@example.org';
    const apply = (name: string) => json(['project', 'apply', name, '--end-date', '2031-05-30'], user.token);
    const { id, project } = await apply('lab.example.org');
    await json(['application', 'approve', String(id)]);
    const pending = await apply('den.example.org');
    const hook = await json(['webhook', 'add', 'http://93.184.215.14/', '--event', 'task.*']);
    const signUp = await purser.fetch('/v1/openstack/sign-up', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ project_name: 'plan', email: 'new@example.org' }),
    });
    assert.equal(signUp.status, 202, await signUp.text());
    const [task] = await json(['task', 'list', '--state', 'awaiting']);
    const cases: [string[], string[]][] = [
      [['project', 'show', 'lab'], ['lab.example.org']],
      [['project', 'show', project.slice(0, 9)], [project]],
      [['user', 'modify', email, '--default-project', 'lab'], ['lab.example.org']],
      [['project', 'list', '--owner', 'test1'], [email]],
      [['project', 'list', '--member', 'test1'], [email]],
      [['application', 'list', '--applicant', 'test1'], [email]],
      [['audit', 'list', '--actor', 'test1'], [email]],
      [['role', 'grant', email, 'mem'], ['member']],
      [
        ['component', 'show', 'comp'],
        ['component1', 'component2'],
      ],
      [['resource', 'show', 'service1.r11'], ['service1.r11']],
      [['service', 'show', 'service1'], ['service1']],
      [['application', 'show', ''], [String(pending.id)]],
      [['task', 'show', ''], [task.id]],
      [['webhook', 'show', ''], [String(hook.id)]],
    ];
    for (const [words, expected] of cases)
      assert.deepEqual(await offered(words, env), expected, words.join(' '));
  });
});

test('commands, options and their choices are completed without a service', async () => {
  assert.deepEqual(await offered(['us']), ['user', 'usage']);
  assert.deepEqual(await offered(['mail', '']), ['list', 'retry', 'help']);
  assert.deepEqual(await offered(['mail', 'list', '--sta']), ['--state']);
  assert.deepEqual(await offered(['mail', 'list', '--state', '']), ['waiting', 'failed', 'sent']);
  assert.deepEqual(await offered(['user', 'list', '-o', 'c']), ['csv']);
  assert.deepEqual(await offered(['user', 'list', '--output=c']), ['--output=csv']);
  assert.deepEqual(await offered(['user', 'list', '--filter=name=']), []);
  assert.deepEqual(await offered(['user', 'token', 'ada@example.org', '']), ['list', 'add', 'revoke']);
  assert.deepEqual(await offered(['completion', 'b']), ['bash']);
  // After -- there are no options any more.
  assert.deepEqual(await offered(['user', 'show', '--', '--o']), []);
  assert.ok(!(await offered([''])).includes('complete'));
});

test('where the service is out of reach, or without a login, nothing is offered and nothing is printed', async () => {
  assert.deepEqual(await offered(['user', 'show', 'a']), []);
  assert.deepEqual(await offered(['user', 'show', 'a'], {}), []);
});

test('bash takes what is printed, and completes with it', async () => {
  assert.deepEqual(await offeredByBash('purser ma', NOWHERE), ['mail']);
  assert.deepEqual(await offeredByBash('purser mail ', NOWHERE), ['list', 'retry', 'help']);
  assert.deepEqual(await offeredByBash('purser mail list --state w', NOWHERE), ['waiting']);
  assert.deepEqual(await offeredByBash('purser mail list --state=w', NOWHERE), ['waiting']);
});

test('zsh takes what is printed, and completes with it', { skip: without('zsh') }, async () => {
  assert.deepEqual(await offeredByZsh(['us'], NOWHERE), ['user:User accounts', 'usage:Who used what, when']);
  assert.deepEqual(await offeredByZsh(['mail', 'list', '--state', 'w'], NOWHERE), ['waiting']);
  assert.equal((await offeredByZsh(['mail', ''], NOWHERE)).length, 3);
  assert.deepEqual(await offeredByZsh(['service', 'import', ''], NOWHERE), ['files']);
});

test('fish takes what is printed, and completes with it', { skip: without('fish') }, async () => {
  assert.deepEqual(await offeredByFish('purser us', NOWHERE), [
    'usage\tWho used what, when',
    'user\tUser accounts',
  ]);
  assert.deepEqual(await offeredByFish('purser mail list --state=w', NOWHERE), ['--state=waiting']);
  assert.deepEqual(await offeredByFish('purser mail list --state ', NOWHERE), ['failed', 'sent', 'waiting']);
  assert.deepEqual(await offeredByFish(`purser service import ${COMMAND.slice(0, -1)}`, NOWHERE), [COMMAND]);
});

test('there is a script for each shell, and a shell that is not known is refused', async () => {
  for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
    const { code, stdout } = await purserHere(['completion', shell]);
    assert.equal(code, 0);
    assert.match(stdout, /purser complete|"\$\{words\[0\]\}" complete/);
  }
  const { code, stderr } = await purserHere(['completion', 'tcsh']);
  assert.equal(code, 2);
  assert.match(stderr, /bash, zsh, fish, powershell/);
});
