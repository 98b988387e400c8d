import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createProgram } from '../src/program.ts';
import { inShell, purserCommand, purserHere } from './support/running.ts';

const NOWHERE = { PURSER_URL: 'http://127.0.0.1:9', PURSER_TOKEN: 'some-token' };

/** A server that is not Purser. */
async function stranger(status: number, body: string, headers: Record<string, string> = {}): Promise<string> {
  const server: Server = createServer((_request, response) => response.writeHead(status, headers).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a command called wrongly ends with 2 and one sentence that says where to look', async () => {
  const cases: [string[], RegExp][] = [
    [['frobnicate'], /unknown command 'frobnicate'; see 'purser --help'\.$/i],
    [['user', 'lst'], /did you mean 'list'\?.*; see 'purser user --help'\.$/i],
    [['user', 'show'], /missing required argument 'user'; see 'purser user show --help'\.$/i],
    [['user', 'show', 'a', 'b'], /too many arguments.*; see 'purser user show --help'\.$/i],
    [['user', 'add', 'a@b.org'], /with --first-name and --last-name\.$/],
    [['user', 'list', '--nonsense'], /unknown option '--nonsense'; see 'purser user list --help'\.$/i],
    [['user', 'list', '--output', 'xml'], /table, json, csv/],
    [['user', 'list', '--active', '--inactive'], /cannot be used/],
    [['user', 'modify', 'a'], /Say what to change/],
    [['user', 'modify', 'a', '--set-active', '--set-inactive'], /cannot be used/],
    [['user', 'modify', 'a', '--inactive-reason', 'x'], /goes with --set-inactive/],
    [['user', 'modify', 'a', '--reject-reason', 'x'], /goes with --reject/],
    [['user', 'token', 'a', 'frob'], /list, add, revoke/],
    [['user', 'token', 'a', 'revoke'], /which token/],
    [['user', 'token', 'a', 'add'], /--name/],
    [['user', 'show', '..'], /names nothing/],
    [['user', 'show', ''], /names nothing/],
    [['component', 'add', 'x'], /--base-url/],
    [['component', 'modify', 'x'], /Say what to change/],
    [['resource', 'modify', 'x'], /Say what to change/],
    [['resource', 'modify', 'x', '--api-visible', 'perhaps'], /yes, no/],
    [['service', 'import', '/does/not/exist.json'], /Cannot read .*ENOENT/],
    [['service', 'import', fileURLToPath(import.meta.url)], /is not JSON/],
  ];
  for (const [args, sentence] of cases) {
    const { code, stdout, stderr } = await purserHere(args, { env: NOWHERE });
    assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
    assert.equal(stdout, '');
    assert.match(stderr.trimEnd(), sentence);
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  }
});

test('without a token, or with an address that is none, the command says what to set', async () => {
  const none = await purserCommand(['user', 'list']);
  assert.deepEqual(
    [none.code, none.stderr],
    [2, "Log in with 'purser login', or set PURSER_TOKEN to your API token.\n"],
  );
  const wrong = await purserCommand(['user', 'list'], { env: { PURSER_URL: 'ftp://x', PURSER_TOKEN: 't' } });
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /^PURSER_URL must be an http or https address/);
  const broken = await purserCommand(['user', 'list'], { env: { PURSER_TOKEN: 'a\nb' } });
  assert.equal(broken.code, 2);
});

test('a service that is not there, or is something else, ends with 3', async () => {
  const refused = await purserCommand(['user', 'list'], { env: NOWHERE });
  assert.equal(refused.code, 3);
  assert.match(
    refused.stderr,
    /^Cannot reach Purser at http:\/\/127\.0\.0\.1:9\/ \(.+\); start it, or set PURSER_URL\.\n$/,
  );
  const strangers = [
    await stranger(200, '<html>'),
    await stranger(404, 'not here'),
    await stranger(302, '', { location: 'http://127.0.0.1:9/' }),
    await stranger(500, '{"error":"x"}'),
    await stranger(200, ''),
    await stranger(204, ''),
    await stranger(200, 'null'),
    await stranger(200, '[]'),
    await stranger(200, '{"message":"ok"}'),
    await stranger(200, '{"items":null}'),
    await stranger(200, '{"items":[1]}'),
  ];
  for (const url of strangers) {
    const { code, stderr } = await purserCommand(['user', 'list'], { env: { ...NOWHERE, PURSER_URL: url } });
    assert.equal(code, 3, stderr);
    assert.match(stderr, /is not Purser.*set PURSER_URL(, perhaps to one that begins with https:)?\.\n$/);
  }
  for (const [args, url] of [
    [['user', 'show', 'a'], await stranger(200, '')],
    [['component', 'add', 'a', '--base-url', 'http://a'], await stranger(204, '')],
    [['component', 'remove', 'a', '--yes'], await stranger(200, '')],
    [['role', 'grant', 'a', 'admin'], await stranger(200, '{}')],
    [['endpoint', 'list'], await stranger(200, '{}')],
  ] as const) {
    const { code, stdout, stderr } = await purserHere(args, { env: { ...NOWHERE, PURSER_URL: url } });
    assert.deepEqual([code, stdout], [3, ''], `${args.join(' ')}: ${stderr}`);
    assert.match(stderr, /is not Purser; set PURSER_URL\.\n$/);
  }
  const busy = await stranger(503, '{"code":"too_busy","detail":"The service is busy.","status":503}');
  const { code, stderr } = await purserCommand(['user', 'list'], { env: { ...NOWHERE, PURSER_URL: busy } });
  assert.deepEqual([code, stderr], [3, 'The service is busy.\n']);
});

