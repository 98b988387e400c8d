import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { newFolder } from './support/example-cloud.ts';
import { atTerminal, type Typing, withoutTerminals } from './support/terminal.ts';

const COMMAND = fileURLToPath(new URL('../bin/purser.js', import.meta.url));
const SECRET = 'Analytical-Engine-1843';
const skip = withoutTerminals();

/** What was sent to log in. */
const logins: { email: string; password: string }[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => {
    body += text;
  });
  request.on('end', () => {
    if (request.url === '/api/login') logins.push(JSON.parse(body));
    const problem = { status: 401, code: 'credentials_wrong', title: '', detail: 'Wrong.', type: '' };
    response.writeHead(401, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
  });
});
before(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
after(() => server.close());

/** Logs in at a terminal, between two looks at its settings; answers what it showed in the meantime. */
async function loggingIn(args: string, typing: readonly Typing[]): Promise<string> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  logins.length = 0;
  const line = `stty -g; ${process.execPath} ${COMMAND} login ${args}; echo ended $?; stty -g`;
  const env = { PURSER_URL: url, PURSER_CONFIG_HOME: newFolder() };
  const shown = (await atTerminal(line, typing, env)).replaceAll('\r', '');
  const [before, ...rest] = shown.trim().split('\n');
  assert.equal(rest.pop(), before, 'the terminal is as it was before');
  return rest.join('\n');
}

function fileWith(text: string): string {
  const file = join(newFolder(), 'password');
  writeFileSync(file, text);
  return file;
}

test('a password is not shown as it is typed, corrected or pasted', { skip }, async () => {
  const ways = [
    `${SECRET}\r`,
    `${SECRET}\n`,
    `\x1b[200~${SECRET}\x1b[201~\r`,
    `oops\x15${SECRET}xé\x7f\x7f\r`,
  ];
  for (const type of ways) {
    const shown = await loggingIn('--email ada@example.org', [{ when: 'Password: ', type }]);
    assert.deepEqual(logins, [{ ...logins[0], email: 'ada@example.org', password: SECRET }]);
    assert.match(shown, /^Password: \nWrong.*\nended 1$/);
  }
});

test('what is pasted for several questions at once shows the address alone', { skip }, async () => {
  const type = `ada@example.org\n${SECRET}\n`;
  const shown = await loggingIn('', [{ when: 'E-mail address: ', type }]);
  assert.equal(logins[0]?.password, SECRET);
  assert.match(shown, /^E-mail address: ada@example\.org\nPassword: \nWrong.*\nended 1$/);
});

test('Ctrl-C and Ctrl-D end the question, show nothing of what was typed, and send nothing', {
  skip,
}, async () => {
  for (const type of [`${SECRET}\x03`, '\x04']) {
    const shown = await loggingIn('--email ada@example.org', [{ when: 'Password: ', type }]);
    assert.equal(shown, 'Password: \nNothing was done.\nended 1');
    assert.deepEqual(logins, []);
  }
});

test('without a terminal the password is a line of standard input, and no question is shown', {
  skip,
}, async () => {
  const shown = await loggingIn(`--email ada@example.org < ${fileWith(`${SECRET}\rmore`)}`, []);
  assert.equal(logins[0]?.password, SECRET);
  assert.match(shown, /^Wrong.*\nended 1$/);
});
