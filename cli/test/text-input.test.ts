import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { startCommanding } from './support/commanding.ts';
import { newFolder } from './support/example-cloud.ts';
import { purserHere } from './support/running.ts';

const NOWHERE = { PURSER_URL: 'http://127.0.0.1:9', PURSER_TOKEN: 'some-token' };
/** The second line has a byte of Latin-1 in its fifth place. */
const LATIN = Buffer.from('{\n"caf\xe9": 1}\n', 'latin1');
const FAULT = 'line 2, byte 5: 0xE9 is not UTF-8; save the text as UTF-8.\n';

/** Every command that reads a text, but for its file. */
const READERS = [
  ['user', 'add', '--file'],
  ['membership', 'enroll', '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11', '--file'],
  ['commission', 'issue', '--file'],
  ['service', 'import'],
  ['terms', 'add'],
  ['component', 'modify', 'compute', '--auth-token'],
];

test('a file that is not UTF-8 is refused with its line and byte, and nothing is sent', async () => {
  const cwd = newFolder();
  writeFileSync(join(cwd, 'latin'), LATIN);
  for (const reader of READERS) {
    const file = await purserHere([...reader, 'latin'], { env: NOWHERE, cwd });
    assert.deepEqual([file.code, file.stderr], [2, `latin, ${FAULT}`], reader.join(' '));
    const input = await purserHere([...reader, '-'], { env: NOWHERE, stdin: LATIN });
    assert.deepEqual([input.code, input.stderr], [2, `Standard input, ${FAULT}`], reader.join(' '));
  }
  const feedback = await purserHere(['feedback', 'send', '-'], { env: NOWHERE, stdin: LATIN });
  assert.deepEqual([feedback.code, feedback.stderr], [2, `Standard input, ${FAULT}`]);
  for (const credentials of [['--token-stdin'], ['--email', 'ada@example.org']]) {
    const login = await purserHere(['login', ...credentials], { env: NOWHERE, stdin: LATIN });
    assert.deepEqual([login.code, login.stderr], [2, `Standard input, ${FAULT}`]);
  }
  const utf16 = await purserHere(['terms', 'add', '-'], {
    env: NOWHERE,
    stdin: Buffer.from('\ufeffBe kind.', 'utf16le'),
  });
  assert.match(utf16.stderr, /^Standard input, line 1, byte 1: the text is UTF-16, not UTF-8/);
});

test('profiles that are not UTF-8 are refused with their line and byte', async () => {
  const home = newFolder();
  mkdirSync(join(home, 'purser'), { mode: 0o700 });
  const file = join(home, 'purser', 'profiles.json');
  writeFileSync(file, LATIN, { mode: 0o600 });
  const { code, stderr } = await purserHere(['whoami'], { env: { XDG_CONFIG_HOME: home } });
  assert.deepEqual([code, stderr], [2, `${file}, ${FAULT}`]);
});

test('all faults of a file are reported at once, one per line', async () => {
  const users = 'email,first_name,last_name,nick,nick\na@example.org,A,B\n';
  const columns = await purserHere(['user', 'add', '--file', '-'], { env: NOWHERE, stdin: users });
  assert.equal(columns.code, 2);
  assert.match(
    columns.stderr,
    /^Standard input: the columns 'nick', 'nick' are not known; .*\nStandard input: there are two columns 'nick'\.\n$/,
  );
  const rows =
    'email,first_name,last_name\n,A,B\nb@example.org,,B\nc@example.org,C,C,C\nd@example.org,D,D\n"e,E,E\n';
  const faulty = await purserHere(['user', 'add', '--file', '-'], { env: NOWHERE, stdin: rows });
  assert.deepEqual(faulty.stderr.trim().split('\n'), [
    'Standard input: a quote in row 5 is not closed, or stands inside of a cell.',
    'Standard input: row 3 has too many cells.',
    'Standard input: row 1 has no e-mail address.',
    'Standard input: b@example.org needs a first and a last name, in the columns first_name and last_name.',
  ]);
  const issue = ['commission', 'issue', '--file', '-'];
  const commissions = await purserHere(issue, { env: NOWHERE, stdin: '[1, {}, "x"]' });
  assert.deepEqual([commissions.code, commissions.stderr.split('\n').length], [2, 3]);
  assert.match(
    commissions.stderr,
    /commission 1, 1, is not an object\.\n.*commission 3, "x", is not an object\.\n$/,
  );
});

forEachEngine((_name, open) => {
  test('a byte-order mark is skipped, every way to end lines is read, and CSV of ours is read back', async () => {
    const { purser, json } = await startCommanding(open);
    const env = { PURSER_URL: purser.url, PURSER_TOKEN: purser.adminToken };
    const given = async (args: string[], stdin: string) => {
      const { code, stdout, stderr } = await purserHere(args, { env, stdin });
      assert.equal(code, 0, stderr);
      return stdout;
    };
    const name = '=HYPERLINK("http://evil.example")';
    const csv = `\ufeffemail,first_name,last_name,affiliation\rada@example.org,Ada,"'${name.replaceAll('"', '""')}",'@home\rgrace@example.org,Grace,Hopper,\r`;
    await given(['user', 'add', '--file', '-'], csv);
    const ada = await json(['user', 'show', 'ada@example.org']);
    assert.deepEqual([ada.last_name, ada.affiliation], [name, '@home']);
    const list = ['user', 'list', '--search', 'ada@example.org', '--columns', 'last_name,number'];
    const printed = await given([...list, '--output', 'csv'], '');
    assert.match(printed, /^last_name,number\r\n"'=HYPERLINK\(""http:\/\/evil\.example""\)",\d+\r\n$/);
    const document = JSON.stringify({ s: { component: 'component1', type: 's', endpoints: [] } });
    await given(['service', 'import', '-'], `\ufeff${document}`);
    await given(['terms', 'add', '-'], '\ufeffBe kind.');
    await given(['terms', 'sign'], '');
    assert.equal((await json(['terms', 'show'])).text, 'Be kind.');
  });

  test('all faults of a document of services are reported at once, one per line', async () => {
    const { purser } = await startCommanding(open);
    const env = { PURSER_URL: purser.url, PURSER_TOKEN: purser.adminToken };
    const document = { a: { type: 5, endpoints: [] }, b: { component: 'component1', type: 'b' } };
    const { code, stderr } = await purserHere(['service', 'import', '-'], {
      env,
      stdin: JSON.stringify(document),
    });
    assert.deepEqual(
      [code, stderr.trim().split('\n')],
      [
        1,
        [
          "Service 'a': 'component' is missing.",
          "Service 'a': 'type' must be a string.",
          "Service 'b': 'endpoints' is missing.",
        ],
      ],
    );
  });
});