test('a path in PURSER_URL is kept, and what stands in a path of ours is encoded', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(200).end('{"items":[],"next":null}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  const env = {
    PURSER_TOKEN: 'abc',
    PURSER_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/cloud/`,
  };
  await purserCommand(['user', 'show', 'a/b?c#d é'], { env });
  assert.deepEqual(asked, ['GET /cloud/api/users/a%2Fb%3Fc%23d%20%C3%A9 Bearer abc']);
});

test('control characters in answers do not reach the terminal', async () => {
  const role = { id: 1, name: 'evil\u001b[31m', description: 'a\u0007b\rc' };
  const env = {
    PURSER_TOKEN: 't',
    PURSER_URL: await stranger(200, JSON.stringify({ items: [role], next: null })),
  };
  const table = await purserCommand(['role', 'list'], { env });
  assert.match(table.stdout, /evil\\x1b\[31m +a\\x07b\\x0dc/);
  const json = await purserCommand(['role', 'list', '-o', 'json'], { env });
  assert.deepEqual(JSON.parse(json.stdout), [role]);
});

test('control characters in texts of others do not reach the terminal, as CSV, JSON or a field', async () => {
  const role = { id: 1, name: 'a\u001b[2J\u202eb\u009b', description: 'one\ntwo\tthree\r' };
  const env = {
    PURSER_TOKEN: 't',
    PURSER_URL: await stranger(200, JSON.stringify({ items: [role], next: null })),
  };
  const shown = (isTTY: boolean, ...form: string[]) =>
    purserHere(['role', 'list', '--columns', 'name,description', ...form], { env, isTTY });
  const csv = await shown(true, '-o', 'csv', '--no-headers');
  assert.equal(csv.stdout, 'a\\u001b[2J\\u202eb\\u009b,"one\ntwo\tthree\\u000d"\r\n');
  assert.equal((await shown(true, '--field', 'name')).stdout, 'a\\u001b[2J\\u202eb\\u009b\n');
  const { name, description } = role;
  assert.deepEqual(JSON.parse((await shown(true, '-o', 'json')).stdout), [{ name, description }]);
  // A program gets it as it is.
  assert.equal((await shown(false, '--field', 'name')).stdout, `${role.name}\n`);
});

test('an error is one sentence that does nothing to the terminal, whatever the service says', async () => {
  const problem = { code: 'odd', detail: 'Bad\u001b]0;title\u0007 \u202eword,\n  and more', status: 400 };
  const env = { PURSER_TOKEN: 't', PURSER_URL: await stranger(400, JSON.stringify(problem)) };
  const { code, stderr } = await purserHere(['role', 'list'], { env });
  assert.deepEqual([code, stderr], [1, 'Bad\\x1b]0;title\\x07 \\u202eword, and more.\n']);
});

test('a command whose readers are gone goes on to its end, and its exit code says how it went', async () => {
  const asked: string[] = [];
  const user = { id: 'b0c1', username: 'ada@example.org' };
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const known = !request.url?.endsWith('/unknown');
    const problem = { code: 'account_not_found', detail: 'There is no user unknown.', status: 404 };
    response.writeHead(known ? 200 : 404).end(JSON.stringify(known ? user : problem));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  const env = {
    ...process.env,
    PURSER_TOKEN: 't',
    PURSER_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  const unread = (...args: string[]): Promise<number | null> => {
    const command = fileURLToPath(new URL('../bin/purser.js', import.meta.url));
    const child = spawn(process.execPath, [command, ...args], { env });
    child.stdout.destroy();
    child.stderr.destroy();
    return new Promise((resolve) => child.on('close', resolve));
  };
  assert.equal(await unread('user', 'modify', 'ada', '--verify', '--accept', '--first-name', 'Ada'), 0);
  const action = 'POST /api/users/b0c1/action';
  const rehearsals = ['POST /api/rehearsals', 'POST /api/rehearsals'];
  assert.deepEqual(asked, ['GET /api/users/ada', ...rehearsals, action, action, 'PATCH /api/users/b0c1']);
  assert.equal(await unread('user', 'show', 'unknown'), 1);
});

test('what ends a file of commissions or users halfway loses none of the serials and tokens so far', async () => {
  let heard: (() => void) | undefined;
  let calls = 0;
  const server = createServer(async (request, response) => {
    await request.resume().toArray();
    calls += 1;
    if (request.url === '/api/users') {
      heard?.();
      heard = undefined;
      return response.writeHead(201).end(JSON.stringify({ id: `id${calls}`, token: `token${calls}` }));
    }
    const results = Array.from({ length: 1000 }, (_, at) => ({ serial: at + 1, replayed: false }));
    if (calls === 1) return response.writeHead(200).end(JSON.stringify({ results }));
    return response.writeHead(502).end('<html>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  const env = {
    PURSER_TOKEN: 't',
    PURSER_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };

  const commissions = JSON.stringify(Array.from({ length: 1500 }, () => ({ provisions: [] })));
  const issue = ['commission', 'issue', '--file', '-', '--field', 'serial'];
  const issued = await purserHere(issue, { env, stdin: commissions });
  assert.equal(issued.code, 3);
  assert.equal(issued.stdout.split('\n').length, 1001);
  assert.match(issued.stderr, /^1000 of 1500 done\.\nWhat stands before Purser .* does not reach it/);

  calls = 0;
  const rows = Array.from({ length: 500 }, (_, at) => `user${at}@example.org,A,B`).join('\n');
  const command = fileURLToPath(new URL('../bin/purser.js', import.meta.url));
  const add = ['user', 'add', '--file', '-', '--field', 'token'];
  const adding = spawn(process.execPath, [command, ...add], { env });
  heard = () => adding.kill('SIGINT');
  adding.stdin.end(`email,first_name,last_name\n${rows}\n`);
  let [stdout, stderr] = ['', ''];
  adding.stdout.on('data', (text) => {
    stdout += text;
  });
  adding.stderr.on('data', (text) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => adding.on('close', resolve));
  const tokens = Array.from({ length: calls }, (_, at) => `token${at + 1}\n`).join('');
  assert.deepEqual(
    [code, stdout, stderr],
    [1, tokens, `${calls} of 500 done.\nStopped; give the lines that are not listed again, for the rest.\n`],
  );
  assert.ok(calls < 500);
});

test('an unavailable port or database is reported in a sentence that says what to do', async () => {
  const taken = new URL(await stranger(200, '')).port;
  const folder = mkdtempSync(join(tmpdir(), 'purser-data-'));
  after(() => rmSync(folder, { recursive: true }));
  const given = (env: Record<string, string>) => ({ cwd: folder, env });
  const serve = await purserCommand(['serve'], given({ PURSER_PORT: taken }));
  assert.equal(serve.code, 1);
  assert.match(
    serve.stderr,
    /^Cannot listen at 127\.0\.0\.1 port \d+ \(EADDRINUSE\); set another place with PURSER_HOST or PURSER_PORT, or stop what is there\.$/m,
  );
  const migrate = await purserCommand(
    ['migrate'],
    given({ PURSER_DATABASE_URL: 'postgres://a:b@127.0.0.1:9/x' }),
  );
  assert.deepEqual(
    [migrate.code, migrate.stderr],
    [
      1,
      'The database x at 127.0.0.1:9 cannot be used: nothing listens there (ECONNREFUSED); start the server. It is set by PURSER_DATABASE_URL.\n',
    ],
  );
});

test('output that cannot be written ends with 1 and a sentence', {
  skip: !existsSync('/dev/full'),
}, async () => {
  const { code, stderr } = await inShell('purser help > /dev/full');
  assert.deepEqual(
    [code, stderr],
    [
      1,
      'Cannot write the output (ENOSPC); send it elsewhere, and look first whether what was asked for is done already.\n',
    ],
  );
});

test('a reader that stops early is no error', async () => {
  const many = Array.from({ length: 20_000 }, (_, id) => ({
    id,
    name: `role${id}`,
    description: 'x'.repeat(100),
  }));
  const env = {
    ...process.env,
    PURSER_TOKEN: 't',
    PURSER_URL: await stranger(200, JSON.stringify({ items: many, next: null })),
  };
  const command = fileURLToPath(new URL('../bin/purser.js', import.meta.url));
  const script = `"$0" "$1" role list | head -n 2; echo "\${PIPESTATUS[0]}"`;
  const child = spawn('bash', ['-c', script, process.execPath, command], { env });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  await new Promise((resolve) => child.on('close', resolve));
  assert.equal(stdout.trimEnd().split('\n').at(-1), '0');
  assert.equal(stdout.trimEnd().split('\n').length, 3);
  assert.equal(stderr, '');
});

test('every command has a description, an example, and an exit code 0 for its help', async () => {
  const visit = (command: ReturnType<typeof createProgram>, names: string[]): string[][] => [
    names,
    ...command.commands.flatMap((child) => visit(child as typeof command, [...names, child.name()])),
  ];
  const program = createProgram();
  for (const names of visit(program, [])) {
    const { code, stdout, stderr } = await purserHere([...names, '--help']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`^Usage: purser ${names.join(' ')}`));
    const leads = /^Commands:/m.test(stdout);
    if (!leads) assert.match(stdout, /^Examples?:\n {2}\$ .*purser /m, names.join(' '));
    if (!leads && !['serve', 'migrate', 'completion', 'complete', 'help'].includes(names.join(' ')))
      assert.match(stdout, /--output/);
  }
  assert.match((await purserCommand(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
});
